import { parseDocument, stringify } from 'yaml';
import type { OwnPlace } from './own-place.ts';

const head = ({
  listen,
  state,
}: OwnPlace): string => `# The gateway's configuration: docs/guide/gateway.md describes every key.
version: 1
# A shipped set of policies, or a folder of your own. Sets that want to know who calls (\`controlled\`, \`lockdown\`) need \`identity\`.
policies: provenance
# \`shadow\` decides and records, and lets everything pass.
mode: enforce
# Of this configuration alone: gateways of several can run at once. The ledger is in \`state\` too.
${stringify({ listen, state }, { lineWidth: 0 })}servers: {}
`;

/**
 * `demarc.gateway.yaml` with servers added to it.
 *
 * @param existing the text of the one that is there, which says a map; else where the gateway of a new one is
 */
export function configurationText(
  existing: string | OwnPlace,
  servers: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): string {
  const document = parseDocument(typeof existing === 'string' ? existing : head(existing));
  for (const [name, settings] of Object.entries(servers))
    document.setIn(['servers', name], document.createNode(settings));
  const map = document.get('servers');
  if (typeof map === 'object' && map !== null && 'flow' in map) map.flow = false;
  return document.toString({ lineWidth: 0 });
}
