/** Servers that are slow, dead, lying or without an end, and clients that go away: each is bounded and told clearly. */
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallEnd, Interceptor } from '../../src/gateway/interceptor.ts';
import type { HttpUpstream } from '../../src/gateway/upstream/http-upstream.ts';
import { type Behaviour, data, events, FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, passThrough, startGateway } from './gateway.ts';
import { beginSession, messagesOf, post, statelessCall, statelessHeaders, until } from './requests.ts';

const bounds = { gatewayMessageBytesMax: 50_000 };
const answer = { jsonrpc: '2.0', id: 1, result: { content: [] } };
const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } };

let server: FaultyServer;
let gateway: Gateway;
let patient: Gateway;
let at: URL;
let url: URL;
let ends: CallEnd[];
const told: string[] = [];

const recording: Interceptor = {
  ...passThrough,
  begin: async (request) => ({
    kind: 'forward',
    request,
    filter: { message: (message) => message, ended: (end) => void ends.push(end) },
  }),
};

beforeEach(async () => {
  ends = [];
  server = new FaultyServer();
  at = await server.listen();
  const start = (inAll: { readonly gatewayCallMs: number }, upstream: HttpUpstream): Promise<Gateway> =>
    startGateway(new Map([['one', upstream]]), {
      interceptor: recording,
      bounds: inAll,
      failed: (name, thrown) => void told.push(`${name}: ${String(thrown)}`),
    });
  // A short time in all for servers without an end, a short silence for those that stop.
  gateway = await start({ gatewayCallMs: 1_000 }, httpServer('one', at, bounds));
  patient = await start({ gatewayCallMs: 60_000 }, httpServer('one', at, { gatewayCallIdleMs: 100 }));
  url = new URL('/mcp/one', gateway.url);
});
afterEach(async () => {
  await gateway.close();
  await patient.close();
  server.close();
});

/** Bytes for as long as somebody takes them. */
const endlessly =
  (first: string, chunk: string, type: string): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': type });
    response.write(first);
    const more = (): void => {
      if (!response.destroyed) response.write(chunk, () => setTimeout(more, 1));
    };
    more();
  };

const silent = /did not answer in time/;
const table: readonly [what: string, Behaviour, message: RegExp, end: CallEnd][] = [
  ['never answers', () => undefined, silent, 'timeout'],
  [
    'stops in its answer',
    (r) => void r.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    silent,
    'timeout',
  ],
  ['stops in its stream', (r) => void events(r, data(progress)), silent, 'timeout'],
  ['closes the connection', (r) => void r.destroy(), /cannot be reached/, 'failed'],
  [
    'breaks off its answer',
    (r) =>
      void r
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '99' })
        .write('{', () => r.destroy()),
    /broke off its answer/,
    'failed',
  ],
  [
    'breaks off its stream',
    (r) => void events(r).write(data(progress), () => r.destroy()),
    /broke off its stream/,
    'failed',
  ],
  [
    'ends its stream without an answer',
    (r) => void events(r, data(progress)).end(),
    /ended its stream without an answer/,
    'failed',
  ],
  ['has failed', (r) => void r.writeHead(503).end('Sorry'), /failed \(HTTP 503\)/, 'failed'],
  [
    'answers in HTML',
    (r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    /neither JSON nor a stream/,
    'failed',
  ],
  ['answers what is no JSON', (r) => json(r, '{"jsonrpc"'), /no MCP message/, 'failed'],
  ['answers what is no JSON-RPC', (r) => json(r, { id: 1 }), /no MCP message/, 'failed'],
  ['answers a batch', (r) => json(r, [answer]), /no MCP message/, 'failed'],
  ['answers another request', (r) => json(r, { ...answer, id: 2 }), /answered another request/, 'failed'],
  ['answers with a notification', (r) => json(r, progress), /answered another request/, 'failed'],
  [
    'says a member twice',
    (r) => json(r, '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}'),
    /no MCP message/,
    'failed',
  ],
  ['streams what is no JSON', (r) => void events(r, 'data: hello\n\n').end(), /no MCP message/, 'failed'],
  ['redirects', (r) => void r.writeHead(307, { location: 'http://169.254.169.254/' }).end(), /redirect/, 'failed'],
  [
    'wants another credential',
    (r) => void r.writeHead(401, { 'www-authenticate': 'Bearer realm="theirs"' }).end(),
    /refused the gateway's credential/,
    'failed',
  ],
  [
    'compresses unasked',
    (r) => json(r, answer, { 'content-encoding': 'gzip' }),
    /encoding it was not asked for/,
    'failed',
  ],
  [
    'answers without an end',
    endlessly('{"a":"', 'x'.repeat(1000), 'application/json'),
    /sent too long an answer/,
    'failed',
  ],
  [
    'streams an event without an end',
    endlessly('data: "', 'x'.repeat(1000), 'text/event-stream'),
    /sent too long an event/,
    'failed',
  ],
  ['streams events without an end', endlessly('', data(progress), 'text/event-stream'), /took too long/, 'timeout'],
  ['streams comments without an end', endlessly('', ':\n\n', 'text/event-stream'), /took too long/, 'timeout'],
  ['drips bytes without an end', endlessly('', ' ', 'application/json'), /took too long|too long an answer/, 'timeout'],
];

describe('a server that', () => {
  it.each(table)('%s', async (what, behaviour, message, end) => {
    server.behaviour = behaviour;
    const reply = await post(message === silent ? new URL('/mcp/one', patient.url) : url, statelessCall());
    expect(reply.status).toBe(200);
    const last = (await messagesOf(reply)).at(-1);
    expect(last).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: -32603 } });
    expect(JSON.stringify(last)).toMatch(message);
    expect(JSON.stringify(last)).not.toContain('127.0.0.1');
    expect(ends).toEqual([end]);
    expect(reply.headers.get('www-authenticate')).toBeNull();
    await until(() => server.received.every(({ isAborted }, index) => index > 0 || isAborted || !what.endsWith('end')));
  });

  it('hangs holds up no other one, and the operator is told', async () => {
    const other = new FaultyServer();
    other.behaviour = (response, { body }) => {
      const { id } = JSON.parse(body) as { id?: unknown };
      json(response, { jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', tools: [{ name: 't' }] } });
    };
    server.behaviour = (response, { body }) =>
      body.includes('initialize')
        ? json(response, { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } })
        : undefined;
    const upstreams = new Map([
      ['one', httpServer('one', at)],
      ['other', httpServer('other', await other.listen())],
    ]);
    const all = await startGateway(upstreams, {
      aggregate: { name: 'all', version: '1' },
      bounds: { gatewayPartMs: 200 },
      failed: (name, thrown) => void told.push(`${name}: ${String(thrown)}`),
    });
    told.length = 0;
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const headers = await beginSession(new URL('/mcp', all.url));
    const listed = await post(new URL('/mcp', all.url), list, headers);
    expect(await listed.json()).toMatchObject({ result: { tools: [{ name: 'other__t' }] } });
    expect(told).toEqual(['one: DemarcError: the server took too long']);
    await all.close();
    other.close();
  });

  it('is not there', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    const dead = await startGateway(new Map([['dead', httpServer('dead', new URL(`http://127.0.0.1:${port}/`))]]));
    const reply = await post(new URL('/mcp/dead', dead.url), statelessCall());
    expect(await messagesOf(reply)).toMatchObject([{ id: 1, error: { message: 'server `dead` cannot be reached' } }]);
    await dead.close();
  });

  it('answers something else first: only the answer reaches the client', async () => {
    const lie = { jsonrpc: '2.0', id: 7, result: { content: 'stolen' } };
    const sampling = { jsonrpc: '2.0', id: 1, method: 'sampling/createMessage', params: {} };
    server.behaviour = (response) =>
      void events(response, data(lie), data(sampling), `event: other\n${data(lie)}`, data(answer), data(lie)).end();
    expect(await messagesOf(await post(url, statelessCall()))).toEqual([answer]);
    expect(ends).toEqual(['answered']);
  });
});

it.each([
  ['a notification', { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1 } }],
  ['a response', { jsonrpc: '2.0', id: 'q', result: {} }],
])('a server that answers %s with a stream is not listened to', async (_, message) => {
  const question = { jsonrpc: '2.0', id: 'q', method: 'roots/list' };
  server.behaviour = (response, received) => {
    const { body } = received;
    if (body.includes('initialize')) json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
    else if (body.includes('tools/list')) events(response, data(question), data(answer)).end();
    else endlessly('', data(progress), 'text/event-stream')(response, received);
  };
  const headers = await beginSession(url);
  await (await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers)).text();
  expect((await post(url, message, headers)).status).toBe(202);
  await until(() => server.received.at(-1)?.isAborted === true);
});

it.each(['answered', 'taken back'])(
  'a server is not silent while its question waits, and is once it is %s',
  async (how) => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } };
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'q' } };
    let stream: ServerResponse | undefined;
    let isSlow = false;
    server.behaviour = (response, { body }) => {
      if (body.includes('initialize')) json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
      else if (body.includes('tools/call'))
        stream = events(response, data({ jsonrpc: '2.0', id: 'q', method: 'roots/list' }));
      else response.writeHead(202).end(() => (isSlow ? undefined : stream?.end(data(answer))));
    };
    const to = new URL('/mcp/one', patient.url);
    const headers = await beginSession(to);
    for (isSlow of [false, true]) {
      const said = post(to, call, headers).then(messagesOf);
      await until(() => stream !== undefined);
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (how === 'answered')
        expect((await post(to, { jsonrpc: '2.0', id: 'q', result: {} }, headers)).status).toBe(202);
      else stream?.write(data(cancelled), () => (isSlow ? undefined : stream?.end(data(answer))));
      const last = (await said).at(-1);
      if (isSlow) expect(JSON.stringify(last)).toMatch(silent);
      else expect(last).toEqual(answer);
      stream = undefined;
    }
  },
);

it('a server that takes its questions back can ask others', async () => {
  server.behaviour = (response, { body }) => {
    const { id, method } = JSON.parse(body) as { id?: unknown; method?: string };
    if (method === 'initialize') return json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
    if (method !== 'tools/call') return void response.writeHead(202).end();
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: `q${String(id)}` } };
    const question = { jsonrpc: '2.0', id: `q${String(id)}`, method: 'roots/list' };
    events(response, data(question), data(cancelled), data({ ...answer, id })).end();
  };
  const careful = await startGateway(new Map(['one', 'all'].map((name) => [name, httpServer(name, at)])), {
    bounds: { gatewayAskedMax: 1 },
    aggregate: { name: 'all', version: '1' },
  });
  for (const [path, name] of [
    ['/mcp/one', 'x'],
    ['/mcp', 'one__x'],
  ] as const) {
    const to = new URL(path, careful.url);
    const headers = await beginSession(to);
    for (const id of [1, 2]) {
      const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name } };
      const [question, cancelled] = await messagesOf(await post(to, call, headers));
      expect(question).toMatchObject({ method: 'roots/list' });
      expect(cancelled).toMatchObject({ params: { requestId: question?.['id'] } });
    }
  }
  await careful.close();
});

it('a server whose questions nobody answered can ask others once their calls are over', async () => {
  server.behaviour = (response, { body }) => {
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: unknown; method?: string };
    if (method === 'initialize') return json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
    if (method !== 'tools/call') return void response.writeHead(202).end();
    const stream = events(response, data({ jsonrpc: '2.0', id: `q${String(id)}`, method: 'roots/list' }));
    if (id === 2) stream.end();
  };
  const careful = await startGateway(new Map([['one', httpServer('one', at)]]), { bounds: { gatewayAskedMax: 1 } });
  const to = new URL('/mcp/one', careful.url);
  const headers = await beginSession(to);
  for (const id of [1, 2, 3]) {
    const stop = new AbortController();
    const answered = await post(
      to,
      { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } },
      headers,
      stop.signal,
    );
    const reading = answered.body?.getReader();
    expect(Buffer.from((await reading?.read())?.value ?? []).toString()).toContain(`"q${id}"`);
    if (id === 2) await reading?.read();
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await careful.close();
});

describe('a client that goes away', () => {
  const abortedAfter = async (headers: Record<string, string>, request: unknown): Promise<void> => {
    const aborter = new AbortController();
    const before = server.received.length;
    const sent = post(url, request, headers, aborter.signal).then((reply) => reply.text());
    await until(() => server.received.length > before);
    aborter.abort();
    await expect(sent).rejects.toThrow();
    await until(() => ends.includes('cancelled'));
  };

  it('G7: closes the connection to a stateless server', async () => {
    server.behaviour = (response) => void events(response, data(progress));
    await abortedAfter(statelessHeaders, statelessCall());
    await until(() => server.received[0]?.isAborted === true);
    expect(server.received).toHaveLength(1);
  });

  it('G7: cancels at a stateful server', async () => {
    server.behaviour = (response) => json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
    const headers = await beginSession(url);
    ends = [];
    server.behaviour = (response, { body }) =>
      body.includes('cancelled') ? void response.writeHead(202).end() : void events(response, data(progress));
    const { params: _, ...call } = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: {} };
    await abortedAfter(headers, { ...call, params: { name: 'echo' } });
    await until(() => server.received.length === 3);
    expect(server.received[2]?.headers['mcp-session-id']).toBe('theirs');
    expect(JSON.parse(server.received[2]?.body ?? '')).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: 5 },
    });
  });
});
