import { expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { JsonRpcMessage } from '../../model/mcp.ts';
import { StatefulServer } from './fixtures/stateful-server.ts';
import { CallMessages, Session } from './stateful-session.ts';

async function sessionOf(server: StatefulServer): Promise<Session> {
  const session = new Session(server, () => Promise.resolve({}), 0);
  await session.ready;
  return session;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

it.each([0, 1])('questions nobody took: limit + %i', async (more) => {
  const refused: JsonRpcMessage[] = [];
  const server = new StatefulServer();
  server.answer = (response) => {
    refused.push(response);
    return Promise.resolve();
  };
  const session = await sessionOf(server);
  for (let at = 0; at < limits.bridgeUnheardMax + more; at++)
    server.say({ jsonrpc: '2.0', id: at, method: 'roots/list' });
  await settled();
  expect(refused).toHaveLength(more);
  let taken = 0;
  while (session.takeStray() !== undefined) taken++;
  expect(taken).toBe(limits.bridgeUnheardMax);
  await session.close();
});

it('notifications reach everybody who listens, from then on', async () => {
  const server = new StatefulServer();
  const session = await sessionOf(server);
  const stop = new AbortController();
  const heard: string[] = [];
  const listening = [0, 1].map(async () => {
    for await (const { method } of session.heard(stop.signal)) heard.push(method);
  });
  await settled();
  server.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  await settled();
  stop.abort();
  await Promise.all(listening);
  expect(heard).toEqual(['notifications/tools/list_changed', 'notifications/tools/list_changed']);
  await session.close();
});

it('a call that fails after a question of before it was taken leaves no rejection unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (thrown: unknown): void => void unhandled.push(thrown);
  process.on('unhandledRejection', note);
  const server = new StatefulServer();
  const session = await sessionOf(server);
  server.say({ jsonrpc: '2.0', id: 'before', method: 'elicitation/create' });
  await settled();
  let fail: (thrown: Error) => void = () => undefined;
  const failing = new Promise<IteratorResult<JsonRpcMessage>>((_, reject) => (fail = reject));
  const messages = new CallMessages(session, { [Symbol.asyncIterator]: () => ({ next: () => failing }) }, true, 1);
  expect(await messages.next()).toMatchObject({ id: 'before' });
  fail(new Error('the server is gone'));
  await settled();
  expect(unhandled).toEqual([]);
  await expect(messages.next()).rejects.toThrow('the server is gone');
  await session.close();
  process.off('unhandledRejection', note);
});

it('goes on listening when the answer to a ping is not taken', async () => {
  const server = new StatefulServer();
  server.answer = () => Promise.reject(new Error('not taken'));
  const session = await sessionOf(server);
  server.say({ jsonrpc: '2.0', id: 'p', method: 'ping' });
  server.say({ jsonrpc: '2.0', id: 'q', method: 'roots/list' });
  await settled();
  expect(session.takeStray()).toMatchObject({ id: 'q' });
  await session.close();
});

it('a question that is taken back before anybody took it is none', async () => {
  const server = new StatefulServer();
  const answered: JsonRpcMessage[] = [];
  server.answer = async (response) => void answered.push(response);
  const session = await sessionOf(server);
  for (const id of ['a', 'b']) server.say({ jsonrpc: '2.0', id, method: 'elicitation/create' });
  server.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } });
  await settled();
  expect(session.takeStray()).toMatchObject({ id: 'b' });
  expect(session.takeStray()).toBeUndefined();
  expect(answered).toEqual([]);
  await session.close();
});

it('what the server may have said while nobody could hear it is told of, so that clients ask again', async () => {
  const server = new StatefulServer();
  let gap = (): void => undefined;
  const unasked = server.unasked.bind(server);
  server.unasked = (signal: AbortSignal, told?: () => void) => {
    gap = told ?? gap;
    return unasked(signal);
  };
  const session = await sessionOf(server);
  session.subscribe('a:');
  const stop = new AbortController();
  const heard: string[] = [];
  const listening = (async () => {
    for await (const { method, params } of session.heard(stop.signal))
      heard.push(`${method} ${JSON.stringify(params)}`);
  })();
  await settled();
  gap();
  await settled();
  stop.abort();
  await listening;
  expect(heard).toEqual([
    'notifications/tools/list_changed undefined',
    'notifications/prompts/list_changed undefined',
    'notifications/resources/list_changed undefined',
    'notifications/resources/updated {"uri":"a:"}',
  ]);
  await session.close();
});
