import { Interpolated, Ref, Unknown, type Value } from '../../../model/value.ts';

/** The resources of one file by type and name, for `resourceId` and `reference`. */
export class Registry {
  readonly #byKey = new Map<string, string>();

  /** Adds a resource; the first of two with the same type and name stands. */
  add(type: string, name: Value, id: string): void {
    const key = `${type.toLowerCase()}|${keyOfName(name)}`;
    if (!this.#byKey.has(key)) this.#byKey.set(key, id);
  }

  /** The id of the resource with a type and name. */
  find(type: string, name: Value): string | undefined {
    return this.#byKey.get(`${type.toLowerCase()}|${keyOfName(name)}`);
  }

  /** The id of the resource that a child belongs to. */
  parentOf(type: string, name: Value): string | undefined {
    const cut = type.lastIndexOf('/');
    if (cut === -1 || cut === type.indexOf('/')) return undefined;
    const key = keyOfName(name);
    const parent = key.slice(0, Math.max(0, key.lastIndexOf('/')));
    return this.#byKey.get(`${type.slice(0, cut).toLowerCase()}|${parent}`);
  }
}

/**
 * A name as a key: equal keys are equal names. What is not known stands in by its reason, which names the expression
 * and its scope, so that the same expression gives the same key. Names compare without case.
 */
function keyOfName(name: Value): string {
  const parts = name instanceof Interpolated ? name.parts : [name];
  return parts
    .map((part) => {
      if (part instanceof Unknown) return `{${part.reason.replaceAll('/', ' ')}}`;
      if (part instanceof Ref) return `{${part.target.replaceAll('/', ' ')} ${part.attribute ?? ''}}`;
      return typeof part === 'object' ? '{}' : String(part);
    })
    .join('')
    .toLowerCase();
}

/** A name for people: what is not known is `*`. */
export function displayName(name: Value): string {
  const parts = name instanceof Interpolated ? name.parts : [name];
  return parts.map((part) => (typeof part === 'string' || typeof part === 'number' ? String(part) : '*')).join('');
}
