import { Unknown } from '../../../model/value.ts';
import { child, type DocNode } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';
import { readTasks } from './tasks.ts';
import { terminalRules } from './terminal-rules.ts';

/**
 * Keys of editor settings that govern agents (code.visualstudio.com/docs/copilot/reference/copilot-settings and
 * …/docs/setup/enterprise). Organisation policies lie in the registry or a profile, which no file shows.
 */
const policy: PolicyTable = {
  precedence: ['managed', 'project', 'user'],
  managed: false,
  source: { url: 'https://code.visualstudio.com/docs/copilot/security', read: '2026-11-20' },
  derive: ({ autoApproveAll }) => ({
    approvalMode: autoApproveAll instanceof Unknown ? autoApproveAll : autoApproveAll === true ? 'bypass' : 'ask',
  }),
  keys: [
    { key: 'chat.tools.global.autoApprove', as: 'autoApproveAll', merge: 'first', default: false },
    { key: 'chat.tools.autoApprove', as: 'autoApproveAll', merge: 'first', default: false },
    { key: 'chat.tools.terminal.enableAutoApprove', as: 'terminal.autoApproveEnabled', merge: 'first', default: true },
    { key: 'chat.tools.terminal.autoApprove', as: 'terminal.autoApprove', merge: 'first' },
    { key: 'chat.mcp.access', as: 'mcpAccess', merge: 'first', default: 'all' },
    { key: 'chat.mcp.autostart', as: 'mcpAutostart', merge: 'first' },
    { key: 'chat.mcp.discovery.enabled', as: 'mcpDiscovery', merge: 'first' },
    { key: 'chat.agent.enabled', as: 'agentEnabled', merge: 'first', default: true },
    { key: 'extensions.allowed', as: 'extensionsAllowed', merge: 'first' },
    { key: 'security.workspace.trust.enabled', as: 'workspaceTrust', merge: 'first', default: true },
    { key: 'telemetry.telemetryLevel', as: 'telemetryLevel', merge: 'first', default: 'all' },
    { key: 'task.allowAutomaticTasks', as: 'automaticTasks', merge: 'first' },
  ],
};

function relevant(root: DocNode | undefined): boolean {
  if (root === undefined) return true;
  if (root.kind !== 'map') return false;
  for (const key of root.entries.keys())
    if (
      /^(?:chat|mcp|github\.copilot|extensions\.allowed|security\.workspace|task\.allowAutomaticTasks|roo-cline|cline|geminicodeassist|kiroAgent|amazonQ|telemetry)/.test(
        key,
      )
    )
      return true;
  return false;
}

function readSettings(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    mode: (root) =>
      ['chat.tools.global.autoApprove', 'chat.tools.autoApprove'].some((key) => isTrue(root, key))
        ? 'bypass'
        : undefined,
    places: {
      approvalMode: ['chat.tools.global.autoApprove', 'chat.tools.autoApprove'],
      autoApproveAll: ['chat.tools.global.autoApprove', 'chat.tools.autoApprove'],
      terminalRules: ['chat.tools.terminal.autoApprove'],
    },
    facts: (root) => ({
      autoApproveAll: ['chat.tools.global.autoApprove', 'chat.tools.autoApprove'].some((key) => isTrue(root, key)),
      terminalRules: terminalRules(entryAt(root, 'chat.tools.terminal.autoApprove')?.node),
    }),
  });
  readServers(child(entryAt(file.root, 'mcp')?.node, 'servers') ?? entryAt(file.root, 'mcp.servers')?.node, file, sink);
}

function isTrue(root: DocNode | undefined, key: string): boolean {
  const node = entryAt(root, key)?.node;
  return node?.kind === 'scalar' && node.value === true;
}

const settings = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: readSettings,
  when: relevant,
});
const servers = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: (file, sink) => readServers(child(file.root, 'servers'), file, sink),
});
const profiles = [
  '.config/Code/User',
  'Library/Application Support/Code/User',
  'AppData/Roaming/Code/User',
  '.vscode-server/data/User',
];

/** Visual Studio Code with Copilot chat. */
export const vscode: Adapter = {
  id: 'vscode',
  name: 'Visual Studio Code',
  policy,
  forms: [
    settings('.vscode/settings.json', 'project'),
    servers('.vscode/mcp.json', 'project'),
    ...profiles.flatMap((folder) => [
      settings(`${folder}/settings.json`, 'user'),
      servers(`${folder}/mcp.json`, 'user'),
    ]),
    {
      at: '*.code-workspace',
      scope: 'project',
      format: 'json',
      when: (root) => root === undefined || relevant(child(root, 'settings')) || child(root, 'mcp') !== undefined,
      read: (file, sink) => {
        readSettings(
          {
            ...file,
            root: child(file.root, 'settings') ?? {
              kind: 'map',
              line: 1,
              column: 1,
              tag: undefined,
              entries: new Map(),
            },
          },
          sink,
        );
        readServers(child(child(file.root, 'mcp'), 'servers'), file, sink);
      },
    },
    { at: '.vscode/tasks.json', scope: 'project', format: 'json', read: readTasks },
    ...instructionForms('prompt', '.github/prompts/**/*.prompt.md'),
  ],
  machine: {
    linux: ['~/.config/Code/User', '~/.vscode-server/data/User'],
    darwin: ['~/Library/Application Support/Code/User'],
    win32: ['~/AppData/Roaming/Code/User'],
  },
};
