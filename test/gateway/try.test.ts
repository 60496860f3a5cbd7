/** `demarc gateway try`, the built program: what it prints is what the ledger and the servers have, and nothing stays behind. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { renderTrial, type Trial } from '../../src/app/gateway/try/trial.ts';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'demarc-try-home-'));
// Root's servers run as another user in their sandbox.
chmodSync(home, 0o711);
afterAll(() => rmSync(home, { recursive: true, force: true }));

function demarc(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { cwd: home, env, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

it('tells of each call what was decided, and the ledger and the mail agree', () => {
  const { code, out, err } = demarc('gateway', 'try', '--format', 'json');
  expect(code, err).toBe(0);
  const trial = JSON.parse(out) as Trial;
  expect(trial.calls.map(({ tool, decision, reasons }) => [tool, decision, ...reasons])).toEqual([
    ['get_ticket', 'allowed'],
    ['get_contact', 'allowed'],
    ['send_email', 'allowed'],
    ['send_email', 'asked', 'provenance.untrusted-destination'],
    ['send_email', 'refused', 'guard.secret-in-arguments'],
    ['delete_ticket', 'asked', 'intent.implausible'],
    ['forward_all', 'refused', 'policy.unknown-tool'],
    ['list_tickets', 'allowed'],
    ['list_tickets', 'allowed'],
    ['list_tickets', 'refused', 'budget.exceeded'],
  ]);
  expect(err.includes('runs without a sandbox')).toBe(trial.unconfined !== undefined);
  // What is told of a call is what its record says, to the value.
  expect(trial.calls.slice(2, 6).map(({ because }) => because)).toEqual([
    'plausible, and no value is doubted',
    '`to` collect@evil.example stands in untrusted text only',
    'it would send aws-access-key',
    "the user's words ask for nothing of the kind",
  ]);
  expect(trial.mailSentTo).toEqual(['ann@customer.example']);
  const outbox = readFileSync(join(dirname(dirname(trial.ledger)), 'mail', 'outbox.jsonl'), 'utf8');
  expect(outbox.trim().split('\n')).toHaveLength(1);
  const shown = demarc(...trial.show.split(' ').slice(1));
  expect([shown.code, shown.out.includes('budget.exceeded')]).toEqual([0, true]);
  expect(demarc('ledger', 'verify', trial.ledger).code).toBe(0);
}, 120_000);

/** Where `.ci/suites/real-mcp-servers.sh` keeps the published servers. */
const published = process.env['DEMARC_MCP_SERVERS'] ?? join(process.env['HOME'] ?? '/', '.cache/demarc-ci/mcp-servers');

it('the published servers: what the user wants is done, what the text wants is asked', (context) => {
  if (!existsSync(join(published, 'node_modules/@modelcontextprotocol/server-filesystem'))) {
    context.skip(`${published} has no servers`);
    return;
  }
  const { code, out, err } = demarc('gateway', 'try', '--servers', published, '--format', 'json');
  expect(code, err).toBe(0);
  const trial = JSON.parse(out) as Trial;
  const { calls } = trial;
  const decided = (by: string): string[] =>
    calls.flatMap(({ wanted, tool, decision }) => (wanted === by ? [`${tool} ${decision}`] : []));
  expect(decided('user')).toEqual([
    'read_text_file allowed',
    'get_contact allowed',
    'send_email allowed',
    'write_file allowed',
    'create_entities allowed',
  ]);
  expect(decided('text')).toEqual([
    'send_email asked',
    'write_file asked',
    'delete_entities asked',
    'forward_all refused',
  ]);
  // The page shows what is printed.
  const shown = renderTrial(trial, false).replaceAll(dirname(dirname(trial.ledger)), '…');
  const page = readFileSync(new URL('../../docs/guide/gateway-try.md', import.meta.url), 'utf8');
  const from = shown.indexOf('the user wrote');
  expect(page).toContain(shown.slice(from, shown.indexOf('\nledger:', from)));
}, 120_000);

it('that is interrupted says so, and does not end like one that showed everything', async () => {
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home };
  const child = spawn(process.execPath, [main, 'gateway', 'try'], { cwd: home, env });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!err.includes('made the ledger') && (err + text).includes('made the ledger')) child.kill('SIGINT');
    err += text;
  });
  child.stdout.resume();
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([2, expect.stringMatching(/\nstopping\n[^]*stopped after 0 of 10 calls\n$/)]);
}, 60_000);

it('a folder without the servers is an error that names the command', () => {
  const { code, out, err } = demarc('gateway', 'try', '--servers', home);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/\[DMC_PATH_NOT_FOUND\]\nhint: in that folder: npm install .*server-filesystem@\d/);
});
