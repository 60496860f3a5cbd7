import { child, stringOf } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';
import { keyTable } from '../settings-keys.ts';

/** Keys of `managed-settings.json`, docs.github.com/en/copilot/reference/enterprise-administrators/enterprise-managed-settings, read 2026-11-21. */
const managedKeys =
  keyTable(`permissions:m permissions.disableBypassPermissionsMode:a permissions.model:a permissions.allow:a permissions.ask:a
  permissions.deny:a model:a enabledPlugins:a extraKnownMarketplaces:a strictKnownMarketplaces:a telemetry:a remoteControl:a
  allowedMcpServers:a deniedMcpServers:a sandbox:a`);

/** Managed sources win over the person's; the sandbox takes the strictest value of all. */
const policy: PolicyTable = {
  precedence: ['managed', 'local', 'project', 'user'],
  managed: true,
  source: {
    url: 'https://docs.github.com/en/copilot/reference/enterprise-administrators/enterprise-managed-settings',
    read: '2026-11-21',
  },
  allowlist: { as: 'allowedMcpServers', unset: 'all', empty: 'unknown', match: 'entry' },
  keys: [
    {
      key: 'permissions.disableBypassPermissionsMode',
      as: 'bypassDisabled',
      merge: 'first',
      default: false,
      only: ['managed'],
      words: { disable: true },
    },
    { key: 'permissions.allow', as: 'allow', merge: 'union', default: [] },
    { key: 'permissions.ask', as: 'ask', merge: 'union', default: [] },
    { key: 'permissions.deny', as: 'deny', merge: 'union', default: [] },
    { key: 'allowedMcpServers', as: 'allowedMcpServers', merge: 'first', only: ['managed'] },
    { key: 'strictKnownMarketplaces', as: 'marketplaces.allowed', merge: 'first', only: ['managed'] },
    { key: 'extraKnownMarketplaces', as: 'marketplaces.extra', merge: 'first' },
    { key: 'telemetry.enabled', as: 'telemetry.enabled', merge: 'first', default: false, only: ['managed'] },
    { key: 'telemetry.endpoint', as: 'telemetry.endpoint', merge: 'first', only: ['managed'] },
    { key: 'remoteControl', as: 'remoteControl', merge: 'first', only: ['managed'] },
    { key: 'sandbox.enabled', as: 'sandbox.enabled', merge: 'strictest', strictness: [false, true] },
  ],
};

const json = (at: string, scope: FileForm['scope'], read: FileForm['read']): FileForm => ({
  at,
  scope,
  format: 'json',
  read,
});

function readSettings(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    ...(file.scope === 'managed' ? { keys: managedKeys } : {}),
    rules: (['allow', 'ask', 'deny'] as const).map((effect) => ({
      key: `permissions.${effect}`,
      effect,
      form: 'tool' as const,
    })),
    mode: (root) =>
      stringOf(entryAt(root, 'permissions.defaultMode')?.node) === 'bypassPermissions' ? 'bypass' : undefined,
  });
  readHooks(child(file.root, 'hooks'), file, sink);
}

const managed = (folder: string): FileForm => json(`${folder}/managed-settings.json`, 'managed', readSettings);
const servers = (at: string, scope: FileForm['scope']): FileForm =>
  json(at, scope, (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink));

/** GitHub Copilot: the CLI, the cloud agent's repository files, and the enterprise's managed settings. */
export const copilotCli: Adapter = {
  id: 'copilot-cli',
  name: 'GitHub Copilot',
  policy,
  forms: [
    managed('etc/github-copilot'),
    managed('Library/Application Support/GitHubCopilot'),
    managed('Program Files/GitHubCopilot'),
    json('.copilot/settings.json', 'user', readSettings),
    servers('.copilot/mcp-config.json', 'user'),
    json('.github/copilot/settings.json', 'project', readSettings),
    json('.github/copilot/settings.local.json', 'local', readSettings),
    servers('.github/mcp.json', 'project'),
    json('.github/hooks/*.json', 'project', (file, sink) => readHooks(child(file.root, 'hooks'), file, sink)),
    json('.copilot/hooks/*.json', 'user', (file, sink) => readHooks(child(file.root, 'hooks'), file, sink)),
    ...instructionForms('memory', '.github/copilot-instructions.md', '.copilot/copilot-instructions.md'),
    ...instructionForms(
      'rules',
      '.github/instructions/**/*.instructions.md',
      '.copilot/instructions/*.instructions.md',
    ),
    ...instructionForms('subagent', '.github/agents/*.md', '.github/chatmodes/*.chatmode.md', '.copilot/agents/*.md'),
    ...instructionForms('skill', '.github/skills/**/SKILL.md', '.copilot/skills/**/SKILL.md'),
  ],
  machine: {
    linux: ['/etc/github-copilot', '~/.copilot'],
    darwin: ['/Library/Application Support/GitHubCopilot', '~/.copilot'],
    win32: ['C:\\Program Files\\GitHubCopilot', '~/.copilot'],
  },
};
