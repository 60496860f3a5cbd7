/** What a few lines with the official SDK make: a server on one side, a client on the other, tools passed between them. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const client = new Client({ name: 'bridge', version: '1' });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2] ?? '')) as never);
const sessions = new Map<string, StreamableHTTPServerTransport>();

const http = createServer((request, response) => {
  const known = sessions.get(String(request.headers['mcp-session-id'] ?? ''));
  if (known !== undefined) return void known.handleRequest(request, response);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    enableJsonResponse: true,
    onsessioninitialized: (id) => void sessions.set(id, transport),
  });
  const server = new Server({ name: 'bridge', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => client.listTools());
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => client.callTool(params));
  void server.connect(transport as never).then(() => transport.handleRequest(request, response));
});
http.keepAliveTimeout = 60_000;
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
