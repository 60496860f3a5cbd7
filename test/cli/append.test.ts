/** `demarc ledger append` as a process among others: signals, readers of its answers that are slow or gone, failures. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'demarc-append-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let log: string;
let made = 0;
beforeEach(() => {
  log = join(scratch, `log-${made++}`);
  expect(demarc(['init', log]).status).toBe(0);
});

function demarc(
  args: string[],
  options: { input?: string } = {},
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, 'ledger', ...args], { encoding: 'utf8', ...options });
}

function appending(): { child: ChildProcess; said: () => string; warned: () => string; end: Promise<number | null> } {
  const child = spawn(process.execPath, [main, 'ledger', 'append', log]);
  let said = '';
  let warned = '';
  child.stdout.on('data', (data: Buffer) => (said += data.toString()));
  child.stderr.on('data', (data: Buffer) => (warned += data.toString()));
  // A process that ended takes no more input.
  child.stdin.on('error', () => {});
  const end = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => said, warned: () => warned, end };
}

const recorded = (): number =>
  (JSON.parse(demarc(['verify', log, '--format', 'json']).stdout) as { size: number }).size;

it('ends on a signal with what was read; a line that was cut off is not a line', async () => {
  const { child, said, warned, end } = appending();
  child.stdin?.write('{"kind":"custom"}\n{"kind":"custom","payload":"cut o');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  child.kill('SIGINT');
  expect(await end).toBe(0);
  expect(warned()).toBe('');
  expect(said().split('\n')).toHaveLength(2);
  expect(recorded()).toBe(1);
});

it('goes on recording when nobody reads its answers any more', async () => {
  const { child, warned, end } = appending();
  child.stdin?.write('{"kind":"custom"}\n');
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  child.stdout?.destroy();
  for (let at = 0; at < 5000; at++) child.stdin?.write('{"kind":"custom"}\n');
  child.stdin?.end();
  expect(await end).toBe(0);
  expect(warned()).toMatch(/^nobody reads the answers any more: .*\n$/);
  expect(recorded()).toBe(5001);
});

it('ends with the reason when the ledger takes nothing more, although its input stays open', async () => {
  // Tiles cannot be written below a file.
  writeFileSync(join(log, 'tile'), '');
  const { child, said, warned, end } = appending();
  child.stdin?.write('{"kind":"custom"}\n');
  expect(await end).toBe(2);
  expect(warned()).toMatch(/^error: .*\[DMC_LEDGER_STOPPED\]\nhint: .*\n$/);
  // Durable, and told: the next start has it.
  expect(said()).toMatch(/^\{"index":0,/);
  rmSync(join(log, 'tile'));
  expect(demarc(['append', log]).stderr).toBe('recovered 1 durable events of an earlier writer\n');
  expect(recorded()).toBe(1);
});

it('goes on without its write-ahead log when it is told to, and only then', () => {
  const event = { input: '{"kind":"custom"}\n' };
  expect(demarc(['append', log], event).status).toBe(0);
  rmSync(join(log, 'wal'), { recursive: true });
  const refused = demarc(['append', log], event);
  expect([refused.status, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/write-ahead log is missing.*\nhint: .*--accept-missing-wal/);
  expect(demarc(['append', log, '--accept-missing-wal'], event).stdout).toMatch(/^\{"index":1,/);
  expect(recorded()).toBe(2);
});
