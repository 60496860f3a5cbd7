/** What `demarc ledger` says when files are not there for it: an auditor has the log and no keys, a disk refuses. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'demarc access-'));
const log = join(scratch, 'log');
/** Permissions mean nothing to root: it then runs as nobody. */
const asOther = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function demarc(args: readonly string[], options: { input?: string; uid?: number; gid?: number } = {}): Ended {
  return spawnSync(process.execPath, [main, 'ledger', ...args], { encoding: 'utf8', ...options });
}

beforeAll(() => {
  expect(demarc(['init', log]).status).toBe(0);
  expect(demarc(['append', log], { input: '{"kind":"custom","run":"r","payload":1}\n' }).status).toBe(0);
  chmodSync(scratch, 0o755);
});
afterAll(() => {
  chmodSync(`${log}.keys`, 0o700);
  rmSync(scratch, { recursive: true, force: true });
});

it('who may not read the keys verifies the log without them, and is told', () => {
  chmodSync(`${log}.keys`, asOther.uid === undefined ? 0o000 : 0o700);
  const { status, stdout, stderr } = demarc(['verify', log], asOther);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^verified: 1 of 1 entries/);
  expect(stdout).toMatch(/^note: the verifier key was taken from the log itself/m);
  expect(stdout).toMatch(/^note: payloads were not opened: the keys are not here/m);
  expect(demarc(['tail', log], asOther).stdout).toMatch(/^#0 /);
  expect(demarc(['prove', log, '0', '--output', '-'], asOther).stdout).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
});

it.each([
  ['append', [log]],
  ['verify', [log, '--keys', `${log}.keys`]],
  ['prove', [log, '0', '--output', join(scratch, 'receipt')]],
  ['init', [join(scratch, 'new')]],
  ['hold', [log]],
])('%s that is refused by the system says so in one line', (command, args) => {
  chmodSync(`${log}.keys`, asOther.uid === undefined ? 0o000 : 0o700);
  if (asOther.uid === undefined) chmodSync(scratch, 0o500);
  const { status, stdout, stderr } = demarc([command, ...args], asOther);
  chmodSync(scratch, 0o755);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^error: \w+ `.*`: permission denied \[DMC_FILE\]\n$/);
});

it('a folder of keys that is named and not there is an error, not a log without keys', () => {
  const copy = join(scratch, 'copy');
  cpSync(log, copy, { recursive: true });
  expect(demarc(['verify', copy]).status).toBe(0);
  const { status, stderr } = demarc(['verify', copy, '--vkey', join(log, 'log.vkey'), '--keys', join(scratch, 'none')]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/\[DMC_LEDGER_KEY\]/);
});

it('a file where the folder should be is told', () => {
  writeFileSync(join(scratch, 'file'), '');
  const { status, stderr } = demarc(['init', join(scratch, 'file')]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^error: .*not a directory \[DMC_FILE\]\n$/);
});
