/** Opens streams through a gateway and reads what comes: `streams-client.ts <port> <listen|get> <count>`. */
import { request } from 'node:http';

const [port = '', kind = '', count = ''] = process.argv.slice(2);
/** Streams that are opened at once. */
const width = 32;
let [bytes, broken] = [0, 0];

interface Answered {
  readonly status: number;
  readonly session: string | undefined;
}

/** Resolves at the first byte of an answer that goes on, and at the end of one that does not. */
function send(method: string, headers: Record<string, string>, body: object | undefined): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/mcp/one', method, headers, agent: false }, (answer) => {
      const session = answer.headers['mcp-session-id'] as string | undefined;
      const told = (): void => resolve({ status: answer.statusCode ?? 0, session });
      const isStream = answer.headers['content-type'] === 'text/event-stream';
      if (isStream) told();
      answer.on('data', (chunk: Buffer) => (bytes += isStream ? chunk.length : 0));
      answer.on('end', told);
      answer.on('close', () => (broken += isStream ? 1 : 0));
      answer.on('error', () => undefined);
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const both = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };

async function listen(id: number): Promise<void> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const method = 'subscriptions/listen';
  const params = { notifications: { toolsListChanged: true }, _meta };
  const headers = { ...both, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
  const { status } = await send('POST', headers, { jsonrpc: '2.0', id, method, params });
  if (status !== 200) throw new Error(`${method}: HTTP ${status}`);
}

async function get(id: number): Promise<void> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  const { session = '' } = await send('POST', both, { jsonrpc: '2.0', id, method: 'initialize', params });
  const headers = { accept: 'text/event-stream', 'mcp-protocol-version': '2025-11-25', 'mcp-session-id': session };
  const { status } = await send('GET', headers, undefined);
  if (status !== 200) throw new Error(`GET: HTTP ${status}`);
}

let opened = 0;
await Promise.all(
  Array.from({ length: width }, async () => {
    while (opened < Number(count)) await (kind === 'get' ? get : listen)(++opened);
  }),
);
process.on('message', () => process.send?.({ bytes, broken }));
process.on('disconnect', () => process.exit(0));
process.send?.({ opened });
