/** What an interceptor says is done, before anything is sent and before anything is answered. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StopSignal } from '../../src/base/stop.ts';
import type { CallEnd, Interceptor } from '../../src/gateway/interceptor.ts';
import type { JsonRpcMessage } from '../../src/model/mcp.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, passing, passThrough, startGateway } from './gateway.ts';
import { beginSession, messagesOf, post, statelessCall, statelessHeaders, until } from './requests.ts';

let server: FaultyServer;
let gateway: Gateway;
let url: URL;
let seen: unknown[];
let ends: CallEnd[];

async function start(interceptor: Partial<Interceptor>): Promise<void> {
  gateway = await startGateway(new Map([['one', httpServer('one', await server.listen())]]), {
    interceptor: { ...passThrough, ...interceptor },
    aggregate: { name: 'all', version: '1' },
  });
  url = new URL('/mcp/one', gateway.url);
}
beforeEach(() => {
  server = new FaultyServer();
  seen = [];
  ends = [];
});
afterEach(async () => {
  await gateway.close();
  server.close();
});

const answer = { jsonrpc: '2.0', id: 1, result: { big: 1 } };
const filterOf =
  (change: (message: JsonRpcMessage) => JsonRpcMessage | undefined): Interceptor['begin'] =>
  async (request) => ({
    kind: 'forward',
    request,
    filter: {
      message: (message) => {
        seen.push(message);
        return change(message);
      },
      ended: (end) => void ends.push(end),
    },
  });

describe('a request', () => {
  it.each<[number, number]>([
    [-32602, 200],
    [-32601, 404],
    [-32020, 400],
    [-32021, 400],
    [1, 200],
  ])('that is answered with %i has the status %i, and the server sees nothing', async (code, status) => {
    await start({
      begin: async ({ id }) => ({ kind: 'answer', response: { jsonrpc: '2.0', id, error: { code, message: 'no' } } }),
    });
    const reply = await post(url, statelessCall());
    expect(reply.status).toBe(status);
    expect(await reply.json()).toEqual({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } });
    expect(server.received).toEqual([]);
  });

  it('that cannot be decided is not sent', async () => {
    await start({
      begin: () => {
        throw new TypeError('a secret of the inside');
      },
    });
    const reply = await (await post(url, statelessCall())).text();
    expect(reply).toContain('the gateway failed');
    expect(reply).not.toContain('secret');
    expect(server.received).toEqual([]);
  });

  it('whose client goes away before it is decided is not sent', async () => {
    const client = new AbortController();
    await start({
      begin: async (request, { signal }) => {
        client.abort();
        await new Promise<void>((resolve) => signal.addEventListener('abort', resolve));
        return filterOf((message) => message)(request, undefined as never);
      },
    });
    await expect(post(url, statelessCall(), statelessHeaders, client.signal)).rejects.toThrow('aborted');
    await vi.waitFor(() => expect(ends).toEqual(['cancelled']));
    expect(server.received).toEqual([]);
  });

  it.each(['/mcp/one', '/mcp'])('that its client cancels while it is decided is not sent: %s', async (path) => {
    let signal: StopSignal | undefined;
    server.behaviour = (response, { body }) => {
      const { id, method } = JSON.parse(body) as { id?: unknown; method?: string };
      if (id === undefined) return void response.writeHead(202).end();
      const result = method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: {} } : {};
      json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': 's' });
    };
    await start({
      begin: async (request, context) => {
        if (request.method === 'tools/call') {
          ({ signal } = context);
          await until(() => context.signal.aborted);
        }
        return { kind: 'forward', request, filter: { ...passing, ended: (end) => void ends.push(end) } };
      },
    });
    const at = new URL(path, gateway.url);
    const headers = await beginSession(at);
    const name = path === '/mcp' ? 'one__echo' : 'echo';
    const calling = post(at, { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: {} } }, headers);
    await until(() => signal !== undefined);
    const cancel = (requestId: number) =>
      post(at, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }, headers);
    await cancel(8);
    expect(signal?.aborted).toBe(false);
    await cancel(7);
    expect(await (await calling).json()).toMatchObject({
      id: 7,
      error: { message: expect.stringContaining('cancelled') },
    });
    expect([ends.at(-1), server.received.filter(({ body }) => body.includes('tools/call'))]).toEqual(['cancelled', []]);
  });

  it('that is changed is sent changed, with fields that say so and a credential of its own', async () => {
    server.behaviour = (response) => json(response, answer);
    await start({
      begin: async (request) => ({
        kind: 'forward',
        request: { ...request, params: { ...request.params, name: 'other', arguments: { text: 'hidden' } } },
        headers: { authorization: 'Bearer upstream' },
        filter: passing,
      }),
    });
    await post(url, statelessCall({ text: 'seen' }), { ...statelessHeaders, authorization: 'Bearer client' });
    expect(server.received[0]?.headers).toMatchObject({ 'mcp-name': 'other', authorization: 'Bearer upstream' });
    expect(server.received[0]?.body).toContain('hidden');
    expect(server.received[0]?.body).not.toContain('seen');
  });
});

describe('an answer', () => {
  it('that is not changed keeps every byte, also a number that JavaScript cannot keep', async () => {
    const text = '{ "jsonrpc":"2.0", "id":1, "result":{"big":12345678901234567890, "x":1.0} }';
    server.behaviour = (response) => json(response, text);
    await start({ begin: filterOf((message) => message) });
    expect(await (await post(url, statelessCall())).text()).toBe(text);
    expect(ends).toEqual(['answered']);
  });

  it('that is changed, or withheld, is what the client gets', async () => {
    server.behaviour = (response) => json(response, answer);
    await start({ begin: filterOf((message) => ({ ...message, result: { redacted: true } }) as JsonRpcMessage) });
    expect(await (await post(url, statelessCall())).json()).toMatchObject({ result: { redacted: true } });
    await gateway.close();
    server.close();
    server = new FaultyServer();
    server.behaviour = (response) => void events(response, data(answer)).end();
    await start({ begin: filterOf(() => undefined) });
    expect(await messagesOf(await post(url, statelessCall()))).toMatchObject([
      { id: 1, error: { message: 'the answer was withheld' } },
    ]);
  });

  it('whose filter fails is not given out', async () => {
    server.behaviour = (response) => json(response, answer);
    const failing = (): never => {
      throw new TypeError('inside');
    };
    await start({ begin: filterOf(failing) });
    const text = await (await post(url, statelessCall())).text();
    expect(text).toContain('the gateway failed');
    expect(text).not.toContain('big');
    expect(ends).toEqual(['failed']);
  });

  it('that comes on another stream is seen by the filter of its request', async () => {
    server.behaviour = (response) =>
      json(response, { ...answer, id: 0, result: { protocolVersion: '2025-11-25' } }, { 'mcp-session-id': 'theirs' });
    await start({ begin: filterOf((message) => message) });
    const headers = await beginSession(url);
    seen = [];
    ends = [];
    server.behaviour = (response) => void events(response, 'id: 7\nretry: 1\ndata: \n\n').end();
    const call = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'slow' } };
    expect(await (await post(url, call, headers)).text()).toBe('id: 7\nretry: 1\ndata: \n\n');
    expect([seen, ends]).toEqual([[], []]);
    const late = { jsonrpc: '2.0', id: 5, result: { late: true } };
    server.behaviour = (response) => void events(response, `id: 8\n${data(late)}`, data({ ...late, id: 6 })).end();
    const resumed = await fetch(url, { headers: { ...headers, 'last-event-id': '7' } });
    expect(await messagesOf(resumed)).toEqual([late]);
    expect(server.received.at(-1)?.headers['last-event-id']).toBe('7');
    expect([seen, ends]).toEqual([[late], ['answered']]);
  });
});

describe('a request of the server', () => {
  const sampling = { jsonrpc: '2.0', id: 3, method: 'sampling/createMessage', params: {} };
  const begin = async (interceptor: Partial<Interceptor>): Promise<Record<string, string>> => {
    server.behaviour = (response) => json(response, { ...answer, id: 0 }, { 'mcp-session-id': 'theirs' });
    await start(interceptor);
    return beginSession(url);
  };

  it('reaches the client, and its answer the server, as the interceptor has it', async () => {
    const headers = await begin({
      answer: (response) => ({ ...response, result: { changed: true } }) as typeof response,
    });
    server.behaviour = (response, { body }) =>
      body.includes('tools/call')
        ? void events(response, data(sampling), data({ ...answer, id: 1 })).end()
        : void response.writeHead(202).end();
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } };
    expect(await messagesOf(await post(url, call, headers))).toEqual([sampling, answer]);
    const response = { jsonrpc: '2.0', id: 3, result: { role: 'assistant' } };
    expect((await post(url, response, headers)).status).toBe(202);
    expect(JSON.parse(server.received.at(-1)?.body ?? '')).toEqual({ ...response, result: { changed: true } });
    // Once.
    expect((await post(url, response, headers)).status).toBe(400);
  });

  it('that the interceptor drops is refused to the server', async () => {
    const headers = await begin({ begin: filterOf((message) => ('method' in message ? undefined : message)) });
    server.behaviour = (response, { body }) =>
      body.includes('tools/call')
        ? void events(response, data(sampling), data({ ...answer, id: 1 })).end()
        : void response.writeHead(202).end();
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x' } };
    expect(await messagesOf(await post(url, call, headers))).toEqual([answer]);
    expect(JSON.parse(server.received.at(-1)?.body ?? '')).toMatchObject({ id: 3, error: { code: -32603 } });
  });
});
