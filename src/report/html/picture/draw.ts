import type { ControlState, ResponsibilityCell } from '../../../model/assessment.ts';
import type { ChainLink, Party } from '../../../model/catalogue.ts';
import type { Node, Workload } from '../../../model/graph.ts';
import { severities } from '../../../model/rule.ts';
import type { AssessmentIndex } from '../../assessment-index.ts';
import type { ReportContext } from '../../report.ts';
import { anchor } from '../markup.ts';
import { edgeWords, isOwn, partyNames, partyOrder, plural, stateOrder, stateSigns, stateWords } from '../words.ts';
import { type Group, groupNodes } from './group.ts';
import { kindOf } from './kinds.ts';
import type { Band, Box, Link, Picture } from './picture.ts';

const namesInTitle = 20;

/** What is drawn of a workload: your side and the providers behind it, boxes and what connects them. */
export function pictureOf(workload: Workload, index: AssessmentIndex, context: ReportContext): Picture {
  const nodes = workload.resources.flatMap((id) => index.node(id) ?? []);
  const cells = index.cellsOf(workload.id);
  const partyOf = new Map(nodes.map((node) => [node.resource.id, partyOfNode(node, context)]));
  const providers = providersOf(workload, context, cells);
  const used = new Set<Party>(
    [...partyOf.values(), ...providers.boxes.map(({ party }) => party)].filter((party) => !isOwn(party)),
  );
  const others = partyOrder.filter((party) => used.has(party));
  const bands: Band[] = [{ parties: ['user', 'builder', 'organisation'], name: 'Your side', who: '' }];
  for (const party of others)
    bands.push({ parties: [party], name: partyNames[party], who: whoAt(party, workload, index) });
  const bandOf = (party: Party): number =>
    Math.max(
      0,
      bands.findIndex((band) => band.parties.includes(party)),
    );
  const groups = groupNodes(nodes, (node) => bandOf(partyOf.get(node.resource.id) ?? 'builder'));
  const boxes = [
    ...groups.map((group) => boxOfGroup(group, index, context)),
    ...providers.boxes.map(({ party, box }) => ({ ...box, band: bandOf(party) })),
  ];
  return { bands, boxes, links: [...usesOf(workload, groups), ...runsOf(groups, providers.first), ...providers.links] };
}

/** Where a resource type is drawn. Which of several meanings holds is told by the service it was given. */
function partyOfNode({ resource, service }: Node, { catalogue }: ReportContext): Party {
  const meanings = catalogue.meaningsByType.get(resource.type) ?? [];
  return (meanings.find((meaning) => meaning.service === service) ?? meanings[0])?.party ?? 'builder';
}

function whoAt(party: Party, workload: Workload, index: AssessmentIndex): string {
  const names = index
    .chainOf(workload.id)
    .filter((link) => link.party === party)
    .map((link) => link.who);
  return [...new Set(names)].join(', ');
}

function boxOfGroup(group: Group, index: AssessmentIndex, { catalogue }: ReportContext): Box {
  const [first] = group.nodes;
  const { kind, rank } = first === undefined ? { kind: 'resource', rank: 'ground' as const } : kindOf(first);
  const types = [...new Set(group.nodes.map((node) => node.resource.type))];
  const services = [
    ...new Set(
      group.nodes.flatMap((node) =>
        node.service === undefined ? [] : [catalogue.servicesById.get(node.service)?.name ?? node.service],
      ),
    ),
  ];
  const single = group.nodes.length === 1 ? first : undefined;
  const findings = group.nodes.flatMap((node) =>
    index.findingsOf(node.resource.id).filter((finding) => finding.suppressed === undefined),
  );
  const worst = severities.find((severity) => findings.some((finding) => finding.severity === severity));
  const verdicts = group.nodes.flatMap((node) => index.verdictsOf(node.resource.id));
  const held = verdicts.filter((verdict) => verdict.state === 'held').length;
  const unknown = verdicts.filter((verdict) => verdict.state === 'unknown').length;
  const [worstFinding] = worst === undefined ? [] : findings.filter((finding) => finding.severity === worst);
  const known: Pick<Box, 'tone' | 'status'> =
    worst !== undefined
      ? { tone: worst, status: `${stateSigns.open} ${findings.length} open, worst ${worst}` }
      : unknown > 0
        ? { tone: 'not-assessed', status: `${stateSigns['not-assessed']} ${plural(unknown, 'check')} undecided` }
        : held > 0
          ? { tone: 'held', status: `${stateSigns.held} ${plural(held, 'check')} held` }
          : { tone: 'none', status: 'no check applies' };
  return {
    id: group.id,
    band: group.band,
    rank,
    kind,
    name:
      single?.resource.name ??
      (types.length === 1
        ? `${group.nodes.length} × ${(types[0] ?? '').split(/[:/.]+/).at(-1) ?? ''}`
        : `${group.nodes.length} × ${kind}`),
    detail:
      single === undefined
        ? group.nodes.map((node) => node.resource.name).join(', ')
        : [single.resource.type, ...services].join(' · '),
    count: group.nodes.length,
    ...known,
    title: [
      ...group.nodes
        .slice(0, namesInTitle)
        .map(
          ({ resource }) => `${resource.name}  ${resource.type}  ${resource.location.file}:${resource.location.line}`,
        ),
      ...(group.nodes.length > namesInTitle ? [`and ${group.nodes.length - namesInTitle} more`] : []),
      ...services,
    ],
    href: worstFinding === undefined ? undefined : anchor('f', worstFinding.fingerprint),
  };
}

interface Providers {
  readonly boxes: readonly { readonly party: Party; readonly box: Box }[];
  readonly links: readonly Link[];
  /** Service id → the provider box its resources run on. */
  readonly first: ReadonlyMap<string, string>;
}

/** A box for each provider in the chains of the services: one for each service at the first, one for each company behind. */
function providersOf(
  workload: Workload,
  { catalogue }: ReportContext,
  cells: readonly ResponsibilityCell[],
): Providers {
  const drawn = new Map<string, { party: Party; who: string; name: string; services: Set<string> }>();
  const links = new Map<string, Link>();
  const first = new Map<string, string>();
  const services = workload.services.flatMap((id) => catalogue.servicesById.get(id) ?? []);
  const outside = (chain: readonly ChainLink[]): readonly ChainLink[] => chain.filter((link) => !isOwn(link.party));
  for (const service of services) {
    let previous: string | undefined;
    for (const [depth, { party, who }] of outside(service.chain).entries()) {
      const crowded = services.filter((other) => outside(other.chain)[0]?.who === who).length > 5;
      const key = depth === 0 && !crowded ? `${party}\n${who}\n${service.id}` : `${party}\n${who}`;
      const entry = drawn.get(key) ?? {
        party,
        who,
        name: depth === 0 && !crowded ? service.name : who,
        services: new Set<string>(),
      };
      entry.services.add(service.id);
      drawn.set(key, entry);
      if (previous === undefined) first.set(service.id, key);
      else if (previous !== key)
        links.set(`${previous}\n\n${key}`, { from: previous, to: key, label: '', kind: 'runs' });
      previous = key;
    }
  }
  const ids = new Map([...drawn.keys()].map((key, at) => [key, `p${at}`]));
  const idOf = (key: string): string => ids.get(key) ?? key;
  return {
    boxes: [...drawn].map(([key, entry]) => ({
      party: entry.party,
      box: providerBox(idOf(key), entry, cells, (id) => catalogue.servicesById.get(id)?.name ?? id),
    })),
    links: [...links.values()].map((link) => ({ ...link, from: idOf(link.from), to: idOf(link.to) })),
    first: new Map([...first].map(([service, key]) => [service, idOf(key)])),
  };
}

function providerBox(
  id: string,
  entry: { party: Party; who: string; name: string; services: ReadonlySet<string> },
  cells: readonly ResponsibilityCell[],
  nameOf: (service: string) => string,
): Box {
  const theirs = cells.filter((cell) =>
    cell.claims.some((claim) => entry.services.has(claim.service) && claim.parties.includes(entry.party)),
  );
  const counts = stateOrder
    .map((state) => [state, theirs.filter((cell) => cell.state === state).length] as const)
    .filter(([, count]) => count > 0);
  const names = [...entry.services].map(nameOf);
  const told: ControlState | 'none' = counts.some(([state]) => state === 'open')
    ? 'not-assessed'
    : (counts[0]?.[0] ?? 'none');
  return {
    id,
    band: 0,
    // Below what runs on it, so that lines lead down.
    rank: 'ground',
    kind: partyNames[entry.party],
    name: entry.name,
    detail: entry.name === entry.who ? names.join(', ') : entry.who,
    count: 1,
    tone: told,
    status:
      theirs.length === 0
        ? 'no control listed'
        : counts.map(([state, count]) => `${stateSigns[state]} ${count}`).join(' · '),
    title: [
      entry.who,
      ...names,
      `${plural(theirs.length, 'control')} of the catalogue on their side`,
      ...counts.map(([state, count]) => `${stateWords[state]}: ${count}`),
    ],
    href: undefined,
  };
}

/** Connections between boxes; those between the same two are one. Containment is drawn only to what nothing else reaches. */
function usesOf(workload: Workload, groups: readonly Group[]): Link[] {
  const boxOf = new Map(groups.flatMap((group) => group.nodes.map((node) => [node.resource.id, group] as const)));
  const merged = new Map<string, { from: string; to: string; labels: Set<string> }>();
  const contained: Link[] = [];
  for (const edge of workload.edges) {
    const [source, target] = [boxOf.get(edge.from), boxOf.get(edge.to)];
    if (source === undefined || target === undefined || source === target) continue;
    const [from, to] = [source.id, target.id];
    if (edge.kind === 'contains' && source.band === target.band) {
      contained.push({ from, to, label: '', kind: 'contains' });
      continue;
    }
    const key = `${from}\n${to}`;
    const entry = merged.get(key) ?? { from, to, labels: new Set<string>() };
    // What is configured on one side and stands on another crosses a boundary: that is a use.
    entry.labels.add(edge.kind === 'contains' ? 'configures' : edgeWords[edge.kind]);
    merged.set(key, entry);
  }
  const links: Link[] = [...merged.values()].map(({ from, to, labels }) => ({
    from,
    to,
    label: [...labels].join(', '),
    kind: 'use',
  }));
  const touched = new Set(links.flatMap((link) => [link.to]));
  const seen = new Set<string>();
  for (const link of contained) {
    if (touched.has(link.to) || seen.has(link.to)) continue;
    seen.add(link.to);
    links.push(link);
  }
  return links;
}

function runsOf(groups: readonly Group[], first: ReadonlyMap<string, string>): Link[] {
  return groups.flatMap((group) => {
    const targets = new Set(
      group.nodes.flatMap((node) => (node.service === undefined ? [] : (first.get(node.service) ?? []))),
    );
    return [...targets].map((to) => ({ from: group.id, to, label: '', kind: 'runs' as const }));
  });
}
