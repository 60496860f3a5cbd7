import { hash } from 'node:crypto';

/**
 * The canonical text of a JSON value (RFC 8785): no space, keys sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them. Two values have one text exactly when they are equal as JSON. A lone surrogate, which RFC 8785
 * refuses, is written as its escape: still no other string's text. Members that are undefined are left out, as in JSON.
 *
 * @param value what `JSON.parse` gives; its depth is bounded by whoever parsed it
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    // Without a comparison, `sort` compares code units: what RFC 8785 asks for (section 3.2.3).
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key])}`);
  return `{${members.join(',')}}`;
}

/** SHA-256, in hex, of the canonical JSON of a call's arguments. */
export function argumentsDigest(args: unknown): string {
  return textDigest(canonicalJson(args));
}

/** The same of the canonical JSON that is at hand. */
export function textDigest(canonical: string): string {
  return hash('sha256', canonical, 'hex');
}
