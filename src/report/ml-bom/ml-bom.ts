import { createHash } from 'node:crypto';
import type { Assessment } from '../../model/assessment.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import type { ReportContext } from '../report.ts';
import { visibleLine } from '../visible-text.ts';
import { applicationOf, dataOf, librariesOf, modelsOf, type Part } from './components.ts';
import { mcpServiceOf, providerServices } from './services.ts';

/**
 * The AI parts of an assessment as a CycloneDX 1.6 (ECMA-424) ML-BOM: models, AI libraries, applications and agents,
 * data stores, and the services behind them; what depends on what comes from the edges of the graph.
 *
 * 1.6 and not 1.7, because it is the edition that consumers read today. A model card is written only where something is
 * known that belongs there. No vulnerabilities: findings are about configuration, see SARIF.
 */
export function renderMlBom(assessment: Assessment, context: ReportContext): string {
  const index = new AssessmentIndex(assessment);
  const inWorkloads = assessment.nodes.filter(
    (node) => index.workloadsOf(node.resource.id).length > 0 || node.traits.has('ai'),
  );
  const components = new Map<string, Part>();
  const refOf = new Map<string, string>();
  const needs = new Map<string, Set<string>>();
  const services = new Map(providerServices(assessment, context).map((service) => [service['bom-ref'], service]));
  const link = (from: string, to: string): void =>
    void (from !== to && needs.set(from, (needs.get(from) ?? new Set()).add(to)));
  for (const node of inWorkloads) {
    const { id } = node.resource;
    const mcp = mcpServiceOf(node);
    const own = mcp === undefined ? (applicationOf(node) ?? dataOf(node)) : undefined;
    const models = modelsOf(node);
    if (mcp !== undefined) services.set(mcp['bom-ref'], mcp);
    if (own !== undefined) components.set(own['bom-ref'], own);
    const first = mcp?.['bom-ref'] ?? own?.['bom-ref'] ?? models[0]?.['bom-ref'];
    if (first !== undefined) refOf.set(id, first);
    for (const part of [...models, ...librariesOf(node)]) {
      components.set(part['bom-ref'], merged(components.get(part['bom-ref']), part));
      if (first !== undefined) link(first, part['bom-ref']);
      if (part.type === 'machine-learning-model' && node.service !== undefined)
        link(part['bom-ref'], `service:${node.service}`);
    }
    if (first !== undefined && node.service !== undefined && models.length === 0)
      link(first, `service:${node.service}`);
  }
  for (const { from, to } of assessment.edges) {
    const [a, b] = [refOf.get(from), refOf.get(to)];
    if (a !== undefined && b !== undefined) link(a, b);
  }
  const known = new Set([...components.keys(), ...services.keys()]);
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: assessment.startedAt,
      tools: { components: [{ type: 'application', name: 'demarc', version: assessment.demarc }] },
      component: {
        type: 'application',
        'bom-ref': 'assessed',
        name: visibleLine(assessment.roots.join(', '), 200) || '.',
      },
      properties: [
        { name: 'demarc:catalogue', value: assessment.catalogueVersion },
        { name: 'demarc:gaps', value: String(assessment.gaps.length) },
      ],
    },
    components: [...components.values()].sort(byRef),
    services: [...services.values()].sort(byRef),
    dependencies: [...known]
      .sort()
      .map((ref) => ({ ref, dependsOn: [...(needs.get(ref) ?? [])].filter((target) => known.has(target)).sort() })),
    compositions: [{ aggregate: assessment.gaps.length > 0 ? 'incomplete' : 'unknown', assemblies: ['assessed'] }],
  };
  return `${JSON.stringify({ $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', ...bom, serialNumber: serialOf(bom) }, null, 2)}\n`;
}

function byRef(a: { readonly 'bom-ref': string }, b: { readonly 'bom-ref': string }): number {
  return a['bom-ref'] < b['bom-ref'] ? -1 : a['bom-ref'] > b['bom-ref'] ? 1 : 0;
}

/** The same model or library named in two places is one component with the properties of both. */
function merged(known: Part | undefined, part: Part): Part {
  if (known === undefined) return part;
  const seen = new Set(known.properties.map(({ name, value }) => `${name}\n${value}`));
  return {
    ...known,
    properties: [...known.properties, ...part.properties.filter(({ name, value }) => !seen.has(`${name}\n${value}`))],
  };
}

/** A serial number from the content (RFC 9562 version 8): the same assessment gives the same document. */
function serialOf(bom: object): string {
  const hex = createHash('sha256').update(JSON.stringify(bom)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
