import { child } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { environmentFacts } from '../environment-facts.ts';
import { entryAt } from '../lookup.ts';
import { readHelpers, readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';
import { readMarketplace, unpinnedSources } from './marketplace.ts';
import { claudeCodePolicy, claudeModes } from './policy.ts';
import { claudeCodeKeys } from './settings-keys.ts';

const helpers = [
  'apiKeyHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'proxyAuthHelper',
  'processWrapper',
  'statusLine.command',
  'subagentStatusLine.command',
  'fileSuggestion.command',
  'policyHelper.path',
  'policyHelper.command',
];

function readSettings(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    keys: claudeCodeKeys,
    rules: [
      { key: 'permissions.allow', effect: 'allow', form: 'tool' },
      { key: 'permissions.ask', effect: 'ask', form: 'tool' },
      { key: 'permissions.deny', effect: 'deny', form: 'tool' },
    ],
    mode: (root) => {
      const node = entryAt(root, 'permissions.defaultMode')?.node;
      return node?.kind === 'scalar'
        ? (claudeModes as Readonly<Record<string, string>>)[String(node.value)]
        : undefined;
    },
    places: {
      approvalMode: ['permissions.defaultMode'],
      baseUrls: ['env'],
      interception: ['env'],
      redirects: ['env'],
      tlsOff: ['env.NODE_TLS_REJECT_UNAUTHORIZED', 'env'],
      unpinnedMarketplaces: ['extraKnownMarketplaces'],
    },
    facts: (root) => ({
      ...environmentFacts(root),
      unpinnedMarketplaces: unpinnedSources(child(root, 'extraKnownMarketplaces')),
    }),
  });
  readHooks(child(file.root, 'hooks'), file, sink);
  readHelpers(file.root, helpers, file, sink);
  readServers(child(file.root, 'managedMcpServers'), file, sink);
}

const settings = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: readSettings,
});
const servers = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
});

/** `~/.claude.json` holds the person's servers, and under `projects` the servers and trust of each project. */
function readHomeFile(file: OpenFile, sink: Sink): void {
  readServers(child(file.root, 'mcpServers'), file, sink);
  const projects = child(file.root, 'projects');
  if (projects?.kind !== 'map') return;
  for (const entry of projects.entries.values()) readServers(child(entry.node, 'mcpServers'), file, sink);
}

const managedFolders = ['etc/claude-code', 'Library/Application Support/ClaudeCode', 'Program Files/ClaudeCode'];

/** Claude Code: code.claude.com/docs/en/settings, …/mcp, …/hooks, …/memory, …/skills. */
export const claudeCode: Adapter = {
  id: 'claude-code',
  name: 'Claude Code',
  policy: claudeCodePolicy,
  forms: [
    settings('.claude/settings.json', 'workspace'),
    settings('.claude/settings.local.json', 'local'),
    servers('.mcp.json', 'project'),
    { at: '.claude.json', scope: 'user', format: 'json', read: readHomeFile },
    ...managedFolders.flatMap((folder) => [
      settings(`${folder}/managed-settings.json`, 'managed'),
      settings(`${folder}/managed-settings.d/*.json`, 'managed'),
      servers(`${folder}/managed-mcp.json`, 'managed'),
    ]),
    // A policy file that is kept in a repository for deployment.
    { ...settings('managed-settings.json', 'managed'), when: (_root, path) => !/copilot|claude-desktop/i.test(path) },
    {
      at: '.claude/hooks/hooks.json',
      scope: 'workspace',
      format: 'json',
      read: (file, sink) => readHooks(child(file.root, 'hooks'), file, sink),
    },
    { at: '.claude-plugin/marketplace.json', scope: 'project', format: 'json', read: readMarketplace },
    ...instructionForms('memory', 'CLAUDE.md', 'CLAUDE.local.md', '.claude/CLAUDE.md'),
    ...instructionForms('rules', '.claude/rules/**/*.md', '.claude/output-styles/*.md'),
    ...instructionForms('skill', '.claude/skills/**/SKILL.md'),
    ...instructionForms('command', '.claude/commands/**/*.md'),
    ...instructionForms('subagent', '.claude/agents/**/*.md'),
  ],
  machine: {
    linux: ['/etc/claude-code', '~/.claude', '~/.claude.json'],
    darwin: ['/Library/Application Support/ClaudeCode', '~/.claude', '~/.claude.json'],
    win32: ['C:\\Program Files\\ClaudeCode', '~/.claude', '~/.claude.json'],
  },
};
