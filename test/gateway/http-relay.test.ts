import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, httpServer, startGateway } from './gateway.ts';

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
});
