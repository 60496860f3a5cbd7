import { limits } from '../../../base/limits.ts';

/** A parsed template expression. `text` is the call as written, for reasons. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly text: string }
  | { readonly kind: 'member'; readonly target: Expression; readonly key: Expression };

/** Thrown for what is not an expression; the caller makes it a gap. */
export class NotAnExpression extends Error {
  override readonly name = 'NotAnExpression';
}

/** Whether a string is an expression (`[…]`) and not an escaped or plain text. */
export function isExpression(text: string): boolean {
  return text.startsWith('[') && text.endsWith(']') && !text.startsWith('[[');
}

/** A plain text: `[[` at the start of a bracketed text escapes the bracket. */
export function plainText(text: string): string {
  return text.startsWith('[[') && text.endsWith(']') ? text.slice(1) : text;
}

/**
 * Parses `[expression]`: calls with arguments, quoted texts (`''` for a quote), whole numbers, `.member` and `[index]`.
 * Function names come out in lower case, without the `sys.` namespace.
 *
 * @throws NotAnExpression for a syntax error, or past the nesting limit
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text.slice(1, -1));
  return parser.whole();
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#expression();
    this.#space();
    if (this.#at !== this.#text.length) throw new NotAnExpression('unexpected text after the expression');
    return expression;
  }

  #expression(): Expression {
    if (++this.#depth > limits.nestingDepthMax) throw new NotAnExpression('nested deeper than the limit');
    let expression = this.#primary();
    for (let steps = 0; ; steps++) {
      this.#space();
      if (steps > limits.nestingDepthMax) throw new NotAnExpression('nested deeper than the limit');
      if (this.#take('.')) {
        expression = { kind: 'member', target: expression, key: { kind: 'literal', value: this.#identifier() } };
      } else if (this.#take('[')) {
        const key = this.#expression();
        this.#expect(']');
        expression = { kind: 'member', target: expression, key };
      } else break;
    }
    this.#depth--;
    return expression;
  }

  #primary(): Expression {
    this.#space();
    const next = this.#text[this.#at] ?? '';
    if (next === "'") return { kind: 'literal', value: this.#quoted() };
    if ((next >= '0' && next <= '9') || next === '-' || next === '+') return { kind: 'literal', value: this.#number() };
    const start = this.#at;
    let name = this.#identifier();
    while (this.#take('.')) name += `.${this.#identifier()}`;
    this.#expect('(');
    const args = this.#arguments();
    const lower = name.toLowerCase();
    const bare = lower.startsWith('sys.') ? lower.slice(4) : lower;
    return { kind: 'call', name: bare, args, text: this.#text.slice(start, this.#at) };
  }

  #arguments(): Expression[] {
    const args: Expression[] = [];
    this.#space();
    if (this.#take(')')) return args;
    for (;;) {
      args.push(this.#expression());
      this.#space();
      if (this.#take(')')) return args;
      this.#expect(',');
    }
  }

  #quoted(): string {
    let result = '';
    this.#at++;
    for (;;) {
      const end = this.#text.indexOf("'", this.#at);
      if (end === -1) throw new NotAnExpression('a text has no closing quote');
      result += this.#text.slice(this.#at, end);
      this.#at = end + 1;
      if (this.#text[this.#at] !== "'") return result;
      result += "'";
      this.#at++;
    }
  }

  #number(): number {
    const start = this.#at++;
    while (/[0-9.]/.test(this.#text[this.#at] ?? '')) this.#at++;
    const value = Number(this.#text.slice(start, this.#at));
    if (!Number.isFinite(value)) throw new NotAnExpression('not a number');
    return value;
  }

  #identifier(): string {
    this.#space();
    const start = this.#at;
    while (/[A-Za-z0-9_$]/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (start === this.#at) throw new NotAnExpression('expected a name');
    return this.#text.slice(start, this.#at);
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #take(symbol: string): boolean {
    if (this.#text[this.#at] !== symbol) return false;
    this.#at++;
    return true;
  }

  #expect(symbol: string): void {
    this.#space();
    if (!this.#take(symbol)) throw new NotAnExpression(`expected \`${symbol}\``);
  }
}
