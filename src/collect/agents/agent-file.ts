import type { Value } from '../../model/value.ts';
import { child, type DocNode, newBudget, toValue } from '../documents/node.ts';
import type { OpenFile, Sink } from './adapter.ts';
import { entryAt, textsOf } from './lookup.ts';
import { readHooks } from './read-hooks.ts';
import { readServers } from './read-servers.ts';
import { writeToolsOf } from './server-facts.ts';
import { addSettings } from './read-settings.ts';

const listAt = (root: DocNode | undefined, key: string): string[] => {
  const node = entryAt(root, key)?.node;
  return node === undefined ? [] : textsOf(toValue(node, {}, '', newBudget()));
};
const isTrue = (root: DocNode | undefined, key: string): boolean => {
  const node = entryAt(root, key)?.node;
  return node?.kind === 'scalar' && node.value === true;
};

/**
 * Facts of an agent file (aws/amazon-q-developer-cli, docs/agent-format.md; Kiro's CLI reads the same form): which tools run without
 * asking, and whether shell commands outside the list are refused.
 */
function facts(root: DocNode | undefined): Readonly<Record<string, Value | undefined>> {
  const allowed = listAt(root, 'allowedTools');
  const shell = ['execute_bash', 'shell', 'execute_cmd'].filter(
    (tool) => allowed.includes(tool) || allowed.includes('*') || allowed.includes('@builtin'),
  );
  const settings = shell.map((tool) => `toolsSettings.${tool}`);
  return {
    allowedTools: allowed,
    allowsAllTools: allowed.includes('*'),
    allowsShell: shell.length > 0,
    shellDeniesByDefault: settings.some((key) => isTrue(root, `${key}.denyByDefault`)),
    shellAllowsAny: ['execute_bash', 'shell'].some((tool) =>
      listAt(root, `toolsSettings.${tool}.allowedCommands`).some((pattern) => /^(?:\.\*|\.\+|\*)$/.test(pattern)),
    ),
    allowedWrites: writeToolsOf(allowed),
  };
}

/** Reads an agent file of Amazon Q Developer CLI or Kiro. */
export function readAgentFile(file: OpenFile, sink: Sink): void {
  addSettings(file, sink, {
    part: 'agent',
    facts,
    places: Object.fromEntries(
      ['allowedTools', 'allowsAllTools', 'allowsShell', 'shellDeniesByDefault', 'shellAllowsAny'].map((key) => [
        key,
        ['allowedTools'],
      ]),
    ),
  });
  readServers(child(file.root, 'mcpServers'), file, sink);
  readHooks(child(file.root, 'hooks'), file, sink);
}
