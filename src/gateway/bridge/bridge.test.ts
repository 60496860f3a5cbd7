import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { type JsonRpcMessage, type JsonRpcRequest, type JsonRpcResponse, resultOf } from '../../model/mcp.ts';
import type { Step } from './fixtures/stateful-server.ts';
import { meta } from './server-link.ts';
import { all, ask, last, modern, never, play, World } from './fixtures/messages.ts';

describe('a stateless client of a stateful server', () => {
  it('finds what the server is without a handshake of its own', async () => {
    const { forStateless, servers } = new World();
    expect(await last(forStateless, modern('server/discover'))).toEqual(
      resultOf(1, {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} },
        instructions: 'be nice',
        ttlMs: 0,
        cacheScope: 'private',
        _meta: { [meta.serverInfo]: { name: 'test', version: '1' } },
      }),
    );
    expect(servers[0]?.seen.map((message) => 'method' in message && message.method)).toEqual([
      'initialize',
      'notifications/initialized',
    ]);
  });

  it('gets results as its era wants them, and the server sees none of its own words', async () => {
    const { forStateless, servers } = new World();
    expect(await last(forStateless, modern('tools/list', { _meta: { 'x/y': 1 } }))).toMatchObject({
      result: { resultType: 'complete', ttlMs: 0, cacheScope: 'private', tools: [{ name: 'play' }] },
    });
    expect(servers[0]?.seen.at(-1)).toMatchObject({ params: { _meta: { 'x/y': 1 } } });
    expect(JSON.stringify(servers[0]?.seen.at(-1))).not.toContain('io.modelcontextprotocol');
    expect(await last(forStateless, modern('resources/read', { uri: 'x:' }))).toMatchObject({
      error: { code: -32602 },
    });
  });

  it('is asked in results, and the call goes on with its answers', async () => {
    const { forStateless } = new World();
    const first = (await last(forStateless, modern('tools/call', play(ask, ask)))) as {
      result: Record<string, unknown>;
    };
    expect(first.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { request: { method: 'elicitation/create', params: { message: 'who?' } } },
    });
    const again = (state: unknown, name: string): JsonRpcRequest =>
      modern(
        'tools/call',
        {
          ...play(ask, ask),
          requestState: state,
          inputResponses: { request: { action: 'accept', content: { name } } },
        },
        2,
      );
    const second = (await last(forStateless, again(first.result['requestState'], 'ann'))) as {
      result: Record<string, unknown>;
    };
    expect(second.result['resultType']).toBe('input_required');
    const third = await last(forStateless, again(second.result['requestState'], 'bob'));
    expect(third).toMatchObject({
      id: 2,
      result: { resultType: 'complete', content: [{ text: expect.stringContaining('bob') }] },
    });
  });

  it('is asked in answers that may ask only: what comes during a list waits for a call', async () => {
    const world = new World();
    const link = world.forStateless;
    expect(await last(link, modern('tools/list'))).toMatchObject({ result: { resultType: 'complete' } });
    const [server] = world.servers;
    server?.say({ jsonrpc: '2.0', id: 'form', method: 'elicitation/create', params: {} });
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const method of ['tools/list', 'prompts/list', 'resources/list', 'completion/complete'])
      expect(await last(link, modern(method))).toMatchObject({ result: { resultType: 'complete' } });
    const first = (await last(link, modern('tools/call', play()))) as { result: Record<string, unknown> };
    expect(first.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { request: { method: 'elicitation/create' } },
    });
    const answers: JsonRpcResponse[] = [];
    if (server !== undefined) server.answer = (response) => Promise.resolve(void answers.push(response));
    const { requestState } = first.result;
    const again = { ...play(), requestState, inputResponses: { request: { action: 'accept' } } };
    expect(await last(link, modern('tools/call', again))).toMatchObject({ result: { resultType: 'complete' } });
    expect(answers).toEqual([resultOf('form', { action: 'accept' })]);
  });

  it('a list that waits for an answer nobody can be asked for is told that there is none', async () => {
    const { forStateless } = new World();
    expect(await last(forStateless, modern('tools/list', play(ask)))).toMatchObject({
      result: { resultType: 'complete', content: [{ text: '[{"error":"The client does not answer"}]' }] },
    });
    expect(await last(forStateless, modern('tools/call', play()))).toMatchObject({
      result: { resultType: 'complete' },
    });
  });

  it('is asked everything at once that the server asks at once', async () => {
    const { forStateless, servers } = new World();
    await last(forStateless, modern('tools/list'));
    const question = (id: string, method: string): JsonRpcMessage => ({
      jsonrpc: '2.0',
      id,
      method,
      params: { of: id },
    });
    const answered: JsonRpcMessage[] = [];
    const [server] = servers;
    if (server !== undefined)
      server.request = async function* ({ id }) {
        yield question('a', 'elicitation/create');
        yield question('b', 'elicitation/create');
        yield { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } };
        while (answered.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
        yield resultOf(id, { content: [] });
      };
    if (server !== undefined) server.answer = async (response) => void answered.push(response);
    const messages = await all(forStateless, modern('tools/call', play()));
    expect(messages).toMatchObject([
      { method: 'notifications/progress' },
      {
        result: {
          inputRequests: {
            request: { method: 'elicitation/create', params: { of: 'a' } },
            'request-2': { method: 'elicitation/create', params: { of: 'b' } },
          },
        },
      },
    ]);
    const { requestState } = (messages[1] as { result: Record<string, unknown> }).result;
    const inputResponses = { request: { action: 'accept' }, 'request-2': { action: 'decline' } };
    expect(await last(forStateless, modern('tools/call', { ...play(), requestState, inputResponses }))).toMatchObject({
      result: { resultType: 'complete' },
    });
    expect(answered).toEqual([resultOf('a', { action: 'accept' }), resultOf('b', { action: 'decline' })]);
  });

  it.each([
    ['sampling/createMessage', {}, { sampling: {} }],
    ['roots/list', {}, { roots: {} }],
    ['elicitation/create', { mode: 'url' }, { elicitation: { url: {} } }],
  ])('G24: is not asked for what it did not say it can do: %s', async (method, params, requiredCapabilities) => {
    const { forStateless } = new World();
    expect(await last(forStateless, modern('tools/call', play({ ask: { method, params } })))).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32021, message: 'Missing required client capability', data: { requiredCapabilities } },
    });
  });

  it('is not bothered with what only the other era has', async () => {
    const { forStateless } = new World();
    for (const method of ['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'tasks/list'])
      expect(await last(forStateless, modern(method))).toMatchObject({ error: { code: -32601 } });
    const ping: Step = { ask: { method: 'ping', params: {} } };
    const other: Step = { ask: { method: 'x/y', params: {} } };
    expect(await last(forStateless, modern('tools/call', play(ping, other)))).toMatchObject({
      result: { content: [{ text: '[{},{"error":"Method not found"}]' }] },
    });
  });

  it('cancels at the server when it goes away', async () => {
    const { forStateless, servers } = new World();
    const stop = new AbortController();
    const step: Step = { say: { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } } };
    await last(forStateless, modern('tools/list'));
    for await (const _ of forStateless.request(modern('tools/call', play(step, step)), stop.signal)) stop.abort();
    expect(servers[0]?.seen.at(-1)).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 'c-3' } });
  });

  it('hears log messages of its level and above, whatever level another call set', async () => {
    const { forStateless } = new World();
    const log = (level: string): Step => ({
      say: { jsonrpc: '2.0', method: 'notifications/message', params: { level, data: 'x' } },
    });
    const call = modern('tools/call', { ...play(log('info'), log('error')), _meta: { [meta.logLevel]: 'warning' } });
    expect(await all(forStateless, call)).toMatchObject([{ params: { level: 'error' } }, { id: 1 }]);
  });

  it('G24: a state works once, for its own call, for a while', async () => {
    const world = new World();
    const open = async (): Promise<unknown> =>
      ((await last(world.forStateless, modern('tools/call', play(ask)))) as { result: Record<string, unknown> }).result[
        'requestState'
      ];
    const retry = (state: unknown, steps = play(ask)): Promise<JsonRpcMessage | undefined> =>
      last(
        world.forStateless,
        modern('tools/call', { ...steps, requestState: state, inputResponses: { request: { action: 'accept' } } }),
      );
    const refused = { error: { code: -32602, message: 'Invalid params: requestState' } };
    const state = await open();
    expect(await retry('forged')).toMatchObject(refused);
    expect(await retry(state, play(ask, ask))).toMatchObject(refused);
    expect(await retry(state)).toMatchObject({ result: { resultType: 'complete' } });
    expect(await retry(state)).toMatchObject(refused);
    const [inTime, late] = [await open(), await open()];
    world.nowMs += limits.bridgePendingMs;
    expect(await retry(inTime)).toMatchObject({ result: { resultType: 'complete' } });
    world.nowMs += 1;
    expect(await retry(late)).toMatchObject(refused);
    expect(limits.bridgePendingMs + 1).toBeGreaterThan(1);
  });

  it('clients that can do other things get connections of their own', async () => {
    const { forStateless, servers } = new World();
    await last(forStateless, modern('tools/list'));
    await last(forStateless, modern('tools/list'));
    await last(forStateless, modern('tools/list', { _meta: { [meta.capabilities]: {} } }));
    expect(servers).toHaveLength(2);
    expect(servers[1]?.seen[0]).toMatchObject({ params: { capabilities: {} } });
  });

  it('hears log messages only where it asked for a level', async () => {
    const { forStateless } = new World();
    const log: Step = {
      say: { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } },
    };
    expect(await all(forStateless, modern('tools/call', play(log)))).toHaveLength(1);
    expect(
      await all(forStateless, modern('tools/call', { ...play(log), _meta: { [meta.logLevel]: 'info' } })),
    ).toHaveLength(2);
  });

  it('a level of log messages that there is not fails the request', async () => {
    const { forStateless } = new World();
    expect(await all(forStateless, modern('tools/list', { _meta: { [meta.logLevel]: 'verbose' } }))).toMatchObject([
      { id: 1, error: { code: -32602 } },
    ]);
  });

  it('a server that wants a page to be visited asks for it in a result', async () => {
    const { forStateless } = new World();
    const data = { elicitations: [{ mode: 'url', url: 'https://x.example', elicitationId: 'e', message: 'visit' }] };
    const steps = {
      ...play({ fail: { code: -32042, message: 'visit', data } }),
      _meta: { [meta.capabilities]: { elicitation: { url: {} } } },
    };
    const first = (await last(forStateless, modern('tools/call', steps))) as { result: Record<string, unknown> };
    expect(first.result).toMatchObject({
      resultType: 'input_required',
      inputRequests: { 'elicitation-1': { method: 'elicitation/create', params: { url: 'https://x.example' } } },
    });
    const retry = modern('tools/call', { ...steps, requestState: first.result['requestState'], inputResponses: {} });
    expect(await last(forStateless, retry)).toMatchObject({ result: { resultType: 'input_required' } });
  });

  it('is asked for a visit to a page only where it can be, and then only where an answer can ask', async () => {
    const { forStateless } = new World();
    const visit = (elicitations: object[]): Record<string, unknown> =>
      play({ fail: { code: -32042, message: 'visit', data: { elicitations } } });
    const one = [{ mode: 'form', url: 'https://x.example', message: 'visit' }];
    expect(await last(forStateless, modern('tools/call', visit(one)))).toMatchObject({
      error: { code: -32021, data: { requiredCapabilities: { elicitation: { url: {} } } } },
    });
    const _meta = { [meta.capabilities]: { elicitation: { url: {} } } };
    expect(await last(forStateless, modern('tools/call', { ...visit(one), _meta }))).toMatchObject({
      result: { inputRequests: { 'elicitation-1': { params: { mode: 'url' } } } },
    });
    for (const [method, params] of [
      ['tools/call', visit([])],
      ['tools/list', visit(one)],
    ] as const)
      expect(await last(forStateless, modern(method, { ...params, _meta }))).toMatchObject({
        error: { code: -32603, message: 'visit' },
      });
  });

  it.each([
    [-32002, -32603],
    [-32020, -32603],
    [-32022, -32603],
    [-32099, -32603],
    [-32019, -32019],
    [-32100, -32100],
    [-1, -1],
  ])('gets no error by a code that says something else in its era: %i', async (code, expected) => {
    const { forStateless } = new World();
    const failed = await last(forStateless, modern('tools/call', play({ fail: { code, message: 'm', data: 1 } })));
    expect(failed).toEqual({ jsonrpc: '2.0', id: 1, error: { code: expected, message: 'm', data: 1 } });
  });

  it('listens to what it asked for, and is told what it will hear', async () => {
    const world = new World();
    const stop = new AbortController();
    const listen = modern(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['a:', 'b:'] } },
      9,
    );
    const heard: JsonRpcMessage[] = [];
    for await (const message of world.forStateless.request(listen, stop.signal)) {
      heard.push(message);
      const [server] = world.servers;
      if (heard.length === 1) {
        server?.say({ jsonrpc: '2.0', method: 'notifications/prompts/list_changed' });
        server?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'c:' } });
        server?.say({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'b:' } });
        server?.say({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        // Who is told that it listens does, however long it takes to come back.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (heard.length === 3) stop.abort();
    }
    expect(heard).toMatchObject([
      {
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { toolsListChanged: true, resourceSubscriptions: ['a:', 'b:'] } },
      },
      { method: 'notifications/resources/updated', params: { uri: 'b:', _meta: { [meta.subscription]: 9 } } },
      { method: 'notifications/tools/list_changed' },
    ]);
    expect(JSON.stringify(heard[0])).not.toContain('prompts');
    const methods = world.servers[0]?.seen.map((message) => ('method' in message ? message.method : ''));
    expect(methods?.filter((method) => method.endsWith('subscribe'))).toEqual([
      'resources/subscribe',
      'resources/subscribe',
      'resources/unsubscribe',
      'resources/unsubscribe',
    ]);
  });

  it('hears of changes where it listens, on whatever stream the server tells them, and nowhere else', async () => {
    const world = new World();
    const link = world.forStateless;
    const stop = new AbortController();
    const heard: JsonRpcMessage[] = [];
    const listen = modern(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true, resourceSubscriptions: ['a:/b'] } },
      9,
    );
    const listening = (async () => {
      for await (const message of link.request(listen, stop.signal)) heard.push(message);
    })();
    await expect.poll(() => heard).toHaveLength(1);
    const say = (method: string, params = {}): Step => ({ say: { jsonrpc: '2.0', method, params } });
    const steps = [
      say('notifications/tools/list_changed'),
      say('notifications/resources/updated', { uri: 'a:/b' }),
      say('notifications/prompts/list_changed'),
      say('notifications/elicitation/complete', { elicitationId: 'e' }),
      say('notifications/tasks/status', { taskId: 't' }),
      say('notifications/progress', { progress: 1 }),
    ];
    expect(await all(link, modern('tools/call', play(...steps)))).toMatchObject([
      { method: 'notifications/progress' },
      { id: 1, result: { resultType: 'complete' } },
    ]);
    await expect.poll(() => heard).toHaveLength(3);
    expect(heard.slice(1)).toMatchObject([
      { method: 'notifications/tools/list_changed' },
      { method: 'notifications/resources/updated' },
    ]);
    stop.abort();
    await listening;
  });

  it('hears of what is in a resource that it listens to', async () => {
    const world = new World();
    const stop = new AbortController();
    const notifications = { resourceSubscriptions: ['file:///a', 'file:///b/', 'x:'] };
    const heard: unknown[] = [];
    for await (const message of world.forStateless.request(
      modern('subscriptions/listen', { notifications }),
      stop.signal,
    )) {
      const uri = 'method' in message ? message.params?.['uri'] : undefined;
      if (uri !== undefined) heard.push(uri);
      else
        for (const changed of ['file:///ab', 'file:///a/c', 'file:///b', 'file:///b/c', 'file:///a?q', 'x:y', 'x:'])
          world.servers[0]?.say({
            jsonrpc: '2.0',
            method: 'notifications/resources/updated',
            params: { uri: changed },
          });
      if (uri === 'x:') stop.abort();
    }
    expect(heard).toEqual(['file:///a/c', 'file:///b/c', 'x:']);
  });

  it('is told how far its call has come by its own token, which no other call at the server has', async () => {
    const { forStateless, servers } = new World();
    await last(forStateless, modern('tools/list'));
    const tokens: unknown[] = [];
    const [server] = servers;
    if (server !== undefined)
      server.request = async function* ({ id, params }) {
        const token = (params?.['_meta'] as { progressToken?: unknown } | undefined)?.progressToken;
        tokens.push(token);
        yield { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: 1 } };
        yield resultOf(id, { content: [] });
      };
    const call = modern('tools/call', { ...play(), _meta: { progressToken: 1 } });
    const heard = await Promise.all([all(forStateless, call), all(forStateless, { ...call, id: 2 })]);
    expect(heard.map(([first]) => first)).toMatchObject([
      { params: { progressToken: 1 } },
      { params: { progressToken: 1 } },
    ]);
    expect(new Set(tokens).size).toBe(2);
  });

  it('is asked again for what it did not answer, and the server waits', async () => {
    const { forStateless, servers } = new World();
    await last(forStateless, modern('tools/list'));
    const answered: JsonRpcMessage[] = [];
    const [server] = servers;
    if (server !== undefined) {
      server.request = async function* ({ id }) {
        yield { jsonrpc: '2.0', id: 'a', method: 'elicitation/create', params: { of: 'a' } };
        yield { jsonrpc: '2.0', id: 'b', method: 'elicitation/create', params: { of: 'b' } };
        while (answered.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
        yield resultOf(id, { content: [] });
      };
      server.answer = async (response) => void answered.push(response);
    }
    const sent = async (more: object): Promise<Record<string, unknown>> =>
      ((await last(forStateless, modern('tools/call', { ...play(), ...more }))) as { result: Record<string, unknown> })
        .result;
    const { requestState: first } = await sent({});
    const again = await sent({ requestState: first, inputResponses: { request: { action: 'accept' }, other: {} } });
    expect(again).toMatchObject({
      resultType: 'input_required',
      inputRequests: { 'request-2': { method: 'elicitation/create', params: { of: 'b' } } },
    });
    expect(Object.keys(again['inputRequests'] as object)).toEqual(['request-2']);
    expect(again['requestState']).not.toBe(first);
    const nothing = await sent({ requestState: again['requestState'] });
    expect(nothing).toMatchObject({ resultType: 'input_required', inputRequests: { 'request-2': {} } });
    const inputResponses = { 'request-2': { action: 'decline' } };
    expect(await sent({ requestState: nothing['requestState'], inputResponses })).toMatchObject({
      resultType: 'complete',
    });
    expect(answered).toEqual([resultOf('a', { action: 'accept' }), resultOf('b', { action: 'decline' })]);
  });

  it('is not asked what the server takes back', async () => {
    const { forStateless, servers } = new World();
    await last(forStateless, modern('tools/list'));
    const [server] = servers;
    if (server !== undefined)
      server.request = async function* ({ id }) {
        yield { jsonrpc: '2.0', id: 'a', method: 'elicitation/create', params: {} };
        yield { jsonrpc: '2.0', id: 'b', method: 'elicitation/create', params: {} };
        yield { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } };
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield resultOf(id, { content: [] });
      };
    expect(await all(forStateless, modern('tools/call', play()))).toMatchObject([
      { result: { resultType: 'input_required', inputRequests: { request: {} } } },
    ]);
    if (server !== undefined)
      server.request = async function* ({ id }) {
        yield { jsonrpc: '2.0', id: 'c', method: 'elicitation/create', params: {} };
        yield { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'c' } };
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield resultOf(id, { content: [] });
      };
    expect(await all(forStateless, modern('tools/call', play()))).toMatchObject([
      { result: { resultType: 'complete' } },
    ]);
  });

  it.each([0, 1])('connections: limit + %i', async (more) => {
    const { forStateless, servers } = new World();
    for (let at = 0; at < limits.bridgeSessionsMax + more; at++)
      await last(
        forStateless,
        modern('tools/list', { _meta: { [meta.clientInfo]: { name: `c${at}`, version: '1' } } }),
      );
    expect(servers.filter(({ closed }) => closed)).toHaveLength(more);
    expect([limits.bridgeSessionsMax, limits.bridgeSessionsMax + 1]).toContain(servers.length);
  });

  const as = (name: string): Record<string, unknown> => ({ _meta: { [meta.clientInfo]: { name, version: '1' } } });

  it('one more kind of clients takes the place of the one that was not used for longest', async () => {
    const world = new World();
    for (let at = 0; at < limits.bridgeSessionsMax; at++) {
      world.nowMs++;
      await last(world.forStateless, modern('tools/list', as(`c${at}`)));
    }
    world.nowMs++;
    await last(world.forStateless, modern('tools/list', as('c0')));
    await last(world.forStateless, modern('tools/list', as('more')));
    expect(world.servers.map(({ closed }) => closed)).toEqual([false, true, ...Array(7).fill(false)]);
  });

  it('nobody takes the place of one that has a call under way, or waits for answers', async () => {
    const { forStateless, servers } = new World();
    const waiting = (await last(forStateless, modern('tools/call', { ...play(ask), ...as('waiting') }))) as {
      result: Record<string, unknown>;
    };
    const stop = new AbortController();
    const calls: AsyncIterator<JsonRpcMessage>[] = [];
    for (let at = 1; at < limits.bridgeSessionsMax; at++) {
      const progress: Step = { say: { jsonrpc: '2.0', method: 'notifications/progress', params: {} } };
      const call = forStateless.request(modern('tools/call', { ...play(progress), ...as(`c${at}`) }), stop.signal);
      calls.push(call);
      await call.next();
    }
    expect(await last(forStateless, modern('tools/list', as('more')))).toMatchObject({
      error: { code: -32603, message: 'Too many different clients have calls under way' },
    });
    expect(servers.filter(({ closed }) => closed)).toHaveLength(0);
    for (const call of calls) expect(await call.next()).toMatchObject({ value: { result: {} } });
    for (const call of calls) expect(await call.next()).toMatchObject({ done: true });
    expect(await last(forStateless, modern('tools/list', as('more')))).toMatchObject({ result: {} });
    const { requestState } = waiting.result;
    const again = { ...play(ask), ...as('waiting'), requestState, inputResponses: { request: { action: 'accept' } } };
    expect(await last(forStateless, modern('tools/call', again))).toMatchObject({ result: { resultType: 'complete' } });
  });

  it('a handshake outlives whoever asked for it first, and ends when nobody waits for it', async () => {
    let signal = never;
    let answer: (message: JsonRpcMessage) => void = () => undefined;
    const world = new World((server) => {
      server.request = async function* (sent, given) {
        signal = given;
        if (sent.method !== 'initialize') return yield resultOf(sent.id, { tools: [] });
        yield await new Promise<JsonRpcMessage>((resolve, reject) => {
          answer = resolve;
          given.addEventListener('abort', () => reject(new Error('given up')));
        });
      };
    });
    const asked = (stop: AbortController): Promise<unknown> =>
      world.forStateless.request(modern('tools/list'), stop.signal).next();
    const stops = [new AbortController(), new AbortController(), new AbortController()] as const;
    const first = asked(stops[0]);
    const second = asked(stops[1]);
    stops[0].abort();
    await expect(first).rejects.toThrow('nobody waits for the handshake');
    answer(resultOf('i-1', {}));
    expect(await second).toMatchObject({ value: { result: { tools: [] } } });
    await world.forStateless.close();
    const third = asked(stops[2]);
    expect(signal.aborted).toBe(false);
    stops[2].abort();
    await expect(third).rejects.toThrow('nobody waits for the handshake');
    expect([signal.aborted, world.servers.at(-1)?.closed]).toEqual([true, true]);
  });

  it('a resource is subscribed to as long as anybody listens to it', async () => {
    const { forStateless, servers } = new World();
    const listen = (stop: AbortController): AsyncIterator<JsonRpcMessage> =>
      forStateless.request(
        modern('subscriptions/listen', { notifications: { resourceSubscriptions: ['a:'] } }),
        stop.signal,
      );
    const stops = [new AbortController(), new AbortController()] as const;
    const [first, second] = [listen(stops[0]), listen(stops[1])];
    await first.next();
    await second.next();
    const left = (): number =>
      servers[0]?.seen.filter((sent) => 'method' in sent && sent.method === 'resources/unsubscribe').length ?? 0;
    stops[0].abort();
    expect(await first.next()).toMatchObject({ done: true });
    expect(left()).toBe(0);
    stops[1].abort();
    expect(await second.next()).toMatchObject({ done: true });
    expect(left()).toBe(1);
  });

  it.each([0, 1])('calls that wait: limit + %i', async (more) => {
    const { forStateless } = new World();
    const states: unknown[] = [];
    for (let at = 0; at < limits.bridgePendingMax + more; at++)
      states.push(
        ((await last(forStateless, modern('tools/call', play(ask)))) as { result: Record<string, unknown> }).result[
          'requestState'
        ],
      );
    const retry = modern('tools/call', { ...play(ask), requestState: states[0], inputResponses: { request: {} } });
    expect('error' in ((await last(forStateless, retry)) ?? {})).toBe(more === 1);
    expect(states.length).toBe(more === 0 ? limits.bridgePendingMax : limits.bridgePendingMax + 1);
  });
});
