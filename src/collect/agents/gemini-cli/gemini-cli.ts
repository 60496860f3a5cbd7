import { child, stringOf } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

const modes = { default: 'ask', auto_edit: 'auto-edit', plan: 'plan', yolo: 'bypass' } as const;

/** geminicli.com/docs/reference/configuration: the system file overrides all, the system-defaults file is overridden by all. */
const policy: PolicyTable = {
  precedence: ['managed', 'project', 'user', 'system'],
  managed: true,
  source: { url: 'https://geminicli.com/docs/reference/configuration/', read: '2026-11-21' },
  allowlist: { as: 'allowedServers', unset: 'all', empty: 'all', match: 'name' },
  keys: [
    {
      key: 'general.defaultApprovalMode',
      as: 'approvalMode',
      merge: 'first',
      default: 'ask',
      words: modes,
      strictness: ['bypass', 'auto-edit', 'ask', 'plan'],
    },
    {
      key: 'security.disableYoloMode',
      as: 'bypassDisabled',
      merge: 'first',
      default: false,
      strictness: [false, true],
    },
    {
      key: 'security.disableAlwaysAllow',
      as: 'alwaysAllowDisabled',
      merge: 'first',
      default: false,
      strictness: [false, true],
    },
    {
      key: 'security.enablePermanentToolApproval',
      as: 'permanentApproval',
      merge: 'first',
      default: false,
      strictness: [true, false],
    },
    { key: 'security.folderTrust.enabled', as: 'folderTrust', merge: 'first', strictness: [false, true] },
    {
      key: 'security.blockGitExtensions',
      as: 'extensions.gitBlocked',
      merge: 'first',
      default: false,
      strictness: [false, true],
    },
    { key: 'security.allowedExtensions', as: 'extensions.allowed', merge: 'first' },
    {
      key: 'security.environmentVariableRedaction.enabled',
      as: 'environmentRedaction',
      merge: 'first',
      default: false,
    },
    { key: 'security.auth.enforcedType', as: 'login.method', merge: 'first' },
    { key: 'tools.sandbox', as: 'sandbox.enabled', merge: 'first' },
    { key: 'tools.allowed', as: 'allow', merge: 'union', default: [] },
    { key: 'tools.exclude', as: 'excludedTools', merge: 'union', default: [] },
    { key: 'tools.core', as: 'coreTools', merge: 'first' },
    { key: 'mcp.allowed', as: 'allowedServers', merge: 'first' },
    { key: 'mcp.excluded', as: 'excludedServers', merge: 'union', default: [] },
    { key: 'telemetry.enabled', as: 'telemetry.enabled', merge: 'first', default: false },
    { key: 'hooksConfig.enabled', as: 'hooksEnabled', merge: 'first' },
    { key: 'context.includeDirectories', as: 'additionalDirectories', merge: 'union', default: [] },
  ],
};

function readSettings(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    rules: [{ key: 'tools.allowed', effect: 'allow', form: 'tool' }],
    places: { approvalMode: ['general.defaultApprovalMode'] },
    mode: (root) =>
      (modes as Readonly<Record<string, string>>)[stringOf(entryAt(root, 'general.defaultApprovalMode')?.node) ?? ''],
  });
  readServers(child(file.root, 'mcpServers'), file, sink);
  readHooks(child(file.root, 'hooks'), file, sink);
}

const json = (at: string, scope: FileForm['scope']): FileForm => ({ at, scope, format: 'json', read: readSettings });
const machineFolders = ['etc/gemini-cli', 'Library/Application Support/GeminiCli', 'ProgramData/gemini-cli'];

/** Gemini CLI. */
export const geminiCli: Adapter = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  policy,
  forms: [
    json('.gemini/settings.json', 'workspace'),
    ...machineFolders.flatMap((folder) => [
      json(`${folder}/settings.json`, 'managed'),
      json(`${folder}/system-defaults.json`, 'system'),
    ]),
    {
      at: 'gemini-extension.json',
      scope: 'extension',
      format: 'json',
      read: (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink),
    },
    ...instructionForms('memory', 'GEMINI.md', '.gemini/GEMINI.md'),
    ...instructionForms('subagent', '.gemini/agents/*.md'),
    ...instructionForms('skill', '.gemini/skills/**/SKILL.md'),
  ],
  machine: {
    linux: ['/etc/gemini-cli', '~/.gemini'],
    darwin: ['/Library/Application Support/GeminiCli', '~/.gemini'],
    win32: ['C:\\ProgramData\\gemini-cli', '~/.gemini'],
  },
};
