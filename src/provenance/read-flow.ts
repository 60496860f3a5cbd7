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
export function readFlow(text: string, start: number, budget: Budget): { value: Dumped; end: number } {
  const reader = new FlowReader(text, start, budget);
  const value = reader.read(0);
  return { value, end: reader.at };
}

/** Reads a quoted text, its escapes undone; both `\'` (Python) and `''` (YAML) are a quote. @throws NotADump */
export function readQuoted(text: string, start: number): { value: string; end: number } {
  const reader = new FlowReader(text, start, { nodes: 1 });
  const value = reader.quoted();
  return { value, end: reader.at };
}

export function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text, at)) at++;
  return at;
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code > 0x20 && code < 0x80) return false;
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x80 && /\s/.test(text[at] ?? ''));
}

const sign = {
  break: 0x0a,
  double: 0x22,
  single: 0x27,
  open: 0x28,
  close: 0x29,
  comma: 0x2c,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  list: 0x5b,
  backslash: 0x5c,
  listEnd: 0x5d,
  map: 0x7b,
  mapEnd: 0x7d,
} as const;

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '', '\n': '', b: '', f: '' };

/** One reading; nearly every answer of a server goes through it, so it looks at each character once, as a number. */
class FlowReader {
  at: number;
  readonly #text: string;
  readonly #budget: Budget;

  constructor(text: string, start: number, budget: Budget) {
    this.#text = text;
    this.at = start;
    this.#budget = budget;
  }

  read(depth: number): Dumped {
    if (--this.#budget.nodes < 0 || depth > limits.provenanceDepthMax) throw new NotADump();
    switch (this.#next()) {
      case sign.double:
      case sign.single:
        return this.quoted();
      case sign.list:
        return this.#list(depth);
      case sign.map:
        return this.#map(depth);
      default:
        return this.#bare();
    }
  }

  /** The character behind white space; NaN at the end. */
  #next(): number {
    this.at = skipSpace(this.#text, this.at);
    return this.#text.charCodeAt(this.at);
  }

  #list(depth: number): Dumped {
    const items: Dumped[] = [];
    this.at++;
    while (this.#next() !== sign.listEnd) {
      items.push(this.read(depth + 1));
      this.#separator(sign.listEnd);
    }
    this.at++;
    return { items };
  }

  #map(depth: number): Dumped {
    const entries: [string, Dumped][] = [];
    this.at++;
    while (this.#next() !== sign.mapEnd) {
      const name = this.read(depth + 1);
      if (typeof name !== 'string' || this.#next() !== sign.colon) throw new NotADump();
      this.at++;
      entries.push([name, this.read(depth + 1)]);
      this.#separator(sign.mapEnd);
    }
    this.at++;
    return { entries };
  }

  #separator(end: number): void {
    const next = this.#next();
    if (next === sign.comma) this.at++;
    else if (next !== end) throw new NotADump();
  }

  quoted(): string {
    const text = this.#text;
    const quote = text.charCodeAt(this.at);
    let value = '';
    let from = this.at + 1;
    for (;;) {
      let stop = from;
      let code = text.charCodeAt(stop);
      while (code !== quote && code !== sign.backslash && stop < text.length) code = text.charCodeAt(++stop);
      value += text.slice(from, stop);
      if (stop >= text.length) throw new NotADump();
      if (code === sign.backslash) {
        const escaped = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(text.slice(stop + 1, stop + 6));
        const next = text[stop + 1] ?? '';
        const hex = escaped?.[1] ?? escaped?.[2];
        value += hex === undefined ? (escapes[next] ?? next) : String.fromCharCode(Number.parseInt(hex, 16));
        from = stop + 2 + (hex?.length ?? 0);
        // YAML: a line break behind a backslash joins the lines.
        if (next === '\n') from = skipSpace(text, from);
      } else if (quote === sign.single && text.charCodeAt(stop + 1) === sign.single) {
        value += "'";
        from = stop + 2;
      } else {
        this.at = stop + 1;
        return value;
      }
    }
  }

  /** A number, a word, or a printed object such as `datetime.date(2024, 5, 1)`. */
  #bare(): string {
    const text = this.#text;
    const start = this.at;
    let at = start;
    let parentheses = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === sign.open || code === sign.less) parentheses++;
      else if (code === sign.close || code === sign.greater) parentheses--;
      else if (code === sign.double || code === sign.single || code === sign.list || code === sign.map)
        throw new NotADump();
      else if (code === sign.break) break;
      else if (parentheses > 0) continue;
      else if (code === sign.comma || code === sign.listEnd || code === sign.mapEnd) break;
      // A colon inside a word is part of it: `12:30`, `https://…`.
      else if (code === sign.colon && (at + 1 >= text.length || isSpace(text, at + 1))) break;
    }
    this.at = at;
    const value = text.slice(start, at).trim();
    if (value === '') throw new NotADump();
    return value === 'null' || value === 'None' || value === '~' ? '' : value;
  }
}
