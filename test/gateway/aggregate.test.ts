/** All servers as one at `/mcp`: real clients, real servers, over HTTP and standard input and output. */
import {
  Client as StatelessClient,
  StreamableHTTPClientTransport as StatelessTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientContext, Interceptor } from '../../src/gateway/interceptor.ts';
import { SseReader } from '../../src/gateway/mcp/sse.ts';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';
import { limits } from '../../src/base/limits.ts';
import { type Behaviour, events, FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, passThrough, startGateway, stdioServer } from './gateway.ts';
import { beginSession, meta, post, statelessHeaders, until } from './requests.ts';

const fixture = new URL('../conformance/fixture-stdio.ts', import.meta.url);
const seen: string[] = [];
const watching: Interceptor = {
  ...passThrough,
  begin: async (request, context: ClientContext) => {
    const { name } = request.params ?? {};
    seen.push([context.server, request.method, ...(typeof name === 'string' ? [name] : [])].join(' '));
    return passThrough.begin(request, context);
  },
};

let gateway: Gateway;
beforeAll(async () => {
  const servers = new Map([
    ['a', stdioServer('a', fixture, 'session')],
    ['a_b', stdioServer('a_b', fixture, 'session')],
    ['not__this', stdioServer('not__this', fixture, 'session')],
  ]);
  gateway = await startGateway(servers, { interceptor: watching, aggregate: { name: 'all', version: '1' } });
});
afterAll(() => gateway.close());

const names = (items: readonly { readonly name: string }[]): string[] => items.map(({ name }) => name);

describe('all servers together', () => {
  it('serve a client of the stateful era', async () => {
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
    let asked = 0;
    client.setRequestHandler(ElicitRequestSchema, () => {
      asked++;
      return { action: 'accept', content: { username: 'u', email: 'e' } };
    });
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', gateway.url)));
    expect(client.getServerVersion()).toMatchObject({ name: 'all' });
    expect(client.getServerCapabilities()).toMatchObject({ tools: { listChanged: true }, completions: {} });
    const { tools } = await client.listTools();
    expect(names(tools)).toEqual(expect.arrayContaining(['a__test_simple_text', 'a_b__test_simple_text']));
    expect(names(tools).filter((name) => name.startsWith('not__'))).toEqual([]);
    seen.length = 0;
    const said = await client.callTool({ name: 'a_b__test_simple_text', arguments: {} });
    expect(said).toMatchObject({ content: [{ text: 'This is a simple text response for testing.' }] });
    expect(seen).toEqual(['a_b tools/call test_simple_text']);
    // Two servers ask under the same id of their own.
    const answers = await Promise.all(
      ['a', 'a_b'].map((server) =>
        client.callTool({ name: `${server}__test_elicitation`, arguments: { message: 'm' } }),
      ),
    );
    expect(asked).toBe(2);
    for (const answer of answers) expect(JSON.stringify(answer)).toContain('action=accept');
    const { contents } = await client.readResource({ uri: 'test://template/7/data' });
    expect(JSON.stringify(contents)).toContain('Data for ID: 7');
    const prompt = await client.getPrompt({ name: 'a__test_simple_prompt' });
    expect(JSON.stringify(prompt)).toContain('simple prompt');
    await client.close();
  });

  it('G22: a name of no server, or of one whose name could be two, is told as any other that is not there', async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', gateway.url)));
    for (const name of ['b__test_simple_text', 'not__this__test_simple_text', 'test_simple_text', '__test_simple_text'])
      await expect(client.callTool({ name, arguments: {} })).rejects.toThrow('there is nothing of that name');
    await client.close();
  });

  it('serve a client of the stateless era', async () => {
    const client = new StatelessClient(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new StatelessTransport(new URL('/mcp', gateway.url)));
    const { tools } = await client.listTools();
    expect(names(tools)).toContain('a__test_simple_text');
    const said = await client.callTool({ name: 'a__test_headers', arguments: { region: 'north' } });
    expect(said).toMatchObject({ content: [{ text: 'in north' }] });
    await client.close();
  });

  it('acknowledge a subscription once, and tell what any of them tells', async () => {
    const url = new URL('/mcp', gateway.url);
    const sent = (id: number, method: string, params: object): Promise<Response> =>
      post(
        url,
        { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } },
        { ...statelessHeaders, 'mcp-method': method, 'mcp-name': 'a_b__test_trigger_tool_change' },
      );
    const stream = await sent(9, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
    const reader = new SseReader();
    const messages: Record<string, unknown>[] = [];
    const reading = (async () => {
      for await (const chunk of stream.body ?? [])
        for (const { data } of reader.push(chunk as Uint8Array)) {
          if (data !== undefined) messages.push(JSON.parse(data) as Record<string, unknown>);
          if (messages.length === 2) return;
        }
    })();
    await until(() => messages.length > 0);
    await (await sent(10, 'tools/call', { name: 'a_b__test_trigger_tool_change', arguments: {} })).text();
    await reading;
    const about = { _meta: { 'io.modelcontextprotocol/subscriptionId': 9 } };
    expect(messages).toMatchObject([
      {
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { toolsListChanged: true }, ...about },
      },
      { method: 'notifications/tools/list_changed', params: about },
    ]);
  });
});

it('an answer of all servers may be as long as that of one', async () => {
  const server = new FaultyServer();
  const [head, tail] = ['data:{"jsonrpc":"2.0","id":1,"result":{"text":"', '"}}'];
  const text = 'x'.repeat(limits.gatewayMessageBytesMax - head.length - tail.length);
  server.behaviour = (response) => void events(response, `${head}${text}${tail}\n\n`).end();
  const behind = await startGateway(new Map([['a', httpServer('a', await server.listen())]]), {
    aggregate: { name: 'all', version: '1' },
  });
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a__echo', arguments: {}, _meta: meta } };
  const answer = await post(new URL('/mcp', behind.url), call, { ...statelessHeaders, 'mcp-name': 'a__echo' });
  const [message] = (await answer.text()).split('\n');
  expect([message?.length, message?.slice(-tail.length)]).toEqual([limits.gatewayMessageBytesMax + 1, tail]);
  await behind.close();
  server.close();
});

it('a subscription goes on at a server that broke it off', async () => {
  const server = new FaultyServer();
  let count = 0;
  server.behaviour = (response, { body }) => {
    const { id } = JSON.parse(body) as { id?: unknown };
    const params = { notifications: {}, _meta: { 'io.modelcontextprotocol/subscriptionId': id } };
    const say = (method: string): string =>
      `data: ${JSON.stringify({ jsonrpc: '2.0', method: `notifications/${method}`, params })}\n\n`;
    if (++count === 2) return void response.writeHead(503).end();
    events(response, say('subscriptions/acknowledged'), say(`n-${count}`));
    if (count === 1) setTimeout(() => response.destroy(), 50);
  };
  const behind = await startGateway(new Map([['a', httpServer('a', await server.listen())]]), {
    aggregate: { name: 'all', version: '1' },
  });
  const stop = new AbortController();
  const request = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: {}, _meta: meta } };
  const headers = { ...statelessHeaders, 'mcp-method': 'subscriptions/listen' };
  const stream = await post(new URL('/mcp', behind.url), request, headers, stop.signal);
  const reader = new SseReader();
  const said: string[] = [];
  for await (const chunk of stream.body ?? []) {
    for (const { data } of reader.push(chunk as Uint8Array))
      if (data !== undefined) said.push((JSON.parse(data) as { method: string }).method.slice(14));
    if (said.length >= 3) break;
  }
  expect(said).toEqual(['subscriptions/acknowledged', 'n-1', 'n-3']);
  stop.abort();
  await behind.close();
  server.close();
});

describe('a resource that nobody listed', () => {
  it('is looked for once for all who ask, and again where a server failed', async () => {
    const server = new FaultyServer();
    let [isUp, lists] = [false, 0];
    server.behaviour = (response, { body }) => {
      const { id, method, params } = JSON.parse(body) as { id?: unknown; method?: string; params?: { uri?: string } };
      const answer = (result: object): void => json(response, { jsonrpc: '2.0', id, result });
      if (method === 'initialize') answer({ protocolVersion: '2025-11-25' });
      else if (method === 'resources/read') answer({ contents: [{ uri: params?.uri }] });
      else if (!isUp) response.writeHead(503).end();
      else if (method === 'resources/list') {
        lists++;
        setTimeout(() => answer({ resources: [{ uri: 'x:1' }, { uri: 'x:2' }] }), 50);
      } else answer({ resourceTemplates: [] });
    };
    const behind = await startGateway(new Map([['a', httpServer('a', await server.listen())]]), {
      aggregate: { name: 'all', version: '1' },
    });
    const url = new URL('/mcp', behind.url);
    const headers = await beginSession(url);
    const read = async (id: number, signal?: AbortSignal): Promise<unknown> => {
      const request = { jsonrpc: '2.0', id, method: 'resources/read', params: { uri: `x:${id}` } };
      return (await post(url, request, headers, signal)).json();
    };
    expect(await read(1)).toMatchObject({ error: { message: 'Resource not found' } });
    isUp = true;
    const gone = new AbortController();
    const first = read(3, gone.signal).catch(() => 'gone');
    await until(() => lists === 1);
    const others = Promise.all([read(1), read(2)]);
    gone.abort();
    expect([await first, await others]).toMatchObject([
      'gone',
      [1, 2].map((id) => ({ result: { contents: [{ uri: `x:${id}` }] } })),
    ]);
    expect(lists).toBe(1);
    await behind.close();
    server.close();
  });
});

describe('the stream on which all servers speak unasked', () => {
  const server = async (name: string, listening: Behaviour): Promise<[string, FaultyServer, Upstream]> => {
    const made = new FaultyServer();
    made.behaviour = (response, received) => {
      if (received.method === 'GET') return listening(response, received);
      const { id, method } = JSON.parse(received.body === '' ? '{}' : received.body) as {
        id?: number;
        method?: string;
      };
      if (method !== 'initialize') return void response.writeHead(202).end();
      const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name, version: '1' } };
      json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': name });
    };
    return [name, made, httpServer(name, await made.listen())];
  };
  const saying = (what: string, id: string): string =>
    `id: ${id}\ndata: {"jsonrpc":"2.0","method":"notifications/${what}"}\n\n`;
  const resumedAt = ({ received }: FaultyServer): unknown[] =>
    received.filter(({ method }) => method === 'GET').map(({ headers }) => headers['last-event-id']);

  it('is opened again at a server that ends it, and taken up again at all of them', async () => {
    let [asked, count] = [0, 0];
    const [a, b] = await Promise.all([
      server('a', (response) => {
        // It is away for a moment.
        if (++asked === 2) response.writeHead(503).end();
        else events(response, saying(`a-${++count}`, '7')).end();
      }),
      server('b', (response) => void events(response, saying('b', '3'))),
    ]);
    const behind = await startGateway(new Map([a, b].map(([name, , upstream]) => [name, upstream])), {
      aggregate: { name: 'all', version: '1' },
    });
    const url = new URL('/mcp', behind.url);
    const headers = { ...(await beginSession(url)), accept: 'text/event-stream' };
    const listen = async (
      more: Record<string, string>,
      isEnough: (said: readonly string[]) => boolean,
    ): Promise<string[]> => {
      const stop = new AbortController();
      const stream = await fetch(url, { headers: { ...headers, ...more }, signal: stop.signal });
      const reader = new SseReader();
      const said: string[] = [];
      for await (const chunk of stream.body ?? []) {
        for (const { data, id } of reader.push(chunk as Uint8Array))
          if (data !== undefined) said.push(`${id ?? ''} ${(JSON.parse(data) as { method: string }).method.slice(14)}`);
        if (isEnough(said)) break;
      }
      stop.abort();
      return said;
    };
    const said = await listen({}, (all) => all.length >= 3);
    expect(said.toSorted()).toEqual(['*a__7 a-1', '*a__7 a-2', '*b__3 b']);
    expect([resumedAt(a[1]), resumedAt(b[1])]).toEqual([[undefined, '7', '7'], [undefined]]);
    await listen({ 'last-event-id': '*a__7' }, (all) => all.length >= 2);
    expect([resumedAt(a[1])[3], resumedAt(b[1])]).toEqual(['7', [undefined, undefined]]);
    // The stream of a call is that of one server, and over when it is.
    expect(await listen({ 'last-event-id': 'a__9' }, () => false)).toEqual([`a__7 a-${count}`]);
    expect([resumedAt(a[1]).at(-1), resumedAt(b[1]).length]).toEqual(['9', 2]);
    await behind.close();
    for (const [, made] of [a, b]) made.close();
  });

  it('is opened again where it was left, and anew where its server gave no place or knows it no more', async () => {
    let asked = 0;
    const [a, b] = await Promise.all([
      server('a', (response) => {
        if (++asked === 3) response.writeHead(400).end();
        else events(response, saying('a', String(asked))).end();
      }),
      server('b', (response) => void events(response, 'data: {"jsonrpc":"2.0","method":"notifications/b"}\n\n').end()),
    ]);
    const behind = await startGateway(new Map([a, b].map(([name, , upstream]) => [name, upstream])), {
      aggregate: { name: 'all', version: '1' },
    });
    const url = new URL('/mcp', behind.url);
    const stop = new AbortController();
    const headers = { ...(await beginSession(url)), accept: 'text/event-stream' };
    const stream = await fetch(url, { headers, signal: stop.signal });
    await expect.poll(() => resumedAt(a[1]).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(5);
    expect(resumedAt(a[1]).slice(0, 5)).toEqual([undefined, '1', '2', undefined, '4']);
    expect(resumedAt(b[1])).toEqual(resumedAt(b[1]).map(() => undefined));
    stop.abort();
    await stream.text().catch(() => undefined);
    await behind.close();
    for (const [, made] of [a, b]) made.close();
  }, 20_000);
});
