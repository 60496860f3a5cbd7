import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type OpenFile, type Sink } from '../adapter.ts';
import { bagOf } from '../lookup.ts';
import { addServer } from '../read-servers.ts';

/** `manifest.json` of a desktop extension bundle (modelcontextprotocol/mcpb, MANIFEST.md); web extensions use the same name. */
const isBundle = (root: DocNode | undefined): boolean =>
  child(root, 'server')?.kind === 'map' &&
  (child(root, 'manifest_version') !== undefined || child(root, 'dxt_version') !== undefined);

/**
 * Adds what the definitions of tools and prompts in the manifest hide or say to the model: `descriptionFindings`, alarms and warnings of
 * integrity/inspect.
 */
function withDescriptions(file: OpenFile, sink: Sink): Sink {
  const definitions = (['tool', 'prompt'] as const).flatMap((kind) => {
    const list = child(file.root, `${kind}s`);
    const nodes = list?.kind === 'list' ? list.items : [];
    return nodes.map((node) => {
      const name = stringOf(child(node, 'name')) ?? '';
      const json = { name, description: stringOf(child(node, 'description')), text: stringOf(child(node, 'text')) };
      return { node, definition: { kind, name, json } };
    });
  });
  const inspected = file.inspect?.(definitions.map(({ definition }) => definition)) ?? [];
  const findings = definitions.flatMap(({ node }, at) =>
    (inspected[at] ?? [])
      .filter(({ severity }) => severity !== 'note')
      .map(({ code, excerpt }) => bagOf({ kind: code, line: node.line, excerpt })),
  );
  return {
    ...sink,
    policy: (from, part, root) => sink.policy(from, part, root),
    gap: (from, kind, reason, line) => sink.gap(from, kind, reason, line),
    add: (from, draft) =>
      sink.add(from, { ...draft, properties: Object.assign(draft.properties, { descriptionFindings: findings }) }),
  };
}

/** Bundles of tool servers (`.mcpb`, formerly `.dxt`) as they lie unpacked in a repository or an extension folder. */
export const mcpb: Adapter = {
  id: 'mcpb',
  name: 'MCP bundle',
  policy: undefined,
  bystander: true,
  forms: [
    {
      at: 'manifest.json',
      scope: 'extension',
      format: 'json',
      when: isBundle,
      read: (file, sink) => {
        const config = child(child(file.root, 'server'), 'mcp_config');
        const name = stringOf(child(file.root, 'name')) ?? 'bundle';
        if (config?.kind === 'map')
          addServer(name, config, config.line, config.column, file, withDescriptions(file, sink));
        else sink.gap(file, 'unsupported', 'a bundle without `server.mcp_config`');
      },
    },
  ],
  machine: {
    ...everywhere(),
    darwin: ['~/Library/Application Support/Claude/Claude Extensions'],
    win32: ['~/AppData/Roaming/Claude/Claude Extensions'],
    linux: ['~/.config/Claude/Claude Extensions'],
  },
};
