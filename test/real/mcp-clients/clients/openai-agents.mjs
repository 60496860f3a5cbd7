/** The OpenAI Agents SDK: the tools of an agent's `mcpServers`, invoked as its runner invokes them. */
import { fromCache } from './from-cache.mjs';

const { MCPServerStdio, MCPServerStreamableHttp, RunContext, getAllMcpTools } = await fromCache('@openai/agents');

/** @type {import('./client.d.ts').Open} */
export async function open({ url, headers, program }) {
  const server =
    program === undefined
      ? new MCPServerStreamableHttp({ name: 'one', url, requestInit: { headers }, clientSessionTimeoutSeconds: 60 })
      : new MCPServerStdio({ name: 'one', ...program, clientSessionTimeoutSeconds: 60 });
  await server.connect();
  const tools = new Map((await getAllMcpTools({ mcpServers: [server] })).map((tool) => [tool.name, tool]));
  return {
    list: () => server.listTools(),
    call: (name, args) => server.callToolResult(name, args),
    /** What the model behind it reads. */
    show: async (name, args) => tools.get(name)?.invoke(new RunContext(), JSON.stringify(args)),
    close: () => server.close(),
  };
}
