import { isUtf8 } from 'node:buffer';
import { limits } from '../../base/limits.ts';

/** JSON of which there is one reading only, or why it was refused. */
export type StrictJson =
  | {
      readonly value: unknown;
      readonly text: string;
      /** False when a number has more digits than a double keeps: the value is not what the text says. */
      readonly exact: boolean;
    }
  | { readonly fault: string };

/**
 * Parses JSON text (RFC 8259) that all parsers read alike: well-formed UTF-8 without a byte order mark, no member twice, no
 * `__proto__`, no half of a surrogate pair, bounded depth. Trailing data, NaN and other extensions are no JSON.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  if (!isUtf8(bytes)) return { fault: 'is not UTF-8' };
  return parseStrictText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

/** The same for text that was decoded already. */
export function parseStrictText(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'is not JSON' };
  }
  const seen = scan(text);
  if (seen.depth > limits.gatewayMessageDepthMax) return { fault: 'is nested too deeply' };
  if (seen.members !== countMembers(value)) return { fault: 'has a member twice' };
  // Only an escape can hide a name or make half of a surrogate pair in well-formed UTF-8.
  if (text.includes('\\u') || text.includes('__proto__')) {
    const fault = faultOfStrings(value);
    if (fault !== undefined) return { fault };
  }
  return { value, text, exact: seen.exact };
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Counts what text that parses has outside its strings: members, depth, numbers that lose digits (whatever their sign). One pass;
 * strings are jumped over.
 */
function scan(text: string): { readonly members: number; readonly depth: number; readonly exact: boolean } {
  let members = 0;
  let depth = 0;
  let deepest = 0;
  let exact = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x3a) members++;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
    else if (code >= 0x30 && code <= 0x39) {
      const end = endOfNumber(text, at);
      // Fifteen digits always fit a double; an exponent can pass its range.
      if (end - at > 4) exact &&= isExact(text.slice(at, end));
      at = end - 1;
    }
  }
  return { members, depth: deepest, exact };
}

/** Where the string ends that begins at `start`: the place of its closing quote. */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (text.charCodeAt(end - 1) === backslash) {
    let before = end - 1;
    while (text.charCodeAt(before - 1) === backslash) before--;
    if ((end - before) % 2 === 0) break;
    end = text.indexOf('"', end + 1);
  }
  return end;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    const isPart =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2e ||
      code === 0x2b ||
      code === 0x2d ||
      code === 0x45 ||
      code === 0x65;
    if (!isPart) break;
  }
  return end;
}

/** Whether every parser that reads integers as integers and the rest as doubles gets what JavaScript gets. */
function isExact(number: string): boolean {
  const value = Number(number);
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^\d+$/.test(number));
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    count++;
    const member = record[key];
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}

/** A surrogate that is no part of a pair: with the flag `u` a pair is one character. */
const half = /\p{Surrogate}/u;

function faultOfStrings(value: unknown): string | undefined {
  if (typeof value === 'string') return half.test(value) ? 'has half of a surrogate pair' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') return 'has a member `__proto__`';
    const fault = faultOfStrings(key) ?? faultOfStrings(member);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
