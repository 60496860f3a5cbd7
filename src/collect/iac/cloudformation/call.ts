import type { DocNode } from '../../documents/node.ts';

/** An intrinsic function as written: its long name (`Ref`, `Fn::Sub`) and its argument. */
export interface Call {
  readonly name: string;
  readonly argument: DocNode;
}

const bareTags = new Set(['Ref', 'Condition']);

/**
 * The intrinsic function a node stands for, in the tag form (`!Sub x`) or the map form (`{"Fn::Sub": "x"}`);
 * undefined for a plain node. `Condition` is recognised only as a tag: as a key it is an ordinary IAM key.
 */
export function callOf(node: DocNode): Call | undefined {
  if (node.tag !== undefined) {
    const name = bareTags.has(node.tag) ? node.tag : `Fn::${node.tag}`;
    return { name, argument: { ...node, tag: undefined } };
  }
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  for (const [key, entry] of node.entries) {
    if (key === 'Ref' || (key.startsWith('Fn::') && !key.startsWith('Fn::ForEach'))) {
      return { name: key, argument: entry.node };
    }
  }
  return undefined;
}
