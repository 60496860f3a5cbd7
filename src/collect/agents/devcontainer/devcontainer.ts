import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm, type OpenFile, type Sink } from '../adapter.ts';
import { bagOf } from '../lookup.ts';
import { readServers } from '../read-servers.ts';
import { startFacts } from '../start-facts.ts';

/** Commands that run by themselves (containers.dev/implementors/json_reference); `initializeCommand` runs on the host. */
const lifecycle = [
  'initializeCommand',
  'onCreateCommand',
  'updateContentCommand',
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
];

/** A command is a text, a list of words, or a map of those that run side by side. */
function commandsOf(node: DocNode): { command: string; at: DocNode }[] {
  if (node.kind === 'list') return [{ command: node.items.map((item) => stringOf(item) ?? '').join(' '), at: node }];
  if (node.kind === 'map')
    return [...node.entries.values()].flatMap((entry) =>
      commandsOf(entry.node.kind === 'map' ? { ...entry.node, kind: 'list', items: [] } : entry.node),
    );
  const text = stringOf(node);
  return text === undefined ? [] : [{ command: text, at: node }];
}

function readContainer(file: OpenFile, sink: Sink): void {
  for (const trigger of lifecycle) {
    const node = child(file.root, trigger);
    if (node === undefined) continue;
    for (const [index, { command, at }] of commandsOf(node).entries()) {
      const properties = bagOf({
        name: trigger,
        client: file.client,
        scope: file.scope,
        trigger,
        command,
        onHost: trigger === 'initializeCommand',
        ...startFacts(command),
      });
      const positions = Object.fromEntries(Object.keys(properties).map((key) => [key, [at.line, at.column] as const]));
      sink.add(file, {
        type: 'editor.task',
        name: trigger,
        address: `task:${trigger}${index === 0 ? '' : `[${index}]`}`,
        line: node.line,
        column: node.column,
        properties,
        positions,
      });
    }
  }
  const editor = child(child(file.root, 'customizations'), 'vscode');
  readServers(child(child(editor, 'mcp'), 'servers'), file, sink);
}

const json = (at: string): FileForm => ({ at, scope: 'project', format: 'json', read: readContainer });

/** Development containers. */
export const devcontainer: Adapter = {
  id: 'devcontainer',
  name: 'Development container',
  policy: undefined,
  bystander: true,
  forms: [
    json('.devcontainer/devcontainer.json'),
    json('.devcontainer/*/devcontainer.json'),
    json('.devcontainer.json'),
  ],
  machine: everywhere(),
};
