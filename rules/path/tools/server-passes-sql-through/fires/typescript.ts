import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import pg from 'pg';
import { z } from 'zod';

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const server = new McpServer({ name: 'orders', version: '1.4.0' });

server.tool('query', 'Run SQL on the orders', { sql: z.string() }, async ({ sql }) => {
  const result = await database.query(sql);
  return { content: [{ type: 'text', text: JSON.stringify(result.rows) }] };
});

await server.connect(new StdioServerTransport());
