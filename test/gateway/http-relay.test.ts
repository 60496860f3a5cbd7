import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import type { Reply } from '../../src/gateway/upstream/upstream.ts';
import { resultOf } from '../../src/model/mcp.ts';
import { isRequest } from '../../src/gateway/mcp/message.ts';
import { initialize, statefulHeaders } from './requests.ts';
import { clock, type Gateway, httpServer, random, startGateway } from './gateway.ts';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const stateless = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
};
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const call = (more: object = {}): object => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'hi' }, _meta: meta, ...more },
});

describe('a request over HTTP', () => {
  const seen: Seen[] = [];
  let gateway: Gateway;
  let close: () => void;

  beforeAll(async () => {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        response.setHeader('content-type', 'application/json');
        if (method === 'initialize') response.setHeader('mcp-session-id', 'upstream-session');
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-06-18', unknown: [1.5] } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
    gateway = await startGateway(new Map([['one', httpServer('one', url)]]));
    close = () => server.close();
  });
  afterAll(async () => {
    await gateway.close();
    close();
  });

  const post = (headers: Record<string, string>, body: unknown): Promise<Response> =>
    fetch(new URL('/mcp/one', gateway.url), {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('carries a stateless call and its answer as they are', async () => {
    const answer = await post({ ...stateless, authorization: 'Bearer secret', 'x-token': 'secret' }, call());
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","unknown":[1.5]}}',
    );
    const last = seen.at(-1);
    expect(JSON.parse(last?.body ?? '')).toEqual(call());
    expect(last?.headers).toMatchObject({ 'mcp-method': 'tools/call', 'mcp-name': 'echo' });
    expect(JSON.stringify(last?.headers)).not.toContain('secret');
  });

  it('carries a stateful session under a name of its own', async () => {
    const { 'content-type': type, accept } = stateless;
    const first = await post(
      { 'content-type': type, accept },
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {} } },
    );
    const session = first.headers.get('mcp-session-id') ?? '';
    expect(session).toMatch(/^[\w-]{22}$/);
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } };
    const headers = { 'content-type': type, accept, 'mcp-session-id': session };
    expect((await post(headers, body)).status).toBe(200);
    expect(seen.at(-1)?.headers['mcp-session-id']).toBe('upstream-session');
    expect((await post({ ...headers, 'x-agent': 'another' }, body)).status).toBe(404);
  });

  it.each([
    ['*/*', 'application/json, text/event-stream'],
    ['', 'application/json, text/event-stream'],
    ['application/json', 'application/json'],
  ])('of a client that takes %j says to the server that %j is taken', async (accept, expected) => {
    await post({ ...stateless, accept }, call());
    expect(seen.at(-1)?.headers['accept']).toBe(expected);
  });

  it.each<[string, number, Record<string, unknown>, Record<string, string>]>([
    ['without a version', 400, { id: 'a', method: 'ping' }, {}],
    ['of a session that there is not', 404, { jsonrpc: '2.0', id: 'a', method: 'ping' }, { 'mcp-session-id': 'x' }],
  ])('that is refused is named in the error: %s', async (_, status, body, more) => {
    const answer = await post({ 'content-type': 'application/json', ...more }, body);
    expect([answer.status, await answer.json()]).toMatchObject([status, { id: 'a', error: { code: -32600 } }]);
  });

  it('of a client that speaks HTTP+SSE of 2024-11-05 is told what is spoken here', async () => {
    const listen = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(new URL(path, gateway.url), { headers: { accept: 'text/event-stream', ...headers } });
    for (const [path, status] of [['/mcp/one', 405] as const, ['/sse', 404] as const, ['/mcp/one/sse', 404] as const]) {
      const answer = await listen(path);
      expect(answer.status).toBe(status);
      expect(await answer.text()).toContain('use Streamable HTTP (POST to /mcp/<server> or /mcp)');
    }
    expect((await listen('/mcp/sse')).status).toBe(404);
    expect((await listen('/mcp/sse')).headers.get('allow')).toBeNull();
  });

  it('to a server that speaks it is told so', async () => {
    const old = createServer((_request, response) => response.writeHead(405, { allow: 'GET' }).end());
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(old.address() as AddressInfo).port}/sse`);
    const upstream = new BridgedUpstream(httpServer('old', url), { clock, random });
    const behind = await startGateway(new Map([['old', upstream]]));
    const answer = await fetch(new URL('/mcp/old', behind.url), {
      method: 'POST',
      headers: stateless,
      body: JSON.stringify(call()),
    });
    expect(await answer.text()).toContain('its configuration needs `transport: sse`');
    await behind.close();
    old.close();
  });
});

it.each(['/mcp/one', '/mcp'])(
  'a session that began once its client had gone is ended: nobody knows its name: %s',
  async (path) => {
    const ended: (string | undefined)[] = [];
    const gone = new AbortController();
    const gateway = await startGateway(
      new Map([
        [
          'one',
          {
            send: async ({ kind, link, message, signal }): Promise<Reply> => {
              if (kind === 'end') ended.push(link);
              if (message === undefined || !isRequest(message)) return { kind: 'status', status: 202 };
              gone.abort();
              await expect.poll(() => signal.aborted).toBe(true);
              const answer = resultOf(message.id, { protocolVersion: '2025-11-25', capabilities: {} });
              return { kind: 'message', status: 200, message: answer, text: JSON.stringify(answer), link: 'its-own' };
            },
            close: async () => undefined,
          },
        ],
      ]),
      { aggregate: { name: 'all', version: '1' } },
    );
    const asked = fetch(new URL(path, gateway.url), {
      method: 'POST',
      headers: statefulHeaders,
      body: JSON.stringify(initialize),
      signal: gone.signal,
    });
    await expect(asked).rejects.toThrow('aborted');
    await expect.poll(() => ended).toEqual(['its-own']);
    await gateway.close();
  },
);
