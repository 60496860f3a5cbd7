import type { Expression, Place } from './ast.ts';
import { code, Scanner } from './scanner.ts';
import { assembleTemplate, removeIndentation, type TemplateToken } from './template-tokens.ts';

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
]);

type Mode = 'quoted' | 'heredoc' | 'text';

/** Reads quoted strings, heredocs and whole template files. */
export abstract class TemplateParser extends Scanner {
  /** Reads an expression; the parser that knows them all provides it. */
  protected abstract expression(): Expression;

  /** Reads a quoted template from its opening quote to behind the closing one. */
  protected quoted(): Expression {
    const place = { line: this.line, column: this.column };
    const start = ++this.at;
    for (let end = start; ; end++) {
      const c = this.text.charCodeAt(end);
      if (c === code.quote) {
        this.at = end + 1;
        return { kind: 'literal', value: this.text.slice(start, end), ...place };
      }
      if (c === code.backslash || c === code.dollar || c === code.percent || c === code.newline || Number.isNaN(c))
        break;
    }
    const tokens = this.#tokens('quoted', undefined);
    if (this.peek() !== code.quote) this.fail('a string is not closed');
    this.at++;
    return assembleTemplate(tokens, place);
  }

  /** Reads a quoted string in which interpolation means nothing (block labels). */
  protected label(): string {
    const expression = this.quoted();
    if (expression.kind !== 'literal') this.fail('a label must be plain text');
    return String(expression.value);
  }

  /** Reads `<<NAME` or `<<-NAME` with its lines and the closing name; the newline behind it is left. */
  protected heredoc(): Expression {
    const place = { line: this.line, column: this.column };
    this.at += 2;
    const indented = this.peek() === code.minus;
    if (indented) this.at++;
    const name = this.identifier();
    while (this.peek() === code.space || this.peek() === code.return || this.peek() === code.tab) this.at++;
    if (this.peek() !== code.newline) this.fail('a line break is expected after the name of a heredoc');
    this.newline();
    const tokens = this.#tokens('heredoc', name);
    if (indented) removeIndentation(tokens);
    return assembleTemplate(tokens, place);
  }

  /** Reads the whole text as a template. */
  protected template(): Expression {
    const place = { line: this.line, column: this.column };
    return assembleTemplate(this.#tokens('text', undefined), place);
  }

  #tokens(mode: Mode, terminator: string | undefined): TemplateToken[] {
    const tokens: TemplateToken[] = [];
    let trimNext = false;
    if (terminator !== undefined && this.#closesHeredoc(terminator)) return tokens;
    for (;;) {
      const place = { line: this.line, column: this.column };
      const { text, stop } = this.#literal(mode);
      if (text !== '') tokens.push({ kind: 'text', text: trimNext ? text.trimStart() : text, place });
      if (text !== '') trimNext = false;
      if (stop === 'line') {
        if (terminator !== undefined && this.#closesHeredoc(terminator)) return tokens;
        continue;
      }
      if (stop === 'end') {
        if (terminator !== undefined) this.fail(`the heredoc \`${terminator.slice(0, 40)}\` is not closed`);
        return tokens;
      }
      if (this.peek(2) === code.tilde) trimLast(tokens);
      tokens.push(stop === 'interpolation' ? this.#interpolation() : this.#directive());
      trimNext = this.text.charCodeAt(this.at - 2) === code.tilde;
    }
  }

  /** Whether the line at hand is the closing name; moves behind it when it is. */
  #closesHeredoc(name: string): boolean {
    let at = this.at;
    while (this.text.charCodeAt(at) === code.space || this.text.charCodeAt(at) === code.tab) at++;
    if (!this.text.startsWith(name, at)) return false;
    const behind = at + name.length;
    let end = behind;
    while (
      this.text.charCodeAt(end) === code.space ||
      this.text.charCodeAt(end) === code.tab ||
      this.text.charCodeAt(end) === code.return
    )
      end++;
    const c = this.text.charCodeAt(end);
    if (c !== code.newline && !Number.isNaN(c)) return false;
    this.at = behind;
    return true;
  }

  /** Reads text up to the end of the template, a line end (which is included) or an opening `${` or `%{`. */
  #literal(mode: Mode): { text: string; stop: 'end' | 'line' | 'interpolation' | 'directive' } {
    let text = '';
    let start = this.at;
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (Number.isNaN(c) || (c === code.quote && mode === 'quoted'))
        return { text: text + this.text.slice(start, this.at), stop: 'end' };
      if (c === code.newline) {
        if (mode === 'quoted') this.fail('a string must not span lines');
        this.newline();
        return { text: (text + this.text.slice(start, this.at)).replace('\r\n', '\n'), stop: 'line' };
      }
      const isMark = c === code.dollar || c === code.percent;
      if (isMark && this.peek(1) === code.openBrace) {
        return {
          text: text + this.text.slice(start, this.at),
          stop: c === code.dollar ? 'interpolation' : 'directive',
        };
      }
      if (isMark && this.peek(1) === c && this.peek(2) === code.openBrace) {
        // `$${` stands for `${`.
        this.at++;
        text += this.text.slice(start, this.at);
        this.at += 2;
        start = this.at - 1;
      } else if (c === code.backslash && mode === 'quoted') {
        text += this.text.slice(start, this.at);
        text += this.#escape();
        start = this.at;
      } else this.at++;
    }
  }

  #escape(): string {
    const c = this.text.charAt(this.at + 1);
    const simple = simpleEscapes.get(c);
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    const digits = c === 'u' ? 4 : c === 'U' ? 8 : 0;
    const hex = this.text.slice(this.at + 2, this.at + 2 + digits);
    const point = Number.parseInt(hex, 16);
    if (digits === 0 || !/^[0-9a-fA-F]+$/.test(hex) || hex.length < digits || point > 0x10ffff)
      this.fail('an unknown escape in a string');
    this.at += 2 + digits;
    return String.fromCodePoint(point);
  }

  #open(): Place {
    const place = { line: this.line, column: this.column };
    this.at += 2;
    if (this.peek() === code.tilde) this.at++;
    return place;
  }

  #close(): void {
    this.skip();
    if (this.peek() === code.tilde) this.at++;
    if (this.peek() !== code.closeBrace) this.fail('`}` is expected at the end of an interpolation');
    this.at++;
  }

  #interpolation(): TemplateToken {
    const place = this.#open();
    const before = this.multiline;
    this.multiline = true;
    const expression = this.expression();
    this.#close();
    this.multiline = before;
    return { kind: 'value', expression, place };
  }

  #directive(): TemplateToken {
    const place = this.#open();
    const before = this.multiline;
    this.multiline = true;
    this.skip();
    const token = this.#directiveBody(this.identifier(), place);
    this.#close();
    this.multiline = before;
    return token;
  }

  #directiveBody(keyword: string, place: Place): TemplateToken {
    switch (keyword) {
      case 'if':
        return { kind: 'if', condition: this.expression(), place };
      case 'else':
      case 'endif':
      case 'endfor':
        return { kind: keyword, place };
      case 'for': {
        const names = this.loopNames();
        return { kind: 'for', ...names, collection: this.expression(), place };
      }
      default:
        return this.fail('an unknown template directive');
    }
  }

  /** Reads `k, v in` or `v in`, behind `for`. */
  protected loopNames(): { key: string | undefined; item: string } {
    this.skip();
    const first = this.identifier();
    this.skip();
    let second: string | undefined;
    if (this.peek() === code.comma) {
      this.at++;
      this.skip();
      second = this.identifier();
      this.skip();
    }
    if (this.identifier() !== 'in') this.fail('`in` is expected');
    return second === undefined ? { key: undefined, item: first } : { key: first, item: second };
  }
}

/** `~` takes the white space before it, within the line it stands on. */
function trimLast(tokens: TemplateToken[]): void {
  const last = tokens.at(-1);
  if (last?.kind === 'text') last.text = last.text.trimEnd();
}
