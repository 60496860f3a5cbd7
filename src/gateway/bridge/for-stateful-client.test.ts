import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StopSignal } from '../../base/stop.ts';
import { limits } from '../../base/limits.ts';
import {
  failureOf,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  resultOf,
} from '../../model/mcp.ts';
import { StatefulServer, type Step } from './fixtures/stateful-server.ts';
import { ForStatefulClient } from './for-stateful-client.ts';
import { meta, type ServerLink } from './server-link.ts';
import { all, ask, last, play, request, World } from './fixtures/messages.ts';

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };

/** A stateless server in memory that answers as it is told to. */
function played(answer: (sent: JsonRpcRequest) => Record<string, unknown>): {
  readonly server: ServerLink;
  readonly sent: JsonRpcRequest[];
} {
  const none = async (): Promise<void> => undefined;
  const sent: JsonRpcRequest[] = [];
  const server: ServerLink = {
    notify: none,
    answer: none,
    async *unasked() {},
    async *request(one) {
      sent.push(one);
      yield resultOf(one.id, answer(one));
    },
    close: none,
  };
  return { server, sent };
}

/** A stateless server in memory: what the other bridge makes of a stateful one. */
function stateless(): { link: ForStatefulClient; world: World } {
  const world = new World();
  return { link: new ForStatefulClient(world.forStateless, random), world };
}

async function connected(link: ForStatefulClient): Promise<JsonRpcMessage | undefined> {
  const initialized = await last(
    link,
    request('initialize', {
      protocolVersion: '2025-06-18',
      capabilities: { elicitation: {}, sampling: { tools: {} } },
      clientInfo: { name: 'old', version: '0' },
    }),
  );
  await link.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return initialized;
}

describe('a stateful client of a stateless server', () => {
  it('shakes hands in its own revision', async () => {
    const { link, world } = stateless();
    expect(await connected(link)).toMatchObject({
      result: {
        protocolVersion: '2025-06-18',
        serverInfo: { name: 'test' },
        instructions: 'be nice',
        capabilities: { logging: {} },
      },
    });
    expect(world.servers[0]?.seen[0]).toMatchObject({
      params: { capabilities: { elicitation: {}, sampling: { tools: {} } }, clientInfo: { name: 'old' } },
    });
    expect(await last(link, request('ping'))).toEqual(resultOf(1, {}));
    expect(await last(link, request('tools/list'))).toEqual(
      expect.objectContaining({ result: expect.not.objectContaining({ resultType: expect.anything() }) }),
    );
    expect(await last(link, request('resources/read', { uri: 'x:' }))).toMatchObject({ error: { code: -32002 } });
  });

  it('a client that refuses to answer ends the call with its own words', async () => {
    const { link } = stateless();
    await connected(link);
    const messages = await all(link, request('tools/call', play(ask)), ({ id }) => ({
      jsonrpc: '2.0',
      id,
      error: { code: -1, message: 'no' },
    }));
    expect(messages.at(-1)).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -1, message: 'no' } });
  });

  it('is asked only what it said it can do', async () => {
    const { link } = stateless();
    await connected(link);
    const { server } = played(() => ({
      resultType: 'input_required',
      inputRequests: { one: { method: 'roots/list' } },
    }));
    expect(await all(new ForStatefulClient(server, random), request('tools/call', play()))).toMatchObject([
      { error: { code: -32603, message: 'The client lacks a capability: {"roots":{}}' } },
    ]);
    for (const method of ['server/discover', 'subscriptions/listen', 'tasks/get'])
      expect(await last(link, request(method))).toMatchObject({ error: { code: -32601 } });
  });

  it('hears of resources it subscribes to, also later', async () => {
    const { link, world } = stateless();
    await connected(link);
    const stop = new AbortController();
    const heard: string[] = [];
    const listening = (async () => {
      for await (const message of link.unasked(stop.signal)) {
        if ('method' in message) heard.push(`${message.method} ${JSON.stringify(message.params)}`);
        if (heard.length === 2) stop.abort();
      }
    })();
    const until = async (done: () => boolean | undefined): Promise<void> => {
      while (done() !== true) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    await new Promise((resolve) => setTimeout(resolve, 5));
    world.servers[0]?.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    await until(() => heard.length === 1);
    expect(await last(link, request('resources/subscribe', { uri: 'a:' }))).toEqual(resultOf(1, {}));
    await until(() =>
      world.servers[0]?.seen.some((message) => 'method' in message && message.method === 'resources/subscribe'),
    );
    world.servers[0]?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'a:' } });
    await listening;
    expect(heard).toEqual(['notifications/tools/list_changed {}', 'notifications/resources/updated {"uri":"a:"}']);
  });

  it('that asks for a visit to a page names the visit, as the other era must', async () => {
    const visit = { method: 'elicitation/create', params: { mode: 'url', url: 'https://x.example', message: 'visit' } };
    const { server } = played(({ params = {} }) =>
      'inputResponses' in params
        ? { resultType: 'complete', content: [] }
        : { resultType: 'input_required', inputRequests: { one: visit, two: visit } },
    );
    const link = new ForStatefulClient(server, random);
    await last(link, request('initialize', { capabilities: { elicitation: { url: {} } } }));
    const asked: unknown[] = [];
    await all(link, request('tools/call', play()), ({ id, params }) => {
      asked.push(params?.['elicitationId']);
      return resultOf(id, { action: 'accept' });
    });
    expect(new Set(asked).size).toBe(2);
    expect(asked).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
  });

  it('a result of a kind that nobody told it of is none', async () => {
    const { server } = played(() => ({ resultType: 'task', taskId: 't', status: 'working' }));
    const link = new ForStatefulClient(server, random);
    expect(await last(link, request('tools/call', play()))).toMatchObject({ id: 1, error: { code: -32603 } });
  });

  it('sets no level that there is not, which would fail every call after it', async () => {
    const { server, sent } = played(() => ({ resultType: 'complete', tools: [] }));
    const link = new ForStatefulClient(server, random);
    for (const level of ['verbose', undefined, 3])
      expect(await last(link, request('logging/setLevel', { level }))).toMatchObject({ error: { code: -32602 } });
    await last(link, request('tools/list'));
    expect(sent.at(-1)?.params?.['_meta']).not.toHaveProperty([meta.logLevel]);
    expect(await last(link, request('logging/setLevel', { level: 'error' }))).toEqual(resultOf(1, {}));
    await last(link, request('tools/list'));
    expect(sent.at(-1)).toMatchObject({ params: { _meta: { [meta.logLevel]: 'error' } } });
  });

  it('that mirrors arguments as it must not lists the tool for nobody', async () => {
    const schema = (header: string): object => ({
      type: 'object',
      properties: { a: { type: 'string', 'x-mcp-header': header } },
    });
    const tools = [{ name: 'good', inputSchema: schema('A') }, { name: 'bad', inputSchema: schema('a b') }, null];
    const { server } = played(() => ({ resultType: 'complete', tools }));
    expect(await last(new ForStatefulClient(server, random), request('tools/list'))).toEqual(
      resultOf(1, { tools: [tools[0], null] }),
    );
  });

  it('hears everything once, on the stream that it opened last', async () => {
    const { link, world } = stateless();
    await connected(link);
    const stops = [new AbortController(), new AbortController()];
    const heard: JsonRpcMessage[][] = [[], []];
    const listen = async (at: number): Promise<void> => {
      for await (const message of link.unasked(stops[at]!.signal)) heard[at]?.push(message);
    };
    const changed = (): void => world.servers[0]?.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    const first = listen(0);
    await pause();
    changed();
    await pause();
    const second = listen(1);
    await pause();
    changed();
    await pause();
    await last(link, request('resources/subscribe', { uri: 'a:' }));
    await pause();
    world.servers[0]?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'a:' } });
    await pause();
    expect(heard.map((messages) => messages.map((message) => 'method' in message && message.method))).toEqual([
      ['notifications/tools/list_changed'],
      // The first one tells what may have been missed between the two.
      ['notifications/tools/list_changed', 'notifications/tools/list_changed', 'notifications/resources/updated'],
    ]);
    for (const stop of stops) stop.abort();
    await Promise.all([first, second]);
  });

  /** A stateless server whose subscriptions are at hand: what it tells, and when it agrees. */
  function subscribing(): {
    readonly link: ForStatefulClient;
    readonly open: {
      readonly wanted: unknown;
      readonly signal: StopSignal;
      readonly say: (message: JsonRpcMessage) => void;
    }[];
    readonly listen: () => { readonly heard: string[]; readonly stop: AbortController; readonly over: Promise<void> };
  } {
    const open: ReturnType<typeof subscribing>['open'] = [];
    const server: ServerLink = {
      ...played(() => ({})).server,
      async *request({ params }, signal) {
        const said: JsonRpcMessage[] = [];
        let wake = (): void => undefined;
        const say = (message: JsonRpcMessage): void => {
          said.push(message);
          wake();
        };
        signal.addEventListener('abort', () => wake());
        open.push({ wanted: params?.['notifications'], signal, say });
        while (!signal.aborted) {
          for (let next = said.shift(); next !== undefined; next = said.shift()) yield next;
          if (!signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
        }
      },
    };
    const link = new ForStatefulClient(server, random);
    const listen = (): ReturnType<ReturnType<typeof subscribing>['listen']> => {
      const [heard, stop]: [string[], AbortController] = [[], new AbortController()];
      const hear = async (): Promise<void> => {
        for await (const message of link.unasked(stop.signal))
          if ('method' in message) heard.push([message.method, message.params?.['uri']].join(' ').trim());
      };
      return { heard, stop, over: hear() };
    };
    return { link, open, listen };
  }
  const agreed = (notifications: object): JsonRpcMessage => ({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications },
  });
  const toolsChanged = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  it('misses nothing while it is subscribed anew for more resources, of which one at a time is asked', async () => {
    const { link, open, listen } = subscribing();
    const { heard, stop, over } = listen();
    await pause();
    open[0]?.say(agreed({ toolsListChanged: true }));
    await pause();
    for (const uri of ['a:', 'b:']) await last(link, request('resources/subscribe', { uri }));
    await pause();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([false, true, false]);
    expect(open[2]?.wanted).toMatchObject({ resourceSubscriptions: ['a:', 'b:'] });
    open[0]?.say(toolsChanged);
    await pause();
    open[2]?.say(agreed({ toolsListChanged: true, resourceSubscriptions: ['a:', 'b:'] }));
    await pause();
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    open[2]?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'b:' } });
    await pause();
    expect(heard).toEqual(['notifications/tools/list_changed', 'notifications/resources/updated b:']);
    stop.abort();
    await over;
    expect(open[2]?.signal.aborted).toBe(true);
  });

  it('goes on to hear what it did where the server refuses to tell more, and the more where what it did ends', async () => {
    const { link, open, listen } = subscribing();
    const { heard, stop, over } = listen();
    await pause();
    open[0]?.say(agreed({ toolsListChanged: true }));
    await pause();
    await last(link, request('resources/subscribe', { uri: 'a:' }));
    await pause();
    open[1]?.say(failureOf(1, -32602, 'no such resource'));
    await pause();
    open[0]?.say(toolsChanged);
    await last(link, request('resources/subscribe', { uri: 'b:' }));
    await pause();
    // One at a time, says this server.
    open[0]?.say(resultOf(1, {}));
    await pause();
    open[2]?.say(agreed({ toolsListChanged: true }));
    open[2]?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'b:' } });
    await pause();
    expect(heard).toEqual([
      'notifications/tools/list_changed',
      'notifications/tools/list_changed',
      'notifications/resources/updated b:',
    ]);
    stop.abort();
    await over;
  });

  it('hears on where the server acknowledges a subscription twice', async () => {
    const { open, listen } = subscribing();
    const { heard, stop, over } = listen();
    await pause();
    for (const message of [agreed({ toolsListChanged: true }), agreed({ toolsListChanged: true }), toolsChanged]) {
      open[0]?.say(message);
      await pause();
    }
    expect(heard).toEqual(['notifications/tools/list_changed']);
    stop.abort();
    await over;
  });

  it.each([0, 1])('has no subscription left at the server once nobody hears it: %i', async (way) => {
    const { link, open } = subscribing();
    const heard = link.unasked(new AbortController().signal)[Symbol.asyncIterator]();
    const first = heard.next();
    await pause();
    open[0]?.say(agreed({ toolsListChanged: true }));
    open[0]?.say(toolsChanged);
    await first;
    await last(link, request('resources/subscribe', { uri: 'a:' }));
    await pause();
    if (way === 0) await heard.return?.(undefined);
    else {
      for (const { say } of open) say(resultOf(1, {}));
      expect(await heard.next()).toMatchObject({ done: true });
    }
    expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await last(link, request('resources/subscribe', { uri: 'b:' }));
    await pause();
    expect(open.length).toBe(2);
  });

  it('is told of all it may have missed when its stream was opened again', async () => {
    const { open, listen } = subscribing();
    const first = listen();
    await pause();
    open[0]?.say(agreed({ toolsListChanged: true }));
    await pause();
    open[0]?.say(resultOf(1, {}));
    await first.over;
    const second = listen();
    await pause();
    open[1]?.say(agreed({ toolsListChanged: true, resourcesListChanged: true, resourceSubscriptions: ['a:'] }));
    await pause();
    expect([first.heard, second.heard]).toEqual([
      [],
      [
        'notifications/tools/list_changed',
        'notifications/resources/list_changed',
        'notifications/resources/updated a:',
      ],
    ]);
    second.stop.abort();
    await second.over;
  });

  it.each([0, 1])('subscriptions: limit + %i', async (more) => {
    const { link } = stateless();
    let answer: JsonRpcMessage | undefined;
    for (let at = 0; at < limits.bridgeSubscriptionsMax + more; at++)
      answer = await last(link, request('resources/subscribe', { uri: `u:${at}` }));
    expect('error' in (answer ?? {})).toBe(more === 1);
    expect(limits.bridgeSubscriptionsMax + 1).toBeGreaterThan(1);
  });

  it.each([0, 1])('rounds of questions: limit + %i', async (more) => {
    const { link } = stateless();
    await connected(link);
    const steps = Array.from({ length: limits.bridgeRoundsMax - 1 + more }, () => ask);
    const messages = await all(link, request('tools/call', play(...steps)), ({ id }) =>
      resultOf(id, { action: 'accept' }),
    );
    expect('error' in (messages.at(-1) ?? {})).toBe(more === 1);
    expect(limits.bridgeRoundsMax + 1).toBeGreaterThan(1);
  });

  it('over both bridges a stateful server is what it was, whatever it says and asks', async () => {
    const step = fc.oneof(
      fc.constant(ask),
      fc.record({
        ask: fc.record({
          method: fc.constant('sampling/createMessage'),
          params: fc.dictionary(fc.string(), fc.jsonValue()),
        }),
      }),
      fc.record({
        say: fc.record({
          jsonrpc: fc.constant('2.0' as const),
          method: fc.constant('notifications/progress'),
          params: fc.dictionary(fc.string(), fc.integer()),
        }),
      }),
      fc.record({ fail: fc.record({ code: fc.constantFrom(-1, -32602, -32603), message: fc.string() }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 8 }),
        fc.array(fc.jsonValue(), { minLength: 8, maxLength: 8 }),
        async (steps, answers) => {
          const answering = (): ((asked: JsonRpcRequest) => JsonRpcResponse) => {
            let at = 0;
            return ({ id }) => resultOf(id, { content: answers[at++] });
          };
          const direct = new StatefulServer();
          await last(direct, request('initialize'));
          await direct.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
          const { link } = stateless();
          await connected(link);
          const call = request('tools/call', play(...(steps as Step[])), 'x');
          const heard = (messages: JsonRpcMessage[]): unknown =>
            messages.map((message) =>
              'method' in message && 'id' in message ? { ...message, id: 'any' } : withoutMeta(message),
            );
          expect(heard(await all(link, call, answering()))).toEqual(heard(await all(direct, call, answering())));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The other era names the server in each result. */
function withoutMeta(message: JsonRpcMessage): unknown {
  if (!('result' in message)) return message;
  const { _meta, ...result } = message.result;
  return { ...message, result };
}
