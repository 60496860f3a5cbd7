import { limits } from '../../base/limits.ts';
import { boundedText } from '../../model/interpolate.ts';
import { newProperties, type Properties, type Scalar, Unknown, type Value } from '../../model/value.ts';

/** A parsed YAML, JSON or TOML document as a tree that knows where every part stands (line and column from 1). */
export type DocNode = ScalarNode | ListNode | MapNode;

interface Place {
  readonly line: number;
  readonly column: number;
  /** A YAML local tag without its `!` (`Ref`, `Sub`); undefined for none. */
  readonly tag: string | undefined;
}
export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  readonly value: Scalar;
}
export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly DocNode[];
}
export interface MapEntry {
  /** Where the key stands. */
  readonly line: number;
  readonly column: number;
  readonly node: DocNode;
}
export interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** Records where property paths stand, for `Resource.positions`. */
export type PositionSink = Record<string, readonly [number, number] | readonly [number, number, string]>;

/** The child of a map node, or undefined when the node is no map or has no such key. */
export function child(node: DocNode | undefined, key: string): DocNode | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.node : undefined;
}

/** The text of a string scalar, or undefined. */
export function stringOf(node: DocNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** Counts nodes while a tree is turned into a value; shared over one file so that alias bombs end. */
export interface Budget {
  nodes: number;
}

/** A budget for one file. */
export function newBudget(): Budget {
  return { nodes: limits.expandedNodesMax };
}

/**
 * The plain value of a tree, with the position of every key and item written to `positions` under `path`.
 * Past the node budget, the nesting limit or the length of a text the value, or the rest of it, is `Unknown`.
 */
export function toValue(node: DocNode, positions: PositionSink, path = '', budget = newBudget(), depth = 0): Value {
  if (budget.nodes-- <= 0) return new Unknown('the document expands past the node limit');
  if (depth > limits.nestingDepthMax) return new Unknown('nested deeper than the limit');
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' ? boundedText(node.value) : node.value;
    case 'list':
      return node.items.map((item, index) => {
        const itemPath = `${path}[${index}]`;
        positions[itemPath] = [item.line, item.column];
        return toValue(item, positions, itemPath, budget, depth + 1);
      });
    case 'map': {
      const result = newProperties();
      for (const [key, entry] of node.entries) {
        const keyPath = path === '' ? key : `${path}.${key}`;
        positions[keyPath] = [entry.line, entry.column];
        result[key] = toValue(entry.node, positions, keyPath, budget, depth + 1);
      }
      return result;
    }
  }
}

/** `toValue` for a tree expected to be a map; anything else gives an empty bag. */
export function toProperties(node: DocNode | undefined, positions: PositionSink, budget = newBudget()): Properties {
  if (node?.kind !== 'map') return newProperties();
  const value = toValue(node, positions, '', budget);
  return value instanceof Unknown ? newProperties() : (value as Properties);
}
