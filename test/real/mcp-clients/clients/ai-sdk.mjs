/** The AI SDK: tools as a model of `generateText` is given them, which run by `execute`. */
import { fromCache } from './from-cache.mjs';

const { createMCPClient } = await fromCache('@ai-sdk/mcp');
const { Experimental_StdioMCPTransport } = await fromCache('@ai-sdk/mcp/mcp-stdio');

/** @type {import('./client.d.ts').Open} */
export async function open({ url, headers, program }) {
  const transport =
    program === undefined
      ? { type: 'http', url, headers }
      : new Experimental_StdioMCPTransport({ ...program, stderr: 'ignore' });
  const client = await createMCPClient({ transport });
  const definitions = await client.listTools();
  const tools = client.toolsFromDefinitions(definitions);
  return {
    list: async () => definitions.tools,
    call: (name, args) =>
      tools[name] === undefined
        ? client.callTool({ name, arguments: args })
        : tools[name].execute(args, { toolCallId: 'one', messages: [] }),
    close: () => client.close(),
  };
}
