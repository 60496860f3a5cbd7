import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { type Adapter, everywhere, type OpenFile, type Sink } from '../adapter.ts';
import { inspectText } from '../inspect-text.ts';
import { bagOf } from '../lookup.ts';
import { addServer } from '../read-servers.ts';

/** `manifest.json` of a desktop extension bundle (modelcontextprotocol/mcpb, MANIFEST.md); web extensions use the same name. */
const isBundle = (root: DocNode | undefined): boolean =>
  child(root, 'server')?.kind === 'map' &&
  (child(root, 'manifest_version') !== undefined || child(root, 'dxt_version') !== undefined);

/** Adds what the descriptions of tools and prompts in the manifest say to the model: `descriptionFindings`, see inspect-text.ts. */
function withDescriptions(file: OpenFile, sink: Sink): Sink {
  const nodes = ['tools', 'prompts'].flatMap((key) => {
    const list = child(file.root, key);
    return list?.kind === 'list' ? list.items : [];
  });
  const findings = nodes.flatMap((node) => {
    const text = [stringOf(child(node, 'description')) ?? '', stringOf(child(node, 'text')) ?? ''].join('\n');
    return inspectText(text).map(({ kind, excerpt }) => bagOf({ kind, line: node.line, excerpt }));
  });
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
