import { limits } from '../../base/limits.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../../model/value.ts';

/*
 * Operators of the rule language over values that may be unknown. The rules of combination are Kleene's: an unknown
 * operand makes the result unknown unless the known ones already decide it. Null stands for an absent property.
 */

/** The result of an operation its operands do not fit: unknown with the reason, never a silent false. */
export function mismatch(what: string): Unknown {
  return new Unknown(`cannot decide: ${what}`);
}

/** Equality. A reference or a sealed secret is never null; its text is unknown. */
export function equals(left: Value, right: Value, depth = 0): boolean | Unknown {
  if (left instanceof Unknown) return left;
  if (right instanceof Unknown) return right;
  if (left === null || right === null) return left === right;
  if (left instanceof Secret || right instanceof Secret) return secretEquals(left, right);
  if (left instanceof Ref || right instanceof Ref) return refEquals(left, right);
  if (left instanceof Interpolated) return interpolatedEquals(left, right);
  if (right instanceof Interpolated) return interpolatedEquals(right, left);
  if (depth > limits.nestingDepthMax) return mismatch('values nested deeper than the limit');
  if (isList(left))
    return (
      isList(right) &&
      left.length === right.length &&
      allOf(left.map((item, index) => equals(item, right[index] ?? null, depth + 1)))
    );
  if (isProperties(left)) return isProperties(right) && bagEquals(left, right, depth);
  return left === right;
}

function bagEquals(
  left: { readonly [key: string]: Value },
  right: { readonly [key: string]: Value },
  depth: number,
): boolean | Unknown {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return allOf(keys.map((key) => (key in right ? equals(left[key] ?? null, right[key] ?? null, depth + 1) : false)));
}

function secretEquals(left: Value, right: Value): boolean | Unknown {
  if (left instanceof Secret && right instanceof Secret) return left.fingerprint === right.fingerprint;
  const other = left instanceof Secret ? right : left;
  return typeof other === 'string' && other !== '' ? mismatch('a sealed secret against a text') : false;
}

function refEquals(left: Value, right: Value): boolean | Unknown {
  if (left instanceof Ref && right instanceof Ref && left.target === right.target && left.attribute === right.attribute)
    return true;
  if (
    left instanceof Ref &&
    right instanceof Ref &&
    isIdentity(left.attribute) &&
    isIdentity(right.attribute) &&
    left.target !== right.target
  )
    return false;
  const other = left instanceof Ref ? right : left;
  if (other === '' || typeof other === 'boolean') return false;
  return new Unknown('the value of a reference is known only after deployment');
}

/** Attributes that no two resources share. */
function isIdentity(attribute: string | undefined): boolean {
  return attribute === undefined || /^(?:arn|id)$/i.test(attribute);
}

function interpolatedEquals(left: Interpolated, right: Value): boolean | Unknown {
  if (typeof right !== 'string') return right instanceof Interpolated ? new Unknown('two partly known texts') : false;
  const first = left.parts[0];
  const last = left.parts.at(-1);
  if (typeof first === 'string' && !right.startsWith(first)) return false;
  if (typeof last === 'string' && !right.endsWith(last)) return false;
  return new Unknown(reasonOf(left));
}

/** Why a partly known text is not fully known. */
export function reasonOf(value: Interpolated): string {
  for (const part of value.parts) if (part instanceof Unknown) return part.reason;
  return 'a part of the text is known only after deployment';
}

/** Conjunction over any number of results. */
export function allOf(results: readonly (boolean | Unknown)[]): boolean | Unknown {
  let unknown: Unknown | undefined;
  for (const result of results) {
    if (result === false) return false;
    if (result instanceof Unknown) unknown ??= result;
  }
  return unknown ?? true;
}

/** Membership: `x in list`, `key in map`. Nothing is in null. */
export function isIn(item: Value, collection: Value): boolean | Unknown {
  if (collection instanceof Unknown) return collection;
  if (collection === null) return false;
  if (isList(collection)) {
    let unknown: Unknown | undefined;
    for (const candidate of collection) {
      const same = equals(item, candidate);
      if (same === true) return true;
      if (same instanceof Unknown) unknown ??= same;
    }
    return unknown ?? false;
  }
  if (item instanceof Unknown) return item;
  if (isProperties(collection) && typeof item === 'string') return item in collection;
  return mismatch('`in` needs a list or a map');
}

/** Ordering of two numbers or two texts; a number written as text counts as a number. Null has no order. */
export function compare(left: Value, right: Value, operator: '<' | '<=' | '>' | '>='): boolean | Unknown {
  if (left instanceof Unknown) return left;
  if (right instanceof Unknown) return right;
  if (left instanceof Ref || right instanceof Ref)
    return new Unknown('the value of a reference is known only after deployment');
  const numbers = [toNumber(left), toNumber(right)] as const;
  if (numbers[0] !== undefined && numbers[1] !== undefined) return ordered(numbers[0] - numbers[1], operator);
  if (typeof left === 'string' && typeof right === 'string')
    return ordered(left < right ? -1 : left > right ? 1 : 0, operator);
  return mismatch(`\`${operator}\` needs two numbers or two texts`);
}

function ordered(difference: number, operator: '<' | '<=' | '>' | '>='): boolean {
  switch (operator) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}

function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/** `+ - * / %` on numbers, `+` on texts and lists. */
export function arithmetic(left: Value, right: Value, operator: string): Value {
  if (left instanceof Unknown) return left;
  if (right instanceof Unknown) return right;
  if (operator === '+' && isList(left) && isList(right)) return [...left, ...right];
  if (operator === '+' && isText(left) && isText(right)) {
    if (typeof left === 'string' && typeof right === 'string') return left + right;
    return new Interpolated([...partsOf(left), ...partsOf(right)]);
  }
  if (typeof left !== 'number' || typeof right !== 'number') return mismatch(`\`${operator}\` needs two numbers`);
  if ((operator === '/' || operator === '%') && right === 0) return mismatch('division by zero');
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    default:
      return left % right;
  }
}

function isText(value: Value): value is string | Interpolated {
  return typeof value === 'string' || value instanceof Interpolated;
}

function partsOf(value: string | Interpolated): readonly (string | Unknown | Ref | Secret)[] {
  return typeof value === 'string' ? [value] : value.parts;
}
