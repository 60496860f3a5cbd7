import { append } from '../base/multimap.ts';
import { limits } from '../base/limits.ts';
import type { Trait, TypeMeaning } from '../model/catalogue.ts';
import type { Edge, EdgeKind, Node } from '../model/graph.ts';
import type { Expression } from '../model/rule.ts';
import type { Resource } from '../model/resource.ts';
import { eachRef, type Ref, Unknown } from '../model/value.ts';
import { compileProgram, type Program } from './cel/program.ts';
import { type Reached, Scope, type Surroundings } from './cel/scope.ts';

/** A meaning of a resource type with its condition compiled to JSON (see tools/compile-data.ts). */
export interface CompiledMeaning extends Omit<TypeMeaning, 'when'> {
  readonly when: Expression | undefined;
}

/**
 * Resources and the references between them. Edges point from the user to the used: agent → role → policy → bucket.
 * Building is linear in resources and references.
 */
export class Graph implements Surroundings {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: readonly Edge[];
  readonly #out = new Map<string, Edge[]>();
  readonly #in = new Map<string, Edge[]>();
  readonly #byScopeAndType = new Map<string, Resource[]>();
  readonly #possible: PossibleTraits;
  #walked: { from?: Resource; out?: Walk; in?: Walk } = {};

  private constructor(nodes: ReadonlyMap<string, Node>, edges: readonly Edge[], possible: PossibleTraits) {
    this.#possible = possible;
    this.nodes = nodes;
    this.edges = edges;
    for (const edge of edges) {
      append(this.#out, edge.from, edge);
      append(this.#in, edge.to, edge);
    }
    for (const { resource } of nodes.values())
      append(this.#byScopeAndType, `${resource.scope}\n${resource.type}`, resource);
  }

  /**
   * @param meanings by type; the first whose condition is not false applies with its service, all add traits
   * @param correlate tells edges that no reference in the properties states (see evaluate/correlate.ts)
   */
  static build(
    resources: readonly Resource[],
    meanings: readonly CompiledMeaning[] | Meanings,
    correlate?: (nodes: ReadonlyMap<string, Node>) => readonly Edge[],
  ): Graph {
    const reader = new MeaningReader(meanings instanceof Meanings ? meanings : new Meanings(meanings));
    const nodes = new Map<string, Node>();
    for (const resource of resources) {
      if (!nodes.has(resource.id)) nodes.set(resource.id, reader.read(resource));
    }
    const edges: Edge[] = [];
    const seen = new Set<string>();
    const add = (edge: Edge): void => {
      const key = `${edge.from}\n${edge.to}\n${edge.path}`;
      if (edge.from === edge.to || seen.has(key)) return;
      seen.add(key);
      edges.push(edge);
    };
    for (const node of nodes.values()) {
      eachRef(node.resource.properties, (ref, path) => {
        const target = nodes.get(ref.target);
        if (target !== undefined) add(reader.edge(node, target, path));
      });
    }
    for (const edge of correlate?.(nodes) ?? []) add(edge);
    return new Graph(nodes, edges, reader.possible);
  }

  /** Edges that start at a resource. */
  edgesFrom(id: string): readonly Edge[] {
    return this.#out.get(id) ?? [];
  }

  linked(resource: Resource, types: readonly string[]): readonly Resource[] {
    const found = new Map<string, Resource>();
    for (const edge of this.#out.get(resource.id) ?? []) this.#take(edge.to, types, found);
    for (const edge of this.#in.get(resource.id) ?? []) this.#take(edge.from, types, found);
    return [...found.values()];
  }

  #take(id: string, types: readonly string[], found: Map<string, Resource>): void {
    const node = this.nodes.get(id);
    if (node !== undefined && types.includes(node.resource.type)) found.set(id, node.resource);
  }

  peers(resource: Resource, types: readonly string[]): readonly Resource[] {
    return types
      .flatMap((type) => this.#byScopeAndType.get(`${resource.scope}\n${type}`) ?? [])
      .filter((peer) => peer.id !== resource.id);
  }

  target(ref: Ref): Resource | Unknown {
    return this.nodes.get(ref.target)?.resource ?? new Unknown('it names a resource outside what was read');
  }

  hasTrait(resource: Resource, trait: Trait): boolean | Unknown {
    if (this.nodes.get(resource.id)?.traits.has(trait) ?? false) return true;
    return this.#possible.get(resource.id)?.get(trait) ?? false;
  }

  reach(resource: Resource, trait: Trait, direction: 'out' | 'in'): readonly Reached[] | Unknown {
    const found: Reached[] = [];
    let possible: Unknown | undefined;
    const { reached, complete } = this.#walk(resource, direction);
    for (const at of reached) {
      const { id } = at.resource;
      if (this.nodes.get(id)?.traits.has(trait)) found.push(at);
      else possible ??= this.#possible.get(id)?.get(trait);
    }
    if (!complete) possible ??= new Unknown('there are more references in a row than are followed');
    return found.length === 0 && possible !== undefined ? possible : found;
  }

  /** What is linked, nearest first. A dozen rules ask this of one resource after the other: the last walks are kept. */
  #walk(from: Resource, direction: 'out' | 'in'): Walk {
    if (this.#walked.from !== from) this.#walked = { from };
    return (this.#walked[direction] ??= this.#walkAnew(from, direction));
  }

  #walkAnew(from: Resource, direction: 'out' | 'in'): Walk {
    const reached: Reached[] = [];
    const visited = new Set([from.id]);
    let frontier: (readonly string[])[] = [[from.id]];
    for (let length = 0; frontier.length > 0 && length <= limits.pathLengthMax; length++) {
      const next: (readonly string[])[] = [];
      for (const path of frontier) {
        const node = this.nodes.get(path.at(-1) ?? '');
        if (node === undefined) continue;
        reached.push({ resource: node.resource, path });
        // A shared network, key or log is an end, not a bridge to whatever else uses it.
        if (length > 0 && node.traits.has('shared')) continue;
        const { id } = node.resource;
        for (const edge of (direction === 'out' ? this.#out : this.#in).get(id) ?? []) {
          const neighbour = direction === 'out' ? edge.to : edge.from;
          if (visited.has(neighbour)) continue;
          visited.add(neighbour);
          next.push([...path, neighbour]);
        }
      }
      frontier = next;
    }
    return { reached, complete: frontier.length === 0 };
  }
}

/** What edges lead to; not complete when something lies beyond the longest path that is followed. */
interface Walk {
  readonly reached: readonly Reached[];
  readonly complete: boolean;
}

type PossibleTraits = ReadonlyMap<string, ReadonlyMap<Trait, Unknown>>;

/** What applies to a resource, in the order of the catalogue, and what follows from it. */
interface Reading {
  readonly meanings: readonly CompiledMeaning[];
  readonly service: string | undefined;
  readonly traits: ReadonlySet<Trait>;
}

/** The catalogue's meanings by type, ready to be applied to any number of graphs. */
export class Meanings {
  readonly byType = new Map<string, { meaning: CompiledMeaning; when: Program | undefined }[]>();
  /** By type where no meaning has a condition, so that all resources of it share one. */
  readonly readings = new Map<string, Reading>();

  constructor(meanings: readonly CompiledMeaning[]) {
    for (const meaning of meanings)
      append(this.byType, meaning.type, { meaning, when: meaning.when && compileProgram(meaning.when) });
  }
}

/** Applies the catalogue's meanings to the resources of one graph: what a resource is, and how its references read. */
class MeaningReader {
  readonly #meanings: Meanings;
  readonly #ofResource = new Map<Resource, Reading>();
  /** Traits that a resource may have: the condition is not known, and why. */
  readonly possible = new Map<string, Map<Trait, Unknown>>();

  constructor(meanings: Meanings) {
    this.#meanings = meanings;
  }

  read(resource: Resource): Node {
    const { service, traits } = this.#reading(resource);
    return { resource, service, traits };
  }

  edge(from: Node, to: Node, path: string): Edge {
    const plain = path.replace(/\[\d+\]/g, '');
    for (const meaning of this.#reading(from.resource).meanings) {
      for (const prefix of Object.keys(meaning.edges)) {
        const found = meaning.edges[prefix];
        if (found === undefined || (plain !== prefix && !plain.startsWith(`${prefix}.`))) continue;
        const [user, used] = found.reverse ? [to, from] : [from, to];
        return { from: user.resource.id, to: used.resource.id, kind: found.kind, path };
      }
    }
    return {
      from: from.resource.id,
      to: to.resource.id,
      kind: path.startsWith('$links') ? 'contains' : kindOf(to),
      path,
    };
  }

  #reading(resource: Resource): Reading {
    const known = this.#meanings.readings.get(resource.type) ?? this.#ofResource.get(resource);
    if (known !== undefined) return known;
    const all = this.#meanings.byType.get(resource.type) ?? [];
    const meanings = all
      .filter(({ meaning, when }) => when === undefined || this.#applies(meaning, when, resource))
      .map(({ meaning }) => meaning);
    const service = meanings.find((meaning) => meaning.service !== undefined)?.service;
    const reading = { meanings, service, traits: new Set(meanings.flatMap((meaning) => meaning.traits)) };
    if (all.every(({ when }) => when === undefined)) this.#meanings.readings.set(resource.type, reading);
    else this.#ofResource.set(resource, reading);
    return reading;
  }

  /** A condition that is not known gives no trait, and is remembered: what may be so is not ruled out either. */
  #applies(meaning: CompiledMeaning, when: Program, resource: Resource): boolean {
    const result = when.run(new Scope(resource, alone));
    if (!(result instanceof Unknown)) return result === true;
    const possible = this.possible.get(resource.id) ?? new Map<Trait, Unknown>();
    for (const trait of meaning.traits) possible.set(trait, result);
    this.possible.set(resource.id, possible);
    return false;
  }
}

const alone: Surroundings = {
  linked: () => [],
  peers: () => [],
  target: () => new Unknown('not read yet'),
  reach: () => [],
  hasTrait: () => false,
};

const kindByTrait: readonly (readonly [Trait, EdgeKind])[] = [
  ['key', 'key'],
  ['network', 'network'],
  ['identity', 'role'],
  ['guardrail', 'guardrail'],
  ['log', 'log'],
  ['model', 'model'],
  ['tool', 'tool'],
  ['mcp-server', 'tool'],
  ['endpoint', 'endpoint'],
  ['data-store', 'data'],
  ['knowledge', 'data'],
  ['compute', 'hosts'],
];

function kindOf(target: Node): EdgeKind {
  return kindByTrait.find(([trait]) => target.traits.has(trait))?.[1] ?? 'reference';
}
