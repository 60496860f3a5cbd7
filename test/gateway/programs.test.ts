/** Programs of servers, played: what becomes of calls when a session ends, the program is deaf or somebody is asked. */
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/base/limits.ts';
import { ChannelUpstream } from '../../src/gateway/upstream/channel-upstream.ts';
import { ServerProgram } from '../../src/gateway/upstream/server-program.ts';
import type { Reply } from '../../src/gateway/upstream/upstream.ts';
import type { JsonRpcRequest, McpRevision } from '../../src/model/mcp.ts';
import { answering, PlayedChild, PlayedChildren } from './children.ts';
import { clock, principal, random } from './gateway.ts';

const { signal } = new AbortController();
const call = { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'x' } } as const;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let program: ServerProgram | undefined;
function played(): readonly [PlayedChild, ServerProgram] {
  const child = new PlayedChild();
  program = new ServerProgram('one', child, { ...limits, gatewayCallIdleMs: 50 });
  program.open('link');
  return [child, program];
}
afterEach(() => program?.end());

it('a principal with all the processes it may have ends its own that lay idle for longest, and no one else’s', async () => {
  const children = new PlayedChildren(answering);
  const upstream = new ChannelUpstream(
    { name: 'one', prepare: () => () => children.start(), channelPer: 'session' },
    { clock, random },
    { gatewayProcessesMax: 3, gatewayProcessesOfOneMax: 2 },
  );
  const send = (agent: string, message: JsonRpcRequest, link?: string): Promise<Reply> =>
    upstream.send({
      kind: 'message',
      message,
      text: '',
      principal: principal(agent),
      revision: '2025-11-25',
      headers: new Map(),
      link,
      signal,
    });
  const begin = (agent: string): Promise<Reply> => send(agent, { jsonrpc: '2.0', id: 0, method: 'initialize' });
  const [first, second] = [await begin('greedy'), await begin('greedy')];
  await send('greedy', call, first.link);
  const third = await begin('greedy');
  expect(await send('greedy', call, second.link)).toEqual({ kind: 'status', status: 404 });
  const other = await begin('other');
  await expect(begin('third')).rejects.toThrow('as many processes or connections as it may have');
  for (const [agent, { link }] of [
    ['greedy', first],
    ['greedy', third],
    ['other', other],
  ] as const)
    expect(await send(agent, call, link)).toMatchObject({ kind: 'message' });
  await upstream.close();
});

describe('a handshake that several clients of a principal wait for', () => {
  const starting = (children: PlayedChildren, prepared: Promise<unknown>): ChannelUpstream =>
    new ChannelUpstream(
      {
        name: 'one',
        prepare: async () => {
          await prepared;
          return () => children.start();
        },
        channelPer: 'principal',
      },
      { clock, random },
    );
  const handshake = (
    upstream: ChannelUpstream,
    { signal: own }: AbortController,
    revision: McpRevision,
  ): Promise<Reply> =>
    upstream.send({
      kind: 'message',
      message: { jsonrpc: '2.0', id: 'i', method: revision === '2026-07-28' ? 'tools/list' : 'initialize' },
      text: '',
      principal: principal(),
      revision,
      headers: new Map(),
      signal: own,
    });
  const clients = (): [AbortController, AbortController] => [new AbortController(), new AbortController()];

  it.each(['2025-11-25', '2026-07-28'] as const)('is begun for all of them (%s)', async (revision) => {
    const children = new PlayedChildren(answering);
    const upstream = starting(children, wait(20));
    const [gone, staying] = clients();
    const replies = [gone, staying].map((client) => handshake(upstream, client, revision));
    gone.abort();
    const [first, second] = await Promise.allSettled(replies);
    expect(first?.status).toBe('rejected');
    expect(second).toMatchObject({ status: 'fulfilled', value: { kind: 'message' } });
    expect(children.started).toHaveLength(1);
    await upstream.close();
  });

  it('goes on when the first of them goes away, who is told at once', async () => {
    const children = new PlayedChildren(() => undefined);
    const upstream = starting(children, wait(0));
    const [gone, staying] = clients();
    const [first, second] = [gone, staying].map((client) => handshake(upstream, client, '2025-11-25'));
    await expect.poll(() => children.started[0]?.written).toHaveLength(1);
    gone.abort();
    await expect(first).rejects.toThrow('was not waited for');
    children.started[0]?.say({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } });
    expect(await second).toMatchObject({ kind: 'message', message: { id: 'i' } });
    expect(children.started[0]?.written).toHaveLength(1);
    await upstream.close();
  });

  it('is given up with the last of them, and the next client has a process of its own', async () => {
    const children = new PlayedChildren((child) => {
      if (children.started.length > 1) answering(child);
    });
    const upstream = starting(children, wait(0));
    const [one, two] = clients();
    const replies = [one, two].map((client) => handshake(upstream, client, '2025-11-25'));
    await expect.poll(() => children.started[0]?.written).toHaveLength(1);
    const settled = Promise.allSettled(replies);
    for (const client of [one, two]) client.abort();
    expect(await handshake(upstream, new AbortController(), '2025-11-25')).toMatchObject({ kind: 'message' });
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(children.started[0]?.ended).resolves.toContain('ended');
    await upstream.close();
  });
});

it.each(['2025-11-25', '2026-07-28'] as const)(
  'a process that runs stays the one of its principal, whoever has gone before it is asked for (%s)',
  async (revision) => {
    const children = new PlayedChildren(answering);
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'principal' },
      { clock, random },
    );
    const method = revision === '2026-07-28' ? 'tools/list' : 'initialize';
    const ask = (own: AbortSignal): Promise<Reply> =>
      upstream.send({
        kind: 'message',
        message: { jsonrpc: '2.0', id: 'i', method },
        text: '',
        principal: principal(),
        revision,
        headers: new Map(),
        signal: own,
      });
    await ask(signal);
    await expect(ask(AbortSignal.abort())).rejects.toThrow('was not waited for');
    expect(await ask(signal)).toMatchObject({ kind: 'message' });
    expect(children.started).toHaveLength(1);
    await upstream.close();
  },
);

describe('a call', () => {
  it('of a session that ends is cancelled, and its client told', async () => {
    const [child, one] = played();
    const events = one.request(call, 'link', signal);
    one.close('link');
    await expect(events.next()).rejects.toThrow('server `one` was not waited for');
    expect(child.written).toMatchObject([
      { id: 1 },
      { method: 'notifications/cancelled', params: { requestId: 1, reason: 'its session ended' } },
    ]);
    expect(one.isIdle).toBe(true);
  });

  it.each([
    ['answered', (one: ServerProgram) => one.pass({ jsonrpc: '2.0', id: 1, result: {} }, 'link')],
    [
      'taken back',
      async (_: ServerProgram, child: PlayedChild) =>
        child.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }),
    ],
  ] as const)('is not silent while a question of its waits, and is once that is %s', async (_, settle) => {
    const [child, one] = played();
    const events = one.request(call, 'link', signal);
    child.say({ jsonrpc: '2.0', id: 1, method: 'elicitation/create' });
    expect(await events.next()).toMatchObject({ message: { method: 'elicitation/create' } });
    await wait(100);
    await settle(one, child);
    await wait(20);
    child.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1 } });
    const heard: unknown[] = [];
    const hear = async (): Promise<void> => {
      for await (const { message } of events) heard.push(message);
    };
    await expect(hear()).rejects.toThrow('did not answer in time');
    expect(heard.at(-1)).toMatchObject({ method: 'notifications/progress' });
  });

  it('that is a subscription may be silent', async () => {
    const [child, one] = played();
    const events = one.request({ ...call, method: 'subscriptions/listen' }, 'link', signal);
    await wait(100);
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 1 };
    child.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta } });
    expect(await events.next()).toMatchObject({ message: { method: 'notifications/tools/list_changed' } });
  });

  it('in a program that reads nothing any more fails, and the next one starts it anew', async () => {
    const children = new PlayedChildren((child) => {
      if (children.started.length === 1) child.write = () => new Promise(() => undefined);
      else answering(child);
    });
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'principal' },
      { clock, random },
      { gatewayMessageBytesMax: 200 },
    );
    const message = { ...call, params: { name: 'x'.repeat(200) } };
    const send = (): Promise<Reply> =>
      upstream.send({
        kind: 'message',
        message,
        text: '',
        principal: principal(),
        revision: '2026-07-28',
        headers: new Map(),
        signal,
      });
    const first = send();
    await Promise.all([expect(first).rejects.toThrow('does not read its input'), expect(send()).rejects.toThrow()]);
    expect(await send()).toMatchObject({ kind: 'message' });
    expect(children.started).toHaveLength(2);
    await upstream.close();
  });
});

describe('what a program says besides answers', () => {
  it('takes back no call of a client whose number is that of a question of its own', async () => {
    const [child, one] = played();
    const [first, second] = [one.request(call, 'link', signal), one.request({ ...call, id: 'd' }, 'link', signal)];
    child.say({ jsonrpc: '2.0', id: 2, method: 'sampling/createMessage' });
    child.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    child.say({ jsonrpc: '2.0', id: 2, result: {} });
    expect(await second.next()).toMatchObject({ message: { id: 'd', result: {} } });
    child.say({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await first.next()).toMatchObject({ message: { id: 'c', result: {} } });
  });

  it('ends a subscription that it takes back', async () => {
    const [child, one] = played();
    const events = one.request({ ...call, method: 'subscriptions/listen' }, 'link', signal);
    child.say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(await events.next()).toBeUndefined();
  });

  it('that is a ping is answered, whether a client listens or not', async () => {
    const [child, one] = played();
    child.say({ jsonrpc: '2.0', id: 'p', method: 'ping' });
    await expect.poll(() => child.written).toEqual([{ jsonrpc: '2.0', id: 'p', result: {} }]);
    const events = one.request(call, 'link', signal);
    child.say({ jsonrpc: '2.0', id: 'q', method: 'ping' });
    child.say({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await events.next()).toMatchObject({ message: { result: {} } });
    expect(child.written.at(-1)).toEqual({ jsonrpc: '2.0', id: 'q', result: {} });
  });

  it('how far a task has come is told by the token of the call that made it, and of no call by that of another', async () => {
    const [child, one] = played();
    const heard = one.listen('link', signal);
    const progress = (progressToken: number): void =>
      child.say({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1 } });
    const made = one.request({ ...call, params: { _meta: { progressToken: 'mine' } } }, 'link', signal);
    child.say({ jsonrpc: '2.0', id: 1, result: { task: { taskId: 't', status: 'working' } } });
    expect(await made.next()).toMatchObject({ message: { id: 'c' } });
    const plain = one.request({ ...call, params: { _meta: { progressToken: 9 } } }, 'link', signal);
    child.say({ jsonrpc: '2.0', id: 2, result: {} });
    expect(await plain.next()).toMatchObject({ message: { result: {} } });
    progress(1);
    expect(await heard?.next()).toMatchObject({ message: { params: { progressToken: 'mine' } } });
    const other = one.request({ ...call, params: { _meta: { progressToken: 2 } } }, 'link', signal);
    for (const token of [2, 1, 7]) progress(token);
    child.say({ jsonrpc: '2.0', id: 3, result: {} });
    expect(await other.next()).toMatchObject({ message: { params: { progressToken: 'mine' } } });
    expect(await other.next()).toMatchObject({ message: { result: {} } });
  });
});

it('a handshake that nobody waits for is not taken back with a message: that may not be', async () => {
  const [child, one] = played();
  const gone = new AbortController();
  const events = one.request({ ...call, method: 'initialize' }, 'link', gone.signal);
  gone.abort();
  await expect(events.next()).rejects.toThrow('was not waited for');
  expect(child.written).toMatchObject([{ method: 'initialize' }]);
});

it.each(['message', 'listen'] as const)(
  'a %s without a session is of none, and of one that ended, of that',
  async (kind) => {
    const children = new PlayedChildren(answering);
    const upstream = new ChannelUpstream(
      { name: 'one', prepare: () => () => children.start(), channelPer: 'session' },
      { clock, random },
    );
    const send = (link?: string): Promise<Reply> =>
      upstream.send({
        kind,
        message: kind === 'message' ? call : undefined,
        principal: principal(),
        revision: '2025-11-25',
        headers: new Map(),
        link,
        signal,
      });
    expect(await send()).toEqual({ kind: 'status', status: 400 });
    expect(await send('gone')).toEqual({ kind: 'status', status: 404 });
    await upstream.close();
  },
);
