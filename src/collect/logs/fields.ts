import { limits } from '../../base/limits.ts';

/** A JSON object as it was parsed: nothing about its fields is known. */
export type Json = Readonly<Record<string, unknown>>;

/** The value when it is an object and no list. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The value at a path of keys (a number is a place in a list); undefined where the path leads nowhere. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[key];
  }
  return current;
}

/** The text at a path, a number as its digits; undefined when there is none or it is empty. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = valueAt(value, ...path);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : undefined;
}

/** The count at a path: a finite number, not negative, or its digits in a text. */
export function countAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = valueAt(value, ...path);
  const number = typeof found === 'string' && /^\d{1,15}(?:\.\d{1,9})?$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The object at a path. */
export function objectAt(value: unknown, ...path: readonly (string | number)[]): Json | undefined {
  return asObject(valueAt(value, ...path));
}

/** The value at a path where exporters write JSON as text: parsed, or as it is when it does not parse. */
export function parsedAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  const found = valueAt(value, ...path);
  if (typeof found !== 'string' || !/^\s*[[{"]/.test(found)) return found;
  return parseJson(found) ?? found;
}

/** The JSON value of a text; undefined when it is none. `null` counts as none: no record is null. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * A text as a name in clear: of a model, a tool, a server, an agent. What no identifier may have (model/event-facts.ts)
 * becomes a hyphen. Undefined for what could be prose or a person: long texts, line breaks and control characters, mail
 * addresses. The sealed record keeps it as it was.
 */
export function nameOf(text: string | undefined): string | undefined {
  if (text === undefined || text.length > limits.identifierLengthMax) return undefined;
  if (/^[A-Za-z0-9._:/+#=,~*()[\]$-]*$/.test(text)) return text;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[^\s@]@[^\s@]+\.\w/u.test(text)) return undefined;
  const name = text.replace(/[^A-Za-z0-9._:/@+#=,~*()[\]$-]+/g, '-').replace(/^-+|-+$/g, '');
  return name === '' ? undefined : name;
}

/** A text as a stable code: lower case, words joined by hyphens; undefined when nothing is left or it is too long. */
export function codeOf(text: string | undefined): string | undefined {
  const code = text
    ?.replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z\d.]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return code === undefined || code === '' || code.length > 100 ? undefined : code;
}

/** Milliseconds since 1970 of a count in seconds, milli-, micro- or nanoseconds: told apart by their size until 2286. */
function millisecondsOf(count: number): number {
  if (count < 1e10) return Math.round(count * 1e3);
  if (count < 1e13) return Math.floor(count);
  return Math.floor(count / (count < 1e16 ? 1e3 : 1e6));
}

/** 1 Jan 2000: a log has no earlier time. */
const earliestMs = 946_684_800_000;

/**
 * RFC 3339 in UTC from what logs write: RFC 3339, the same without an offset (taken as UTC, as Microsoft documents its
 * times), BigQuery's `2026-10-01 12:00:00.5 UTC`, or a count since 1970 in seconds, milli-, micro- or nanoseconds.
 */
export function timeOf(value: unknown): string | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{9,20}(?:\.\d+)?$/.test(value))) {
    // Nanoseconds do not fit a double: their last six digits are cut off as text.
    const nanoseconds = typeof value === 'string' && /^\d{17,}$/.test(value);
    const milliseconds = nanoseconds ? Number(value.slice(0, -6)) : millisecondsOf(Number(value));
    return milliseconds >= earliestMs && milliseconds < 1e13 ? new Date(milliseconds).toISOString() : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?(Z|UTC|[+-]\d\d:?\d\d)?$/i.exec(value.trim());
  if (parts === null) return undefined;
  const [, date = '', clock = '', fraction = '', zone = 'Z'] = parts;
  const offset = /^(?:z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const time = Date.parse(`${date}T${clock}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** A W3C `traceparent` from a trace and a span id in hex; undefined unless both are valid and not all zero. */
export function traceOf(trace: string | undefined, span: string | undefined): string | undefined {
  if (trace === undefined || span === undefined) return undefined;
  const valid =
    /^[\da-f]{32}$/i.test(trace) && /^[\da-f]{16}$/i.test(span) && !/^0+$/.test(trace) && !/^0+$/.test(span);
  return valid ? `00-${trace.toLowerCase()}-${span.toLowerCase()}-01` : undefined;
}
