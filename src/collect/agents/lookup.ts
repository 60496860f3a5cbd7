import { isList, isProperties, type MutableProperties, newProperties, type Value } from '../../model/value.ts';
import { child, type DocNode, type MapEntry } from '../documents/node.ts';

/**
 * The entry at a dotted key. Both spellings of a dotted key are found: nested maps, and one flat key that contains the dots
 * (`chat.tools.global.autoApprove` in editor settings), or a mixture.
 */
export function entryAt(root: DocNode | undefined, key: string): MapEntry | undefined {
  if (root?.kind !== 'map') return undefined;
  const direct = root.entries.get(key);
  if (direct !== undefined) return direct;
  for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) {
    const found = entryAt(root.entries.get(key.slice(0, dot))?.node, key.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of several keys that is written. */
export function firstOf(root: DocNode | undefined, keys: readonly string[]): DocNode | undefined {
  for (const key of keys) {
    const found = child(root, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Sets a dotted property, making the bags on the way. */
export function setAt(bag: MutableProperties, path: string, value: Value): void {
  const names = path.split('.');
  let current = bag;
  for (const name of names.slice(0, -1)) {
    const next = current[name];
    if (next !== undefined && isProperties(next)) current = next as MutableProperties;
    else {
      const made = newProperties();
      current[name] = made;
      current = made;
    }
  }
  current[names.at(-1) ?? path] = value;
}

/** The strings of a list, or of a single string. */
export function textsOf(value: Value | undefined): string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A bag from pairs; undefined values are left out. */
export function bagOf(pairs: Readonly<Record<string, Value | undefined>>): MutableProperties {
  const bag = newProperties();
  for (const key of Object.keys(pairs)) {
    const value = pairs[key];
    if (value !== undefined) bag[key] = value;
  }
  return bag;
}
