import { child, type DocNode } from '../../documents/node.ts';
import type { Adapter } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

const holdsCommands = (root: DocNode | undefined): boolean =>
  entryAt(root, 'roo-cline.allowedCommands') !== undefined || entryAt(root, 'roo-cline.deniedCommands') !== undefined;

/** Roo Code (docs.roocode.com/features/mcp/using-mcp-in-roo, …/features/auto-approving-actions). */
export const roo: Adapter = {
  id: 'roo',
  name: 'Roo Code',
  policy: undefined,
  forms: [
    {
      at: '.roo/mcp.json',
      scope: 'project',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    {
      at: 'rooveterinaryinc.roo-cline/settings/mcp_settings.json',
      scope: 'user',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    {
      at: '.vscode/settings.json',
      scope: 'project',
      format: 'json',
      when: holdsCommands,
      read: (file, sink) =>
        addSettings(file, sink, {
          rules: [
            { key: 'roo-cline.allowedCommands', effect: 'allow', form: 'command' },
            { key: 'roo-cline.deniedCommands', effect: 'deny', form: 'command' },
          ],
        }),
    },
    ...instructionForms('rules', '.roorules', '.roo/rules/**/*.md', '.roo/rules-*/**/*.md'),
    ...instructionForms('command', '.roo/commands/**/*.md'),
    ...instructionForms('subagent', '.roomodes'),
  ],
  machine: {
    linux: ['~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings', '~/.roo'],
    darwin: ['~/Library/Application Support/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings', '~/.roo'],
    win32: ['~/AppData/Roaming/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings', '~/.roo'],
  },
};
