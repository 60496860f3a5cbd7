// A server over standard input and output with the official SDK; `wrong` makes it misbehave.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const wrong = process.argv[2];
if (wrong === 'dies') process.exit(3);
if (wrong === 'silent') setInterval(() => undefined, 1_000);
else {
  const server = new McpServer({ name: 'notes', version: '1.0.0' }, { instructions: 'Notes of one person.' });
  server.registerTool('list_notes', { description: `Lists notes.${process.env.NOTES_SUFFIX ?? ''}` }, () => ({ content: [] }));
  server.registerPrompt('standup', { description: 'Writes the standup.' }, () => ({ messages: [] }));
  server.registerResource('note', 'note://1', {}, () => ({ contents: [] }));
  if (wrong !== undefined)
    server.server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      const page = Number(params?.cursor ?? 0);
      if (wrong === 'list') return { tools: 'none' };
      const tools = [{ name: `tool_${page}`, inputSchema: { type: 'object' } }];
      return wrong === 'endless' || page < Number(wrong) ? { tools, nextCursor: String(page + 1) } : { tools };
    });
  await server.connect(new StdioServerTransport());
}
