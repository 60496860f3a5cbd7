import { folderOf, joinInside } from '../base/path.ts';
import type { Edge, Node } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { isProperties, type Value } from '../model/value.ts';

/**
 * Edges that no reference states but two readings agree on: a host name that a service answers to, a folder that an
 * image is built from. Only exact agreement counts; a guess would join workloads that have nothing to do with each other.
 */
export function correlate(nodes: ReadonlyMap<string, Node>): Edge[] {
  const hosts = hostIndex(nodes);
  const applications = new Map<string, Resource>();
  for (const { resource } of nodes.values())
    if (resource.type === 'code.application') applications.set(folderOf(resource.location.file), resource);
  const edges: Edge[] = [];
  for (const { resource } of nodes.values()) {
    for (const [path, host] of hostsUsedBy(resource)) {
      const target = hosts.get(host.toLowerCase());
      if (target !== undefined && target.id !== resource.id)
        edges.push({ from: resource.id, to: target.id, kind: 'endpoint', path });
    }
    const folder = builtFrom(resource);
    const application = folder === undefined ? undefined : applications.get(folder);
    if (application !== undefined) edges.push({ from: resource.id, to: application.id, kind: 'hosts', path: 'build' });
  }
  return edges;
}

/** Host names that something in the tree answers to. A name two things answer to decides nothing. */
function hostIndex(nodes: ReadonlyMap<string, Node>): Map<string, Resource> {
  const index = new Map<string, Resource>();
  const ambiguous = new Set<string>();
  for (const { resource } of nodes.values()) {
    for (const name of namesOf(resource)) {
      const key = name.toLowerCase();
      const known = index.get(key);
      if (known !== undefined && known.id !== resource.id) ambiguous.add(key);
      else index.set(key, resource);
    }
  }
  for (const key of ambiguous) index.delete(key);
  return index;
}

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
