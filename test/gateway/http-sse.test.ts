/** Servers of revision 2024-11-05 over HTTP+SSE: the official one of SDK 1 behind the gateway, and ones that misbehave. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { CreateMessageRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Outgoing } from '../../src/gateway/upstream/upstream.ts';
import { officialSse } from './official-sse.ts';
import { type Gateway, principal, sseServer, startGateway } from './gateway.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<[URL, Server]> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return [new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sse`), server];
}

async function official(): Promise<{
  url: URL;
  open: Map<string, SSEServerTransport>;
  headers: IncomingMessage['headers'][];
}> {
  const open = new Map<string, SSEServerTransport>();
  const headers: IncomingMessage['headers'][] = [];
  const handle = officialSse(serverOf, open);
  const [url] = await listening((request, response) => {
    headers.push(request.headers);
    handle(request, response);
  });
  return { url, open, headers };
}

function serverOf(session: string): McpServer {
  const server = new McpServer({ name: 'old', version: '1' });
  server.registerTool('where', { inputSchema: { text: z.string() } }, ({ text }) => ({
    content: [{ type: 'text', text: `${text} in ${session}` }],
  }));
  server.registerTool('slow', {}, async (extra) => {
    const progressToken = extra._meta?.progressToken;
    for (const progress of [1, 2])
      if (progressToken !== undefined)
        await extra.sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 2 },
        });
    return { content: [{ type: 'text', text: 'done' }] };
  });
  server.registerTool('ask', {}, async () => {
    const { content } = await server.server.createMessage({
      messages: [{ role: 'user', content: { type: 'text', text: 'say\nhello' } }],
      maxTokens: 9,
    });
    return { content: [{ type: 'text', text: JSON.stringify(content) }] };
  });
  server.registerTool('grow', {}, () => {
    server.registerTool('grown', {}, () => ({ content: [] }));
    return { content: [{ type: 'text', text: 'grown' }] };
  });
  return server;
}

async function behind(...given: Parameters<typeof sseServer>): Promise<Gateway> {
  const gateway = await startGateway(new Map([['old', sseServer(...given)]]));
  closing.push(() => gateway.close());
  return gateway;
}

async function client1(gateway: Gateway): Promise<Client1> {
  const client = new Client1({ name: 'test', version: '1' }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
    role: 'assistant',
    model: 'none',
    content: { type: 'text', text: `heard ${JSON.stringify(params.messages)}` },
  }));
  await client.connect(new Http1(new URL('/mcp/old', gateway.url)));
  closing.push(() => client.close());
  return client;
}

describe('the official server of HTTP+SSE', () => {
  it('serves an old client with all that it says in between', async () => {
    const { url } = await official();
    const client = await client1(await behind('old', url));
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['where', 'slow', 'ask', 'grow']);
    const progress: number[] = [];
    await client.callTool({ name: 'slow', arguments: {} }, undefined, {
      onprogress: (at) => void progress.push(at.progress),
    });
    expect(progress).toEqual([1, 2]);
    const asked = await client.callTool({ name: 'ask', arguments: {} });
    expect(JSON.stringify(asked)).toContain('heard');
    const changed = new Promise<void>((resolve) =>
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve()),
    );
    await client.callTool({ name: 'grow', arguments: {} });
    await changed;
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('grown');
  });

  it('serves a client of the stateless era across the bridge', async () => {
    const { url } = await official();
    const gateway = await behind('old', url);
    const client = new Client2({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new Http2(new URL('/mcp/old', gateway.url)));
    closing.push(() => client.close());
    expect(JSON.stringify(await client.callTool({ name: 'where', arguments: { text: 'grün\n"x"' } }))).toContain(
      'grün',
    );
  });

  it('has a connection for each session, which ends with it', async () => {
    const { url, open } = await official();
    const gateway = await behind('old', url);
    const [one, two] = [await client1(gateway), await client1(gateway)];
    const where = async (client: Client1): Promise<string> =>
      JSON.stringify(await client.callTool({ name: 'where', arguments: { text: 'here' } }));
    expect(await where(one)).not.toBe(await where(two));
    expect(open.size).toBe(2);
    await (one.transport as Http1).terminateSession();
    await expect.poll(() => open.size).toBe(1);
    expect(await where(two)).toContain('here');
  });

  it('that goes away is told of, and another session begins anew', async () => {
    const { url, open } = await official();
    const gateway = await behind('old', url);
    const client = await client1(gateway);
    for (const transport of open.values()) await transport.close();
    await expect(client.callTool({ name: 'where', arguments: { text: 'x' } })).rejects.toThrow();
    const next = await client1(gateway);
    expect(JSON.stringify(await next.callTool({ name: 'where', arguments: { text: 'x' } }))).toContain('x in');
  });

  it('that goes away is connected to again for a client without sessions', async () => {
    const { url, open } = await official();
    const gateway = await behind('old', url);
    const client = new Client2({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    await client.connect(new Http2(new URL('/mcp/old', gateway.url)));
    closing.push(() => client.close());
    const where = async (): Promise<string> =>
      JSON.stringify(await client.callTool({ name: 'where', arguments: { text: 'x' } }));
    const before = await where();
    for (const transport of open.values()) await transport.close();
    await expect.poll(() => open.size).toBe(0);
    expect(await where().catch(where)).not.toBe(before);
  });

  it('gets the credential with every request, and nothing of the client', async () => {
    const { url, headers } = await official();
    const credential = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, origins: [url.origin] });
    const credentials = { get: async () => credential('own'), rejected: async () => credential('other') };
    const client = await client1(await behind('old', url, {}, { credentials, headers: { 'x-tenant': '7' } }));
    await client.callTool({ name: 'where', arguments: { text: 'x' } });
    expect(headers.length).toBeGreaterThan(3);
    expect(headers.every((sent) => sent.authorization === 'Bearer own' && sent['x-tenant'] === '7')).toBe(true);
    expect(headers.some((sent) => sent['mcp-session-id'] !== undefined)).toBe(false);
  });
});

describe('a server of HTTP+SSE that misbehaves', () => {
  const initialize: Outgoing = {
    kind: 'message',
    message: {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2024-11-05', capabilities: {} },
    },
    text: '',
    principal: principal(),
    revision: '2024-11-05',
    headers: new Map(),
    signal: new AbortController().signal,
  };
  const stream = (response: ServerResponse, ...events: string[]): ServerResponse => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`${event}\n\n`);
    return response;
  };
  const answer = (id: number, more = ''): string =>
    `event: message\ndata: {"jsonrpc":"2.0",\ndata: "id":${id},"result":{"protocolVersion":"2024-11-05","capabilities":{},"serverInfo":{"name":"x","version":"1"}${more}}}`;

  it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => void]>([
    [
      'names an endpoint elsewhere',
      'named an endpoint of another origin',
      (_, response) => void stream(response, 'event: endpoint\ndata: http://evil.example/messages'),
    ],
    [
      'names none that is a URL',
      'named an endpoint of another origin',
      (_, response) => void stream(response, 'event: endpoint\ndata: http://['),
    ],
    [
      'is none',
      'answered no stream',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('hello'),
    ],
    [
      'redirects',
      'refused to open a stream (HTTP 302)',
      (_, response) => void response.writeHead(302, { location: 'http://evil.example/' }).end(),
    ],
    [
      'wants a credential',
      "refused the gateway's credential (HTTP 401)",
      (_, response) => void response.writeHead(401).end(),
    ],
    ['ends its stream', 'ended its stream', (_, response) => void stream(response, 'event: endpoint\ndata: /m').end()],
    ['breaks off', 'broke off', (_, response) => void stream(response, 'event: endpoint\ndata: /m').destroy()],
    [
      'says what is too long',
      'sent too long an event',
      (_, response) => void stream(response, `data: ${'x'.repeat(20_000)}`),
    ],
    ['names no endpoint', 'did not answer in time', (_, response) => void stream(response, ': hello')],
    [
      'takes no message',
      'refused a message (HTTP 500)',
      (request, response) =>
        void (request.method === 'POST'
          ? response.writeHead(500).end()
          : stream(response, 'event: endpoint\ndata: /m')),
    ],
    [
      'takes a message and says too much of that',
      'did not take a message',
      (request, response) =>
        void (request.method === 'POST'
          ? response.end('x'.repeat(70_000))
          : stream(response, 'event: endpoint\ndata: /m')),
    ],
  ])('%s: %s', async (_, told, handle) => {
    const [url] = await listening(handle);
    const upstream = sseServer('old', url, { gatewayCallIdleMs: 200, gatewayMessageBytesMax: 10_000 });
    closing.push(() => upstream.close());
    await expect(upstream.send(initialize)).rejects.toThrow(told);
  });

  it('is heard where its JSON goes over several lines, and not where it speaks of something else', async () => {
    const streams: ServerResponse[] = [];
    const [url] = await listening((request, response) => {
      if (request.method === 'GET')
        streams.push(stream(response, 'event: endpoint\r\ndata: ./messages?s=1', 'event: gossip\ndata: {}'));
      else {
        expect(request.url).toBe('/messages?s=1');
        response.writeHead(202).end('Accepted');
        streams[0]?.write(`${answer(1)}\n\n`);
      }
    });
    const upstream = sseServer('old', url);
    closing.push(() => upstream.close());
    expect(await upstream.send(initialize)).toMatchObject({
      kind: 'message',
      message: { id: 1, result: { serverInfo: { name: 'x' } } },
    });
  });
});
