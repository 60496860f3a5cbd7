import { limits } from '../../../../base/limits.ts';
import { eitherOf } from '../../../../model/interpolate.ts';
import { Interpolated, isList, isMarker, isProperties, Ref, Unknown, type Value } from '../../../../model/value.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { derived, Exhausted, Failure } from './failure.ts';
import { jsonText } from './text.ts';

/** Takes steps off the budget; throws `Exhausted` when it is used up. */
export type Charge = (steps: number) => void;

/** A truth value by Terraform's conversion; `Unknown` where it is none or not known. */
export function truth(value: Value): boolean | Unknown {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (value instanceof Unknown) return value;
  if (isMarker(value)) return new Unknown('a condition is known only after deployment');
  return new Failure('a condition is neither true nor false');
}

/** `!` by Kleene logic. */
export function not(value: Value): Value {
  const known = truth(value);
  return known instanceof Unknown ? known : !known;
}

/** A number by Terraform's conversion. */
export function toNumber(value: Value): number | Unknown {
  if (typeof value === 'number') return value;
  if (value instanceof Unknown) return value;
  if (isMarker(value)) return new Unknown('a number is known only after deployment');
  const text = typeof value === 'string' ? value.trim() : '';
  const number = Number(text);
  return text === '' || !/^[-+]?[\d.]/.test(text) || !Number.isFinite(number)
    ? new Failure('a number is expected')
    : number;
}

type NumberOperator = Exclude<BinaryOperator, '||' | '&&' | '==' | '!='>;

/** Arithmetic and comparison of numbers. */
export function arithmetic(operator: NumberOperator, left: Value, right: Value): Value {
  const a = toNumber(left);
  if (a instanceof Unknown) return a;
  const b = toNumber(right);
  if (b instanceof Unknown) return b;
  const result = compute(operator, a, b);
  if (typeof result !== 'number') return result;
  if (!Number.isFinite(result)) return new Failure('a number past the limit');
  // Terraform computes with more digits than these and has no rounding to show.
  return Number.isInteger(result) ? result : Number(result.toPrecision(15));
}

function compute(operator: NumberOperator, a: number, b: number): number | boolean {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** `==` with unknowns: decided where the known parts suffice. A reference is never null. */
export function equal(left: Value, right: Value, charge: Charge, depth = 0): boolean | Unknown {
  charge(1);
  if (depth > limits.nestingDepthMax) throw new Exhausted('nested deeper than the limit');
  if (left instanceof Unknown) return left;
  if (right instanceof Unknown) return right;
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (
    left instanceof Ref &&
    right instanceof Ref &&
    left.target === right.target &&
    left.attribute === right.attribute &&
    left.attribute !== undefined
  )
    return true;
  if (left instanceof Interpolated) return textEqual(left, right);
  if (right instanceof Interpolated) return textEqual(right, left);
  if (isMarker(left) || isMarker(right)) return new Unknown('a comparison is known only after deployment');
  if (typeof left === 'string' || typeof right === 'string') return structureEqual(left, right, charge);
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    return all(left, (item, index) => equal(item, right[index] ?? null, charge, depth + 1));
  }
  if (!isProperties(left) || !isProperties(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length || keys.some((key) => right[key] === undefined)) return false;
  return all(keys, (key) => equal(left[key] ?? null, right[key] ?? null, charge, depth + 1));
}

/** A text against a structure that `jsonencode` made, which stands for its text. */
function structureEqual(left: Value, right: Value, charge: Charge): boolean | Unknown {
  const [text, other] = typeof left === 'string' ? [left, right] : [right, left];
  if (!isList(other) && !isProperties(other)) return false;
  const json = jsonText(other, charge);
  return json === undefined ? new Unknown('a comparison is known only after deployment') : json === text;
}

function textEqual(text: Interpolated, other: Value): boolean | Unknown {
  if (typeof other !== 'string')
    return isMarker(other) ? new Unknown('a comparison is known only after deployment') : false;
  const first = text.parts[0];
  const last = text.parts.at(-1);
  if (typeof first === 'string' && !other.startsWith(first)) return false;
  if (typeof last === 'string' && !other.endsWith(last)) return false;
  return new Unknown('a part of a text is known only after deployment');
}

function all<T>(items: readonly T[], test: (item: T, index: number) => boolean | Unknown): boolean | Unknown {
  let unknown: Unknown | undefined;
  for (const [index, item] of items.entries()) {
    const result = test(item, index);
    if (result === false) return false;
    if (result instanceof Unknown) unknown = result;
  }
  return unknown ?? true;
}

/** What holds when a condition is not known: the value both sides agree on, as far as they do. */
export function either(condition: Unknown, left: Value, right: Value): Value {
  if (left === right) return left;
  const reason = condition.reason;
  const size = { left: 2_000 };
  if (isList(left) || isProperties(left)) {
    if (!isSmall(left, size, 0) || !isSmall(right, size, 0)) return new Unknown(reason);
    return eitherOf(left, right, reason) ?? new Unknown(reason);
  }
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) {
    if (isMarker(left) || isMarker(right)) return derivedEither(reason, left, right);
    return new Unknown(reason);
  }
  return derivedEither(reason, left, right);
}

/** One of two texts: unknown, but never null where neither side is, and its references are kept. */
function derivedEither(reason: string, left: Value, right: Value): Value {
  const known = eitherOf(left, right, reason);
  if (known !== undefined && !(known instanceof Unknown)) return known;
  const isText = (value: Value): boolean =>
    typeof value === 'string' || value instanceof Ref || value instanceof Interpolated;
  return isText(left) && isText(right)
    ? derived('a condition', [new Unknown(reason), left, right])
    : new Unknown(reason);
}

function isSmall(value: Value, budget: { left: number }, depth: number): boolean {
  if (--budget.left < 0 || depth > 32) return false;
  if (isList(value)) return value.every((item) => isSmall(item, budget, depth + 1));
  if (!isProperties(value)) return true;
  return Object.keys(value).every((key) => isSmall(value[key] ?? null, budget, depth + 1));
}
