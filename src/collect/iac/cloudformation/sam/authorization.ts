import { Ref, Unknown, type Value } from '../../../../model/value.ts';
import { child, stringOf } from '../../../documents/node.ts';
import type { SamInput } from './translate.ts';

/**
 * `AuthorizationType` of a method or route for the authorizer an event names. When it names none, it is `NONE` where
 * neither the API nor the globals declare authorization, and not known otherwise.
 *
 * @param api the API the event belongs to; undefined for the one SAM makes
 */
export function authorizationOf(
  input: SamInput,
  kind: 'Api' | 'HttpApi',
  api: Value | undefined,
  authorizer: Value | undefined,
): Value {
  if (authorizer === 'NONE' || authorizer === 'AWS_IAM') return authorizer;
  if (typeof authorizer === 'string') return kind === 'Api' ? 'CUSTOM' : 'JWT';
  if (authorizer !== undefined) return new Unknown('the authorizer is not known');
  return isOpen(input, kind, api) ? 'NONE' : new Unknown('the API may have a default authorizer');
}

function isOpen(input: SamInput, kind: 'Api' | 'HttpApi', api: Value | undefined): boolean {
  const { globals, resources } = input.template;
  if (child(child(globals, kind), 'Auth') !== undefined) return false;
  if (api === undefined) return true;
  if (!(api instanceof Ref)) return false;
  const declared = resources.get(api.target.slice(input.template.file.length + 1))?.node;
  if (stringOf(child(declared, 'Type')) !== `AWS::Serverless::${kind}`) return false;
  const properties = child(declared, 'Properties');
  return ['Auth', 'DefinitionBody', 'DefinitionUri'].every((key) => child(properties, key) === undefined);
}
