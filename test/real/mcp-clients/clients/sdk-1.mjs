/** The official TypeScript SDK, first major version: sessions. */
import { fromCache } from './from-cache.mjs';

const { Client } = await fromCache('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = await fromCache('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { StdioClientTransport } = await fromCache('@modelcontextprotocol/sdk/client/stdio.js');

/** @type {import('./client.d.ts').Open} */
export async function open({ url, headers, program }) {
  const client = new Client({ name: 'real-clients', version: '1' });
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
