import { child, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm, type OpenFile, type Sink } from '../adapter.ts';
import { readAgentFile } from '../agent-file.ts';
import { readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';

const json = (at: string, scope: FileForm['scope'], read: FileForm['read']): FileForm => ({
  at,
  scope,
  format: 'json',
  read,
});

/** A hook file: `{when: {type}, then: {type: askAgent|runCommand, prompt, command}}` becomes the form all hooks share. */
function readHookFile(file: OpenFile, sink: Sink): void {
  const then = child(file.root, 'then');
  const event = stringOf(child(child(file.root, 'when'), 'type')) ?? 'unknown';
  if (then?.kind !== 'map') return sink.gap(file, 'unsupported', 'a hook without `then`');
  const place = { line: then.line, column: then.column };
  readHooks(
    {
      kind: 'map',
      ...place,
      tag: undefined,
      entries: new Map([[event, { ...place, node: { kind: 'list', ...place, tag: undefined, items: [then] } }]]),
    },
    file,
    sink,
  );
}

/** Kiro (kiro.dev/docs/mcp/configuration, …/steering, …/hooks, …/cli/custom-agents). */
export const kiro: Adapter = {
  id: 'kiro',
  name: 'Kiro',
  policy: undefined,
  forms: [
    json('.kiro/settings/mcp.json', 'workspace', (file, sink) =>
      readServers(child(file.root, 'mcpServers'), file, sink),
    ),
    json('.kiro/agents/*.json', 'workspace', readAgentFile),
    json('.kiro/hooks/*.kiro.hook', 'workspace', readHookFile),
    ...instructionForms('rules', '.kiro/steering/**/*.md'),
    ...instructionForms('skill', '.kiro/skills/**/SKILL.md'),
  ],
  machine: everywhere('~/.kiro'),
};
