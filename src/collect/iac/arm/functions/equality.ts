import { isList, isMarker, isProperties, Ref, type Value } from '../../../../model/value.ts';

/** Whether two values are equal; undefined when a part that matters is not known. Texts compare case-sensitively. */
export function equalValues(a: Value, b: Value): boolean | undefined {
  if (a instanceof Ref && b instanceof Ref)
    return a.target === b.target && a.attribute === b.attribute ? true : undefined;
  if (isMarker(a) || isMarker(b)) {
    // A reference is set: it equals no null and no empty text.
    const other = a instanceof Ref ? b : b instanceof Ref ? a : undefined;
    return other === null || other === '' ? false : undefined;
  }
  if (isList(a) || isList(b)) {
    if (!isList(a) || !isList(b) || a.length !== b.length) return false;
    return all(a.map((item, index) => equalValues(item, b[index] ?? null)));
  }
  if (isProperties(a) && isProperties(b)) {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return all(keys.map((key) => (Object.hasOwn(b, key) ? equalValues(a[key] ?? null, b[key] ?? null) : false)));
  }
  return a === b;
}

function all(results: readonly (boolean | undefined)[]): boolean | undefined {
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}
