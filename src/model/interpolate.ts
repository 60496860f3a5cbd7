import { limits } from '../base/limits.ts';
import { Interpolated, isList, isProperties, Ref, type Scalar, Secret, Unknown, type Value } from './value.ts';

type Part = Interpolated['parts'][number];

/**
 * Joins values into the text they make: a string when all of it is known, else an `Interpolated` (or the single
 * marker itself). A list or object in text position, and a text past the string limit, is `Unknown`.
 */
export function interpolate(values: readonly Value[]): Part | Interpolated {
  const parts: Part[] = [];
  let length = 0;
  const add = (part: Part): void => {
    const last = parts.at(-1);
    if (typeof part !== 'string') parts.push(part);
    else if (part !== '') {
      length += part.length;
      if (typeof last === 'string') parts[parts.length - 1] = last + part;
      else parts.push(part);
    }
  };
  for (const value of values) {
    if (value instanceof Interpolated) value.parts.forEach(add);
    else if (value instanceof Unknown || value instanceof Ref || value instanceof Secret) add(value);
    else if (value === null || typeof value !== 'object') add(textOf(value));
    else add(new Unknown('not a text'));
    if (length > limits.stringLengthMax || parts.length > limits.instancesMax) {
      return new Unknown('the text is longer than the limit');
    }
  }
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 ? only : new Interpolated(parts);
}

/** A text within the string limit. Of a longer one the start is kept, and what follows is unknown. */
export function boundedText(text: string): string | Interpolated {
  return text.length <= limits.stringLengthMax
    ? text
    : new Interpolated([text.slice(0, limits.stringLengthMax), new Unknown('the text is longer than the limit')]);
}

function textOf(value: Scalar): string {
  return value === null ? '' : String(value);
}

/**
 * What is certain when a value is one of two: the value where both agree, key by key for objects, `Unknown` with
 * `reason` elsewhere. `undefined` stands for absent.
 */
export function eitherOf(a: Value | undefined, b: Value | undefined, reason: string): Value | undefined {
  if (a === undefined && b === undefined) return undefined;
  if (a === undefined || b === undefined) return new Unknown(reason);
  if (a === b || (a instanceof Ref && b instanceof Ref && a.target === b.target && a.attribute === b.attribute)) {
    return a;
  }
  if (isList(a) && isList(b) && a.length === b.length) return a.map((item, i) => eitherOf(item, b[i], reason) ?? null);
  if (isProperties(a) && isProperties(b)) {
    const result = Object.create(null) as Record<string, Value>;
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const value = eitherOf(a[key], b[key], reason);
      if (value !== undefined) result[key] = value;
    }
    return result;
  }
  return new Unknown(reason);
}
