/** Tasks behind the whole gateway: what they bring counts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beginSession, post } from './requests.ts';
import { startTaskServer, type TaskServer } from './task-server.ts';
import { type WholeGateway, wholeGateway } from './whole.ts';

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
afterAll(async () => {
  await whole.close();
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
