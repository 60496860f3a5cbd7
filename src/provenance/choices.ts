import { limits } from '../base/limits.ts';
import { isJsonObject } from '../base/json-object.ts';

/**
 * The texts that a tool's schema allows for an argument, or lists in its description (`accept, decline or counter`), by its path without
 * indexes of lists (`changes.status`). One of them is the server's own word: it chooses what is done, which is judged as intent, and names
 * nobody and no place.
 */
export type Choices = ReadonlyMap<string, ReadonlySet<string>>;

/** @param inputSchema JSON Schema of a tool's arguments; references are not followed */
export function choicesOf(inputSchema: unknown): Choices {
  const found = new Map<string, Set<string>>();
  let left: number = limits.schemaNodesMax;
  const walk = (schema: unknown, path: readonly string[], depth: number): void => {
    if (!isJsonObject(schema) || depth > limits.schemaDepthMax || --left < 0) return;
    const { enum: some, const: one, description, properties, items, anyOf, oneOf } = schema;
    const listed = typeof description === 'string' ? listedIn(description) : [];
    for (const value of [one, ...(Array.isArray(some) ? some : listed)]) {
      if (typeof value !== 'string') continue;
      const key = path.join('.');
      const known = found.get(key) ?? new Set();
      found.set(key, known.add(value));
    }
    if (isJsonObject(properties))
      for (const [name, inner] of Object.entries(properties)) walk(inner, [...path, name], depth + 1);
    walk(items, path, depth + 1);
    for (const members of [anyOf, oneOf])
      if (Array.isArray(members)) for (const member of members) walk(member, path, depth + 1);
  };
  walk(inputSchema, [], 0);
  return found;
}

export function isChoice(choices: Choices | undefined, path: readonly string[], value: string): boolean {
  return choices?.get(path.filter((step) => !/^\d+$/.test(step)).join('.'))?.has(value) === true;
}

const word = String.raw`(?!or(?![\p{L}\p{N}_-]))[\p{L}\p{N}_-]{1,32}`;
const choice = String.raw`["'\x60]?(?=\p{L})${word}(?: ${word})?["'\x60]?`;
const between = String.raw`(?: ?[,|/] ?(?:or )?| or )`;
/** Nothing but a list, or one behind a colon, a bracket, `one of` or `e.g.`, up to the end of the sentence. */
const list = new RegExp(
  String.raw`(?:^|[:(] ?|(?<!\p{L})(?:one of|either|e\.g\.)[:,]? )(${choice}(?:${between}${choice}){1,32})(?=\s*$|[.;)](?![\p{L}\p{N}])|, default)`,
  'u',
);

const separator = new RegExp(between, 'u');

/** The words that the description of an argument lists. */
function listedIn(description: string): string[] {
  const found = list.exec(description.slice(0, limits.namingLengthMax))?.[1] ?? '';
  return found === '' ? [] : found.split(separator).map((word) => word.replace(/^["'`]|["'`]$/g, ''));
}
