import { isList, Unknown, type Value } from '../../../../model/value.ts';
import { equalValues } from './equality.ts';
import type { Pure } from './pure.ts';

/** Logical and comparison functions; `if` is lazy and lives in the evaluator. */
export const logicFunctions: Readonly<Record<string, Pure>> = {
  and: (args) => kleene(args, false),
  or: (args) => kleene(args, true),
  not: ([value]) => (typeof value === 'boolean' ? !value : undefined),
  xor: ([a, b]) => (typeof a === 'boolean' && typeof b === 'boolean' ? a !== b : undefined),
  equals: ([a = null, b = null]) => equalValues(a, b),
  less: ([a, b]) => compare(a, b, (order) => order < 0),
  lessorequals: ([a, b]) => compare(a, b, (order) => order <= 0),
  greater: ([a, b]) => compare(a, b, (order) => order > 0),
  greaterorequals: ([a, b]) => compare(a, b, (order) => order >= 0),
  true: () => true,
  false: () => false,
  null: () => null,
  coalesce: (args) => {
    for (const arg of args) {
      if (arg instanceof Unknown) return undefined;
      if (arg !== null) return arg;
    }
    return null;
  },
  bool: ([value]) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number') return value !== 0;
    const lower = typeof value === 'string' ? value.toLowerCase() : '';
    return lower === 'true' || lower === '1' ? true : lower === 'false' || lower === '0' ? false : undefined;
  },
};

function kleene(args: readonly Value[], decisive: boolean): Value | undefined {
  const operands = args.length === 1 && isList(args[0]) ? args[0] : args;
  if (operands.includes(decisive)) return decisive;
  return operands.every((operand) => operand === !decisive) ? !decisive : undefined;
}

function compare(a: Value | undefined, b: Value | undefined, test: (order: number) => boolean): boolean | undefined {
  if (typeof a === 'number' && typeof b === 'number') return test(a - b);
  if (typeof a === 'string' && typeof b === 'string') return test(a < b ? -1 : a > b ? 1 : 0);
  return undefined;
}
