import { folderOf, joinInside } from '../base/path.ts';
import type { Edge, EdgeKind, Node } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { isProperties, type Value } from '../model/value.ts';

/**
 * Edges that no reference states but two readings agree on: a host name that a service answers to, a folder that an
 * image is built from. Only exact agreement counts; a guess would join workloads that have nothing to do with each other.
 */
export function correlate(nodes: ReadonlyMap<string, Node>): Edge[] {
  const hosts = hostIndex(nodes);
  const named = nameIndex(nodes);
  const everywhere = treeIndex(nodes);
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
    edges.push(...namedEdges(resource, named));
    const part = treeKeyUsedBy(resource);
    const used = part === undefined ? undefined : everywhere.get(part.key);
    if (part !== undefined && used !== undefined)
      edges.push({ from: resource.id, to: used.id, kind: part.kind, path: part.path });
    const folder = builtFrom(resource);
    const application = folder === undefined ? undefined : applications.get(folder);
    if (application !== undefined) edges.push({ from: resource.id, to: application.id, kind: 'hosts', path: 'build' });
  }
  return edges;
}

/** A property that names another resource by its text, and the property of the other that holds the name. */
interface Naming {
  readonly path: readonly string[];
  readonly type: string;
  readonly by: string;
  readonly kind: EdgeKind;
  /** The named resource is the user: a policy names what it is attached to. */
  readonly reverse?: true;
}

/**
 * A template may write a name twice (or an evaluator know it) where it could have written a reference. Within one
 * stack or root module a name of one type is one resource; two that carry it decide nothing.
 */
const namings: Readonly<Record<string, readonly Naming[]>> = {
  'AWS::Lambda::Url': [
    { path: ['TargetFunctionArn'], type: 'AWS::Lambda::Function', by: 'FunctionName', kind: 'endpoint' },
  ],
  'AWS::Lambda::Permission': [
    {
      path: ['FunctionName'],
      type: 'AWS::Lambda::Function',
      by: 'FunctionName',
      kind: 'reference',
      reverse: true,
    },
  ],
  'AWS::S3::BucketPolicy': [
    { path: ['Bucket'], type: 'AWS::S3::Bucket', by: 'BucketName', kind: 'reference', reverse: true },
  ],
  'AWS::Bedrock::ModelInvocationLoggingConfiguration': [
    { path: ['LoggingConfig', 'S3Config', 'BucketName'], type: 'AWS::S3::Bucket', by: 'BucketName', kind: 'log' },
    {
      path: ['LoggingConfig', 'CloudWatchConfig', 'LogGroupName'],
      type: 'AWS::Logs::LogGroup',
      by: 'LogGroupName',
      kind: 'log',
    },
  ],
};

const namedTypes = new Map(
  Object.values(namings)
    .flat()
    .map(({ type, by }) => [type, by] as const),
);

/** Resources by scope, type and the name they carry; undefined where two carry it. */
function nameIndex(nodes: ReadonlyMap<string, Node>): Map<string, Resource | undefined> {
  const index = new Map<string, Resource | undefined>();
  for (const { resource } of nodes.values()) {
    const by = namedTypes.get(resource.type);
    const name = by === undefined ? undefined : text(resource.properties[by]);
    if (name === undefined) continue;
    const key = `${resource.scope}\n${resource.type}\n${name}`;
    index.set(key, index.has(key) ? undefined : resource);
  }
  return index;
}

function namedEdges(resource: Resource, index: ReadonlyMap<string, Resource | undefined>): Edge[] {
  return (namings[resource.type] ?? []).flatMap(({ path, type, kind, reverse }) => {
    let value: Value | undefined = resource.properties;
    for (const key of path) value = isProperties(value) ? value[key] : undefined;
    const name = text(value);
    const target = name === undefined ? undefined : index.get(`${resource.scope}\n${type}\n${name}`);
    if (target === undefined) return [];
    const [from, to] = reverse ? [target.id, resource.id] : [resource.id, target.id];
    return [{ from, to, kind, path: path.join('.') }];
  });
}

/** What one resource of the tree is known by, whichever file names it; undefined where two are. */
function treeIndex(nodes: ReadonlyMap<string, Node>): Map<string, Resource | undefined> {
  const index = new Map<string, Resource | undefined>();
  for (const { resource } of nodes.values()) {
    const key = treeKeyOf(resource);
    if (key !== undefined) index.set(key, index.has(key) ? undefined : resource);
  }
  return index;
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
