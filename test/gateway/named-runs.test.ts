/** Who reads an agent's own log knows a run by the name the agent gives it. */
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runKeyCreate } from '../../src/app/commands/gateway/key-run.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { runShow } from '../../src/app/commands/ledger/show-run.ts';
import { runKill } from '../../src/app/commands/kill-run.ts';
import { testSql } from '../../src/store/index/fixtures/test-sql.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let server: MadeServer;
let whole: WholeGateway;

beforeAll(async () => {
  server = await makeServer('clock', (made) => void made.registerTool('now', {}, () => ({ content: [] })));
  whole = await wholeGateway(
    `policies: open\nidentity: {anonymous: {agent: local}, api-keys: {directory: keys}}\nservers: {clock: {url: "${server.url}", eras: [stateless]}}`,
  );
}, 120_000);
afterAll(async () => {
  server.close();
  whole.remove();
});

async function keyOf(person: string): Promise<Readonly<Record<string, string>>> {
  const context = keepingContext();
  await runKeyCreate(context, {
    agent: 'assistant',
    person,
    format: 'terminal',
    directory: join(whole.folder, 'keys'),
  });
  return { authorization: `Bearer ${context.out.join('').trim()}` };
}

/** A client that made one call. */
async function called(run: string, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
  const client = await whole.client('clock', { 'demarc-run': run, ...headers });
  await client.callTool({ name: 'now' });
  return client;
}

interface Shown {
  readonly runs: readonly { readonly run: string; readonly agent: string }[];
  readonly entries: readonly { readonly index: number; readonly event: { readonly kind: string } }[];
}

async function show(run: string, keys = join(whole.folder, 'state/ledger.keys')): Promise<Shown> {
  const context = keepingContext();
  const openSql = async () => ({ ...(await testSql()), close: async () => {} });
  await runShow(context, { format: 'json', keys }, join(whole.folder, 'state/ledger'), run, { openSql });
  return JSON.parse(context.out.join('')) as Shown;
}

it('a run is shown and stopped by what its client calls it', async () => {
  const jane = await keyOf('jane');
  const stopped = await called('r-7', jane);
  await called('r-8');
  await called('both', jane);
  await called('both');
  const flags = { format: 'terminal' as const, reason: '', lift: false, state: join(whole.folder, 'state') };
  await runKill(keepingContext(), flags, 'run', 'r-7');
  await expect.poll(() => stopped.callTool({ name: 'now' }).catch(String)).toContain('Stopped by the operator');
  await whole.close();
  const ofPerson = await show('r-7');
  expect(ofPerson.runs).toMatchObject([
    { run: expect.stringMatching(/^named\.[a-p]{32}$/) as unknown, agent: 'assistant' },
  ]);
  // The calls, the order, and what it refused, as they were recorded.
  const [kinds, indexes] = [
    ofPerson.entries.map(({ event }) => event.kind),
    ofPerson.entries.map(({ index }) => index),
  ];
  expect(kinds).toEqual(expect.arrayContaining(['run.start', 'tool.call', 'config.change', 'decision']));
  expect(indexes).toEqual(indexes.toSorted((one, other) => one - other));
  expect((await show('r-8')).runs).toMatchObject([{ agent: 'local' }]);
  expect((await show(ofPerson.runs[0]?.run ?? '')).runs).toEqual(ofPerson.runs);
  await expect(show('both')).rejects.toMatchObject({
    code: 'DMC_UNKNOWN_ID',
    message: '2 clients call a run of theirs `both`',
    hint: expect.stringMatching(/named\.\w+ of local, named\.\w+ of assistant/) as unknown,
  });
  await expect(show('r-9')).rejects.toMatchObject({ code: 'DMC_UNKNOWN_ID' });
});
