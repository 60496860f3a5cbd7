/** What a bridge holds of a server for clients of the stateless era, who never say that they have gone. */
import { afterEach, expect, it } from 'vitest';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import { ChannelUpstream } from '../../src/gateway/upstream/channel-upstream.ts';
import { answering, PlayedChildren } from './children.ts';
import { clock, random, startGateway } from './gateway.ts';
import { messagesOf, meta, post, statelessCall, statelessHeaders, until } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function gatewayOf(children: PlayedChildren, gatewayProcessesMax: number): Promise<URL> {
  const settings = { name: 'one', prepare: () => () => children.start(), channelPer: 'session' as const };
  const inner = new ChannelUpstream(settings, { clock, random }, { gatewayProcessesMax });
  const parts = { clock, random, gatewayProcessIdleMs: 20 };
  const gateway = await startGateway(new Map([['one', new BridgedUpstream(inner, parts, new Set(['stateful']))]]));
  closing.push(() => gateway.close());
  return new URL('/mcp/one', gateway.url);
}

it('processes of principals who went away are ended, and others have theirs', async () => {
  const children = new PlayedChildren(answering);
  const url = await gatewayOf(children, 1);
  for (const agent of ['a', 'b', 'c']) {
    const answer = await messagesOf(await post(url, statelessCall(), { ...statelessHeaders, 'x-agent': agent }));
    expect(answer).toMatchObject([{ result: {} }]);
    await children.started.at(-1)?.ended;
  }
  expect(children.started).toHaveLength(3);
});

it('a process in which a call is under way, or that somebody listens to, goes on', async () => {
  const children = new PlayedChildren((child) => {
    answering(child);
    const { onMessage } = child;
    child.onMessage = (message) => void (message['method'] !== 'tools/call' && onMessage(message, child));
  });
  const url = await gatewayOf(children, 2);
  const call = post(url, statelessCall(), { ...statelessHeaders, 'x-agent': 'a' }).then(messagesOf);
  const stop = new AbortController();
  closing.push(() => stop.abort());
  const listen = {
    jsonrpc: '2.0',
    id: 1,
    method: 'subscriptions/listen',
    params: { notifications: {}, _meta: meta },
  };
  const fields = { ...statelessHeaders, 'mcp-method': 'subscriptions/listen', 'x-agent': 'b' };
  await post(url, listen, fields, stop.signal);
  await until(() => children.started.every(({ written }) => written.length >= 2) && children.started.length === 2);
  let ended = 0;
  for (const child of children.started) void child.ended.then(() => ended++);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(ended).toBe(0);
  const asked = children.started.flatMap((child) => child.written.map((message) => ({ child, message })));
  const { child, message } = asked.find(({ message: { method } }) => method === 'tools/call') ?? {};
  child?.say({ jsonrpc: '2.0', id: message?.['id'], result: { content: [] } });
  expect(await call).toMatchObject([{ result: { content: [] } }]);
  await child?.ended;
  stop.abort();
  await until(() => ended === 2);
});
