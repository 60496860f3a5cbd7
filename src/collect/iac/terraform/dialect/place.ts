import type { TypeSchema } from '../../../../model/schema.ts';
import { isListSchema, isMapSchema, isObjectSchema } from '../../../../model/schema.ts';
import type { MutableProperties, Value } from '../../../../model/value.ts';
import { isList, isMarker, isProperties, newProperties } from '../../../../model/value.ts';
import type { Step } from './table.ts';

/** The schema at steps; `[]` and indices go into a list. Undefined where none is published. */
export function schemaOf(schema: TypeSchema | undefined, steps: readonly Step[]): TypeSchema | undefined {
  let current = schema;
  for (const step of steps) {
    if (current === undefined || current === 'json') return current;
    if (typeof step === 'number' || step === '[]') current = isListSchema(current) ? current[0] : undefined;
    else if (isMapSchema(current)) current = current['*'];
    else current = isObjectSchema(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }
  return current;
}

/** The object at steps, made where it is missing; undefined where something else (a marker, a scalar) stands in the way. */
export function objectAt(root: MutableProperties, steps: readonly Step[]): MutableProperties | undefined {
  const found = steps.length === 0 ? root : place(root, steps, newProperties());
  return isProperties(found) ? (found as MutableProperties) : undefined;
}

/**
 * Puts a value at steps below `root`, making objects and lists on the way. An object that meets an object is merged
 * into it; a value that is already there otherwise stays.
 *
 * @returns what stands there now
 */
export function place(root: MutableProperties, steps: readonly Step[], value: Value): Value | undefined {
  let holder = root;
  for (const [index, key] of steps.entries()) {
    const known = holder[key];
    if (index === steps.length - 1) return settle(holder, key, value);
    if (known !== undefined && (isMarker(known) || typeof known !== 'object' || known === null)) return known;
    const next = known ?? (typeof steps[index + 1] === 'number' ? [] : newProperties());
    if (known === undefined) holder[key] = next;
    // A list is indexed by the number of its step, an object by the name of its step.
    holder = next as MutableProperties;
  }
  return undefined;
}

function settle(holder: MutableProperties, key: Step, value: Value): Value {
  const known = holder[key];
  if (known === undefined) {
    holder[key] = value;
    return value;
  }
  // What stands there may be shared with the source (or another resource made of it): a copy is filled.
  if (isList(known) && isList(value)) {
    const list = [...known];
    for (const [index, item] of value.entries()) settle(list as unknown as MutableProperties, index, item);
    holder[key] = list;
  } else if (isProperties(known) && isProperties(value)) {
    const object = Object.assign(newProperties(), known);
    for (const name of Object.keys(value)) {
      const item = value[name];
      if (item !== undefined) settle(object, name, item);
    }
    holder[key] = object;
  }
  return holder[key] ?? known;
}
