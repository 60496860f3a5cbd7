import { limits } from '../../base/limits.ts';
import type { EnumSchema, TypeSchema } from '../../model/schema.ts';
import { isEnumSchema, isListSchema, isMapSchema, isObjectSchema } from '../../model/schema.ts';
import { isList, isMarker, isProperties, newProperties, type Properties, type Value } from '../../model/value.ts';

const numeric = /^-?\d{1,15}(\.\d{1,15})?$/;

/**
 * Gives scalars the type the provider's schema states: CloudFormation and ARM accept `"true"` and `"30"` where a
 * boolean or number is meant, and templates pass parameters as strings. Names and structure stay as they are; what the schema
 * does not know, markers, and text that does not convert stay unchanged.
 *
 * @param schema of the resource type (or of a part of it); undefined leaves everything as it is
 */
export function coerce(schema: TypeSchema | undefined, properties: Properties): Properties {
  const coerced = coerceValue(schema, properties, 0);
  return isProperties(coerced) ? coerced : properties;
}

/** The same for any value. Shares unchanged parts with its input. */
function coerceValue(schema: TypeSchema | undefined, value: Value, depth: number): Value {
  if (schema === undefined || value === null || isMarker(value) || depth > limits.nestingDepthMax) return value;
  if (isList(value)) {
    if (!isListSchema(schema)) return value;
    let changed = false;
    const items = value.map((item) => {
      const next = coerceValue(schema[0], item, depth + 1);
      changed ||= next !== item;
      return next;
    });
    return changed ? items : value;
  }
  if (isProperties(value)) return coerceObject(schema, value, depth);
  return coerceScalar(schema, value);
}

function coerceObject(schema: TypeSchema, value: Properties, depth: number): Properties {
  if (!isMapSchema(schema) && !isObjectSchema(schema)) return value;
  let out: Record<string, Value> | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const inner = isMapSchema(schema) ? schema['*'] : Object.hasOwn(schema, key) ? schema[key] : undefined;
    const next = coerceValue(inner, item, depth + 1);
    if (next === item) continue;
    out ??= Object.assign(newProperties(), value);
    out[key] = next;
  }
  return out ?? value;
}

/** A scalar in the schema's type; unchanged when it does not convert without loss. */
export function coerceScalar(schema: TypeSchema, value: string | number | boolean): string | number | boolean {
  if (schema === 'boolean' && typeof value === 'string') {
    const lower = value.length <= 5 ? value.toLowerCase() : value;
    return lower === 'true' ? true : lower === 'false' ? false : value;
  }
  if (schema === 'number' && typeof value === 'string') return numeric.test(value) ? Number(value) : value;
  if (schema === 'string' && typeof value !== 'string') return String(value);
  return isEnumSchema(schema) ? enumValue(schema, value) : value;
}

/** The published spelling: ARM compares enum values without case, and Terraform providers differ in it. */
function enumValue(schema: EnumSchema, value: string | number | boolean): string | number | boolean {
  const text = String(value);
  if (schema.$enum.includes(text)) return text;
  const lower = text.toLowerCase();
  return schema.$enum.find((item) => item.toLowerCase() === lower) ?? value;
}
