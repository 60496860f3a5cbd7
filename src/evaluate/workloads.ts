import { hash } from 'node:crypto';
import { Joined } from '../base/joined.ts';
import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import { folderOf } from '../base/path.ts';
import type { Trait } from '../model/catalogue.ts';
import type { Node, Workload } from '../model/graph.ts';
import type { Graph } from './graph.ts';

/** A workload before all workloads are known: its name may turn out not to be its own. */
export interface FoundWorkload {
  readonly id: string;
  readonly name: string;
  readonly services: readonly string[];
  /** The resource that names it. */
  readonly first: string;
  /** How many resources it has. */
  readonly size: number;
  /** What verdicts say of its controls, once there are some (see control-verdicts.ts). */
  readonly controls: () => string;
  readonly content: () => WorkloadContent;
}

export type WorkloadContent = Pick<Workload, 'resources' | 'edges'>;

/** A workload, and what is known of it without a look at its resources. */
export type JudgedWorkload = Workload & Pick<FoundWorkload, 'size' | 'controls'>;

/** Finds the workloads of a graph and brings them in order. */
export function findWorkloads(graph: Graph): Workload[] {
  return orderWorkloads(workloadsIn(graph));
}

/** Workloads in a stable order, by their first resources, with names that tell them apart. */
export function orderWorkloads(found: readonly FoundWorkload[]): JudgedWorkload[] {
  return withDistinctNames([...found].sort((a, b) => a.first.localeCompare(b.first)));
}

/**
 * Finds the workloads: connected parts of the graph that hold an AI use. Resources with the trait `shared` belong to
 * every workload that touches them and join none together.
 */
export function workloadsIn(graph: Graph): FoundWorkload[] {
  const places = new Map([...graph.nodes.keys()].map((id, at) => [id, at]));
  const joined = new Joined(places.size);
  // Both ends of an edge are nodes.
  const placeOf = (id: string): number => places.get(id) ?? 0;
  const find = (id: string): number => joined.root(placeOf(id));
  const isShared = (id: string): boolean => graph.nodes.get(id)?.traits.has('shared') ?? false;
  for (const { from, to } of graph.edges) {
    if (isShared(from) || isShared(to)) continue;
    joined.join(placeOf(from), placeOf(to));
  }
  const members = new Map<number, Node[]>();
  for (const [id, node] of graph.nodes) {
    if (node.traits.has('shared')) continue;
    const root = find(id);
    append(members, root, node);
  }
  const attached = attachShared(graph, find, isShared);
  const withAi = [...members].filter(([, nodes]) => nodes.some((node) => node.traits.has('ai')));
  return withAi.map(([root, nodes]) => workloadOf(graph, nodes, [...(attached.get(root) ?? [])]));
}

function attachShared(
  graph: Graph,
  find: (id: string) => number,
  isShared: (id: string) => boolean,
): Map<number, Set<string>> {
  const attached = new Map<number, Set<string>>();
  for (const { from, to } of graph.edges) {
    if (isShared(from) === isShared(to)) continue;
    const [shared, own] = isShared(from) ? [from, to] : [to, from];
    const root = find(own);
    attached.set(root, (attached.get(root) ?? new Set()).add(shared));
  }
  return attached;
}

function workloadOf(graph: Graph, nodes: readonly Node[], shared: readonly string[]): FoundWorkload {
  const seeds = nodes.filter((node) => node.traits.has('ai')).sort((a, b) => byImportance(graph, a, b));
  const others = nodes.filter((node) => !node.traits.has('ai'));
  const resources = [...seeds, ...others].map((node) => node.resource.id).concat(shared);
  const inside = new Set(resources);
  const services = new Set(resources.flatMap((id) => graph.nodes.get(id)?.service ?? []));
  const first = seeds[0] ?? nodes[0];
  const seedKey = seeds.map((node) => node.resource.id).sort()[0] ?? '';
  return {
    id: `w-${hash('sha256', seedKey, 'hex').slice(0, 8)}`,
    name: first === undefined ? 'workload' : nameOfSeed(first),
    services: [...services].sort(),
    first: resources[0] ?? '',
    size: resources.length,
    controls: () => '',
    content: once(() => ({
      resources,
      edges: resources.flatMap((id) => graph.edgesFrom(id).filter((edge) => inside.has(edge.to))),
    })),
  };
}

const importance: readonly Trait[] = ['agent', 'client', 'application', 'endpoint', 'knowledge', 'model'];

/** Of two seeds of a kind, the one that uses more names the workload. */
function byImportance(graph: Graph, a: Node, b: Node): number {
  const uses = (node: Node): number => graph.edgesFrom(node.resource.id).length;
  return rankOf(a) - rankOf(b) || uses(b) - uses(a) || (a.resource.id < b.resource.id ? -1 : 1);
}

/** An agent that is deployed names the workload before the application, an agent in code (named after a variable) after it. */
function rankOf({ resource, traits }: Node): number {
  const at = importance.findIndex((trait) => traits.has(trait));
  if (at === -1) return importance.length;
  return resource.type === 'code.agent' ? importance.indexOf('application') + 0.5 : at;
}

function nameOfSeed({ resource }: Node): string {
  const given = ['AgentName', 'AgentRuntimeName', 'Name', 'name', 'displayName']
    .map((key) => resource.properties[key])
    .find((value) => typeof value === 'string' && value !== '');
  return typeof given === 'string' ? given : resource.name;
}

/** Two workloads of one name are told apart by the folder their first seed stands in. */
function withDistinctNames(found: readonly FoundWorkload[]): JudgedWorkload[] {
  const count = new Map<string, number>();
  for (const { name } of found) count.set(name, (count.get(name) ?? 0) + 1);
  return found.map((workload) => {
    const { name, first } = workload;
    if ((count.get(name) ?? 0) < 2) return new NamedWorkload(workload, name);
    const file = first.slice(0, first.indexOf('#'));
    const folder = file.includes('.') ? folderOf(file) : file;
    return new NamedWorkload(workload, folder === '' ? name : `${name} (${folder})`);
  });
}

/** A workload whose resources are looked up when somebody asks for them. */
class NamedWorkload implements JudgedWorkload {
  readonly id: string;
  readonly name: string;
  readonly services: readonly string[];
  readonly size: number;
  readonly controls: () => string;
  readonly #content: () => WorkloadContent;

  constructor({ id, services, size, controls, content }: FoundWorkload, name: string) {
    this.id = id;
    this.name = name;
    this.services = services;
    this.size = size;
    this.controls = controls;
    this.#content = content;
  }

  get resources(): readonly string[] {
    return this.#content().resources;
  }

  get edges(): Workload['edges'] {
    return this.#content().edges;
  }

  toJSON(): Workload {
    const { id, name, resources, services, edges } = this;
    return { id, name, resources, services, edges };
  }
}
