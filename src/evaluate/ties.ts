import { append } from '../base/multimap.ts';
import { folderOf, joinInside } from '../base/path.ts';
import type { Edge, EdgeKind } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { Interpolated, isList, isProperties, Ref, type Value } from '../model/value.ts';

/** A name that a resource answers to: the name, the resource. */
export type Offer = readonly [key: string, id: string];
/** A resource that uses whatever answers to a name: the name, the resource, what the edge says. */
export type Ask = readonly [key: string, id: string, kind: EdgeKind, path: string];

/**
 * All that resources which were read together can have to do with others, as plain JSON: two groups that share nothing of
 * it have no edge between them, and no rule can look from one into the other.
 */
export interface Ties {
  /** Where its resources belong: their scopes, and what stands before the `#` of their ids. */
  readonly realms: readonly string[];
  /** Realms of others that its references name. */
  readonly refersTo: readonly string[];
  readonly offers: readonly Offer[];
  readonly asks: readonly Ask[];
}

/** What stands before the `#` of an id: equal ids have equal realms. */
export function realmOf(id: string): string {
  const cut = id.indexOf('#');
  return cut === -1 ? id : id.slice(0, cut);
}

/** The ties of resources that were read together. Of two resources with one id the names of both count. */
export function tiesOf(resources: readonly Resource[]): Ties {
  const realms = new Set<string>();
  const refersTo = new Set<string>();
  const offers: Offer[] = [];
  const asks: Ask[] = [];
  for (const resource of resources) {
    const { id, scope, properties } = resource;
    realms.add(scope).add(realmOf(id));
    eachTarget(properties, (target) => refersTo.add(realmOf(target)));
    for (const key of offersOf(resource)) offers.push([key, id]);
    for (const [path, host] of hostsUsedBy(resource)) asks.push([hostKey(host), id, 'endpoint', path]);
    const part = treeKeyUsedBy(resource);
    if (part !== undefined) asks.push([part.key, id, part.kind, part.path]);
    const folder = builtFrom(resource);
    if (folder !== undefined) asks.push([`${inFolder}${folder}`, id, 'hosts', 'build']);
  }
  return { realms: [...realms], refersTo: [...refersTo].filter((realm) => !realms.has(realm)), offers, asks };
}

/** An edge that a name states, and the groups its ends are in. */
export interface TiedEdge {
  readonly edge: Edge;
  readonly fromGroup: number;
  readonly toGroup: number;
}

/** The edges that names state among groups of resources. */
export function tiedEdges(groups: readonly Ties[]): TiedEdge[] {
  const answers = new Map<string, { id: string; group: number }[]>();
  for (const [group, { offers }] of groups.entries())
    for (const [key, id] of offers) append(answers, key, { id, group });
  const edges: TiedEdge[] = [];
  for (const [fromGroup, { asks }] of groups.entries()) {
    for (const [key, from, kind, path] of asks) {
      const target = targetOf(key, answers.get(key) ?? []);
      if (target === undefined || target.id === from) continue;
      edges.push({ edge: { from, to: target.id, kind, path }, fromGroup, toGroup: target.group });
    }
  }
  return edges;
}

/** A name that two things answer to decides nothing; of two applications in a folder the last is what is built there. */
function targetOf<T extends { readonly id: string }>(key: string, found: readonly T[]): T | undefined {
  if (key.startsWith(inFolder)) return found.at(-1);
  const [first] = found;
  return found.every(({ id }) => id === first?.id) ? first : undefined;
}

function eachTarget(value: Value, visit: (target: string) => void): void {
  if (value === null || typeof value !== 'object') return;
  if (value instanceof Ref) visit(value.target);
  else if (value instanceof Interpolated) for (const part of value.parts) eachTarget(part, visit);
  else if (isList(value)) for (const item of value) eachTarget(item, visit);
  else if (isProperties(value)) for (const key of Object.keys(value)) eachTarget(value[key] ?? null, visit);
}

const inFolder = 'folder\n';

/** Hosts do not depend on case. */
function hostKey(name: string): string {
  return `host\n${name.toLowerCase()}`;
}

/** What one resource of the tree is known by, whichever file names it. */
function offersOf(resource: Resource): string[] {
  const keys = namesOf(resource).map(hostKey);
  const key = treeKeyOf(resource);
  if (key !== undefined) keys.push(key);
  if (resource.type === 'code.application') keys.push(`${inFolder}${folderOf(resource.location.file)}`);
  return keys;
}

function treeKeyOf({ type, properties, location }: Resource): string | undefined {
  const name = text(properties['name']);
  if (name === undefined) return undefined;
  if (type === 'agent.job') return `job\n${location.file}\n${name}`;
  // Other manifests carry no published name.
  const manifest = type === 'code.application' ? text(properties['manifest']) : undefined;
  return manifest !== undefined && /(?:^|\/)(?:package\.json|pyproject\.toml)$/.test(manifest)
    ? `package\n${name}`
    : undefined;
}

/** A client starts a package whose source stands in the tree; two collectors read one job of a workflow. */
function treeKeyUsedBy({
  type,
  properties,
  location,
}: Resource): { readonly key: string; readonly kind: EdgeKind; readonly path: string } | undefined {
  if (type === 'code.workflow') {
    const job = text(properties['job']);
    return job === undefined ? undefined : { key: `job\n${location.file}\n${job}`, kind: 'contains', path: 'job' };
  }
  const started = type === 'mcp.server' ? properties['package'] : undefined;
  const name = isProperties(started) ? text(started['name']) : undefined;
  return name === undefined ? undefined : { key: `package\n${name}`, kind: 'hosts', path: 'package.name' };
}

/** Host names that a resource answers to. */
function namesOf(resource: Resource): readonly string[] {
  if (resource.type === 'compose.service') return [resource.name];
  if (resource.type !== 'kubernetes.Service') return [];
  const metadata = resource.properties['metadata'];
  const namespace = text(isProperties(metadata) ? metadata['namespace'] : undefined) ?? 'default';
  return [
    `${resource.name}.${namespace}`,
    `${resource.name}.${namespace}.svc`,
    `${resource.name}.${namespace}.svc.cluster.local`,
    resource.name,
  ];
}

function hostsUsedBy({ properties }: Resource): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  const database = properties['database'];
  const host = text(properties['host']) ?? text(properties['endpointHost']);
  if (host !== undefined) found.push(['host', host]);
  if (isProperties(database)) {
    const name = text(database['host']);
    if (name !== undefined) found.push(['database.host', name]);
  }
  const endpoints = properties['$endpoints'];
  if (Array.isArray(endpoints)) {
    for (const endpoint of endpoints as readonly Value[]) {
      const name = isProperties(endpoint) ? text(endpoint['host']) : undefined;
      if (name !== undefined) found.push(['$endpoints', name]);
    }
  }
  return found;
}

/** The folder an image or a function is built from, relative to the root. */
function builtFrom({ type, properties, location }: Resource): string | undefined {
  const here = folderOf(location.file);
  if (type === 'dockerfile.image') return here;
  if (type !== 'compose.service') return undefined;
  const build = properties['build'];
  const context = text(build) ?? (isProperties(build) ? text(build['context']) : undefined);
  return context === undefined ? undefined : joinInside(here, context);
}

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
