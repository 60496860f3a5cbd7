import { child } from '../../documents/node.ts';
import { type Adapter, everywhere } from '../adapter.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';

/** Google Antigravity (antigravity.google/docs/mcp, …/rules-workflows, …/skills). Its approval settings are kept by the editor and not in a file. */
export const antigravity: Adapter = {
  id: 'antigravity',
  name: 'Antigravity',
  policy: undefined,
  forms: [
    {
      at: '.gemini/antigravity/mcp_config.json',
      scope: 'user',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    ...instructionForms('rules', '.agent/rules/**/*.md', '.agents/rules/**/*.md'),
    ...instructionForms('command', '.agent/workflows/**/*.md', '.agents/workflows/**/*.md'),
    ...instructionForms('skill', '.agent/skills/**/SKILL.md', '.gemini/antigravity/skills/**/SKILL.md'),
  ],
  machine: everywhere('~/.gemini/antigravity'),
};
