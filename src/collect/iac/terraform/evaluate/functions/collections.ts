import { isList, isMarker, isProperties, newProperties, Unknown, type Value } from '../../../../../model/value.ts';
import { access } from '../access.ts';
import { type CallContext, sorted, type TerraformFunction } from '../evaluator.ts';
import { Exhausted, Failure } from '../failure.ts';
import { equal, toNumber, truth } from '../operators.ts';
import { jsonText } from '../text.ts';
import { keyOf, toItems, toMap, toText } from './arguments.ts';

/** Collection functions (https://developer.hashicorp.com/terraform/language/functions). */
export const collectionFunctions: Readonly<Record<string, TerraformFunction>> = {
  length,
  element: ([list, index = 0], call) => {
    const items = toItems(list, call);
    const at = toNumber(index);
    if (items instanceof Unknown) return items;
    if (at instanceof Unknown) return at;
    return items.length === 0
      ? new Failure('an element of an empty list')
      : (items[((Math.trunc(at) % items.length) + items.length) % items.length] ?? null);
  },
  lookup: ([map, key = null, fallback], call) => {
    const known = toMap(map, call);
    if (known instanceof Unknown) return known;
    const found = access(known, key);
    return found instanceof Failure && fallback !== undefined ? fallback : found;
  },
  merge,
  concat: (args, call) => {
    const result: Value[] = [];
    for (const arg of args) {
      const items = toItems(arg, call);
      if (items instanceof Unknown) return items;
      for (const item of items) result.push(item);
    }
    return result;
  },
  flatten: ([list], call) => {
    const result: Value[] = [];
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    return flattenInto(result, items, call, 0) ?? result;
  },
  keys: ([map], call) => {
    const known = toMap(map, call);
    return known instanceof Unknown ? known : Object.keys(known).sort();
  },
  values: ([map], call) => {
    const known = toMap(map, call);
    return known instanceof Unknown
      ? known
      : Object.keys(known)
          .sort()
          .map((key) => known[key] ?? null);
  },
  contains: ([list, wanted = null], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    return anyOf(items.map((item) => equal(item, wanted, call.charge)));
  },
  index: ([list, wanted = null], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    for (const [at, item] of items.entries()) {
      const same = equal(item, wanted, call.charge);
      if (same instanceof Unknown) return same;
      if (same) return at;
    }
    return new Failure('no such element');
  },
  coalesce: (args) => {
    for (const arg of args) {
      if (arg instanceof Unknown) return arg;
      if (arg !== null && arg !== '') return arg;
    }
    return new Failure('no argument of `coalesce` has a value');
  },
  coalescelist: (args) => {
    for (const arg of args) {
      if (arg instanceof Unknown || (isList(arg) && arg.length > 0) || isMarker(arg)) return arg;
    }
    return new Failure('no argument of `coalescelist` has an element');
  },
  compact: ([list], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    return items.find((item) => item instanceof Unknown) ?? items.filter((item) => item !== null && item !== '');
  },
  distinct: ([list], call) => {
    const items = toItems(list, call);
    return items instanceof Unknown ? items : distinct(items, call.charge);
  },
  toset: ([list], call) => {
    const items = isProperties(list) ? Object.values(list) : toItems(list ?? [], call);
    return items instanceof Unknown ? items : distinct(items, call.charge).sort(byKey);
  },
  tolist: ([list], call) => toItems(list, call),
  list: (args) => [...args],
  tomap: ([map], call) => toMap(map, call),
  reverse: ([list], call) => {
    const items = toItems(list, call);
    return items instanceof Unknown ? items : [...items].reverse();
  },
  sort: ([list], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    // With unknown elements the order is not known; the elements are.
    const texts = items.map(keyOf).filter((text) => text !== undefined);
    return texts.length < items.length ? items : texts.sort();
  },
  slice: ([list, from = 0, to = 0], call) => {
    const items = toItems(list, call);
    const start = toNumber(from);
    const end = toNumber(to);
    if (items instanceof Unknown) return items;
    if (start instanceof Unknown) return start;
    if (end instanceof Unknown) return end;
    return start < 0 || end > items.length || start > end
      ? new Failure('a slice outside of its list')
      : items.slice(start, end);
  },
  one: ([list], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    return items.length > 1 ? new Failure('more than one element') : (items[0] ?? null);
  },
  alltrue: ([list], call) => {
    const items = toItems(list, call);
    return items instanceof Unknown ? items : allOf(items.map(truth));
  },
  anytrue: ([list], call) => {
    const items = toItems(list, call);
    return items instanceof Unknown ? items : anyOf(items.map(truth));
  },
  range,
  chunklist: ([list, size = 1], call) => {
    const items = toItems(list, call);
    const length = toNumber(size);
    if (items instanceof Unknown) return items;
    if (length instanceof Unknown) return length;
    if (length < 1) return length === 0 ? [items] : new Failure('a negative size');
    return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
      items.slice(at * length, (at + 1) * length),
    );
  },
  zipmap: ([keys, values], call) => {
    const names = toItems(keys, call);
    const items = toItems(values, call);
    if (names instanceof Unknown) return names;
    if (items instanceof Unknown) return items;
    const result = newProperties();
    for (const [at, name] of names.entries()) {
      const key = keyOf(name);
      if (key === undefined) return new Unknown('a map with a key that is known only after deployment');
      result[key] = items[at] ?? null;
    }
    return result;
  },
  matchkeys: ([values, keys, wanted], call) => {
    const items = toItems(values, call);
    const names = toItems(keys, call);
    const set = toItems(wanted, call);
    if (items instanceof Unknown) return items;
    if (names instanceof Unknown) return names;
    if (set instanceof Unknown) return set;
    if ([...names, ...set].some((item) => isMarker(item)))
      return new Unknown('a selection that is known only after deployment');
    const known = new Set(set.map(keyOf));
    return items.filter((_, at) => known.has(keyOf(names[at] ?? null)));
  },
  transpose: ([map], call) => transpose(map, call),
  setunion: (args, call) => combineSets(args, call, (first, second) => distinct([...first, ...second], call.charge)),
  setintersection: (args, call) => combineSets(args, call, (first, second) => keep(first, second, true)),
  setsubtract: (args, call) => combineSets(args, call, (first, second) => keep(first, second, false)),
  setproduct,
  sum: ([list], call) => {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    let total = 0;
    for (const item of items) {
      const number = toNumber(item);
      if (number instanceof Unknown) return number;
      total += number;
    }
    return total;
  },
};

function length([value]: readonly Value[], call: CallContext): Value {
  if (isList(value)) return value.length;
  if (value instanceof Unknown) return value;
  if (isMarker(value)) return new Unknown('a length that is known only after deployment');
  if (isProperties(value)) return Object.keys(value).length;
  const text = toText(value, call);
  return typeof text === 'string' ? Array.from(text).length : text;
}

function merge(args: readonly Value[], call: CallContext): Value {
  const result = newProperties();
  for (const arg of args) {
    if (arg === null) continue;
    const map = toMap(arg, call);
    if (map instanceof Unknown) return map;
    const keys = Object.keys(map);
    call.charge(keys.length);
    for (const key of keys) result[key] = map[key] ?? null;
  }
  return result;
}

function flattenInto(result: Value[], items: readonly Value[], call: CallContext, depth: number): Unknown | undefined {
  if (depth > 64) throw new Exhausted('nested deeper than the limit');
  call.charge(items.length);
  for (const item of items) {
    if (isList(item)) {
      const unknown = flattenInto(result, item, call, depth + 1);
      if (unknown !== undefined) return unknown;
    } else if (item instanceof Unknown) {
      // It may be a list of any length.
      return item;
    } else result.push(item);
  }
  return undefined;
}

function anyOf(results: readonly (boolean | Unknown)[]): Value {
  return results.includes(true) ? true : (results.find((result) => result instanceof Unknown) ?? false);
}

function allOf(results: readonly (boolean | Unknown)[]): Value {
  return results.includes(false) ? false : (results.find((result) => result instanceof Unknown) ?? true);
}

/** Equal elements once, in the order of their first; those with unknown parts are all kept. */
function distinct(items: readonly Value[], charge: (steps: number) => void): Value[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = jsonText(item, charge);
    if (key === undefined) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function byKey(a: Value, b: Value): number {
  const left = keyOf(a) ?? '';
  const right = keyOf(b) ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}

function keep(first: readonly Value[], second: readonly Value[], wanted: boolean): Value[] | Unknown {
  if ([...first, ...second].some((item) => isMarker(item)))
    return new Unknown('a set that is known only after deployment');
  const known = new Set(second.map(keyOf));
  return first.filter((item) => known.has(keyOf(item)) === wanted);
}

function combineSets(
  args: readonly Value[],
  call: CallContext,
  combine: (first: readonly Value[], second: readonly Value[]) => Value[] | Unknown,
): Value {
  let result: readonly Value[] | undefined;
  for (const arg of args) {
    const items = toItems(arg, call);
    if (items instanceof Unknown) return items;
    const next: Value[] | Unknown = result === undefined ? distinct(items, call.charge) : combine(result, items);
    if (next instanceof Unknown) return next;
    result = next;
  }
  return [...(result ?? [])].sort(byKey);
}

function setproduct(args: readonly Value[], call: CallContext): Value {
  let result: Value[][] = [[]];
  for (const arg of args) {
    const items = toItems(arg, call);
    if (items instanceof Unknown) return items;
    call.charge(result.length * items.length * args.length);
    result = result.flatMap((row) => items.map((item) => [...row, item]));
  }
  return result;
}

function range(args: readonly Value[], call: CallContext): Value {
  const numbers: number[] = [];
  for (const arg of args) {
    const number = toNumber(arg);
    if (number instanceof Unknown) return number;
    numbers.push(number);
  }
  const [first = 0, second, third] = numbers;
  const start = second === undefined ? 0 : first;
  const limit = second ?? first;
  const step = third ?? (limit < start ? -1 : 1);
  if (step === 0 || (limit - start) * step < 0) return step === 0 ? new Failure('a step of zero') : [];
  const size = Math.ceil((limit - start) / step);
  call.charge(size);
  return Array.from({ length: size }, (_, at) => start + at * step);
}

function transpose(map: Value | undefined, call: CallContext): Value {
  const known = toMap(map, call);
  if (known instanceof Unknown) return known;
  const result = newProperties();
  for (const key of Object.keys(known).sort()) {
    const items = toItems(known[key], call);
    if (items instanceof Unknown) return items;
    for (const item of items) {
      const name = keyOf(item);
      if (name === undefined) return new Unknown('a map with a key that is known only after deployment');
      const list = result[name];
      if (isList(list)) (list as Value[]).push(key);
      else result[name] = [key];
    }
  }
  return sorted(result);
}
