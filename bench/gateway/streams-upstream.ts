/** A server of both eras whose streams say nothing: what a gateway holds for them is all there is. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const about = { capabilities: { tools: { listChanged: true } } };
let sessions = 0;

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    if (request.method === 'GET')
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    const { id, method } = JSON.parse(Buffer.concat(pieces).toString()) as { id: unknown; method: string };
    if (id === undefined) return void response.writeHead(202).end();
    if (method === 'subscriptions/listen') {
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
      const params = { notifications: { toolsListChanged: true }, _meta };
      const told = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.write(`data: ${JSON.stringify(told)}\n\n`);
    }
    const result =
      method === 'initialize'
        ? { protocolVersion: '2025-11-25', serverInfo: { name: 'silent', version: '1' }, ...about }
        : {
            resultType: 'complete',
            supportedVersions: ['2026-07-28'],
            tools: [{ name: 'get_ticket', inputSchema: { type: 'object', properties: { id: { type: 'integer' } } } }],
            ttlMs: 0,
            cacheScope: 'private',
            ...about,
          };
    const session = method === 'initialize' ? { 'mcp-session-id': `s-${++sessions}` } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...session });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
