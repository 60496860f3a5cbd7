import { Interpolated, isList, isProperties, Ref, Unknown, type Value } from '../../../../model/value.ts';

/** A value that Terraform itself would refuse to compute: what `try` and `can` look for. To everyone else, unknown. */
export class Failure extends Unknown {}

/** Thrown when an expression takes more steps or goes deeper than the limits; caught where the expression began. */
export class Exhausted extends Error {
  override readonly name = 'Exhausted';
}

/** Something that depends on known parts in a way that is not followed: unknown, but its references are kept. */
export function derived(what: string, from: readonly Value[]): Value {
  const refs: Ref[] = [];
  for (const value of from) {
    if (value instanceof Failure) return value;
    if (value instanceof Ref) refs.push(value);
    else if (value instanceof Interpolated) for (const part of value.parts) if (part instanceof Ref) refs.push(part);
  }
  const unknown =
    from.find((value) => value instanceof Unknown) ??
    new Unknown(`the result of ${what} is known only after deployment`);
  return refs.length === 0 ? unknown : new Interpolated([unknown, ...refs.slice(0, 16)]);
}

/** Whether a failure stands anywhere in the value, looking no deeper than a few levels. */
export function holdsFailure(value: Value, depth = 0): boolean {
  if (value instanceof Failure) return true;
  if (depth > 8) return false;
  if (isList(value)) return value.some((item) => holdsFailure(item, depth + 1));
  if (value instanceof Interpolated) return value.parts.some((part) => part instanceof Failure);
  if (!isProperties(value)) return false;
  for (const key of Object.keys(value)) if (holdsFailure(value[key] ?? null, depth + 1)) return true;
  return false;
}
