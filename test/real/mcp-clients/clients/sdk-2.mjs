/** The official TypeScript SDK, second major version: without sessions where the server can, which is the newer era. */
import { fromCache } from './from-cache.mjs';

const { Client, StreamableHTTPClientTransport } = await fromCache('@modelcontextprotocol/client');
const { StdioClientTransport } = await fromCache('@modelcontextprotocol/client/stdio');

/** @type {import('./client.d.ts').Open} */
export async function open({ url, headers, program }) {
  const client = new Client({ name: 'real-clients', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    program === undefined
      ? new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
      : new StdioClientTransport({ ...program, stderr: 'ignore' }),
  );
  return {
    list: async () => (await client.listTools()).tools,
    call: (name, args) => client.callTool({ name, arguments: args }),
    close: () => client.close(),
  };
}
