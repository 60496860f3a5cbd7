/**
 * Reads what `console.dir` of Node prints for plain values (`util.inspect`): names without quotes, three kinds of quotes,
 * `undefined`, long texts in pieces joined by `+`, and marks where it left something out (`[Object]`, `... 3 more items`).
 * It is how the console exporter of OpenTelemetry writes log records.
 * https://nodejs.org/api/util.html#utilinspectobject-options, read 2026-11-28.
 *
 * @returns undefined when the text is not of this form
 */
export function parseInspected(text: string): unknown {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    reader.space();
    return reader.at === text.length ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof NotInspected) return undefined;
    throw thrown;
  }
}

/** What stands for a value `util.inspect` left out. */
export const leftOut = '[left out by the exporter]';

class NotInspected {}

const depthMax = 64;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  space(): void {
    while (/\s/.test(this.#text[this.at] ?? '')) this.at++;
  }

  value(depth: number): unknown {
    this.space();
    const character = this.#text[this.at] ?? '';
    if (depth > depthMax) throw new NotInspected();
    if (character === '{') return this.#object(depth);
    const mark = this.#match(/\[(?:Object|Array|Circular \*\d+|\w+(?: \w+)*)(?:: null prototype)?\]/y);
    if (mark !== undefined) return leftOut;
    if (character === '[') return this.#list(depth);
    if (character === "'" || character === '"' || character === '`') return this.#string();
    const word = this.#match(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?n?|true|false|null|undefined|NaN|-?Infinity/y);
    if (word === undefined) throw new NotInspected();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null' || word === 'undefined') return null;
    return word.endsWith('n') ? word.slice(0, -1) : Number(word);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  #expect(character: string): void {
    this.space();
    if (this.#text[this.at] !== character) throw new NotInspected();
    this.at++;
  }

  #takes(character: string): boolean {
    this.space();
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  #object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    this.#expect('{');
    while (!this.#takes('}')) {
      this.space();
      const quoted = /['"`]/.test(this.#text[this.at] ?? '');
      const name = quoted ? this.#string() : this.#match(/[A-Za-z_$][\w$]*|\d+/y);
      if (name === undefined) throw new NotInspected();
      this.#expect(':');
      result[name] = this.value(depth + 1);
      if (!this.#takes(',')) {
        this.#expect('}');
        break;
      }
    }
    return result;
  }

  #list(depth: number): unknown[] {
    const result: unknown[] = [];
    this.#expect('[');
    while (!this.#takes(']')) {
      this.space();
      const more = this.#match(/\.\.\. \d+ more items?/y);
      result.push(more === undefined ? this.value(depth + 1) : leftOut);
      if (!this.#takes(',')) {
        this.#expect(']');
        break;
      }
    }
    return result;
  }

  #string(): string {
    let result = '';
    do {
      this.space();
      const quote = this.#text[this.at];
      if (quote !== "'" && quote !== '"' && quote !== '`') throw new NotInspected();
      this.at++;
      result += this.#quoted(quote);
    } while (this.#takes('+'));
    const more = this.#match(/\s*\.\.\. \d+ more characters?/y);
    return more === undefined ? result : `${result}${leftOut}`;
  }

  #quoted(quote: string): string {
    let result = '';
    for (;;) {
      const character = this.#text[this.at++];
      if (character === undefined) throw new NotInspected();
      if (character === quote) return result;
      if (character !== '\\') {
        result += character;
        continue;
      }
      const code = this.#match(/x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}/y);
      if (code !== undefined) result += String.fromCharCode(Number.parseInt(code.slice(1), 16));
      else {
        const escaped = this.#text[this.at++] ?? '';
        result += escapes[escaped] ?? escaped;
      }
    }
  }
}
