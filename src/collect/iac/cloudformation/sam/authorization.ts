import { Unknown, type Value } from '../../../../model/value.ts';

/**
 * `AuthorizationType` of a method for the authorizer an event names. `fallback` is what holds when it names none: the
 * implicit API asks for nothing, another API may have a default authorizer.
 */
export function authorizationOf(authorizer: Value | undefined, fallback: string | undefined): Value {
  if (authorizer === undefined) return fallback ?? new Unknown('the API may have a default authorizer');
  if (authorizer === 'NONE' || authorizer === 'AWS_IAM') return authorizer;
  return typeof authorizer === 'string' ? 'CUSTOM' : new Unknown('the authorizer is not known');
}
