/**
 * The shape of a resource type as its provider publishes it, reduced to what mapping and rule checking need
 * (see catalogue/schemas/README.md). Plain JSON, so a digest file is a `SchemaFile` as it stands.
 *
 * - `'string' | 'number' | 'boolean'`: a scalar; `number` covers integers
 * - `'json'`: a free-form object or JSON text (policy documents, bodies whose shape is not published)
 * - `[T]`: a list of T
 * - `{ '*': T }`: a map with free keys
 * - `{ $enum: [...] }`: a string with published values (not necessarily closed: providers add values)
 * - any other object: named properties
 */
export type TypeSchema = ScalarSchema | EnumSchema | ListSchema | MapSchema | ObjectSchema;
export type ScalarSchema = 'string' | 'number' | 'boolean' | 'json';
export type ListSchema = readonly [TypeSchema];
export interface EnumSchema {
  readonly $enum: readonly string[];
}
export interface MapSchema {
  readonly '*': TypeSchema;
}
export interface ObjectSchema {
  readonly [property: string]: TypeSchema;
}

/** One digest file: where it came from, and the schemas by canonical type. */
export interface SchemaFile {
  readonly source: readonly { readonly package: string; readonly version: string; readonly read: string }[];
  readonly types: Readonly<Record<string, TypeSchema>>;
}

/** Schemas of all providers by canonical type. */
export type Schemas = Readonly<Record<string, TypeSchema>>;

/** Whether the schema is a list. */
export function isListSchema(schema: TypeSchema | undefined): schema is ListSchema {
  return Array.isArray(schema);
}

/** Whether the schema is a string with published values. */
export function isEnumSchema(schema: TypeSchema | undefined): schema is EnumSchema {
  return typeof schema === 'object' && !Array.isArray(schema) && Array.isArray((schema as EnumSchema).$enum);
}

/** Whether the schema is a map with free keys. */
export function isMapSchema(schema: TypeSchema | undefined): schema is MapSchema {
  return typeof schema === 'object' && !Array.isArray(schema) && Object.hasOwn(schema, '*');
}

/** Whether the schema is an object with named properties. */
export function isObjectSchema(schema: TypeSchema | undefined): schema is ObjectSchema {
  return typeof schema === 'object' && !Array.isArray(schema) && !isEnumSchema(schema) && !isMapSchema(schema);
}

/**
 * The schema at a path such as `A.B[].C` or `A.B[0].C`. A map takes any key. Below `json` everything is `json`.
 *
 * @returns undefined when the path does not exist: a property that is not published, an index into a
 *   non-list, or a member of a list without `[]`
 */
export function schemaAt(schema: TypeSchema, path: string): TypeSchema | undefined {
  let current: TypeSchema | undefined = schema;
  for (const step of path.split('.')) {
    const bracket = step.indexOf('[');
    const name = bracket === -1 ? step : step.slice(0, bracket);
    if (name !== '') current = memberOf(current, name);
    if (bracket === -1) continue;
    for (let index = bracket; index < step.length; index = step.indexOf(']', index) + 1) {
      if (step[index] !== '[' || step.indexOf(']', index) === -1) return undefined;
      current = current === 'json' ? 'json' : isListSchema(current) ? current[0] : undefined;
    }
  }
  return current;
}

function memberOf(schema: TypeSchema | undefined, name: string): TypeSchema | undefined {
  if (schema === 'json') return 'json';
  if (isMapSchema(schema)) return schema['*'];
  return isObjectSchema(schema) && Object.hasOwn(schema, name) ? schema[name] : undefined;
}

/**
 * The published values at a path; of a list of such strings, those of its items.
 *
 * @returns undefined when the path does not exist or has no published values
 */
export function enumAt(schema: TypeSchema, path: string): readonly string[] | undefined {
  const found = schemaAt(schema, path);
  const item = isListSchema(found) ? found[0] : found;
  return isEnumSchema(item) ? item.$enum : undefined;
}
