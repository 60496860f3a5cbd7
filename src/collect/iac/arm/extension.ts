import { interpolate } from '../../../model/interpolate.ts';
import { Interpolated, Ref, Unknown, type Value } from '../../../model/value.ts';
import type { Registry } from './names.ts';

/** An extension resource (a diagnostic setting, a role assignment, a lock) and what it is put on. */
export interface Extension {
  readonly type: string;
  readonly name: Value;
  readonly on: { readonly type: string; readonly name: Value };
}

/**
 * Takes the older form of an extension resource apart: type `Microsoft.A/b/providers/locks` with name
 * `b-name/Microsoft.Authorization/lock-name` is a `Microsoft.Authorization/locks` on the `Microsoft.A/b`.
 *
 * @returns undefined for any other resource
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/scope-extension-resources
 */
export function extensionOf(type: string, name: Value): Extension | undefined {
  const cut = type.toLowerCase().indexOf('/providers/');
  if (cut === -1) return undefined;
  const parts = name instanceof Interpolated ? name.parts : [name];
  for (const [index, part] of parts.entries()) {
    const found = typeof part === 'string' ? /\/([A-Za-z0-9]{1,100}\.[A-Za-z0-9.]{1,100})\//.exec(part) : null;
    if (found === null || typeof part !== 'string') continue;
    const before = [...parts.slice(0, index), part.slice(0, found.index)];
    const after = [part.slice(found.index + found[0].length), ...parts.slice(index + 1)];
    const kind = type.slice(cut + '/providers/'.length);
    return {
      type: `${found[1] ?? ''}/${kind}`,
      name: interpolate(after),
      on: { type: type.slice(0, cut), name: interpolate(before) },
    };
  }
  return undefined;
}

/**
 * The resource that a `scope` names: a reference already, or `Microsoft.A/b/name` (with its types and names in turn).
 *
 * @returns the scope itself where it names nothing of this file
 */
export function scopeOf(scope: Value, registry: Registry): Value {
  const parts = scope instanceof Interpolated ? scope.parts : [scope];
  const [first, ...rest] = parts;
  if (scope instanceof Ref || scope instanceof Unknown || typeof first !== 'string') return scope;
  const found = /^([A-Za-z0-9.]{1,200}\/[A-Za-z0-9]{1,200})\//.exec(first);
  if (found === null) return scope;
  const target = registry.find(found[1] ?? '', interpolate([first.slice(found[0].length), ...rest]));
  return target === undefined ? scope : new Ref(target, 'id');
}
