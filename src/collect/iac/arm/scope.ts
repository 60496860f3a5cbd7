import type { Value } from '../../../model/value.ts';
import { child, type DocNode, type MapEntry, type MapNode, stringOf } from '../../documents/node.ts';
import type { Frame } from './frame.ts';

/** A value passed to a parameter: a node to be evaluated where it was written. */
export interface Given {
  readonly node: DocNode;
  readonly scope: Scope | undefined;
  readonly frame: Frame;
}

/** One template, root or nested: what `parameters`, `variables` and user functions mean in it. */
export class Scope {
  /** Names the nested deployment in reasons; empty for the root. */
  readonly name: string;
  readonly root: MapNode;
  readonly parameters: ReadonlyMap<string, DocNode>;
  readonly variables: ReadonlyMap<string, DocNode>;
  /** Loops that make variables, by the variable's name. */
  readonly variableLoops: ReadonlyMap<string, MapNode>;
  readonly functions: ReadonlyMap<string, DocNode>;
  readonly given: ReadonlyMap<string, Given>;
  /** Symbolic name → resource id, filled while resources are declared. */
  readonly symbols = new Map<string, string>();
  readonly #memo = new Map<string, Value>();
  readonly #open = new Set<string>();

  constructor(root: MapNode, name: string, given: ReadonlyMap<string, Given>) {
    this.root = root;
    this.name = name;
    this.given = given;
    this.parameters = lowerCased(child(root, 'parameters'));
    const variables = child(root, 'variables');
    const loops = new Map<string, MapNode>();
    for (const loop of loopsOf(variables)) loops.set((stringOf(child(loop, 'name')) ?? '').toLowerCase(), loop);
    this.variableLoops = loops;
    this.variables = lowerCased(variables);
    this.functions = functionsOf(child(root, 'functions'));
  }

  /** The memoised value under a key; a value that depends on itself is what `cyclic` says. */
  once(key: string, compute: () => Value, cyclic: () => Value): Value {
    const known = this.#memo.get(key);
    if (known !== undefined) return known;
    if (this.#open.has(key)) return cyclic();
    this.#open.add(key);
    const value = compute();
    this.#open.delete(key);
    this.#memo.set(key, value);
    return value;
  }

  /** Forgets values, for when all resources are declared and references resolve. */
  forget(): void {
    this.#memo.clear();
  }
}

/** The `copy` loops of an object, where they make properties or variables. */
export function loopsOf(node: DocNode | undefined): readonly MapNode[] {
  const copy = child(node, 'copy');
  if (copy?.kind !== 'list') return [];
  return copy.items.filter((item): item is MapNode => item.kind === 'map' && item.entries.has('input'));
}

function lowerCased(node: DocNode | undefined): ReadonlyMap<string, DocNode> {
  const entries: ReadonlyMap<string, MapEntry> = node?.kind === 'map' ? node.entries : new Map<string, MapEntry>();
  return new Map([...entries].map(([key, entry]) => [key.toLowerCase(), entry.node]));
}

function functionsOf(node: DocNode | undefined): ReadonlyMap<string, DocNode> {
  const result = new Map<string, DocNode>();
  for (const group of node?.kind === 'list' ? node.items : []) {
    const namespace = stringOf(child(group, 'namespace')) ?? '';
    for (const [name, member] of lowerCased(child(group, 'members'))) {
      result.set(`${namespace.toLowerCase()}.${name}`, member);
    }
  }
  return result;
}
