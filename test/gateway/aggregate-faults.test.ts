/** One of several servers at `/mcp` that hangs, or claims what is another's. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { SseReader } from '../../src/gateway/mcp/sse.ts';
import { data, events, FaultyServer, json, type Received } from './faulty-server.ts';
import { httpServer, startGateway } from './gateway.ts';
import { beginSession, messagesOf, meta, post, statelessHeaders } from './requests.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Params = Readonly<Record<string, unknown>>;
/** What a server answers; nothing ever where it is undefined. */
type Answers = (method: string, params: Params) => object | undefined | Promise<object | undefined>;

/** A gateway before servers of these names; a server gets half a second for its part, or so many milliseconds. */
async function behind(servers: Readonly<Record<string, Answers>>, gatewayPartMs = 500): Promise<URL> {
  const upstreams = await Promise.all(
    Object.entries(servers).map(async ([name, answers]) => {
      const server = new FaultyServer();
      closing.push(() => server.close());
      const answer = async (response: ServerResponse, { method: verb, body }: Received): Promise<void> => {
        const {
          id,
          method = verb,
          params = {},
        } = JSON.parse(body === '' ? '{}' : body) as {
          id?: number;
          method?: string;
          params?: Params;
        };
        const said = await answers(method, params);
        if (said === undefined) return;
        if (method === 'subscriptions/listen') return void events(response, data(said));
        if ('method' in said) return void events(response, data({ jsonrpc: '2.0', ...said }));
        if (id === undefined) return void response.writeHead(202).end();
        const session: Record<string, string> = method === 'initialize' ? { 'mcp-session-id': name } : {};
        json(response, { jsonrpc: '2.0', id, ...said }, session);
      };
      server.behaviour = (response, received) => void answer(response, received);
      return [name, httpServer(name, await server.listen())] as const;
    }),
  );
  const gateway = await startGateway(new Map(upstreams), {
    aggregate: { name: 'all', version: '1' },
    bounds: { gatewayPartMs },
  });
  closing.push(() => gateway.close());
  return new URL('/mcp', gateway.url);
}

const begun = {
  result: { protocolVersion: '2025-11-25', capabilities: { resources: {}, logging: {} }, serverInfo: {} },
};
const none = { error: { code: -32601, message: 'Method not found' } };

/** A server with these resources and templates, that says its name for whatever is read of it. */
const withResources =
  (name: string, uris: readonly string[], templates: readonly string[] = []): Answers =>
  (method, params) => {
    if (method === 'initialize') return begun;
    if (method === 'resources/list') return { result: { resources: uris.map((uri) => ({ uri, name: uri })) } };
    if (method === 'resources/templates/list')
      return { result: { resourceTemplates: templates.map((uriTemplate) => ({ uriTemplate, name: uriTemplate })) } };
    if (method === 'resources/read') return { result: { contents: [{ uri: params['uri'], text: name }] } };
    if (method === 'completion/complete') return { result: { completion: { values: [name] } } };
    if (method === 'tools/call')
      return { result: { content: uris.map((uri) => ({ type: 'resource_link', uri, name: uri })) } };
    return none;
  };
const hangingAt =
  (hung: string, answers: Answers): Answers =>
  (method, params) =>
    method === hung ? undefined : answers(method, params);

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

describe('a server that hangs', () => {
  it('does not hold up what all are told', async () => {
    const url = await behind({
      a: withResources('a', []),
      b: hangingAt('notifications/initialized', withResources('b', [])),
    });
    const headers = await beginSession(url);
    const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
    const answer = await post(url, initialized, headers, AbortSignal.timeout(5_000));
    expect(answer.status).toBe(202);
  });

  it('does not hold up who reads what another one lists', async () => {
    const url = await behind({
      a: withResources('a', ['x:1']),
      b: hangingAt('resources/list', withResources('b', [])),
    });
    const headers = await beginSession(url);
    const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x:1' } };
    expect(await timed(post(url, read, headers).then((answer) => answer.json()))).toBeLessThan(400);
  });

  it('is waited for once: until it answers something, lists are given without it, and it is asked all the same', async () => {
    let isUp = false;
    let isQuick = false;
    let asked = 0;
    const b: Answers = async (method, params) => {
      if (method === 'resources/list') asked++;
      if (method !== 'initialize' && !isUp) return undefined;
      if (!isQuick) await new Promise((resolve) => setTimeout(resolve, method === 'resources/list' ? 800 : 0));
      return withResources('b', ['y:1'])(method, params);
    };
    const url = await behind({ a: withResources('a', ['x:1']), b }, 2_000);
    let id = 0;
    const list = async (method = 'resources/list'): Promise<readonly [number, string]> => {
      const before = performance.now();
      const answer = await post(url, { jsonrpc: '2.0', id: ++id, method }, headers);
      const { result } = (await answer.json()) as { result: { resources?: { uri: string }[] } };
      return [performance.now() - before, result.resources?.map(({ uri }) => uri).join() ?? ''];
    };
    const headers = await beginSession(url);
    const [firstMs, first] = await list();
    expect([firstMs > 1_900, first]).toEqual([true, 'x:1']);
    for (const method of ['resources/list', 'resources/templates/list'])
      expect((await list(method))[0]).toBeLessThan(1_500);
    // While it is asked nobody of the same principal asks it for the same.
    expect([(await list())[0] < 400, asked]).toEqual([true, 2]);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    isUp = true;
    expect((await list())[1]).toBe('x:1');
    // It was too slow for that, but has answered since, and is waited for again.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [againMs, again] = await list();
    expect([againMs > 700, again]).toEqual([true, 'x:1,y:1']);
    isQuick = true;
    expect((await list())[1]).toBe('x:1,y:1');
  }, 20_000);

  it('but is quick again is there at once', async () => {
    let isUp = false;
    const b: Answers = (method, params) =>
      method === 'initialize' || isUp ? withResources('b', ['y:1'])(method, params) : undefined;
    const url = await behind({ a: withResources('a', ['x:1']), b }, 1_000);
    const headers = await beginSession(url);
    const list = async (id: number): Promise<unknown> =>
      (await post(url, { jsonrpc: '2.0', id, method: 'resources/list' }, headers)).json();
    expect(await list(1)).toMatchObject({ result: { resources: [{ uri: 'x:1' }] } });
    isUp = true;
    expect(await list(2)).toMatchObject({ result: { resources: [{ uri: 'x:1' }, { uri: 'y:1' }] } });
  });

  it.each(['is slow to fail at', 'hangs at'])(
    'and %s one list, and answers another slowly, is waited for at the other',
    async (how) => {
      const b: Answers = async (method, params) => {
        if (method === 'prompts/list') {
          if (how === 'hangs at') return undefined;
          await new Promise((resolve) => setTimeout(resolve, 600));
          return { error: { code: -32603, message: 'Internal error' } };
        }
        if (method === 'resources/list') await new Promise((resolve) => setTimeout(resolve, 700));
        return withResources('b', ['y:1'])(method, params);
      };
      const url = await behind({ a: withResources('a', ['x:1']), b }, 1_500);
      const headers = await beginSession(url);
      let id = 0;
      const list = async (method: string): Promise<string> => {
        const answer = await post(url, { jsonrpc: '2.0', id: ++id, method }, headers);
        const { result } = (await answer.json()) as { result?: { resources?: { uri: string }[] } };
        return result?.resources?.map(({ uri }) => uri).join() ?? '';
      };
      // As clients do, all at once.
      const [, first] = await Promise.all([list('prompts/list'), list('resources/list')]);
      expect(first).toBe('x:1,y:1');
      expect(await list('resources/list')).toBe('x:1,y:1');
      await list('prompts/list');
      await new Promise((resolve) => setTimeout(resolve, 1_600));
      expect(await list('resources/list')).toBe('x:1,y:1');
    },
    20_000,
  );

  it('is known to hang where its client gave up before the gateway did', async () => {
    const url = await behind(
      { a: withResources('a', ['x:1']), b: hangingAt('resources/list', withResources('b', ['y:1'])) },
      4_000,
    );
    const headers = await beginSession(url);
    const list = async (id: number): Promise<unknown> => {
      const body = { jsonrpc: '2.0', id, method: 'resources/list' };
      return (await post(url, body, headers, AbortSignal.timeout(2_500))).json();
    };
    await expect(list(1)).rejects.toThrow();
    // The gateway may hear of the next before it hears that this one is gone.
    const next = await list(2).catch(() => list(3));
    expect(next).toMatchObject({ result: { resources: [{ uri: 'x:1' }] } });
  }, 20_000);

  it('for one principal is waited for by others', async () => {
    const b: Answers = async (method, params) => {
      if (method === 'resources/list') await new Promise((resolve) => setTimeout(resolve, 700));
      return withResources('b', ['y:1'])(method, params);
    };
    let isHung = true;
    const url = await behind(
      {
        a: withResources('a', ['x:1']),
        b: (method, params) => (method === 'resources/list' && isHung ? undefined : b(method, params)),
      },
      1_500,
    );
    const list = async (agent: string): Promise<unknown> => {
      const headers = { ...(await beginSession(url, { 'x-agent': agent })), 'x-agent': agent };
      return (await post(url, { jsonrpc: '2.0', id: 2, method: 'resources/list' }, headers)).json();
    };
    expect(await list('one')).toMatchObject({ result: { resources: [{ uri: 'x:1' }] } });
    isHung = false;
    expect(await list('other')).toMatchObject({ result: { resources: [{ uri: 'x:1' }, { uri: 'y:1' }] } });
  }, 20_000);

  it('page after page does not hold up who reads what nobody has', async () => {
    let page = 0;
    const url = await behind({
      a: withResources('a', ['x:1']),
      b: async (method) => {
        if (method !== 'resources/list') return withResources('b', [])(method, {});
        // A fiftieth of what it may take for its part.
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { result: { resources: [], nextCursor: String(++page) } };
      },
    });
    const headers = await beginSession(url);
    const read = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x:2' } };
    // As the pipeline says it of one that somebody may not know of.
    expect(await (await post(url, read, headers)).json()).toMatchObject({
      error: { code: -32002, message: 'Resource not found', data: { uri: read.params.uri } },
    });
    expect(page).toBeLessThan(60);
  });
});

it('a resource of a server that was not there when another session looked for it is found', async () => {
  let isUp = false;
  const url = await behind({
    a: withResources('a', ['x:1']),
    b: (method, params) => (isUp ? withResources('b', ['x:2'])(method, params) : none),
  });
  const read = async (): Promise<unknown> => {
    const asked = { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x:2' } };
    return (await post(url, asked, await beginSession(url))).json();
  };
  expect(await read()).toMatchObject({ error: { message: 'Resource not found' } });
  isUp = true;
  expect(await read()).toMatchObject({ result: { contents: [{ text: 'b' }] } });
});

describe('a resource that two servers claim', () => {
  const asked = async (
    url: URL,
    headers: Record<string, string>,
    method: string,
    params: object,
  ): Promise<Record<string, unknown>> => {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method, params }, headers);
    return (await answer.json()) as Record<string, unknown>;
  };

  it('is that of the server that lists it, whoever linked to it before', async () => {
    const url = await behind({
      a: (method, params) =>
        method === 'resources/list' ? { result: { resources: [] } } : withResources('a', ['x:1'])(method, params),
      b: withResources('b', ['x:1']),
    });
    const headers = await beginSession(url);
    await asked(url, headers, 'tools/call', { name: 'a__t', arguments: {} });
    expect(await asked(url, headers, 'resources/read', { uri: 'x:1' })).toMatchObject({
      result: { contents: [{ text: 'a' }] },
    });
    await asked(url, headers, 'resources/list', {});
    expect(await asked(url, headers, 'resources/read', { uri: 'x:1' })).toMatchObject({
      result: { contents: [{ text: 'b' }] },
    });
  });

  it('is that of the server whose template says most of it', async () => {
    const url = await behind({
      a: withResources('a', [], ['{+any}']),
      b: withResources('b', [], ['file:///docs/{name}']),
    });
    const headers = await beginSession(url);
    expect(await asked(url, headers, 'resources/read', { uri: 'file:///docs/plan' })).toMatchObject({
      result: { contents: [{ text: 'b' }] },
    });
    const ref = { type: 'ref/resource', uri: 'file:///docs/{name}' };
    const argument = { name: 'name', value: 'p' };
    expect(await asked(url, headers, 'completion/complete', { ref, argument })).toMatchObject({
      result: { completion: { values: ['b'] } },
    });
    expect(await asked(url, headers, 'resources/read', { uri: 'other:1' })).toMatchObject({
      result: { contents: [{ text: 'a' }] },
    });
  });
});

it('a subscription to a resource that was not listed here reaches the server whose it is', async () => {
  const subscribed: unknown[] = [];
  const url = await behind({
    a: withResources('a', ['x:0']),
    b: (method, params) => {
      if (method !== 'subscriptions/listen') return withResources('b', ['x:1'])(method, params);
      const { notifications } = params;
      subscribed.push(notifications);
      return {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications, _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
      };
    },
  });
  const stop = new AbortController();
  const params = { notifications: { resourceSubscriptions: ['x:1'] }, _meta: meta };
  const stream = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params },
    { ...statelessHeaders, 'mcp-method': 'subscriptions/listen' },
    stop.signal,
  );
  const messages = await messagesOf(stream, 1);
  stop.abort();
  expect(subscribed).toEqual([{ resourceSubscriptions: ['x:1'] }]);
  expect(messages).toMatchObject([{ params: { notifications: { resourceSubscriptions: ['x:1'] } } }]);
});

it('a subscription that was opened again at a server tells what may have been missed', async () => {
  const server = new FaultyServer();
  closing.push(() => server.close());
  let opened = 0;
  server.behaviour = (response) => {
    const params = { notifications: { toolsListChanged: true } };
    const stream = events(
      response,
      data({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params }),
    );
    if (++opened === 1) stream.end();
  };
  const upstream = httpServer('a', await server.listen());
  const gateway = await startGateway(new Map([['a', upstream]]), { aggregate: { name: 'all', version: '1' } });
  closing.push(() => gateway.close());
  const stop = new AbortController();
  const params = { notifications: { toolsListChanged: true, promptsListChanged: true }, _meta: meta };
  const stream = await post(
    new URL('/mcp', gateway.url),
    { jsonrpc: '2.0', id: 'sub', method: 'subscriptions/listen', params },
    { ...statelessHeaders, 'mcp-method': 'subscriptions/listen' },
    stop.signal,
  );
  const messages = await messagesOf(stream, 2);
  stop.abort();
  const _meta = { 'io.modelcontextprotocol/subscriptionId': 'sub' };
  expect(messages).toEqual([
    {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { toolsListChanged: true }, _meta },
    },
    { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta } },
  ]);
});

it('a level of log messages that no server takes is refused', async () => {
  const wrong = { error: { code: -32602, message: 'Invalid log level' } };
  const url = await behind({
    a: (method) => (method === 'initialize' ? begun : wrong),
    b: (method) => (method === 'initialize' ? begun : wrong),
  });
  const headers = await beginSession(url);
  const answer = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'loud' } },
    headers,
  );
  expect(await answer.json()).toMatchObject({ id: 1, ...wrong });
});

it('how far a question has come is told to the server that asked it, by its own token', async () => {
  const told: unknown[] = [];
  const asking =
    (name: string): Answers =>
    (method, params) => {
      if (method === 'notifications/progress') told.push([name, params]);
      if (method !== 'tools/call') return method === 'initialize' ? begun : {};
      return { method: 'sampling/createMessage', id: 1, params: { _meta: { progressToken: 7, 'x/y': 1 } } };
    };
  const url = await behind({ a: asking('a'), b: asking('b') });
  const headers = await beginSession(url);
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'b__t' } };
  const answered = await post(url, call, headers);
  const reader = new SseReader();
  const chunk = await answered.body?.getReader().read();
  const [event] = reader.push(chunk?.value ?? new Uint8Array());
  const { params } = JSON.parse(event?.data ?? '{}') as { params: { _meta: { progressToken: unknown } } };
  expect(params._meta).toMatchObject({ 'x/y': 1 });
  for (const progressToken of [params._meta.progressToken, 7, 'a__8'])
    await post(
      url,
      { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1 } },
      headers,
    );
  expect(told).toEqual([
    ['b', { progressToken: 7, progress: 1 }],
    ['a', { progressToken: 8, progress: 1 }],
  ]);
});
