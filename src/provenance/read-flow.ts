import { limits } from '../base/limits.ts';

/** A value read from a result: text, or a list, or named values in order (names may repeat). */
export type Dumped = string | DumpedList | DumpedMap;
export interface DumpedList {
  readonly items: readonly Dumped[];
}
export interface DumpedMap {
  readonly entries: readonly (readonly [name: string, value: Dumped])[];
}

/** Thrown inside the readers only; the text is then no dump. */
export class NotADump extends Error {}

/** Steps one reading may still take. */
export interface Budget {
  nodes: number;
}

/**
 * Reads JSON, and what looks like it: the literals Python prints (`{'a': None}`), YAML flow style. Names no types: every
 * scalar is its text.
 * @returns the value and the offset behind it @throws NotADump
 */
export function readFlow(text: string, start: number, budget: Budget, depth = 0): { value: Dumped; end: number } {
  let at = skipSpace(text, start);
  if (--budget.nodes < 0 || depth > limits.provenanceDepthMax) throw new NotADump();
  const opening = text[at];
  if (opening === '"' || opening === "'") {
    const { value, end } = readQuoted(text, at);
    return { value, end };
  }
  if (opening !== '[' && opening !== '{') return readBare(text, at);
  const closing = opening === '[' ? ']' : '}';
  const items: Dumped[] = [];
  const entries: [string, Dumped][] = [];
  at = skipSpace(text, at + 1);
  while (text[at] !== closing) {
    const first = readFlow(text, at, budget, depth + 1);
    at = skipSpace(text, first.end);
    if (opening === '[') items.push(first.value);
    else {
      if (typeof first.value !== 'string' || text[at] !== ':') throw new NotADump();
      const second = readFlow(text, at + 1, budget, depth + 1);
      entries.push([first.value, second.value]);
      at = skipSpace(text, second.end);
    }
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== closing) throw new NotADump();
  }
  return { value: opening === '[' ? { items } : { entries }, end: at + 1 };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '', '\n': '', b: '', f: '' };

/** Reads a quoted text, its escapes undone; both `\'` (Python) and `''` (YAML) are a quote. @throws NotADump */
export function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text[start];
  let value = '';
  let at = start + 1;
  for (;;) {
    let stop = at;
    while (stop < text.length && text[stop] !== quote && text[stop] !== '\\') stop++;
    value += text.slice(at, stop);
    if (stop >= text.length) throw new NotADump();
    if (text[stop] === '\\') {
      const code = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(text.slice(stop + 1, stop + 6));
      const next = text[stop + 1] ?? '';
      const hex = code?.[1] ?? code?.[2];
      value += hex === undefined ? (escapes[next] ?? next) : String.fromCharCode(Number.parseInt(hex, 16));
      at = stop + 2 + (hex?.length ?? 0);
      // YAML: a line break behind a backslash joins the lines.
      if (next === '\n') at = skipSpace(text, at);
    } else if (quote === "'" && text[stop + 1] === "'") {
      value += "'";
      at = stop + 2;
    } else return { value, end: stop + 1 };
  }
}

/** A number, a word, or a printed object such as `datetime.date(2024, 5, 1)`. */
function readBare(text: string, start: number): { value: string; end: number } {
  let at = start;
  let parentheses = 0;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '(' || character === '<') parentheses++;
    else if (character === ')' || character === '>') parentheses--;
    else if (character === '\n' || (parentheses <= 0 && /[,\]}:]/.test(character))) {
      // A colon inside a word is part of it: `12:30`, `https://…`.
      if (character !== ':' || /\s|^$/.test(text[at + 1] ?? '')) break;
    }
  }
  const value = text.slice(start, at).trim();
  if (value === '' || /["'[{]/.test(value)) throw new NotADump();
  return { value: /^(?:null|None|~)$/.test(value) ? '' : value, end: at };
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at] ?? '')) at++;
  return at;
}
