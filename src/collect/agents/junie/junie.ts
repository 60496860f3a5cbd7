import { child } from '../../documents/node.ts';
import { type Adapter, everywhere } from '../adapter.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

/** JetBrains Junie and AI Assistant (jetbrains.com/help/junie/model-context-protocol-mcp, …/ai-assistant/configure-project-rules). */
export const junie: Adapter = {
  id: 'junie',
  name: 'JetBrains Junie and AI Assistant',
  policy: undefined,
  forms: [
    {
      at: '.junie/mcp/mcp.json',
      scope: 'workspace',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    {
      at: '.junie/allowlist.json',
      scope: 'workspace',
      format: 'json',
      read: (file, sink) => addSettings(file, sink, { part: 'allowlist' }),
    },
    ...instructionForms('memory', '.junie/guidelines.md', '.junie/AGENTS.md'),
    ...instructionForms('rules', '.aiassistant/rules/**/*.md'),
    ...instructionForms('skill', '.junie/skills/**/SKILL.md'),
  ],
  machine: everywhere('~/.junie'),
};
