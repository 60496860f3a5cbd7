import { expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { JsonRpcMessage } from '../../model/mcp.ts';
import { StatefulServer } from './fixtures/stateful-server.ts';
import { Session } from './stateful-session.ts';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

it.each([0, 1])('questions nobody took: limit + %i', async (more) => {
  const refused: JsonRpcMessage[] = [];
  const server = new StatefulServer();
  server.answer = (response) => {
    refused.push(response);
    return Promise.resolve();
  };
  const session = new Session(server, {});
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
  const session = new Session(server, {});
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
