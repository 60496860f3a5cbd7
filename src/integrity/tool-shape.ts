import { asJsonObject, isJsonObject, type JsonObject } from '../base/json-object.ts';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import type { ToolLabels } from '../model/tool-labels.ts';

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
}

export const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;
export type Hint = (typeof hints)[number];

/** What a tool can do and takes: everything of a definition that a change can raise. */
export interface ToolShape {
  readonly labels: Pick<ToolLabels, 'effect' | 'action' | 'untrustedOutput' | 'sendsOut' | 'confidentiality'>;
  readonly hints: Partial<Readonly<Record<Hint, boolean | undefined>>>;
  /** By path: `to`, `options.url`, `items[].id`. */
  readonly arguments: Readonly<Record<string, ArgumentShape>>;
}

const boundKeys = [
  'maxLength',
  'maximum',
  'exclusiveMaximum',
  'maxItems',
  'maxProperties',
  'minLength',
  'minimum',
  'exclusiveMinimum',
  'minItems',
];
const depthMax = 16;
const argumentsMax = 2_000;

export function shapeOf(tool: JsonObject, draft: DraftLabels): ToolShape {
  const { effect, action, untrustedOutput, sendsOut, confidentiality } = draft(tool);
  const annotations = asJsonObject(tool['annotations']);
  const given = hints.flatMap((hint) => {
    const value = annotations[hint];
    return typeof value === 'boolean' ? [[hint, value] as const] : [];
  });
  return {
    labels: { effect, action, untrustedOutput, sendsOut, confidentiality },
    hints: Object.fromEntries(given),
    arguments: argumentsOf(tool['inputSchema']),
  };
}

function argumentsOf(schema: unknown): Readonly<Record<string, ArgumentShape>> {
  const found = new Map<string, ArgumentShape>();
  const root = asJsonObject(schema);
  const visit = (node: JsonObject, path: string, isRequired: boolean, depth: number): void => {
    if (depth > depthMax || found.size >= argumentsMax) return;
    const parts = [node, ...partsOf(node, root)];
    if (!found.has(path)) found.set(path, shapeOfNode(parts, isRequired));
    for (const part of parts) {
      const required = Array.isArray(part['required']) ? (part['required'] as unknown[]) : [];
      for (const [name, item] of Object.entries(asJsonObject(part['properties'])))
        if (isJsonObject(item)) visit(item, path === '' ? name : `${path}.${name}`, required.includes(name), depth + 1);
      for (const item of [part['items'], part['additionalProperties']])
        if (isJsonObject(item)) visit(item, `${path}[]`, false, depth + 1);
    }
  };
  visit(root, '', true, 0);
  return Object.fromEntries(found);
}

/** The alternatives of a node, and what it refers to within its schema; nothing is followed twice. */
function partsOf(node: JsonObject, root: JsonObject): JsonObject[] {
  const parts: JsonObject[] = [];
  const waiting: JsonObject[] = [node];
  const seen = new Set<JsonObject>();
  for (let next = waiting.shift(); next !== undefined && seen.size < 100; next = waiting.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next !== node) parts.push(next);
    for (const key of ['anyOf', 'oneOf', 'allOf'])
      if (Array.isArray(next[key])) waiting.push(...(next[key] as unknown[]).filter(isJsonObject));
    const reference = next['$ref'];
    const [, name = ''] =
      typeof reference === 'string' ? (/^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference) ?? []) : [];
    for (const key of ['$defs', 'definitions']) {
      const table = root[key];
      const target = isJsonObject(table) && Object.hasOwn(table, name) ? table[name] : undefined;
      if (isJsonObject(target)) waiting.push(target);
    }
  }
  return parts;
}

function shapeOfNode(parts: readonly JsonObject[], required: boolean): ArgumentShape {
  const types = new Set<string>();
  const values = new Set<string>();
  const bounds: Record<string, number> = {};
  let format: string | undefined;
  let pattern: string | undefined;
  for (const part of parts) {
    for (const type of [part['type']].flat()) if (typeof type === 'string') types.add(type);
    for (const value of Array.isArray(part['enum']) ? (part['enum'] as unknown[]) : [])
      values.add(shortDigest(canonicalJson(value)));
    if ('const' in part) values.add(shortDigest(canonicalJson(part['const'])));
    if (typeof part['format'] === 'string') format ??= part['format'];
    if (typeof part['pattern'] === 'string') pattern ??= shortDigest(part['pattern']);
    for (const key of boundKeys) {
      const bound = part[key];
      if (typeof bound === 'number') bounds[key] = bound;
    }
  }
  const isObject = types.has('object') || parts.some((part) => isJsonObject(part['properties']));
  return {
    types: [...types].sort(),
    required,
    ...(format === undefined ? {} : { format }),
    ...(values.size === 0 ? {} : { values: [...values].sort() }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(Object.keys(bounds).length === 0 ? {} : { bounds }),
    ...(isObject ? { open: !parts.some((part) => part['additionalProperties'] === false) } : {}),
  };
}

/** Twelve hex digits of SHA-256: tells a few thousand texts apart. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
