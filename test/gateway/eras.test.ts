/** Real clients of one era and real servers of the other, with the gateway between them. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as LegacyServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  acceptedContent,
  createMcpHandler,
  inputRequired,
  McpServer as ModernServer,
} from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import type { McpEra } from '../../src/model/mcp.ts';
import { FaultyServer, json } from './faulty-server.ts';
import { clock, type Gateway, httpServer, random, startGateway } from './gateway.ts';
import { beginSession, post, statelessCall, statelessHeaders } from './requests.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(handle: RequestListener): Promise<URL> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
}

async function gatewayFor(url: URL, stated?: ReadonlySet<McpEra>): Promise<Gateway> {
  const upstream = new BridgedUpstream(httpServer('one', url), { clock, random }, stated);
  const gateway = await startGateway(new Map([['one', upstream]]));
  closing.push(() => gateway.close());
  return gateway;
}

describe('a server of sessions that was started anew, for a client without', () => {
  /** @param forgets whether it forgets the sessions of so many calls, and how it says so */
  const serverThat = async (forgets: number, says: object | undefined): Promise<{ url: URL; seen: string[] }> => {
    const seen: string[] = [];
    let sessions = 0;
    let forgotten = 0;
    const server = new FaultyServer();
    closing.push(() => server.close());
    server.behaviour = (response, { headers, body }) => {
      const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
      const session = String(headers['mcp-session-id']);
      if (method !== undefined) seen.push(`${method} ${session}`);
      const answer = (member: object, more: Record<string, string> = {}): void =>
        json(response, { jsonrpc: '2.0', id, ...member }, more);
      if (method === 'initialize') {
        const serverInfo = { name: 'x', version: '1' };
        const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo };
        answer({ result }, { 'mcp-session-id': `s${++sessions}` });
      } else if (method === 'tools/call' && forgotten < forgets) {
        forgotten++;
        response.statusCode = 404;
        if (says === undefined) response.end();
        else
          response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, ...says }));
      } else if (method === 'tools/call') answer({ result: { content: [{ type: 'text', text: session }] } });
      else response.writeHead(id === undefined ? 202 : 405).end();
    };
    const url = await server.listen();
    return { url, seen };
  };
  const call = async (url: URL): Promise<string> => {
    const upstream = new BridgedUpstream(httpServer('one', url), { clock, random }, new Set(['stateful']));
    const gateway = await startGateway(new Map([['one', upstream]]));
    closing.push(() => gateway.close());
    const client = new ModernClient(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new ModernTransport(new URL('/mcp/one', gateway.url)));
    closing.push(() => client.close());
    return JSON.stringify(await client.callTool({ name: 'x', arguments: {} }));
  };

  it.each([
    ['without a word', undefined],
    ['as the SDKs do', { error: { code: -32001, message: 'Session not found' } }],
  ])('%s: the call goes to another session, once', async (_, says) => {
    const { url, seen } = await serverThat(1, says);
    expect(await call(url)).toContain('s2');
    expect(seen.filter((what) => /^(?:tools|init)/.test(what))).toEqual([
      'initialize undefined',
      'tools/call s1',
      'initialize undefined',
      'tools/call s2',
    ]);
  });

  it('that forgets every session is not asked for ever', async () => {
    const { url, seen } = await serverThat(Infinity, undefined);
    await expect(call(url)).rejects.toThrow('404');
    expect(seen.filter((what) => what.startsWith('tools/call'))).toHaveLength(2);
  });
});

it('a request of the stateless era has no session, whatever its fields name', async () => {
  const server = new FaultyServer();
  closing.push(() => server.close());
  let sessions = 0;
  const seen: unknown[] = [];
  server.behaviour = (response, { headers, body }) => {
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
    seen.push([method, headers['mcp-session-id'], headers['mcp-protocol-version']]);
    if (id === undefined) return void response.writeHead(202).end();
    if (method !== 'initialize') return json(response, { jsonrpc: '2.0', id, result: { content: [] } });
    const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'x', version: '1' } };
    json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': `s${++sessions}` });
  };
  const url = new URL('/mcp/one', (await gatewayFor(await server.listen(), new Set(['stateful']))).url);
  const { 'mcp-session-id': session = '' } = await beginSession(url);
  const answer = await post(url, statelessCall(), { ...statelessHeaders, 'mcp-session-id': session });
  expect(await answer.json()).toMatchObject({ result: { resultType: 'complete' } });
  expect(seen.findLast((one) => (one as string[])[0] === 'tools/call')).toEqual(['tools/call', 's2', '2025-11-25']);
});

const schema = z.object({ name: z.string() });
const requestedSchema = {
  type: 'object' as const,
  properties: { name: { type: 'string' as const } },
  required: ['name'],
};

/** A server that speaks 2026-07-28 only. @param updating given what tells that a resource was updated */
function modernServer(updating: (update: (uri: string) => void) => void = () => undefined): Promise<URL> {
  const handler = createMcpHandler(
    () => {
      const capabilities = { resources: { subscribe: true } };
      const server = new ModernServer({ name: 'modern', version: '1' }, { instructions: 'be nice', capabilities });
      server.registerTool('add', { inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => ({
        content: [{ type: 'text', text: String(a + b) }],
      }));
      server.registerTool('greet', { inputSchema: z.object({}) }, (_args, context) => {
        const answer = acceptedContent(context.mcpReq.inputResponses, 'who', schema);
        if (answer === undefined)
          return inputRequired({ inputRequests: { who: inputRequired.elicit({ message: 'who?', requestedSchema }) } });
        return { content: [{ type: 'text', text: `hello ${answer.name}` }] };
      });
      server.registerResource('r', 'test://r', {}, () => ({ contents: [{ uri: 'test://r', text: 'content' }] }));
      return server;
    },
    { legacy: 'reject' },
  );
  updating((uri) => handler.notify.resourceUpdated(uri));
  return listen(toNodeHandler(handler) as RequestListener);
}

/** A server that speaks the stateful revisions only. */
function legacyServer(): Promise<URL> {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const connect = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    const server = new LegacyServer({ name: 'legacy', version: '1' }, { instructions: 'be nice' });
    server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
      content: [{ type: 'text', text: String(a + b) }],
    }));
    server.registerTool('greet', { inputSchema: {} }, async () => {
      const { content } = await server.server.elicitInput({ message: 'who?', requestedSchema });
      return { content: [{ type: 'text', text: `hello ${String(content?.['name'])}` }] };
    });
    server.registerResource('r', 'test://r', {}, () => ({ contents: [{ uri: 'test://r', text: 'content' }] }));
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    return transport;
  };
  return listen((request: IncomingMessage, response) => {
    const known = transports.get(String(request.headers['mcp-session-id']));
    void (async () => (known ?? (await connect())).handleRequest(request, response))();
  });
}

interface Talk {
  readonly server: string | undefined;
  readonly tools: readonly string[];
  readonly sum: unknown;
  readonly greeting: unknown;
  readonly resource: unknown;
}

async function legacyTalk(gateway: Gateway): Promise<Talk> {
  const client = new LegacyClient({ name: 'old', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'ann' } }));
  await client.connect(new LegacyTransport(new URL('/mcp/one', gateway.url)) as Parameters<typeof client.connect>[0]);
  closing.push(() => client.close());
  return {
    server: client.getServerVersion()?.name,
    tools: (await client.listTools()).tools.map(({ name }) => name),
    sum: (await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } })).content,
    greeting: (await client.callTool({ name: 'greet', arguments: {} })).content,
    resource: (await client.readResource({ uri: 'test://r' })).contents,
  };
}

async function modernTalk(gateway: Gateway): Promise<Talk> {
  const client = new ModernClient(
    { name: 'new', version: '1' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'ann' } }));
  await client.connect(new ModernTransport(new URL('/mcp/one', gateway.url)));
  closing.push(() => client.close());
  return {
    server: client.getServerVersion()?.name,
    tools: (await client.listTools()).tools.map(({ name }) => name),
    sum: (await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } })).content,
    greeting: (await client.callTool({ name: 'greet', arguments: {} })).content,
    resource: (await client.readResource({ uri: 'test://r' })).contents,
  };
}

const told = (server: string): Talk => ({
  server,
  tools: ['add', 'greet'],
  sum: [{ type: 'text', text: '5' }],
  greeting: [{ type: 'text', text: 'hello ann' }],
  resource: [{ uri: 'test://r', text: 'content' }],
});

describe('eras', () => {
  it.each([
    ['stateful', 'stateful', legacyTalk, legacyServer, 'legacy'],
    ['stateful', 'stateless', legacyTalk, modernServer, 'modern'],
    ['stateless', 'stateful', modernTalk, legacyServer, 'legacy'],
    ['stateless', 'stateless', modernTalk, modernServer, 'modern'],
  ] as const)('a %s client of a %s server', async (_client, _server, talk, server, name) => {
    expect(await talk(await gatewayFor(await server()))).toEqual(told(name));
  });

  it('a stateful client hears, on the stream it has, of resources it subscribes to later', async () => {
    let update: (uri: string) => void = () => undefined;
    const gateway = await gatewayFor(await modernServer((given) => (update = given)));
    const client = new LegacyClient({ name: 'old', version: '1' });
    const heard: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void heard.push(params.uri));
    // A client that does not open its stream again.
    const options = { reconnectionOptions: { ...delays, maxRetries: 0 } };
    const transport = new LegacyTransport(new URL('/mcp/one', gateway.url), options);
    await client.connect(transport as Parameters<typeof client.connect>[0]);
    closing.push(() => client.close());
    for (const uri of ['test://r', 'test://s']) {
      await client.subscribeResource({ uri });
      await expect
        .poll(() => {
          update(uri);
          return heard.includes(uri);
        })
        .toBe(true);
    }
  });
});

const delays = { initialReconnectionDelay: 1, maxReconnectionDelay: 1, reconnectionDelayGrowFactor: 1 };
