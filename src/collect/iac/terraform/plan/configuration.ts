import { limits } from '../../../../base/limits.ts';
import { child, type DocNode, stringOf } from '../../../documents/node.ts';

/** A reference as the configuration of a plan states it, in the module it stands in. */
export interface ConfiguredReference {
  /** Attribute, and for nested blocks their index: `['guardrail_configuration', 0, 'guardrail_identifier']`. */
  readonly path: readonly (string | number)[];
  /** `aws_bedrock_guardrail.main`. */
  readonly target: string;
  readonly attribute: string | undefined;
}

export interface ConfiguredResource {
  readonly references: readonly ConfiguredReference[];
}

/** References of every configured resource, by its address without instance keys. */
export function configuredReferences(root: DocNode | undefined): ReadonlyMap<string, ConfiguredResource> {
  const found = new Map<string, ConfiguredResource>();
  visitModule(root, '', found, 0);
  return found;
}

function visitModule(
  module: DocNode | undefined,
  prefix: string,
  found: Map<string, ConfiguredResource>,
  depth: number,
): void {
  if (depth > limits.moduleDepthMax) return;
  const resources = child(module, 'resources');
  for (const item of resources?.kind === 'list' ? resources.items : []) {
    const address = stringOf(child(item, 'address'));
    const expressions = child(item, 'expressions');
    if (address !== undefined) found.set(prefix + address, { references: referencesIn(expressions, [], 0) });
  }
  const calls = child(module, 'module_calls');
  if (calls?.kind !== 'map') return;
  for (const [name, { node }] of calls.entries)
    visitModule(child(node, 'module'), `${prefix}module.${name}.`, found, depth + 1);
}

function referencesIn(
  node: DocNode | undefined,
  path: readonly (string | number)[],
  depth: number,
): ConfiguredReference[] {
  if (node?.kind !== 'map' || depth > limits.nestingDepthMax) return [];
  return [...node.entries].flatMap(([name, entry]) => {
    const at = [...path, name];
    if (entry.node.kind === 'list')
      return entry.node.items.flatMap((item, index) => referencesIn(item, [...at, index], depth + 1));
    const reference = clearReference(child(entry.node, 'references'));
    return reference === undefined ? [] : [{ path: at, ...reference }];
  });
}

/** The resource a list of references names, where it names only one: `["aws_x.y.arn", "aws_x.y"]`. */
function clearReference(node: DocNode | undefined): { target: string; attribute: string | undefined } | undefined {
  if (node?.kind !== 'list') return undefined;
  let target: string | undefined;
  let attribute: string | undefined;
  for (const item of node.items) {
    const parts = /^([a-z][\w-]{0,200})\.([\w-]{1,200})(\[[^\]]{1,300}\])?(?:\.(.{1,300}))?$/.exec(
      stringOf(item) ?? '',
    );
    if (parts === null) return undefined;
    const [, type = '', name = '', key = '', rest] = parts;
    if (['each', 'count', 'var', 'local', 'path', 'self', 'terraform', 'data', 'module'].includes(type)) {
      if (type === 'each' || type === 'count') continue;
      return undefined;
    }
    const named = `${type}.${name}`;
    if (target !== undefined && !target.startsWith(named) && !named.startsWith(target)) return undefined;
    target = target !== undefined && target.length > named.length + key.length ? target : named + key;
    attribute ??= rest;
  }
  return target === undefined ? undefined : { target, attribute };
}
