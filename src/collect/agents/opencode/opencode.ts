import type { Value } from '../../../model/value.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm, type OpenFile, type Sink } from '../adapter.ts';
import { commandRule, type Effect } from '../permission-rule.ts';
import type { PolicyTable } from '../policy-table.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';
import { addSettings } from '../read-settings.ts';

/** opencode.ai/docs/permissions: what no rule names is allowed; of several rules that match, the last decides. */
const policy: PolicyTable = {
  precedence: ['project', 'user'],
  managed: false,
  source: { url: 'https://opencode.ai/docs/permissions', read: '2026-11-21' },
  keys: [
    { key: 'permission', as: 'permission', merge: 'first', default: 'allow', ordered: true },
    { key: 'share', as: 'share', merge: 'first', default: 'manual' },
    { key: 'autoupdate', as: 'autoUpdate', merge: 'first' },
  ],
};

function effectOf(node: DocNode | undefined): Effect | undefined {
  const text = stringOf(node);
  return text === 'allow' || text === 'ask' || text === 'deny' ? text : undefined;
}

/** `permission` is one word for everything, or a map from tool to a word or to patterns with words. */
function mode(root: DocNode | undefined): string | undefined {
  const permission = child(root, 'permission');
  if (permission === undefined) return undefined;
  const all = effectOf(permission) ?? effectOf(child(permission, '*'));
  const shell = child(permission, 'bash');
  const shellEffect = effectOf(shell) ?? effectOf(child(shell, '*')) ?? all;
  if (shellEffect === 'allow') return 'bypass';
  const edit = effectOf(child(permission, 'edit')) ?? all;
  return shellEffect === undefined ? undefined : edit === 'allow' ? 'auto-edit' : 'ask';
}

function facts(root: DocNode | undefined): Readonly<Record<string, Value | undefined>> {
  const shell = child(child(root, 'permission'), 'bash');
  if (shell?.kind !== 'map') return {};
  return {
    rules: [...shell.entries].flatMap(([pattern, { node }]) => {
      const effect = effectOf(node);
      return effect === undefined ? [] : [commandRule(pattern, effect)];
    }),
  };
}

function readConfig(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, { mode, facts, places: { approvalMode: ['permission'], rules: ['permission.bash'] } });
  readServers(child(file.root, 'mcp'), file, sink);
}

const json = (at: string, scope: FileForm['scope']): FileForm => ({ at, scope, format: 'json', read: readConfig });

/** OpenCode. */
export const opencode: Adapter = {
  id: 'opencode',
  name: 'OpenCode',
  policy,
  forms: [
    ...['json', 'jsonc'].flatMap((ending) => [
      json(`opencode.${ending}`, 'project'),
      json(`.opencode/opencode.${ending}`, 'project'),
      json(`.config/opencode/opencode.${ending}`, 'user'),
    ]),
    ...instructionForms(
      'subagent',
      '.opencode/agent/**/*.md',
      '.opencode/agents/**/*.md',
      '.config/opencode/agents/**/*.md',
    ),
    ...instructionForms('command', '.opencode/command/**/*.md', '.opencode/commands/**/*.md'),
    ...instructionForms('skill', '.opencode/skills/**/SKILL.md', '.opencode/skill/**/SKILL.md'),
  ],
  machine: everywhere('~/.config/opencode'),
};
