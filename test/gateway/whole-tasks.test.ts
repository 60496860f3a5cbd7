/** Tasks behind the whole gateway: what they bring counts, and of who is stopped none goes on. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginSession, meta, post, statelessHeaders, until } from './requests.ts';
import { nodeDurableFiles } from '../../src/app/node-durable-files.ts';
import { killFolderIn } from '../../src/app/gateway/state-folder.ts';
import { KillFolder } from '../../src/store/kill-switch/kill-folder.ts';
import { startTaskServer, type TaskServer } from './task-server.ts';
import { eventsOf, type WholeGateway, wholeGateway } from './whole.ts';

let server: TaskServer;
let whole: WholeGateway;
beforeAll(async () => {
  server = await startTaskServer('slow');
  whole = await wholeGateway(
    [
      'policies: {set: .}',
      'budgets:',
      '  budgets:',
      '    - {name: calls, unit: calls, limit: 2, per: [run]}',
      '    - {name: traffic, unit: bytes, limit: 400, per: [run], reserve: 1}',
      'identity: {anonymous: {agent: local}}',
      `servers: {slow: {url: "${server.url.href}", eras: [stateful, stateless]}}`,
    ].join('\n'),
    { 'a.cedar': 'permit (principal, action, resource);' },
  );
}, 120_000);
afterAll(() => {
  server.server.close();
  server.server.closeAllConnections();
  whole.remove();
});

interface Said {
  readonly result?: Record<string, unknown> & { readonly task?: { readonly taskId: string } };
  readonly error?: { readonly message: string };
}
type Ask = (method: string, params: object, run: string) => Promise<Said>;

async function stateful(): Promise<Ask> {
  const url = new URL('/mcp/slow', whole.origin);
  const headers = await beginSession(url);
  let id = 0;
  return async (method, params, run) =>
    (
      await post(url, { jsonrpc: '2.0', id: ++id, method, params }, { ...headers, 'demarc-run': run })
    ).json() as Promise<Said>;
}

function stateless(): Ask {
  let id = 0;
  return async (method, params, run) => {
    const { name, taskId } = params as { name?: string; taskId?: string };
    const headers = { ...statelessHeaders, 'demarc-run': run, 'mcp-method': method, 'mcp-name': name ?? taskId ?? '' };
    const body = { jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta: meta } };
    return (await post(new URL('/mcp/slow', whole.origin), body, headers)).json() as Promise<Said>;
  };
}

it('what they bring counts to the budget of the run that made them, and not as calls', async () => {
  const ask = await stateful();
  const call = { name: 'slow', arguments: {}, task: {} };
  const taskId = (await ask('tools/call', call, 'one')).result?.task?.taskId;
  const answers: Said[] = [];
  for (let at = 0; at < 10; at++) answers.push(await ask('tasks/result', { taskId }, 'another'));
  const refused = answers.findIndex(({ error }) => error?.message === 'Refused: budget.exceeded');
  expect(refused).toBeGreaterThan(1);
  expect(answers.slice(0, refused).every(({ result }) => result !== undefined)).toBe(true);
  expect(JSON.stringify(await ask('tools/call', call, 'one'))).toContain('budget.exceeded');
  expect((await ask('tools/call', call, 'another')).result?.task).toBeDefined();
  expect((await ask('tasks/cancel', { taskId }, 'another')).result).toMatchObject({ status: 'cancelled' });
});

const cancelled = (): readonly string[] => server.seen.filter((line) => line.startsWith('tasks/cancel'));

it.each<[string, () => Promise<Ask>, (made: Said) => unknown]>([
  ['2025-11-25', stateful, ({ result }) => result?.task?.taskId],
  ['2026-07-28', async () => stateless(), ({ result }) => result?.['taskId']],
])(
  'of a run that is stopped are taken back from their server, unless they have ended: %s',
  async (era, begin, idOf) => {
    const ask = await begin();
    const make = async (run: string): Promise<string> =>
      String(idOf(await ask('tools/call', { name: 'slow', arguments: {}, task: {} }, run)));
    const ended = await make(`stopped-${era}`);
    await ask('tasks/get', { taskId: ended }, `stopped-${era}`);
    const goesOn = await make(`stopped-${era}`);
    await make(`other-${era}`);
    server.seen.length = 0;
    const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(whole.folder, 'state')));
    const of = { reason: 'test', by: 'me', at: new Date().toISOString() };
    await folder.set({ scope: 'run', name: `stopped-${era}`, ...of });
    await until(() => cancelled().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(cancelled()).toEqual([`tasks/cancel ${goesOn}`]);
    // One that is made while the order stands does not go on either; lifted, it is as before.
    expect((await ask('tools/call', { name: 'slow', arguments: {} }, `stopped-${era}`)).error).toBeDefined();
  },
);

it('of everybody who is stopped are, which is recorded', async () => {
  const ask = await stateful();
  for (const run of ['x', 'y']) await ask('tools/call', { name: 'slow', arguments: {}, task: {} }, run);
  server.seen.length = 0;
  const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(whole.folder, 'state')));
  await folder.set({ scope: 'all', name: '', reason: 'test', by: 'me', at: new Date().toISOString() });
  // With those of the runs before that were not stopped.
  await until(() => cancelled().length >= 4);
  await whole.close();
  const events = (await eventsOf(whole.folder)).filter(({ operation }) => operation === 'task-cancelled');
  expect(events.map(({ reasons }) => reasons?.join())).toEqual(
    expect.arrayContaining(['kill.run', 'kill.run', 'kill.all', 'kill.all']),
  );
  expect(events[0]).toMatchObject({ kind: 'custom', agent: 'local', server: 'slow', tool: 'slow' });
});
