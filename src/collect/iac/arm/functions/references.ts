import { interpolate } from '../../../../model/interpolate.ts';
import { Ref, type Value } from '../../../../model/value.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Expression } from '../expression.ts';
import type { Frame } from '../frame.ts';
import type { Scope } from '../scope.ts';

type Call = Expression & { readonly kind: 'call' };

/**
 * `resourceId` and its relatives: a reference when it names a resource of this file, else the id with the
 * subscription and group left open.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
 */
export function resourceIdOf(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const args = call.args.map((arg) => evaluator.expression(arg, scope, frame));
  const at = args.findIndex(
    (arg) => typeof arg === 'string' && /^[A-Za-z0-9]{1,100}(?:\.[A-Za-z0-9]{1,100}){1,8}\//.test(arg),
  );
  const type = args[at];
  if (typeof type !== 'string' || at > 2) return undefined;
  const names = args.slice(at + 1);
  const name = interpolate(names.flatMap((part, index) => (index === 0 ? [part] : ['/', part])));
  const target = evaluator.registry.find(type, name);
  if (target !== undefined) return new Ref(target, 'id');
  const [namespace = '', ...types] = type.split('/');
  const path: Value[] = [`/providers/${namespace}`];
  for (const [index, segment] of types.entries()) path.push(`/${segment}/`, names[index] ?? '');
  if (call.name === 'tenantresourceid') return interpolate(path);
  const base = call.name === 'extensionresourceid' ? args[0] : undefined;
  return interpolate([base ?? evaluator.undecided(`${call.name} scope`, scope, frame), ...path]);
}

/** `reference(…)`: a reference to the resource's properties (or with `Full`, to the resource). */
export function referenceTo(evaluator: Evaluator, call: Call, scope: Scope, frame: Frame): Value | undefined {
  const [named, , full] = call.args.map((arg) => evaluator.expression(arg, scope, frame));
  const attribute = typeof full === 'string' && full.toLowerCase() === 'full' ? undefined : 'properties';
  if (named instanceof Ref) return new Ref(named.target, attribute);
  const target = typeof named === 'string' ? scope.symbols.get(named.toLowerCase()) : undefined;
  return target === undefined ? undefined : new Ref(target, attribute);
}
