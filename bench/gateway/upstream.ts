/**
 * The smallest MCP server of both eras (2025-11-25 with a session, 2026-07-28) that answers what the bench asks, over HTTP or, with
 * the argument `stdio`, over standard input and output: the cost of an answer is next to nothing. Answers differ from call to call.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

const people = ['ann', 'bert', 'carla', 'dmitri', 'elif', 'farid', 'grace', 'hiro'];
let answered = 0;

function ticket(): object {
  const at = answered++;
  const text = JSON.stringify({
    id: at,
    sender: `${people[at % people.length]}${at % 97}@customer${at % 13}.example`,
    subject: 'Invoice 2231',
    status: at % 3 === 0 ? 'open' : 'waiting',
    rows: Array.from({ length: 8 }, (_, row) => ({ at: row, name: `row ${at + row}`, value: (at * 17 + row) % 1009 })),
  });
  return { resultType: 'complete', content: [{ type: 'text', text }] };
}

const tools = [
  {
    name: 'get_ticket',
    description: 'Reads one ticket',
    inputSchema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
  },
];

function answerTo(method: string): object {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'bench', version: '1' },
      };
    case 'server/discover':
      return {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      };
    case 'tools/list':
      return { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' };
    default:
      return ticket();
  }
}

/** @returns undefined for what wants no answer */
function handle(text: string): { readonly method: string; readonly answer: string } | undefined {
  const { id, method } = JSON.parse(text) as { id?: unknown; method?: string };
  if (id === undefined || method === undefined) return undefined;
  return { method, answer: JSON.stringify({ jsonrpc: '2.0', id, result: answerTo(method) }) };
}

if (process.argv[2] === 'stdio') {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const handled = line === '' ? undefined : handle(line);
    if (handled !== undefined) process.stdout.write(`${handled.answer}\n`);
  });
} else {
  const server = createServer((request, response) => {
    // No stream on which the server speaks unasked; nothing to chat about either, but an answer of the same size.
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      response.setHeader('content-type', 'application/json');
      if (request.url?.includes('chat/completions') === true)
        return void response.end(
          JSON.stringify({
            id: 'c',
            object: 'chat.completion',
            model: 'm',
            choices: [
              { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(ticket()) } },
            ],
          }),
        );
      const handled = handle(text);
      if (handled === undefined) return void response.writeHead(202).end();
      if (handled.method === 'initialize') response.setHeader('mcp-session-id', `s-${answered++}`);
      response.end(handled.answer);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('disconnect', () => process.exit(0));
}
