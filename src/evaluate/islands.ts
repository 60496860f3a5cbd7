import { Joined } from '../base/joined.ts';
import { append } from '../base/multimap.ts';
import type { Edge } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { realmOf, tiedEdges, type Ties, tiesOf } from './ties.ts';

/** A part of the graph that no rule looks out of. */
export interface Island {
  /** Places of the groups it consists of, in order. */
  readonly groups: readonly number[];
  /** Edges between its resources that only names state. */
  readonly edges: readonly Edge[];
}

export interface Islands {
  /** In the order of their first groups. */
  readonly list: readonly Island[];
  /** Place in the list of the island that holds a resource, if one does. */
  of(id: string): number | undefined;
}

/**
 * Joins groups of resources that were read together to islands. All a rule can ask about the surroundings of its resource
 * leads along edges, in either direction (`linked`, `reach`, `targetOf`: a reference that resolves is an edge), or to
 * resources of the same scope (`peers`). Edges are references, which name a realm, and names that agree (see ties.ts). So
 * what is found out about an island depends on its groups, their order and its edges, and on nothing else.
 */
export function findIslands(groups: readonly Ties[]): Islands {
  const joined = new Joined(groups.length);
  const ofRealm = new Map<string, number>();
  for (const [group, { realms }] of groups.entries()) {
    for (const realm of realms) {
      const known = ofRealm.get(realm);
      if (known === undefined) ofRealm.set(realm, group);
      else joined.join(known, group);
    }
  }
  for (const [group, { refersTo }] of groups.entries()) {
    for (const realm of refersTo) {
      const known = ofRealm.get(realm);
      if (known !== undefined) joined.join(known, group);
    }
  }
  const tied = tiedEdges(groups);
  for (const { fromGroup, toGroup } of tied) joined.join(fromGroup, toGroup);

  const list: { groups: number[]; edges: Edge[] }[] = [];
  const ofRoot = new Map<number, number>();
  for (const group of groups.keys()) {
    const root = joined.root(group);
    const known = ofRoot.get(root);
    if (known !== undefined) list[known]?.groups.push(group);
    else {
      ofRoot.set(root, list.length);
      list.push({ groups: [group], edges: [] });
    }
  }
  const islandOf = (group: number): number | undefined => ofRoot.get(joined.root(group));
  for (const { edge, fromGroup } of tied) list[islandOf(fromGroup) ?? 0]?.edges.push(edge);
  return {
    list,
    of(id) {
      const group = ofRealm.get(realmOf(id));
      return group === undefined ? undefined : islandOf(group);
    },
  };
}

/** Resources that have to do with each other, and what they may have to do with others. */
export interface Part {
  readonly resources: readonly Resource[];
  readonly ties: Ties;
}

/** Parts resources that were read together as far as they have nothing to do with each other. */
export function partsOf(resources: readonly Resource[]): Part[] {
  const ofScope = new Map<string, Resource[]>();
  for (const resource of resources) append(ofScope, resource.scope, resource);
  const scopes = [...ofScope].map(([scope, own]) => ({ scope, resources: own, ties: tiesOf(own) }));
  const { list } = findIslands(scopes.map(({ ties }) => ties));
  const partOf = new Map(
    list.flatMap(({ groups }, part) => groups.map((at) => [scopes[at]?.scope ?? '', part] as const)),
  );
  const parts: Resource[][] = list.map(() => []);
  for (const resource of resources) parts[partOf.get(resource.scope) ?? 0]?.push(resource);
  return parts.map((own, part) => {
    const [only, ...more] = list[part]?.groups ?? [];
    const known = only === undefined || more.length > 0 ? undefined : scopes[only];
    return { resources: own, ties: known?.ties ?? tiesOf(own) };
  });
}
