import type { Expression } from '../../src/model/rule.ts';

/** A property path an expression reads from `r`, and the literals it is compared with. */
export interface ReadPath {
  /** `A.B[].C` */
  readonly path: string;
  readonly comparedWith: readonly unknown[];
}

const macros = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** Collects every path below `r` an expression reads, following macro variables into lists. */
export function readPaths(expression: Expression): ReadPath[] {
  const found: ReadPath[] = [];
  visit(expression, new Map([['r', '']]), found, []);
  return found;
}

type Names = ReadonlyMap<string, string>;

function pathOf(node: unknown, names: Names): string | undefined {
  if (!isNode(node)) return undefined;
  const args = node.args as readonly unknown[];
  if (node.op === 'id') return names.get(node.args as string);
  if (node.op === 'rcall' && args[0] === 'filter') return pathOf(args[1], names);
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const base = pathOf(args[0], names);
  if (base === undefined) return undefined;
  const literal = literalOf(args[1]);
  // A key with dots (an annotation) is one step.
  const key =
    node.op === '.' ? (args[1] as string) : typeof literal === 'string' ? literal.replaceAll('.', '_') : literal;
  if (typeof key === 'number') return `${base}[]`;
  if (typeof key !== 'string') return undefined;
  return base === '' ? key : `${base}.${key}`;
}

function visit(node: unknown, names: Names, found: ReadPath[], comparedWith: readonly unknown[]): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, names, found, []);
    return;
  }
  if (!isNode(node)) return;
  const path = pathOf(node, names);
  if (path !== undefined) {
    if (path !== '') found.push({ path, comparedWith });
    return;
  }
  const args = node.args as readonly unknown[];
  if (node.op === 'rcall' && macros.has(args[0] as string)) {
    visitMacro(args, names, found);
    return;
  }
  if (node.op === '==' || node.op === '!=' || node.op === 'in') {
    visit(args[0], names, found, literalsOf(args[1]));
    visit(args[1], names, found, literalsOf(args[0]));
    return;
  }
  if (Array.isArray(node.args)) for (const item of node.args) visit(item, names, found, []);
}

function visitMacro(args: readonly unknown[], names: Names, found: ReadPath[]): void {
  const [, receiver, rest] = args as [string, unknown, readonly unknown[]];
  visit(receiver, names, found, []);
  const base = pathOf(receiver, names);
  const [variable, ...bodies] = rest;
  const inner = new Map(names);
  const name = isNode(variable) ? (variable.args as string) : '';
  if (base === undefined) inner.delete(name);
  else inner.set(name, `${base}[]`);
  for (const body of bodies) visit(body, inner, found, []);
}

function literalsOf(node: unknown): readonly unknown[] {
  if (!isNode(node)) return [];
  if (node.op === 'value') return [node.args];
  return node.op === 'list'
    ? (node.args as readonly unknown[])
        .flat()
        .map(literalOf)
        .filter((value) => value !== undefined)
    : [];
}

function literalOf(node: unknown): unknown {
  return isNode(node) && node.op === 'value' ? node.args : undefined;
}

function isNode(value: unknown): value is Expression {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
