import { hash } from 'node:crypto';
import { append } from '../base/multimap.ts';
import type { Resource } from '../model/resource.ts';
import type { Graph } from './graph.ts';

/** Resources that came from one place, and a digest of everything they were made from. */
export interface Origin {
  readonly digest: string;
  readonly resources: readonly Resource[];
}

/**
 * The islands of a graph: parts that no rule looks out of. All a rule can ask about the surroundings of its resource
 * leads along edges, in either direction (`linked`, `reach`, `targetOf`: a reference that resolves is an edge), or to
 * resources of the same scope (`peers`). So scopes joined by edges are closed under every question, and the verdicts in
 * them depend on nothing but what their resources were made from and the edges.
 *
 * @returns by scope the key of its island: equal keys mean equal resources, in the same order, and equal edges
 */
export function islandKeys(graph: Graph, origins: readonly Origin[]): Map<string, string> {
  const joined = new Joined();
  const scopeOf = (id: string): string => graph.nodes.get(id)?.resource.scope ?? '';
  // Of two resources with one id the first counts: which one that is depends on both origins.
  for (const { resources } of origins) for (const { id, scope } of resources) joined.join(scope, scopeOf(id));
  for (const { from, to } of graph.edges) joined.join(scopeOf(from), scopeOf(to));
  const parts = new Map<string, string[]>();
  const add = (scope: string, part: string): void => append(parts, joined.root(scope), part);
  const scopes = new Set<string>();
  for (const { digest, resources } of origins) {
    const own = new Set<string>();
    for (const { scope } of resources) own.add(scope);
    for (const scope of own) {
      // One origin may fill several islands: the scopes tell them apart.
      scopes.add(scope);
      add(scope, `${digest} ${scope}`);
    }
  }
  for (const { from, to, kind, path } of graph.edges) add(scopeOf(from), `${from}\0${to}\0${kind}\0${path}`);
  const keys = new Map([...parts].map(([root, list]) => [root, hash('sha256', list.join('\n'), 'hex').slice(0, 32)]));
  return new Map([...scopes].map((scope) => [scope, keys.get(joined.root(scope)) ?? '']));
}

/** Disjoint sets of names. */
class Joined {
  readonly #parent = new Map<string, string>();

  root(name: string): string {
    let root = name;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    if (root !== name) this.#parent.set(name, root);
    return root;
  }

  join(a: string, b: string): void {
    if (a === b) return;
    const [first, second] = [this.root(a), this.root(b)];
    if (first !== second) this.#parent.set(first, second);
  }
}
