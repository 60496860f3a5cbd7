/** The smallest MCP server of 2026-07-28 that answers what the bench asks: the cost of an answer is next to nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const result = {
  resultType: 'complete',
  content: [
    {
      type: 'text',
      text: JSON.stringify({
        id: 7,
        sender: 'ann@customer.example',
        subject: 'Invoice 2231',
        status: 'open',
        rows: Array.from({ length: 8 }, (_, at) => ({ at, name: `row ${at}`, value: at * 17 })),
      }),
    },
  ],
};
const tools = [
  {
    name: 'get_ticket',
    description: 'Reads one ticket',
    inputSchema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
  },
];

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const { id, method } = JSON.parse(Buffer.concat(pieces).toString()) as { id: unknown; method: string };
    const answer =
      method === 'server/discover'
        ? {
            resultType: 'complete',
            supportedVersions: ['2026-07-28'],
            capabilities: { tools: {} },
            ttlMs: 0,
            cacheScope: 'private',
          }
        : method === 'tools/list'
          ? { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' }
          : result;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answer }));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit(0));
