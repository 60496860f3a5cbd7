import { append } from '../../../base/multimap.ts';
import type { Node } from '../../../model/graph.ts';
import { kindOf } from './kinds.ts';

/** Resources that are drawn as one box. */
export interface Group {
  readonly id: string;
  readonly band: number;
  readonly nodes: readonly Node[];
}

/** A picture with more boxes than this is regrouped more coarsely. */
const boxesMax = 26;

/**
 * Resources in boxes: each its own while there are few, those of one type together as there are more, those of one kind
 * when even types are many.
 *
 * @param bandOf the band a resource stands in
 */
export function groupNodes(nodes: readonly Node[], bandOf: (node: Node) => number): readonly Group[] {
  const levels: readonly ((node: Node, sameType: number) => string)[] = [
    (node, sameType) => (sameType > 5 ? `${node.resource.type}\n${node.service ?? ''}` : `\n${node.resource.id}`),
    (node, sameType) => (sameType > 2 ? `${node.resource.type}\n${node.service ?? ''}` : `\n${node.resource.id}`),
    (node) => `${node.resource.type}\n${node.service ?? ''}`,
    (node) => kindOf(node).kind,
    (node) => kindOf(node).rank,
  ];
  const typeCounts = new Map<string, number>();
  for (const { resource } of nodes) typeCounts.set(resource.type, (typeCounts.get(resource.type) ?? 0) + 1);
  let groups: Group[] = [];
  for (const level of levels) {
    const byKey = new Map<string, Node[]>();
    for (const node of nodes) {
      const key = `${bandOf(node)}\n${kindOf(node).kind}\n${level(node, typeCounts.get(node.resource.type) ?? 0)}`;
      append(byKey, key, node);
    }
    groups = [...byKey.values()].map((list, at) => ({
      id: `r${at}`,
      band: list[0] === undefined ? 0 : bandOf(list[0]),
      nodes: list,
    }));
    if (groups.length <= boxesMax) break;
  }
  return groups;
}
