import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import { type CedarType, emptyRecordType, type Field, isSameType, type RecordType } from './cedar-type.ts';

/** A part of a JSON Schema that has no type in Cedar, and why. */
export interface LeftOut {
  /** Names from the root down, joined by dots; `[]` is a member of an array. */
  readonly path: string;
  readonly reason: string;
}

/**
 * The Cedar record of an object's JSON Schema (2020-12, as far as `tools/list` uses it; older drafts alike). The rules:
 * `string` is String, or ipaddr or datetime by its `format`; `integer` is Long; `number` is decimal; `boolean` is Boolean; an
 * array whose items have one type is a Set of it; an object with `properties` is a Record. A union is its one type where
 * all members agree, null aside; null is absence. Everything else is left out and reported: maps, tuples, unions, recursion,
 * references out of the document. Nothing is fetched, and no pattern is compiled.
 */
export function readObjectSchema(schema: unknown): ObjectSchema {
  const known = isJsonObject(schema) ? read.get(schema) : undefined;
  if (known !== undefined) return known;
  const found = readAnew(schema);
  if (isJsonObject(schema)) read.set(schema, found);
  return found;
}

interface ObjectSchema {
  readonly type: RecordType;
  readonly leftOut: readonly LeftOut[];
  /** Parts that were read, references followed. */
  readonly nodes: number;
}

/** What was read: schemas of tools are read again whenever one tool changes, and none is ever altered. */
const read = new WeakMap<JsonObject, ObjectSchema>();

function readAnew(schema: unknown): ObjectSchema {
  const reader = new Reader(schema);
  const type = schema === undefined ? emptyRecordType : reader.read(schema, '', 0);
  const { leftOut, nodes } = reader;
  if (type?.kind === 'Record') return { type, leftOut, nodes };
  return { type: emptyRecordType, leftOut: [...leftOut, { path: '', reason: 'is no object' }], nodes };
}

class Reader {
  readonly leftOut: LeftOut[] = [];
  readonly #root: unknown;
  readonly #following = new Set<string>();
  nodes = 0;

  constructor(root: unknown) {
    this.#root = root;
  }

  #leave(path: string, reason: string): undefined {
    if (this.leftOut.length < limits.schemaLeftOutMax) this.leftOut.push({ path, reason });
    return undefined;
  }

  read(schema: unknown, path: string, depth: number): CedarType | undefined {
    if (++this.nodes > limits.schemaNodesMax) return this.#leave(path, `is behind ${limits.schemaNodesMax} others`);
    if (depth > limits.schemaDepthMax) return this.#leave(path, `is nested deeper than ${limits.schemaDepthMax}`);
    if (!isJsonObject(schema)) return this.#leave(path, 'may be anything');
    if (typeof schema['$ref'] === 'string') return this.#reference(schema['$ref'], path, depth);
    for (const word of ['anyOf', 'oneOf', 'allOf'] as const) {
      const members = schema[word];
      if (Array.isArray(members) && schema['properties'] === undefined) return this.#union(members, path, depth);
    }
    if (Array.isArray(schema['type']))
      return this.#union(
        schema['type'].map((type: unknown) => ({ ...schema, type })),
        path,
        depth,
      );
    return this.#plain(schema, path, depth);
  }

  #plain(schema: JsonObject, path: string, depth: number): CedarType | undefined {
    const type = schema['type'] ?? typeOfValues(schema) ?? (isJsonObject(schema['properties']) ? 'object' : undefined);
    switch (type) {
      case 'string':
        return stringType(schema['format']);
      case 'integer':
        return { kind: 'Long' };
      case 'number':
        return { kind: 'decimal' };
      case 'boolean':
        return { kind: 'Boolean' };
      case 'array':
        return this.#array(schema, path, depth);
      case 'object':
        return this.#object(schema, path, depth);
      case undefined:
        return this.#leave(path, 'may be anything');
      default:
        return this.#leave(path, `is of type ${JSON.stringify(type)?.slice(0, 40)}`);
    }
  }

  #array(schema: JsonObject, path: string, depth: number): CedarType | undefined {
    if (Array.isArray(schema['prefixItems']) || Array.isArray(schema['items']))
      return this.#leave(path, 'is a tuple, whose order a Set would lose');
    if (schema['items'] === undefined) return this.#leave(path, 'is an array of anything');
    const element = this.read(schema['items'], `${path}[]`, depth + 1);
    return element === undefined ? undefined : { kind: 'Set', element };
  }

  #object(schema: JsonObject, path: string, depth: number): CedarType | undefined {
    const properties = asJsonObject(schema['properties']);
    const additional = schema['additionalProperties'];
    const open = additional === true || isJsonObject(additional) || isJsonObject(schema['patternProperties']);
    if (open && Object.keys(properties).length === 0 && depth > 0)
      return this.#leave(path, 'is a map from names that are not known');
    const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
    const fields = new Map<string, Field>();
    for (const [name, property] of Object.entries(properties)) {
      const inner = path === '' ? name : `${path}.${name}`;
      if (reserved.has(name) || /\p{Surrogate}/u.test(name)) {
        this.#leave(inner, 'has a name that Cedar cannot carry');
        continue;
      }
      const type = this.read(property, inner, depth + 1);
      fields.set(name, { type, required: required.has(name) && !mayBeNull(this.#resolved(property)) });
    }
    return { kind: 'Record', fields, open };
  }

  /** The one type that all members have. Members that say nothing about the type (only `required`) do not count. */
  #union(members: readonly unknown[], path: string, depth: number): CedarType | undefined {
    const telling = members.filter((member) => !isNull(member));
    let one: CedarType | undefined;
    for (const member of telling) {
      const type = this.read(member, path, depth + 1);
      if (type === undefined) return undefined;
      if (one !== undefined && !isSameType(one, type)) return this.#leave(path, 'has more than one type');
      one ??= type;
    }
    return one ?? this.#leave(path, 'is always null');
  }

  #reference(reference: string, path: string, depth: number): CedarType | undefined {
    if (!reference.startsWith('#')) return this.#leave(path, 'refers out of the document');
    if (this.#following.has(reference)) return this.#leave(path, 'contains itself');
    this.#following.add(reference);
    const target = this.#target(reference);
    const type = target === undefined ? this.#leave(path, 'refers to nothing') : this.read(target, path, depth + 1);
    this.#following.delete(reference);
    return type;
  }

  #target(reference: string): unknown {
    let target = this.#root;
    for (const step of reference.slice(1).split('/').slice(1)) {
      const name = decodeStep(step);
      target =
        (isJsonObject(target) || Array.isArray(target)) && Object.hasOwn(target, name)
          ? (target as JsonObject)[name]
          : undefined;
    }
    return target;
  }

  /** What stands behind references; undefined where they do not end. */
  #resolved(schema: unknown): unknown {
    let target = schema;
    for (let hops = 0; isJsonObject(target) && typeof target['$ref'] === 'string'; hops++)
      target = hops < limits.schemaDepthMax ? this.#target(target['$ref']) : undefined;
    return target;
  }
}

/** Names with a meaning of their own in Cedar's JSON values, or in JavaScript. */
const reserved: ReadonlySet<string> = new Set(['__entity', '__extn', '__expr', '__proto__']);

/** RFC 6901, in the fragment of a URI. */
function decodeStep(step: string): string {
  let decoded = step;
  try {
    decoded = decodeURIComponent(step);
  } catch {
    // a name with a percent sign of its own
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
}

const isNull = (schema: unknown): boolean =>
  isJsonObject(schema) && (schema['type'] === 'null' || schema['const'] === null);

/** A required field that may be null is one that may be absent. */
function mayBeNull(schema: unknown): boolean {
  if (!isJsonObject(schema)) return true;
  const { type, anyOf, oneOf } = schema;
  return (
    schema['nullable'] === true ||
    (Array.isArray(type) && type.includes('null')) ||
    [anyOf, oneOf].some((members) => Array.isArray(members) && members.some(isNull)) ||
    (Array.isArray(schema['enum']) && schema['enum'].includes(null))
  );
}

function stringType(format: unknown): CedarType {
  switch (format) {
    case 'ipv4':
    case 'ipv6':
      return { kind: 'ipaddr' };
    case 'date-time':
      return { kind: 'datetime' };
    case 'date':
      return { kind: 'date' };
    default:
      return { kind: 'String' };
  }
}

/** The JSON type of a `const`, or of every value of an `enum`. */
function typeOfValues(schema: JsonObject): string | undefined {
  const values: unknown[] =
    'const' in schema ? [schema['const']] : Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  const types = new Set(values.filter((value) => value !== null).map(jsonType));
  const [only] = types;
  return types.size === 1 ? only : undefined;
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
