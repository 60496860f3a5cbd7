import { child, type DocNode } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm } from '../adapter.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';

const holdsServers = (root: DocNode | undefined): boolean =>
  child(root, 'mcpServers')?.kind === 'map' || child(root, 'servers')?.kind === 'map';

const form = (at: string): FileForm => ({
  at,
  scope: 'project',
  format: 'json',
  when: holdsServers,
  read: (file, sink) => readServers(child(file.root, 'mcpServers') ?? child(file.root, 'servers'), file, sink),
});

/**
 * Server lists and instruction files that belong to no single client: `mcp.json` at a project's root, as SDKs and many smaller
 * clients read it, and `AGENTS.md` (agents.md).
 */
export const genericMcp: Adapter = {
  id: 'generic-mcp',
  name: 'MCP client',
  policy: undefined,
  forms: [
    form('mcp.json'),
    form('mcp_config.json'),
    form('mcp-config.json'),
    form('mcp_servers.json'),
    ...instructionForms('memory', 'AGENTS.md'),
    ...instructionForms('skill', 'skills/**/SKILL.md', 'SKILL.md'),
  ],
  fallback: true,
  machine: everywhere(),
};
