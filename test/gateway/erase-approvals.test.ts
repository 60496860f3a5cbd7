/** What approvals keep about a person is destroyed by the command, in the database that the gateway leaves. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runErase } from '../../src/app/commands/approvals/erase-run.ts';
import { runToken } from '../../src/app/commands/gateway/token-run.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { openFolderSql } from '../../src/app/node-sql.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let server: MadeServer;
let whole: WholeGateway;
let config: string;
const context = (): ReturnType<typeof keepingContext> => ({ ...keepingContext(), clock: nodeClock });

beforeAll(async () => {
  server = await makeServer('pay', (made) =>
    made.registerTool('pay', {}, () => ({ content: [{ type: 'text', text: 'paid' }] })),
  );
  whole = await wholeGateway(
    [
      'policies: {set: .}',
      'approvals: {wait-ms: 0}',
      'identity: {run-tokens: {key-file: run.key}}',
      `servers: {pay: {url: "${server.url}", eras: [stateless]}}`,
    ].join('\n'),
    { 'a.cedar': 'permit (principal, action, resource); @ask("four.eyes") forbid (principal, action, resource);' },
  );
  config = join(whole.folder, 'demarc.gateway.yaml');
}, 120_000);
afterAll(() => {
  server.close();
  whole.remove();
});

async function askAs(person: string): Promise<void> {
  const made = context();
  await runToken(made, { config, agent: 'clerk', run: `r-${person.slice(6)}`, person, format: 'terminal' });
  const client = await whole.client('pay', { authorization: `Bearer ${made.out.join('').trim()}` });
  const answer = await client.callTool({ name: 'pay', arguments: {} });
  expect(JSON.stringify(answer)).toContain('Nothing was done yet');
}

async function erase(person: string): Promise<string> {
  const made = context();
  const code = await runErase(made, { config, format: 'terminal' }, person);
  return `${code} ${made.out.join('')}`;
}

it('of a person who asked, everything; of others, nothing', async () => {
  await askAs('local#ann');
  await askAs('local#bob');
  await expect(erase('ann')).rejects.toMatchObject({ code: 'DMC_USAGE' });
  await whole.close();
  expect(await erase('local#ann')).toMatch(/^0 Destroyed what 1 approval kept about local#ann/);
  expect(await erase('local#ann')).toBe('1 Nothing is kept about local#ann.\n');
  const sql = await openFolderSql(join(whole.folder, 'state', 'sql'));
  const rows = await sql.query(
    'select person is null as p, request is null as r, state from demarc_approvals.approvals order by p',
  );
  await sql.close();
  expect(rows).toEqual([
    { p: false, r: false, state: 'pending' },
    { p: true, r: true, state: 'expired' },
  ]);
}, 120_000);

it('where no gateway ever ran nothing is made', async () => {
  const made = context();
  const state = join(whole.folder, 'nowhere');
  writeFileSync(join(whole.folder, 'other.yaml'), `version: 1\nstate: nowhere\nservers: {pay: {url: "${server.url}"}}`);
  await expect(
    runErase(made, { config: join(whole.folder, 'other.yaml'), format: 'terminal' }, 'local#ann'),
  ).rejects.toMatchObject({
    message: expect.stringContaining(state) as string,
  });
  expect(existsSync(state)).toBe(false);
});

it('where a gateway asked nobody nothing is kept, and no database is made', async () => {
  const state = join(whole.folder, 'quiet');
  mkdirSync(state);
  writeFileSync(join(state, 'approvals.key'), `${'0'.repeat(64)}\n`, { mode: 0o600 });
  const path = join(whole.folder, 'quiet.yaml');
  writeFileSync(path, `version: 1\nstate: quiet\nservers: {pay: {url: "${server.url}"}}`);
  const made = context();
  expect(await runErase(made, { config: path, format: 'terminal' }, 'local#ann')).toBe(1);
  const forPrograms = context();
  expect(await runErase(forPrograms, { config: path, format: 'json' }, 'local#ann')).toBe(1);
  expect(JSON.parse(forPrograms.out.join(''))).toEqual({ approvals: 0 });
  expect([made.out.join(''), existsSync(join(state, 'sql'))]).toEqual(['Nothing is kept about local#ann.\n', false]);
});
