import type { Edge, EdgeKind, Node } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { isProperties, type Value } from '../model/value.ts';
import { tiedEdges, tiesOf } from './ties.ts';

/**
 * Edges that no reference states but two readings agree on: a name that is written twice, a host name that a service
 * answers to, a folder that an image is built from. Only exact agreement counts; a guess would join workloads that have
 * nothing to do with each other.
 */
export function correlate(nodes: ReadonlyMap<string, Node>): Edge[] {
  const resources = [...nodes.values()].map(({ resource }) => resource);
  return [...correlateNames(nodes), ...tiedEdges([tiesOf(resources)]).map(({ edge }) => edge)];
}

/** The edges between resources of one scope of which one names the other. */
export function correlateNames(nodes: ReadonlyMap<string, Node>): Edge[] {
  const named = nameIndex(nodes);
  return [...nodes.values()].flatMap(({ resource }) => namedEdges(resource, named));
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

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
