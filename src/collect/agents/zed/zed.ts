import { child, type DocNode, stringOf } from '../../documents/node.ts';
import type { Adapter, FileForm, OpenFile, Sink } from '../adapter.ts';
import { entryAt } from '../lookup.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

const modes = { allow: 'bypass', confirm: 'ask', deny: 'plan', true: 'bypass', false: 'ask' } as const;

/** zed.dev/docs/ai/tool-permissions; before 0.224 `agent.always_allow_tool_actions` decided. */
const policy: PolicyTable = {
  precedence: ['project', 'user'],
  managed: false,
  source: { url: 'https://zed.dev/docs/ai/tool-permissions', read: '2026-11-21' },
  keys: [
    {
      key: 'agent.tool_permissions.default',
      as: 'approvalMode',
      merge: 'first',
      words: modes,
      strictness: ['bypass', 'ask', 'plan'],
    },
    { key: 'agent.always_allow_tool_actions', as: 'approvalMode', merge: 'first', default: 'ask', words: modes },
    { key: 'session.trust_all_worktrees', as: 'trustsAllFolders', merge: 'first', default: false },
  ],
};

function mode(root: DocNode | undefined): string | undefined {
  const written = stringOf(entryAt(root, 'agent.tool_permissions.default')?.node);
  if (written !== undefined) return (modes as Readonly<Record<string, string>>)[written];
  const old = entryAt(root, 'agent.always_allow_tool_actions')?.node;
  return old?.kind === 'scalar' && old.value === true ? 'bypass' : undefined;
}

function readSettings(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    mode,
    places: { approvalMode: ['agent.tool_permissions.default', 'agent.always_allow_tool_actions'] },
  });
  readServers(child(file.root, 'context_servers'), file, sink);
}

const relevant = (root: DocNode | undefined): boolean =>
  root === undefined ||
  child(root, 'agent') !== undefined ||
  child(root, 'context_servers') !== undefined ||
  child(root, 'assistant') !== undefined;
const json = (at: string, scope: FileForm['scope']): FileForm => ({
  at,
  scope,
  format: 'json',
  read: readSettings,
  when: relevant,
});

/** Zed. */
export const zed: Adapter = {
  id: 'zed',
  name: 'Zed',
  policy,
  forms: [
    json('.zed/settings.json', 'project'),
    json('.config/zed/settings.json', 'user'),
    json('AppData/Roaming/Zed/settings.json', 'user'),
    ...instructionForms('rules', '.rules'),
  ],
  machine: { linux: ['~/.config/zed'], darwin: ['~/.config/zed'], win32: ['~/AppData/Roaming/Zed'] },
};
