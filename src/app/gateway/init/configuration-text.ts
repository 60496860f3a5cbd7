import { parseDocument } from 'yaml';

const head = `# The gateway's configuration: docs/guide/gateway.md describes every key.
version: 1
# A shipped set of policies, or a folder of your own. Sets that want to know who calls (\`controlled\`, \`lockdown\`) need \`identity\`.
policies: provenance
# \`shadow\` decides and records, and lets everything pass.
mode: enforce
servers: {}
`;

/**
 * `demarc.gateway.yaml` with servers added to it.
 *
 * @param existing the text of the one that is there; it says a map
 */
export function configurationText(
  existing: string | undefined,
  servers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  const document = parseDocument(existing ?? head);
  for (const [name, settings] of Object.entries(servers))
    document.setIn(['servers', name], document.createNode(settings));
  const map = document.get('servers');
  if (typeof map === 'object' && map !== null && 'flow' in map) map.flow = false;
  return document.toString({ lineWidth: 0 });
}
