import { limits } from '../../../../base/limits.ts';
import type { Positions } from '../../../../model/location.ts';
import type { MapSchema, ObjectSchema, TypeSchema } from '../../../../model/schema.ts';
import { isListSchema, isMapSchema, isObjectSchema } from '../../../../model/schema.ts';
import type { MutableProperties, Properties, Value } from '../../../../model/value.ts';
import { isList, isMarker, isProperties, newProperties, Ref } from '../../../../model/value.ts';
import { coerceScalar } from '../../../canonical/coerce.ts';
import { placeOf } from './names.ts';
import { place, schemaOf } from './place.ts';
import { extend } from './steps.ts';
import type { MapNode, Step, Target } from './table.ts';

/** What one conversion reads and writes beside the value at hand. */
export interface Conversion {
  /** Positions by Terraform path; undefined when none are recorded. */
  readonly from: Positions | undefined;
  readonly positions: Record<string, Positions[string]>;
  /** Body of the canonical resource and its schema, for targets that start there. */
  readonly root: MutableProperties;
  readonly schema: TypeSchema;
  /** Attributes without a canonical place, by Terraform path. */
  readonly unmapped: MutableProperties;
}

/** Where a value stands: in Terraform and in the canonical body. */
interface At {
  readonly terraform: string;
  readonly canonical: string;
  readonly depth: number;
}

/**
 * Converts the attributes of one block into the canonical object at the same place.
 *
 * @param attributes of the block, nested blocks as lists of objects
 * @param out receives the properties
 */
export function convertBlock(
  conversion: Conversion,
  attributes: Properties,
  schema: TypeSchema | undefined,
  node: MapNode | undefined,
  out: MutableProperties,
  at: At = { terraform: '', canonical: '', depth: 0 },
): void {
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value === undefined || value === null) continue;
    const terraform = at.terraform === '' ? name : `${at.terraform}.${name}`;
    const child = node?.children !== undefined && Object.hasOwn(node.children, name) ? node.children[name] : undefined;
    if (child?.to !== undefined) {
      applyTarget(conversion, child.to, value, child, { schema, out, canonical: at.canonical }, terraform, at.depth);
      continue;
    }
    const found = schema !== undefined && isObjectSchema(schema) ? placeOf(schema, name) : undefined;
    if (found === undefined) {
      if (child === undefined) conversion.unmapped[terraform] = value;
      else flatten(conversion, value, child, { schema, out, canonical: at.canonical }, terraform, at.depth);
      continue;
    }
    const steps: Target =
      found.values === undefined ? { path: found.path } : { path: found.path, values: found.values };
    applyTarget(conversion, steps, value, child, { schema, out, canonical: at.canonical }, terraform, at.depth);
  }
}

/** Puts one attribute where its target says. */
function applyTarget(
  conversion: Conversion,
  target: Target,
  value: Value,
  node: MapNode | undefined,
  block: { schema: TypeSchema | undefined; out: MutableProperties; canonical: string },
  terraform: string,
  depth: number,
): void {
  for (const [path, constant] of target.set ?? []) {
    if (path[0] === '.') place(block.out, path.slice(1), constant);
    else place(conversion.root, path, constant);
  }
  if (target.path.length === 0) {
    // A target without a path keeps the enclosing place: the attribute's own block is flattened into it.
    if (node?.children !== undefined) flatten(conversion, value, node, block, terraform, depth);
    else if (target.set === undefined) conversion.unmapped[terraform] = value;
    return;
  }
  const fromRoot = target.fromRoot === true;
  const out = fromRoot ? conversion.root : block.out;
  const schema = schemaOf(fromRoot ? conversion.schema : block.schema, target.path);
  const base = fromRoot ? '' : block.canonical;
  const path = target.path.filter((step) => step !== '[]');
  const spread = target.path.indexOf('[]');
  if (spread !== -1 && !isMarker(value)) {
    const items = isList(value) ? value : [value];
    items.forEach((item, index) => {
      const steps = target.path.map((step, position) => (position === spread ? index : step));
      put(
        conversion,
        out,
        steps,
        schema,
        target,
        item,
        node,
        base,
        isList(value) ? `${terraform}[${index}]` : terraform,
        depth,
      );
    });
    return;
  }
  const steps = spread === -1 ? path : target.path.slice(0, spread);
  put(conversion, out, steps, spread === -1 ? schema : undefined, target, value, node, base, terraform, depth);
}

function flatten(
  conversion: Conversion,
  value: Value,
  node: MapNode,
  block: { schema: TypeSchema | undefined; out: MutableProperties; canonical: string },
  terraform: string,
  depth: number,
): void {
  const single = isList(value) && value.length === 1;
  const inner = single ? value[0] : value;
  if (!isProperties(inner)) {
    conversion.unmapped[terraform] = value;
    return;
  }
  const at = { terraform: single ? `${terraform}[0]` : terraform, canonical: block.canonical, depth: depth + 1 };
  convertBlock(conversion, inner, block.schema, node, block.out, at);
}

function put(
  conversion: Conversion,
  out: MutableProperties,
  steps: readonly Step[],
  schema: TypeSchema | undefined,
  target: Target,
  value: Value,
  node: MapNode | undefined,
  base: string,
  terraform: string,
  depth: number,
): void {
  const canonical = steps.reduce<string>(extend, base);
  record(conversion, terraform, canonical);
  const at = { terraform, canonical, depth: depth + 1 };
  place(
    out,
    steps,
    target.as === 'keys' ? keysOf(value) : convertValue(conversion, replace(value, target), schema, node, at),
  );
}

function replace(value: Value, target: Target): Value {
  if (target.values === undefined || isMarker(value) || value === null) return value;
  if (isList(value)) return value.map((item) => replace(item, target));
  if (isProperties(value)) return value;
  const key = String(value);
  return Object.hasOwn(target.values, key) ? (target.values[key] ?? value) : value;
}

/** `['a', Ref]` → `{ a: {}, '<target>': Ref }`: a map whose keys are ids; a reference stays one, as the value. */
function keysOf(value: Value): Value {
  if (!isList(value)) return value;
  const out = newProperties();
  value.forEach((item, index) => {
    if (typeof item === 'string') out[item] = newProperties();
    else out[item instanceof Ref ? item.target : `[${index}]`] = item;
  });
  return out;
}

/** Converts a value to the shape its schema states; what does not fit stays as it is. */
function convertValue(
  conversion: Conversion,
  value: Value,
  schema: TypeSchema | undefined,
  node: MapNode | undefined,
  at: At,
): Value {
  if (value === null || isMarker(value) || at.depth > limits.nestingDepthMax) return value;
  if (schema === undefined) return value;
  if (typeof value === 'string' && typeof schema === 'object' && !isScalarSchema(schema)) {
    const parsed = parsedJson(value);
    return parsed === undefined ? value : convertValue(withoutPositions(conversion), parsed, schema, node, at);
  }
  if (schema === 'json') return typeof value === 'string' ? (parsedJson(value) ?? value) : value;
  if (isListSchema(schema)) return convertList(conversion, value, schema[0], node, at);
  if (isObjectSchema(schema)) return convertObject(conversion, value, schema, node, at);
  if (isMapSchema(schema)) return convertMap(conversion, value, schema, node, at);
  if (isList(value)) {
    const [only] = value;
    // An object in the list is structured text (`jsonencode`) where the schema has a text: it stays whole.
    if (value.length !== 1 || only === undefined || isList(only) || isProperties(only)) return value;
    return convertValue(conversion, only, schema, node, {
      ...at,
      terraform: `${at.terraform}[0]`,
      depth: at.depth + 1,
    });
  }
  return isProperties(value) ? value : coerceScalar(schema, value);
}

function isScalarSchema(schema: TypeSchema): boolean {
  return !isListSchema(schema) && !isObjectSchema(schema) && !isMapSchema(schema);
}

function convertList(conversion: Conversion, value: Value, item: TypeSchema, node: MapNode | undefined, at: At): Value {
  if (isProperties(value) && isObjectSchema(item)) {
    const entry = entryNames(item);
    if (entry !== undefined && !Object.keys(value).some((key) => placeOf(item, key)?.path[0] === entry[0])) {
      return Object.keys(value).map((key) =>
        Object.assign(newProperties(), { [entry[0]]: key, [entry[1]]: value[key] }),
      );
    }
  }
  if (!isList(value)) return [convertValue(conversion, value, item, node, at)];
  return value.map((each, index) => {
    const inner = {
      terraform: `${at.terraform}[${index}]`,
      canonical: `${at.canonical}[${index}]`,
      depth: at.depth + 1,
    };
    record(conversion, inner.terraform, inner.canonical);
    return convertValue(conversion, each, item, node, inner);
  });
}

/** The names of an entry type (`Key` and `Value` of a tag), if the schema is one. */
function entryNames(schema: ObjectSchema): readonly [string, string] | undefined {
  const names = Object.keys(schema);
  const value = names.find((name) => name.toLowerCase() === 'value');
  const key = names.find((name) => name.toLowerCase() === 'key') ?? names.find((name) => name.toLowerCase() === 'name');
  return names.length <= 3 && value !== undefined && key !== undefined ? [key, value] : undefined;
}

function convertObject(
  conversion: Conversion,
  value: Value,
  schema: ObjectSchema,
  node: MapNode | undefined,
  at: At,
): Value {
  if (isList(value)) {
    const [first] = value;
    if (value.length === 1 && first !== undefined) {
      record(conversion, `${at.terraform}[0]`, at.canonical);
      return convertValue(conversion, first, schema, node, {
        ...at,
        terraform: `${at.terraform}[0]`,
        depth: at.depth + 1,
      });
    }
    return value.map((each, index) =>
      convertValue(conversion, each, schema, node, {
        terraform: `${at.terraform}[${index}]`,
        canonical: `${at.canonical}[${index}]`,
        depth: at.depth + 1,
      }),
    );
  }
  if (!isProperties(value)) return value;
  const out = newProperties();
  convertBlock(conversion, value, schema, node, out, at);
  return out;
}

/** A map stays; a list of blocks with a key each (`map_block_key`, `key`, `name`) becomes one. */
function convertMap(conversion: Conversion, value: Value, schema: MapSchema, node: MapNode | undefined, at: At): Value {
  const out = newProperties();
  if (isProperties(value)) {
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      const inner = { terraform: `${at.terraform}.${key}`, canonical: `${at.canonical}.${key}`, depth: at.depth + 1 };
      record(conversion, inner.terraform, inner.canonical);
      out[key] = convertValue(conversion, item, schema['*'], node, inner);
    }
    return out;
  }
  if (!isList(value)) return value;
  for (const [index, item] of value.entries()) {
    const name = isProperties(item)
      ? ['map_block_key', 'key', 'name'].find((each) => typeof item[each] === 'string')
      : undefined;
    if (!isProperties(item) || name === undefined) return value;
    const key = item[name];
    if (typeof key !== 'string') return value;
    const inner = { terraform: `${at.terraform}[${index}]`, canonical: `${at.canonical}.${key}`, depth: at.depth + 1 };
    record(conversion, inner.terraform, inner.canonical);
    const held = item['value'];
    if (held !== undefined && !isObjectSchema(schema['*']))
      out[key] = convertValue(conversion, held, schema['*'], node, inner);
    else out[key] = convertValue(conversion, without(item, name), schema['*'], node, inner);
  }
  return out;
}

function without(item: Properties, name: string): Properties {
  const rest = Object.assign(newProperties(), item);
  delete rest[name];
  return rest;
}

/** What was parsed from a string has no positions of its own. */
function withoutPositions(conversion: Conversion): Conversion {
  return conversion.from === undefined ? conversion : { ...conversion, from: undefined };
}

/** An item without a position of its own (of a plain list) stands where its list stands. */
function record(conversion: Conversion, terraform: string, canonical: string): void {
  const { from } = conversion;
  if (from === undefined || conversion.positions[canonical] !== undefined) return;
  const position =
    from[terraform] ?? (terraform.endsWith(']') ? from[terraform.slice(0, terraform.lastIndexOf('['))] : undefined);
  if (position !== undefined) conversion.positions[canonical] = position;
}

/** The object or list a literal JSON text holds; undefined for anything else. */
export function parsedJson(text: string): Value | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return undefined;
  try {
    return bare(JSON.parse(text), 0);
  } catch {
    return undefined;
  }
}

/** A parsed value with prototype-free objects; throws when nested too deeply to be meant. */
function bare(value: unknown, depth: number): Value {
  if (depth > limits.nestingDepthMax) throw new RangeError('nested too deeply');
  if (Array.isArray(value)) return value.map((item) => bare(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value as string | number | boolean | null;
  const out = newProperties();
  for (const [key, item] of Object.entries(value)) out[key] = bare(item, depth + 1);
  return out;
}
