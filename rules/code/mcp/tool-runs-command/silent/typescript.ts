import { execFile } from 'node:child_process';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const server = new McpServer({ name: 'git', version: '1.0.0' });
server.registerTool('log', { description: 'Log of a branch' }, async ({ branch }) => execFile('git', ['log', '--', branch]));
