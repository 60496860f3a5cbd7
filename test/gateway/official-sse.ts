import type { RequestListener } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

/**
 * The official server of HTTP+SSE (SDK 1): one transport for each stream.
 * @param serverOf makes the server of a session @param open takes its transports, by session
 */
export function officialSse(
  serverOf: (session: string) => McpServer,
  open = new Map<string, SSEServerTransport>(),
): RequestListener {
  return (request, response) => {
    const known = open.get(new URL(request.url ?? '', 'http://x').searchParams.get('sessionId') ?? '');
    if (request.method === 'POST') {
      if (known === undefined) response.writeHead(404).end();
      else void known.handlePostMessage(request, response);
      return;
    }
    const transport = new SSEServerTransport('/messages', response);
    open.set(transport.sessionId, transport);
    response.on('close', () => open.delete(transport.sessionId));
    void serverOf(transport.sessionId).connect(transport);
  };
}
