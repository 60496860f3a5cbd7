import type { Assessment } from '../../model/assessment.ts';
import { ownParties } from '../../model/catalogue.ts';
import type { Node } from '../../model/graph.ts';
import type { ReportContext } from '../report.ts';
import { visibleLine } from '../visible-text.ts';
import { placeOf, type Property, textsAt } from './components.ts';

/** A CycloneDX service, as far as Demarc writes one. */
export interface ServicePart {
  readonly 'bom-ref': string;
  readonly provider?: { readonly name: string };
  readonly group?: string;
  readonly name: string;
  readonly endpoints?: readonly string[];
  readonly 'x-trust-boundary'?: boolean;
  readonly data?: readonly {
    readonly flow: 'inbound' | 'outbound' | 'bi-directional' | 'unknown';
    readonly classification: string;
    readonly name?: string;
  }[];
  readonly properties: readonly Property[];
}

/**
 * The services of the catalogue that workloads use. Crossing a trust boundary means that the first party of the chain is
 * a provider. Prompts go to a model service and answers come back, so its flow is known; what class of data they hold
 * is not.
 */
export function providerServices(assessment: Assessment, { catalogue }: ReportContext): readonly ServicePart[] {
  const used = [...new Set(assessment.workloads.flatMap((workload) => workload.services))].sort();
  return used.flatMap((id): ServicePart[] => {
    const service = catalogue.servicesById.get(id);
    if (service === undefined) return [];
    const [first] = service.chain;
    const model = ['managed-ai', 'model-api', 'router', 'saas', 'agent-client'].includes(service.category);
    return [
      {
        'bom-ref': `service:${id}`,
        provider: { name: service.vendor },
        name: service.name,
        ...(first === undefined ? {} : { 'x-trust-boundary': !ownParties.includes(first.party) }),
        data: [
          {
            flow: model ? 'bi-directional' : 'unknown',
            classification: 'not assessed',
            ...(model ? { name: 'prompts and answers' } : {}),
          },
        ],
        properties: [
          { name: 'demarc:service', value: id },
          { name: 'demarc:category', value: service.category },
          ...service.chain.map(({ party, who }) => ({ name: 'demarc:chain', value: `${party}: ${who}` })),
          ...service.facts.map(({ topic, value, source }) => ({
            name: `demarc:fact:${topic}`,
            value: `${value} (${source.url}, read ${source.read})`,
          })),
        ],
      },
    ];
  });
}

/** An MCP server as a service. `endpoints` only where the address is a literal URL. */
export function mcpServiceOf(node: Node): ServicePart | undefined {
  if (!node.traits.has('mcp-server')) return undefined;
  const { resource } = node;
  const urls = [['url'], ['Url'], ['endpoint']]
    .flatMap((path) => textsAt(resource.properties, path))
    .filter((url) => /^https?:\/\/[^\s<>"{}|\\^`]+$/.test(url));
  const transport = [['transport'], ['type']].flatMap((path) => textsAt(resource.properties, path))[0];
  return {
    'bom-ref': `resource:${resource.id}`,
    name: visibleLine(resource.name, 300) || resource.type,
    ...(urls.length === 0 ? {} : { endpoints: [...new Set(urls)] }),
    data: [{ flow: 'bi-directional', classification: 'not assessed', name: 'tool calls and results' }],
    properties: [
      { name: 'demarc:kind', value: 'mcp-server' },
      ...(transport === undefined ? [] : [{ name: 'demarc:mcp:transport', value: visibleLine(transport, 60) }]),
      ...placeOf(node),
    ],
  };
}
