/**
 * The fixture over Streamable HTTP, made with the official SDK. Prints the port it listens on.
 * Usage: fixture-server.ts [stateful|stateless]: the only era it speaks; both where none is given
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  NodeStreamableHTTPServerTransport,
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  type EventStore,
  isInitializeRequest,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';
import { makeFixture } from './fixture-features.ts';

const [, , only] = process.argv;
const stateless = createMcpHandler(
  () => makeFixture({ tools: () => stateless.notify.toolsChanged(), prompts: () => stateless.notify.promptsChanged() }),
  { legacy: 'reject' },
);
const handleStateless = toNodeHandler(stateless);
const sessions = new Map<string, NodeStreamableHTTPServerTransport>();

/** Events of streams, so that a client can take one up again. */
function eventStore(): EventStore {
  const events: { id: string; stream: string; message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (stream, message) => {
      const id = `${stream}/${events.length}`;
      events.push({ id, stream, message });
      return id;
    },
    replayEventsAfter: async (last, { send }) => {
      const at = events.findIndex(({ id }) => id === last);
      const stream = events[at]?.stream ?? '';
      for (const event of events.slice(at + 1))
        if (event.stream === stream && 'jsonrpc' in event.message) await send(event.id, event.message);
      return stream;
    },
  };
}

async function begin(): Promise<NodeStreamableHTTPServerTransport> {
  const transport: NodeStreamableHTTPServerTransport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
    eventStore: eventStore(),
    retryInterval: 50,
  });
  const server = makeFixture({
    tools: () => server.sendToolListChanged(),
    prompts: () => server.sendPromptListChanged(),
  });
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  await server.connect(transport);
  return transport;
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!localhostHostValidation()(request, response) || !localhostOriginValidation()(request, response)) return;
  let text = '';
  for await (const chunk of request) text += String(chunk);
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return void response.writeHead(400).end('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no JSON"}}');
  }
  const id = request.headers['mcp-session-id'];
  const isOld =
    isInitializeRequest(body) || (id !== undefined && request.headers['mcp-protocol-version'] !== '2026-07-28');
  if (only === 'stateful' && !isOld && id === undefined)
    return void response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: no session"}}');
  if (only === 'stateless' || (only !== 'stateful' && !isOld))
    return handleStateless(request as Parameters<typeof handleStateless>[0], response, body);
  const transport = typeof id === 'string' ? sessions.get(id) : await begin();
  if (transport === undefined)
    return void response
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}');
  await transport.handleRequest(request, response, body);
}

const server = createServer((request, response) => void serve(request, response));
server.listen(0, '127.0.0.1', () => {
  console.log(String((server.address() as AddressInfo).port));
});
