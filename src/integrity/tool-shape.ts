import { asJsonObject, isJsonObject, type JsonObject } from '../base/json-object.ts';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ApprovedLabels, ToolLabels } from '../model/tool-labels.ts';
import { type ArgumentPlace, boundKeys, isBound, isUpperBound, type Part, placesOf } from './argument-places.ts';

/** Drafts the labels of a tool from its definition; the drafting itself is `provenance/manifest`'s. */
export type DraftLabels = (tool: JsonObject) => ToolLabels;

/** What one argument takes, as far as it can be widened. Values and patterns are digests: a lock file repeats nobody's words. */
export interface ArgumentShape {
  readonly types: readonly string[];
  readonly required: boolean;
  readonly format?: string | undefined;
  /** The values that are allowed; absent where any is. */
  readonly values?: readonly string[] | undefined;
  readonly pattern?: string | undefined;
  /** `maxLength`, `maximum` and the like. */
  readonly bounds?: Readonly<Record<string, number>> | undefined;
  /** Members that are not named may be given. */
  readonly open?: boolean | undefined;
  /** All rules that are not told apart here, one digest: another one may let anything in. */
  readonly rest?: string | undefined;
}

export const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
export type Hint = (typeof hints)[number];

/** What a tool can do and takes: everything of a definition that a change can raise. */
export interface ToolShape {
  readonly labels: ApprovedLabels;
  readonly hints: Partial<Readonly<Record<Hint, boolean | undefined>>>;
  /** By path: `to`, `options.url`, `items[].id`. */
  readonly arguments: Readonly<Record<string, ArgumentShape>>;
}

/** Formats that name a place to send to. */
export const addressFormats: ReadonlySet<string> = new Set([
  'uri',
  'url',
  'uri-reference',
  'iri',
  'email',
  'idn-email',
  'hostname',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'uri-template',
]);

export function shapeOf(tool: JsonObject, draft: DraftLabels): ToolShape {
  const { effect, action, untrustedOutput, sendsOut, confidentiality, document } = draft(tool);
  const annotations = asJsonObject(tool['annotations']);
  const given = hints.flatMap((hint) => {
    const value = annotations[hint];
    return typeof value === 'boolean' ? [[hint, value] as const] : [];
  });
  return {
    labels: { effect, action, untrustedOutput, sendsOut, confidentiality, ...(document ? { document } : {}) },
    hints: Object.fromEntries(given),
    arguments: argumentsOf(tool['inputSchema']),
  };
}

function argumentsOf(schema: unknown): Readonly<Record<string, ArgumentShape>> {
  return Object.fromEntries(Array.from(placesOf(asJsonObject(schema)), ([path, place]) => [path, shapeOfPlace(place)]));
}

function shapeOfPlace({ parts, others, required, rest }: ArgumentPlace): ArgumentShape {
  const nodes = parts.map(({ schema }) => schema);
  const types = common(parts.map(typesOf).filter((list) => list.length > 0));
  const values = common(parts.flatMap(valuesOf));
  const patterns = new Set(nodes.map((node) => node['pattern']).filter((pattern) => typeof pattern === 'string'));
  const format = formatOf(nodes, others);
  const bounds = boundsOf(nodes);
  const isObject = types?.includes('object') === true || nodes.some((node) => isJsonObject(node['properties']));
  return {
    // What has to be of two types at once is of none; an empty list would mean any.
    types: types?.length === 0 ? ['never'] : [...(types ?? [])].sort(),
    required,
    ...(format === undefined ? {} : { format }),
    ...(values === undefined ? {} : { values: values.sort() }),
    ...(patterns.size === 0 ? {} : { pattern: shortDigest([...patterns].sort().join('\n')) }),
    ...(Object.keys(bounds).length === 0 ? {} : { bounds }),
    ...(isObject ? { open: !nodes.some((node) => node['additionalProperties'] === false) } : {}),
    ...(rest === undefined ? {} : { rest: shortDigest(rest) }),
  };
}

function typesOf({ schema, orNull }: Part): string[] {
  const types = [schema['type']].flat().filter((type) => typeof type === 'string');
  return types.length > 0 && orNull ? [...types, 'null'] : types;
}

/** The lists of values a schema allows, `enum` and `const`. */
function valuesOf({ schema, orNull }: Part): string[][] {
  const lists = [schema['enum'], 'const' in schema ? [schema['const']] : undefined].filter((list) =>
    Array.isArray(list),
  );
  return lists.map((list) => (orNull ? [...list, null] : list).map((value) => shortDigest(canonicalJson(value))));
}

/** What all lists have; undefined where there is no list. A whole number is a number. */
function common(lists: readonly (readonly string[])[]): string[] | undefined {
  const sets = lists.map((list) => new Set(list));
  const has = (set: ReadonlySet<string>, item: string): boolean =>
    set.has(item) || (item === 'integer' && set.has('number'));
  if (lists.length === 0) return undefined;
  return [...new Set(lists.flat())].filter((item) => sets.every((set) => has(set, item)));
}

/** An address wherever it may be one, else a format that holds. */
function formatOf(nodes: readonly JsonObject[], others: readonly JsonObject[]): string | undefined {
  const textsIn = (list: readonly JsonObject[]): string[] =>
    list.map((node) => node['format']).filter((format) => typeof format === 'string');
  const held = textsIn(nodes);
  return [...held, ...textsIn(others)].find((format) => addressFormats.has(format)) ?? held[0];
}

/** The tightest of each. */
function boundsOf(nodes: readonly JsonObject[]): Readonly<Record<string, number>> {
  const bounds: Record<string, number> = {};
  for (const node of nodes)
    for (const key of boundKeys) {
      const bound = node[key];
      if (!isBound(bound)) continue;
      const known = bounds[key] ?? bound;
      bounds[key] = isUpperBound(key) ? Math.min(known, bound) : Math.max(known, bound);
    }
  return bounds;
}

/** Forty hex digits of SHA-256: a server that chooses both texts finds no two of one digest. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
