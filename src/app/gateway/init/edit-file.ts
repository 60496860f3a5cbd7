import type { JsonObject } from '../../../base/json-object.ts';
import { isDeepStrictEqual } from 'node:util';
import { type ParseError, parse as parseJsonc } from 'jsonc-parser';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { parseDocument, stringify as stringifyYaml } from 'yaml';
import type { EntryChange, FileFormat } from './client-entries.ts';
import { editJson } from './edit-json.ts';
import { editToml } from './edit-toml.ts';
import { editYaml } from './edit-yaml.ts';

const mark = '\uFEFF';

/**
 * Changes one entry of a client's file; comments, order and everything else stay.
 *
 * @returns undefined when the text cannot be edited so that it then says exactly this and nothing else is changed
 */
export function editFile(text: string, format: FileFormat, change: EntryChange): string | undefined {
  const lead = text.startsWith(mark) ? mark : '';
  const body = text.slice(lead.length);
  const before = parsed(body, format);
  const wanted = before === undefined ? undefined : changed(before.value, change.path, change);
  if (wanted === undefined) return undefined;
  const edited = edit(body, format, change);
  const after = edited === undefined ? undefined : parsed(edited, format);
  return after !== undefined && isDeepStrictEqual(after.value, wanted) ? `${lead}${edited ?? ''}` : undefined;
}

/** The lines that a person writes instead of an entry that was not edited. */
export function linesByHand(format: FileFormat, name: string, { path, set }: EntryChange): string {
  const step = path.at(-1);
  switch (format) {
    case 'json':
      return `${JSON.stringify(name)}: ${JSON.stringify(set, undefined, 2)}`;
    case 'toml':
      return stringifyToml(nested(path.map(String), set)).trim();
    case 'yaml':
      return stringifyYaml(typeof step === 'number' ? [{ name, ...set }] : { [name]: set }, { lineWidth: 0 }).trim();
  }
}

function nested(path: readonly string[], value: JsonObject): JsonObject {
  return path.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), value);
}

function edit(text: string, format: FileFormat, change: EntryChange): string | undefined {
  switch (format) {
    case 'json':
      return editJson(text, change);
    case 'toml':
      return editToml(text, change);
    case 'yaml':
      return editYaml(text, change);
  }
}

/** What a text says; undefined when it does not parse. */
function parsed(text: string, format: FileFormat): { readonly value: unknown } | undefined {
  try {
    switch (format) {
      case 'json': {
        const errors: ParseError[] = [];
        const value: unknown = parseJsonc(text, errors, { allowTrailingComma: true });
        return errors.length === 0 ? { value } : undefined;
      }
      case 'toml':
        return { value: parseToml(text) };
      case 'yaml': {
        const document = parseDocument(text, { merge: true });
        return document.errors.length === 0 ? { value: document.toJS() } : undefined;
      }
    }
  } catch {
    return undefined;
  }
}

/** A value with the change at a path; undefined where there is no map. */
function changed(value: unknown, path: readonly (string | number)[], change: EntryChange): unknown {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null) return undefined;
  if (step === undefined) {
    const kept = Object.entries(value).filter(([key]) => !change.remove.includes(key));
    return Object.assign(emptyLike(value), Object.fromEntries(kept), change.set);
  }
  const inner = changed((value as Record<PropertyKey, unknown>)[step], rest, change);
  if (inner === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === step ? inner : item));
  return Object.assign(emptyLike(value), value, { [step]: inner });
}

/** Parsers differ in the prototype of what they make. */
function emptyLike(value: object): object {
  return Object.create(Object.getPrototypeOf(value) as object | null) as object;
}
