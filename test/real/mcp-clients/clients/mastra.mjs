/** Mastra: the tools of an agent, as `MCPClient` makes them. */
import { fromCache } from './from-cache.mjs';

const { MCPClient } = await fromCache('@mastra/mcp');
let count = 0;

/** @type {import('./client.d.ts').Open} */
export async function open({ url, headers, program }) {
  const one =
    program === undefined
      ? { url: new URL(url), requestInit: { headers }, connectTimeout: 60_000 }
      : { ...program, stderr: 'ignore', inheritDefaultEnv: false };
  const client = new MCPClient({ id: `client-${count++}`, servers: { one } });
  const { toolsets, errors } = await client.listToolsetsWithErrors();
  if (errors.one !== undefined) throw new Error(errors.one);
  return {
    list: async () =>
      Object.values((await client.listToolDefinitions()).one ?? {}).map(({ server: _server, ...tool }) => tool),
    call: async (name, args) => {
      const tool = toolsets.one?.[name];
      if (tool === undefined) throw new Error(`there is no tool ${name}`);
      return tool.execute(args, {});
    },
    close: () => client.disconnect(),
  };
}
