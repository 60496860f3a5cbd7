import type { GapKind } from '../../../../model/gap.ts';
import type { Place } from './ast.ts';

/** Character codes the parser compares with. */
export const code = {
  tab: 9,
  newline: 10,
  return: 13,
  space: 32,
  bang: 33,
  quote: 34,
  hash: 35,
  dollar: 36,
  percent: 37,
  and: 38,
  open: 40,
  close: 41,
  star: 42,
  plus: 43,
  comma: 44,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  nine: 57,
  colon: 58,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  pipe: 124,
  closeBrace: 125,
  tilde: 126,
} as const;

/** A place where the text cannot be parsed; becomes a gap. */
export class SyntaxFailure extends Error {
  override readonly name = 'SyntaxFailure';
  readonly kind: GapKind;
  readonly place: Place;
  constructor(reason: string, place: Place, kind: GapKind = 'syntax') {
    super(reason);
    this.place = place;
    this.kind = kind;
  }
}

/** Whether an identifier may start with the character: letters, `_`, and any letter outside ASCII. */
function isStart(c: number): boolean {
  return (
    (c >= 97 && c <= 122) ||
    (c >= 65 && c <= 90) ||
    c === 95 ||
    (c >= 0xaa && c !== 0xa0 && c !== 0xfeff && !(c >= 0x2000 && c <= 0x206f))
  );
}

function isPart(c: number): boolean {
  return isStart(c) || (c >= code.zero && c <= code.nine) || c === code.minus;
}

/** Reads characters of one text, keeping count of lines. The parser's only state besides the call stack. */
export class Scanner {
  protected readonly text: string;
  protected at = 0;
  protected line: number;
  /** Offset at which column 1 of the current line stands. */
  protected lineStart: number;
  /** Whether newlines are white space here (within parentheses, brackets and interpolations). */
  protected multiline = false;

  /** @param start where the text stands in its file, for text taken out of another document */
  constructor(text: string, start: Place = { line: 1, column: 1 }) {
    this.text = text;
    this.line = start.line;
    this.lineStart = 1 - start.column;
  }

  protected get column(): number {
    return this.at - this.lineStart + 1;
  }

  protected get ended(): boolean {
    return this.at >= this.text.length;
  }

  protected peek(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  protected fail(reason: string, kind: GapKind = 'syntax'): never {
    throw new SyntaxFailure(reason, { line: this.line, column: this.column }, kind);
  }

  protected isIdentifierStart(c: number): boolean {
    return isStart(c);
  }

  /** Skips blanks and comments, and newlines where they mean nothing. */
  protected skip(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at);
      if (c === code.space || c === code.tab || c === code.return) this.at++;
      else if (c === code.newline) {
        if (!this.multiline) return;
        this.newline();
      } else if (c === code.hash) this.lineComment();
      else if (c === code.slash && this.peek(1) === code.slash) this.lineComment();
      else if (c === code.slash && this.peek(1) === code.star) this.blockComment();
      else return;
    }
  }

  /** The same with newlines skipped whatever the mode. */
  protected skipLines(): void {
    const before = this.multiline;
    this.multiline = true;
    this.skip();
    this.multiline = before;
  }

  /** Steps over a newline character. */
  protected newline(): void {
    this.at++;
    this.line++;
    this.lineStart = this.at;
  }

  private lineComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end === -1 ? this.text.length : end;
  }

  private blockComment(): void {
    const end = this.text.indexOf('*/', this.at + 2);
    if (end === -1) this.fail('a comment is not closed');
    this.moveTo(end + 2);
  }

  /** Moves on to an offset, counting the lines between. */
  protected moveTo(offset: number): void {
    for (
      let next = this.text.indexOf('\n', this.at);
      next !== -1 && next < offset;
      next = this.text.indexOf('\n', next + 1)
    ) {
      this.line++;
      this.lineStart = next + 1;
    }
    this.at = offset;
  }

  /** Reads an identifier (HCL: letters, digits, `_` and `-`). */
  protected identifier(): string {
    const start = this.at;
    if (!isStart(this.peek())) this.fail('a name is expected');
    do this.at++;
    while (isPart(this.text.charCodeAt(this.at)));
    return this.text.slice(start, this.at);
  }

  /** Steps over one expected character. */
  protected expect(c: number, what: string): void {
    if (this.peek() !== c) this.fail(`\`${what}\` is expected`);
    this.at++;
  }
}
