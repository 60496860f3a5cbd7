import { limits } from '../../../../base/limits.ts';
import { child, type DocNode, type MapEntry } from '../../../documents/node.ts';
import { callOf } from '../call.ts';

/**
 * The properties of a serverless resource with the `Globals` of its kind merged in: objects key by key, lists with the
 * global items first, anything else overridden by the resource.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */
export function mergeGlobals(
  globals: DocNode | undefined,
  type: string,
  own: DocNode | undefined,
): DocNode | undefined {
  const section = child(globals, type.slice('AWS::Serverless::'.length));
  if (section === undefined || own === undefined) return own ?? section;
  return merge(section, own, 0);
}

function merge(base: DocNode, own: DocNode, depth: number): DocNode {
  if (depth > limits.nestingDepthMax || callOf(base) !== undefined || callOf(own) !== undefined) return own;
  if (base.kind === 'list' && own.kind === 'list') return { ...own, items: [...base.items, ...own.items] };
  if (base.kind !== 'map' || own.kind !== 'map') return own;
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of own.entries) {
    const inherited = base.entries.get(key);
    entries.set(
      key,
      inherited === undefined ? entry : { ...entry, node: merge(inherited.node, entry.node, depth + 1) },
    );
  }
  return { ...own, entries };
}
