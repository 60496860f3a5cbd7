/** What an interceptor says is done, before anything is sent and before anything is answered. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallEnd, Interceptor } from '../../src/gateway/interceptor.ts';
import type { Unidentified } from '../../src/gateway/lane.ts';
import type { RelayOptions } from '../../src/gateway/relay.ts';
import type { JsonRpcMessage, JsonRpcResponse } from '../../src/model/mcp.ts';
import type { Principal } from '../../src/model/principal.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, passing, passThrough, principal, startGateway } from './gateway.ts';
import { beginSession, messagesOf, meta, post, statefulHeaders, statelessCall, statelessHeaders } from './requests.ts';

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

  it('comes with what its client says of it, and the words of its user go no further', async () => {
    const contexts: unknown[] = [];
    await start({
      begin: async (request, { principal: _principal, signal: _signal, isProven: _isProven, ...said }) => {
        contexts.push(said);
        return { kind: 'forward', request, filter: passing };
      },
    });
    server.behaviour = (response) => json(response, answer);
    const capabilities = { elicitation: { url: {} } };
    const own = { ...meta, 'io.modelcontextprotocol/clientCapabilities': capabilities };
    const said = { traceparent: '00-m', 'dev.demarc/run': 'nightly', 'dev.demarc/user-words': 'Do it.' };
    const call = (_meta: object) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', _meta } });
    const headers = { ...statelessHeaders, traceparent: '00-h' };
    await post(url, call({ ...own, ...said }), { ...headers, 'demarc-run': 'by-day' });
    await post(url, call({ ...own, ...said, traceparent: 1 }), headers);
    await post(url, call({ ...own, 'dev.demarc/run': 1, 'dev.demarc/user-words': '' }), {
      ...headers,
      'demarc-run': '',
    });
    const of = { server: 'one', revision: '2026-07-28', capabilities };
    expect(contexts).toEqual([
      { ...of, trace: '00-m', named: 'by-day', userWords: 'Do it.' },
      { ...of, trace: '00-h', named: 'nightly', userWords: 'Do it.' },
      { ...of, trace: '00-h' },
    ]);
    const { 'dev.demarc/user-words': _, ...sent } = said;
    expect(server.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      call({ ...own, ...sent }),
      call({ ...own, ...sent, traceparent: 1 }),
      call({ ...own, 'dev.demarc/run': 1 }),
    ]);
    server.behaviour = (response, { body }) => {
      const { id } = JSON.parse(body) as { id: number };
      json(response, { ...answer, id }, { 'mcp-session-id': 'theirs' });
    };
    const mine = await beginSession(url);
    const words = { 'dev.demarc/user-words': 'Do it.' };
    await post(url, { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: words } }, mine);
    expect(contexts.at(-1)).toMatchObject({ capabilities: {}, session: mine['mcp-session-id'] });
    expect(server.received.at(-1)?.body).not.toContain('_meta');
  });

  it.each<[string, () => Promise<Principal | Unidentified>, boolean]>([
    ['the same', async () => principal('me'), true],
    ['another', async () => principal('you'), false],
    ['nobody', async () => ({ status: 401, reason: 'no', cause: 'identity.revoked' }), false],
    ['nobody can tell', async () => ({ status: 503, reason: 'later', cause: 'identity.unavailable' }), true],
    ['a failure', () => Promise.reject(new Error('later')), false],
  ])('can be asked whether its client still is who it proved to be: %s', async (_what, later, isProven) => {
    let identify: RelayOptions['identify'] = async () => principal('me');
    let proven: boolean | undefined;
    const begin: Interceptor['begin'] = async (request, context) => {
      identify = later;
      proven = await context.isProven?.();
      return { kind: 'answer', response: { ...answer, id: request.id } as JsonRpcResponse };
    };
    gateway = await startGateway(new Map([['one', httpServer('one', await server.listen())]]), {
      identify: (exchange) => identify(exchange),
      interceptor: { ...passThrough, begin },
    });
    await post(new URL('/mcp/one', gateway.url), statelessCall());
    expect(proven).toBe(isProven);
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

  describe.each(['/mcp/one', '/mcp'])('that its client takes back, at %s', (path) => {
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    const name = path === '/mcp' ? 'one__echo' : 'echo';
    const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name, arguments: {} } };
    const isCall = ({ body }: { readonly body: string }): boolean => body.includes('tools/call');

    it('before it is decided is not sent', async () => {
      let decide: () => void = () => undefined;
      await start({
        begin: async (request, { signal }) => {
          if (request.method === 'tools/call')
            await new Promise<void>((resolve) => {
              decide = resolve;
              signal.addEventListener('abort', resolve);
            });
          return filterOf((message) => message)(request, undefined as never);
        },
      });
      server.behaviour = (response, { body }) =>
        body.includes('initialize')
          ? json(
              response,
              { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } },
              { 'mcp-session-id': 's' },
            )
          : void response.writeHead(202).end();
      const to = new URL(path, url);
      const [own, other] = [await beginSession(to), await beginSession(to)];
      const said = post(to, call, own);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // Another session's request of the same name is another request.
      expect((await post(to, cancel, other)).status).toBe(202);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(ends).not.toContain('cancelled');
      expect((await post(to, cancel, own)).status).toBe(202);
      decide();
      expect(await (await said).json()).toMatchObject({ id: 7, error: { message: 'taken back by the client' } });
      expect(ends).toContain('cancelled');
      expect(server.received.filter(isCall)).toEqual([]);
    });

    it('while the server says nothing is over', async () => {
      await start({ begin: filterOf((message) => message) });
      server.behaviour = (response, { body }) => {
        if (body.includes('initialize'))
          json(
            response,
            { jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } },
            { 'mcp-session-id': 's' },
          );
        else if (body.includes('tools/call')) events(response, ':\n\n');
        else response.writeHead(202).end();
      };
      const to = new URL(path, url);
      const own = await beginSession(to);
      const said = post(to, call, own).then(messagesOf);
      await vi.waitFor(() => expect(server.received.filter(isCall)).toHaveLength(1));
      expect((await post(to, cancel, own)).status).toBe(202);
      expect(await said).toMatchObject([{ id: 7, error: { message: 'taken back by the client' } }]);
      expect(ends).toContain('cancelled');
      expect(server.received.filter(({ body }) => body.includes('notifications/cancelled'))).toHaveLength(1);
    });
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

it.each([true, false])('a notification goes on where the interceptor lets it: %s', async (passes) => {
  await start({ notification: (notification) => (passes ? notification : undefined) });
  server.behaviour = (response) => void response.writeHead(202).end();
  const told = await post(url, { jsonrpc: '2.0', method: 'notifications/initialized' }, statefulHeaders);
  expect([told.status, server.received.length]).toEqual([202, passes ? 1 : 0]);
});

it('what people write to their agent stays here, with a notification too', async () => {
  await start({});
  server.behaviour = (response) => void response.writeHead(202).end();
  const params = { _meta: { 'dev.demarc/user-words': 'private', progressToken: 1 } };
  await post(url, { jsonrpc: '2.0', method: 'notifications/initialized', params }, statefulHeaders);
  expect(server.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { params: { _meta: { progressToken: 1 } } },
  ]);
  expect(server.received[0]?.body).not.toContain('private');
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

  const slow = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'slow' } };
  const inSession = async (change: (message: JsonRpcMessage) => JsonRpcMessage): Promise<Record<string, string>> => {
    server.behaviour = (response) =>
      json(response, { ...answer, id: 0, result: { protocolVersion: '2025-11-25' } }, { 'mcp-session-id': 'theirs' });
    await start({ begin: filterOf((message) => ('id' in message && message.id === 0 ? message : change(message))) });
    const headers = await beginSession(url);
    seen = [];
    ends = [];
    server.behaviour = (response) => void events(response, 'id: 7\nretry: 1\ndata: \n\n').end();
    return headers;
  };

  it('that comes on another stream is seen by the filter of its request', async () => {
    const headers = await inSession((message) => message);
    expect(await (await post(url, slow, headers)).text()).toBe('id: 7\nretry: 1\ndata: \n\n');
    expect([seen, ends]).toEqual([[], []]);
    const late = { jsonrpc: '2.0', id: 5, result: { late: true } };
    server.behaviour = (response) => void events(response, `id: 8\n${data(late)}`, data({ ...late, id: 6 })).end();
    const resumed = await fetch(url, { headers: { ...headers, 'last-event-id': '7' } });
    expect(await messagesOf(resumed)).toEqual([late]);
    expect(server.received.at(-1)?.headers['last-event-id']).toBe('7');
    expect([seen, ends]).toEqual([[late], ['answered']]);
  });

  it('that comes on another stream, to a filter that fails, is over all the same', async () => {
    const headers = await inSession(() => {
      throw new TypeError('inside');
    });
    await (await post(url, slow, headers)).text();
    server.behaviour = (response) =>
      void events(response, `id: 8\n${data({ jsonrpc: '2.0', id: 5, result: { late: true } })}`).end();
    const resumed = await fetch(url, { headers: { ...headers, 'last-event-id': '7' } });
    expect(await resumed.text().catch(String)).not.toContain('late');
    expect(ends).toEqual(['failed']);
  });

  it('that may come on another stream is waited for no more once the client takes its request back', async () => {
    const headers = await inSession((message) => message);
    await (await post(url, slow, headers)).text();
    server.behaviour = (response) => void response.writeHead(202).end();
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } };
    expect((await post(url, cancelled, headers)).status).toBe(202);
    expect(ends).toEqual(['cancelled']);
  });

  it('that cannot come any more, since its session is over, is waited for by nobody', async () => {
    const headers = await inSession((message) => message);
    let end = (): void => undefined;
    server.behaviour = (response, { method }) => {
      if (method === 'DELETE') return void response.writeHead(200).end();
      const stream = events(response, 'id: 7\nretry: 1\ndata: \n\n');
      end = () => void stream.end();
    };
    const calling = post(url, slow, headers).then((reply) => reply.text());
    await expect.poll(() => server.received.at(-1)?.body).toContain('slow');
    await fetch(url, { method: 'DELETE', headers });
    end();
    expect(await calling).toContain('ended its stream without an answer');
    expect(ends).toEqual(['failed']);
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
