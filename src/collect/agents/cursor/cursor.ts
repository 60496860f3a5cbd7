import { child } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import type { PolicyTable } from '../policy-table.ts';
import { readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

/** cursor.com/docs/reference/sandbox and …/permissions: the project's sandbox file wins over the person's; allowlists are joined. */
const policy: PolicyTable = {
  precedence: ['managed', 'project', 'user'],
  managed: false,
  source: { url: 'https://cursor.com/docs/reference/sandbox', read: '2026-11-21' },
  keys: [
    {
      key: 'type',
      part: 'sandbox',
      as: 'sandbox.mode',
      merge: 'first',
      default: 'workspace_readwrite',
      strictness: ['insecure_none', 'workspace_readwrite', 'workspace_readonly'],
    },
    {
      key: 'networkPolicy.default',
      part: 'sandbox',
      as: 'sandbox.network.default',
      merge: 'first',
      strictness: ['allow', 'deny'],
    },
    { key: 'networkPolicy.allow', part: 'sandbox', as: 'sandbox.network.allowedDomains', merge: 'union' },
    { key: 'additionalReadwritePaths', part: 'sandbox', as: 'additionalDirectories', merge: 'union', default: [] },
    { key: 'mcpAllowlist', part: 'permissions', as: 'mcpAutoRun', merge: 'union' },
    { key: 'terminalAllowlist', part: 'permissions', as: 'terminalAutoRun', merge: 'union' },
    { key: 'permissions.allow', part: 'cli', as: 'allow', merge: 'union', default: [] },
    { key: 'permissions.deny', part: 'cli', as: 'deny', merge: 'union', default: [] },
    { key: 'approvalMode', part: 'cli', as: 'cliApprovalMode', merge: 'first' },
  ],
};

const readPermissions = (file: OpenFile, sink: Sink): void =>
  addSettings(file, sink, {
    part: 'permissions',
    rules: [{ key: 'terminalAllowlist', effect: 'allow', form: 'command' }],
  });
const readCli = (file: OpenFile, sink: Sink): void =>
  addSettings(file, sink, {
    part: 'cli',
    rules: [
      { key: 'permissions.allow', effect: 'allow', form: 'tool' },
      { key: 'permissions.deny', effect: 'deny', form: 'tool' },
    ],
  });

const json = (at: string, scope: FileForm['scope'], read: FileForm['read']): FileForm => ({
  at,
  scope,
  format: 'json',
  read,
});

/** Cursor, the editor and its CLI. */
export const cursor: Adapter = {
  id: 'cursor',
  name: 'Cursor',
  policy,
  forms: [
    json('.cursor/mcp.json', 'workspace', (file, sink) => readServers(child(file.root, 'mcpServers'), file, sink)),
    json('.cursor/hooks.json', 'workspace', (file, sink) => readHooks(child(file.root, 'hooks'), file, sink)),
    json('etc/cursor/hooks.json', 'managed', (file, sink) => readHooks(child(file.root, 'hooks'), file, sink)),
    json('Library/Application Support/Cursor/hooks.json', 'managed', (file, sink) =>
      readHooks(child(file.root, 'hooks'), file, sink),
    ),
    json('.cursor/sandbox.json', 'workspace', (file, sink) => addSettings(file, sink, { part: 'sandbox' })),
    json('.cursor/permissions.json', 'workspace', readPermissions),
    json('.cursor/cli.json', 'project', readCli),
    json('.cursor/cli-config.json', 'user', readCli),
    ...instructionForms('rules', '.cursor/rules/**/*.mdc', '.cursor/rules/**/*.md', '.cursorrules'),
    ...instructionForms('command', '.cursor/commands/**/*.md'),
    ...instructionForms('subagent', '.cursor/agents/**/*.md'),
    ...instructionForms('skill', '.cursor/skills/**/SKILL.md'),
  ],
  machine: {
    linux: ['~/.cursor', '/etc/cursor'],
    darwin: ['~/.cursor', '/Library/Application Support/Cursor'],
    win32: ['~/.cursor', 'C:\\ProgramData\\Cursor'],
  },
};
