import { limits } from '../../../../base/limits.ts';
import { interpolate } from '../../../../model/interpolate.ts';
import {
  Interpolated,
  isList,
  isMarker,
  isProperties,
  newProperties,
  type Properties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import { equalValues } from './equality.ts';
import type { Pure } from './pure.ts';

/** Array and object functions that need nothing but their arguments. */
export const collectionFunctions: Readonly<Record<string, Pure>> = {
  concat: (args) => {
    if (args.some((arg) => isList(arg))) return args.every((arg) => isList(arg)) ? args.flat() : undefined;
    return interpolate(args);
  },
  createarray: (args) => args,
  createobject: (args) => {
    const result = newProperties();
    for (let at = 0; at + 1 < args.length; at += 2) {
      const key = args[at];
      if (typeof key !== 'string') return undefined;
      result[key] = args[at + 1] ?? null;
    }
    return result;
  },
  array: ([value = null]) => (isList(value) ? value : value instanceof Unknown ? undefined : [value]),
  length: ([value]) => {
    if (typeof value === 'string' || isList(value)) return value.length;
    return isProperties(value) ? Object.keys(value).length : undefined;
  },
  empty: ([value = null]) => {
    if (value === null || value === '') return true;
    if (typeof value === 'string' || value instanceof Ref) return false;
    if (value instanceof Interpolated) return value.parts.some((part) => typeof part === 'string') ? false : undefined;
    if (isList(value)) return value.length === 0;
    return isProperties(value) ? Object.keys(value).length === 0 : undefined;
  },
  contains: ([container, item = null]) => {
    if (typeof container === 'string') return typeof item === 'string' ? container.includes(item) : undefined;
    if (isList(container)) return includes(container, item);
    if (!isProperties(container) || typeof item !== 'string') return undefined;
    return keyOf(container, item) !== undefined;
  },
  first: ([value]) => (isList(value) ? (value[0] ?? null) : typeof value === 'string' ? value.slice(0, 1) : undefined),
  last: ([value]) => (isList(value) ? (value.at(-1) ?? null) : typeof value === 'string' ? value.slice(-1) : undefined),
  take: ([value, count]) => slice(value, 0, count),
  skip: ([value, count]) => (typeof count === 'number' ? slice(value, Math.max(0, count), undefined) : undefined),
  range: ([start, count]) => {
    if (typeof start !== 'number' || typeof count !== 'number' || count > 10 * limits.instancesMax || count < 0)
      return undefined;
    return Array.from({ length: count }, (_, index) => start + index);
  },
  flatten: ([value]) => (isList(value) && value.every((item) => isList(item)) ? value.flat() : undefined),
  union: (args) => {
    if (args.every((arg) => isList(arg))) return unique(args.flat());
    return args.every((arg) => isProperties(arg))
      ? args.reduce<Value>((a, b) => mergeDeep(a, b, 0), newProperties())
      : undefined;
  },
  shallowmerge: ([value]) => {
    if (!isList(value) || !value.every((item) => isProperties(item))) return undefined;
    return Object.assign(newProperties(), ...value) as Properties;
  },
  intersection: ([first, ...rest]) => {
    if (!isList(first) || !rest.every((arg) => isList(arg))) return undefined;
    return first.filter((item) => rest.every((list) => includes(list, item) === true));
  },
  items: ([value]) => {
    if (!isProperties(value)) return undefined;
    const keys = Object.keys(value).toSorted();
    return keys.map((key) => Object.assign(newProperties(), { key, value: value[key] ?? null }));
  },
  objectkeys: ([value]) => (isProperties(value) ? Object.keys(value) : undefined),
  tryget: ([value, ...keys]) => {
    let current: Value | undefined = value;
    for (const key of keys) {
      if (current === null) return null;
      if (current instanceof Unknown || current === undefined || isMarker(current)) return undefined;
      current = memberOf(current, key) ?? null;
    }
    return current ?? null;
  },
};

/** A key of an object as it is written there; keys compare without case. */
export function keyOf(value: Properties, key: string): string | undefined {
  if (Object.hasOwn(value, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(value).find((candidate) => candidate.toLowerCase() === lower);
}

/** A member of an object or an item of a list; undefined when there is none. */
export function memberOf(value: Value, key: Value): Value | undefined {
  if (isList(value)) return typeof key === 'number' ? value[key] : undefined;
  if (!isProperties(value) || typeof key !== 'string') return undefined;
  const own = keyOf(value, key);
  return own === undefined ? undefined : value[own];
}

function includes(list: readonly Value[], item: Value): boolean | undefined {
  let result: boolean | undefined = false;
  for (const candidate of list) {
    const equal = equalValues(candidate, item);
    if (equal === true) return true;
    if (equal === undefined) result = undefined;
  }
  return result;
}

function unique(items: readonly Value[]): Value[] | undefined {
  if (items.length > limits.instancesMax) return undefined;
  const result: Value[] = [];
  for (const item of items) if (includes(result, item) !== true) result.push(item);
  return result;
}

function slice(value: Value | undefined, start: number, end: Value | undefined): Value | undefined {
  if (end !== undefined && typeof end !== 'number') return undefined;
  const until = end === undefined ? undefined : Math.max(0, end);
  return typeof value === 'string' || isList(value) ? value.slice(start, until) : undefined;
}

function mergeDeep(a: Value, b: Value, depth: number): Value {
  if (!isProperties(a) || !isProperties(b)) return b;
  if (depth > limits.nestingDepthMax) return new Unknown('nested deeper than the limit');
  const result = Object.assign(newProperties(), a);
  for (const [key, value] of Object.entries(b)) {
    const own = keyOf(result, key) ?? key;
    const before = result[own];
    result[own] = before === undefined ? value : mergeDeep(before, value, depth + 1);
  }
  return result;
}
