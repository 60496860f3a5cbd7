import { limits } from '../../../../base/limits.ts';
import type { BinaryOperator, Expression, Place, Step } from './ast.ts';
import { code } from './scanner.ts';
import { TemplateParser } from './template-parser.ts';

/** Binding strength of the binary operators (HCL specification, "Operations"). */
const strength: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
};

/** Reads expressions by recursive descent over characters; nesting is bounded by `limits.nestingDepthMax`. */
export class ExpressionParser extends TemplateParser {
  protected depth = 0;

  /** Reads an expression and leaves what follows. */
  protected expression(): Expression {
    this.enter();
    const condition = this.#binary(1);
    this.skip();
    if (this.peek() !== code.question) {
      this.depth--;
      return condition;
    }
    this.at++;
    const whenTrue = this.expression();
    this.skip();
    this.expect(code.colon, ':');
    const whenFalse = this.expression();
    this.depth--;
    return { kind: 'conditional', condition, whenTrue, whenFalse, line: condition.line, column: condition.column };
  }

  protected enter(): void {
    if (++this.depth > limits.nestingDepthMax) this.fail('nested deeper than the limit', 'too-large');
  }

  /** Precedence climbing: `min` is the weakest operator this call may take. */
  #binary(min: number): Expression {
    let left = this.#operand();
    for (;;) {
      this.skip();
      const operator = this.#operator();
      if (operator === undefined || strength[operator] < min) return left;
      this.at += operator.length;
      const right = this.#binary(strength[operator] + 1);
      left = { kind: 'binary', operator, left, right, line: left.line, column: left.column };
    }
  }

  #operator(): BinaryOperator | undefined {
    const next = this.peek(1);
    switch (this.peek()) {
      case code.pipe:
        return next === code.pipe ? '||' : undefined;
      case code.and:
        return next === code.and ? '&&' : undefined;
      case code.equals:
        return next === code.equals ? '==' : undefined;
      case code.bang:
        return next === code.equals ? '!=' : undefined;
      case code.less:
        return next === code.equals ? '<=' : '<';
      case code.greater:
        return next === code.equals ? '>=' : '>';
      case code.plus:
        return '+';
      case code.minus:
        return '-';
      case code.star:
        return '*';
      case code.slash:
        return '/';
      case code.percent:
        return '%';
      default:
        return undefined;
    }
  }

  #operand(): Expression {
    this.skip();
    const c = this.peek();
    if (c === code.bang || c === code.minus) {
      const place = this.place();
      this.at++;
      this.enter();
      const operand = this.#operand();
      this.depth--;
      return { kind: 'unary', operator: c === code.bang ? '!' : '-', operand, line: place.line, column: place.column };
    }
    return this.#postfix(this.#term(c), false);
  }

  protected place(): Place {
    return { line: this.line, column: this.column };
  }

  #term(c: number): Expression {
    if (c === code.quote) return this.quoted();
    if (this.isIdentifierStart(c)) return this.#named();
    if (c >= code.zero && c <= code.nine) return this.#number();
    switch (c) {
      case code.open:
        return this.#parenthesised();
      case code.openBracket:
        return this.#tuple();
      case code.openBrace:
        return this.#object();
      case code.less:
        if (this.peek(1) === code.less) return this.heredoc();
        return this.fail('an expression is expected');
      default:
        return this.fail('an expression is expected');
    }
  }

  #named(): Expression {
    const place = this.place();
    let name = this.identifier();
    while (this.peek() === code.colon && this.peek(1) === code.colon) {
      this.at += 2;
      name += `::${this.identifier()}`;
    }
    if (name === 'true' || name === 'false')
      return { kind: 'literal', value: name === 'true', line: place.line, column: place.column };
    if (name === 'null') return { kind: 'literal', value: null, line: place.line, column: place.column };
    this.skipBlanks();
    if (this.peek() === code.open) return this.#call(name, place);
    return { kind: 'traversal', root: name, steps: [], line: place.line, column: place.column };
  }

  protected skipBlanks(): void {
    while (this.peek() === code.space || this.peek() === code.tab) this.at++;
  }

  #number(): Expression {
    const place = this.place();
    const start = this.at;
    this.#digits();
    if (this.peek() === code.dot && this.#isDigit(1)) {
      this.at++;
      this.#digits();
    }
    const mark = this.text[this.at];
    if (mark === 'e' || mark === 'E') {
      const signed = this.peek(1) === code.plus || this.peek(1) === code.minus;
      if (this.#isDigit(signed ? 2 : 1)) {
        this.at += signed ? 2 : 1;
        this.#digits();
      }
    }
    const value = Number(this.text.slice(start, this.at));
    if (!Number.isFinite(value)) this.fail('a number past the limit', 'too-large');
    return { kind: 'literal', value, line: place.line, column: place.column };
  }

  #isDigit(ahead: number): boolean {
    const c = this.peek(ahead);
    return c >= code.zero && c <= code.nine;
  }

  #digits(): void {
    while (this.#isDigit(0)) this.at++;
  }

  #parenthesised(): Expression {
    const place = this.place();
    const before = this.multiline;
    this.multiline = true;
    this.at++;
    const inner = this.expression();
    this.skip();
    this.expect(code.close, ')');
    this.multiline = before;
    // A bare name in parentheses is a value where a key would otherwise be text: `{ (name) = 1 }`.
    return inner.kind === 'traversal' && inner.steps.length === 0
      ? { kind: 'template', parts: [inner], line: place.line, column: place.column }
      : inner;
  }

  #call(name: string, place: Place): Expression {
    const before = this.multiline;
    this.multiline = true;
    this.at++;
    const args: Expression[] = [];
    let spread = false;
    for (;;) {
      this.skip();
      if (this.peek() === code.close) break;
      args.push(this.expression());
      this.skip();
      if (this.peek() === code.dot && this.peek(1) === code.dot && this.peek(2) === code.dot) {
        this.at += 3;
        spread = true;
        this.skip();
      }
      if (this.peek() !== code.comma || spread) break;
      this.at++;
    }
    this.skip();
    this.expect(code.close, ')');
    this.multiline = before;
    return { kind: 'call', name, args, spread, line: place.line, column: place.column };
  }

  #tuple(): Expression {
    const place = this.place();
    const before = this.multiline;
    this.multiline = true;
    this.at++;
    this.skip();
    const loop = this.#loop(code.closeBracket, place);
    if (loop !== undefined) {
      this.multiline = before;
      return loop;
    }
    const items: Expression[] = [];
    for (;;) {
      this.skip();
      if (this.peek() === code.closeBracket) break;
      items.push(this.expression());
      this.skip();
      if (this.peek() !== code.comma) break;
      this.at++;
    }
    this.expect(code.closeBracket, ']');
    this.multiline = before;
    return { kind: 'tuple', items, line: place.line, column: place.column };
  }

  #object(): Expression {
    const place = this.place();
    const before = this.multiline;
    this.multiline = true;
    this.at++;
    this.skip();
    const loop = this.#loop(code.closeBrace, place);
    if (loop !== undefined) {
      this.multiline = before;
      return loop;
    }
    const entries: { key: Expression; value: Expression }[] = [];
    for (;;) {
      this.skipLines();
      if (this.peek() === code.closeBrace) break;
      this.multiline = false;
      const key = asKey(this.expression());
      this.skip();
      if (this.peek() !== code.equals && this.peek() !== code.colon) this.fail('`=` is expected');
      this.at++;
      entries.push({ key, value: this.expression() });
      this.skip();
      const c = this.peek();
      if (c === code.comma || c === code.newline) this.at += c === code.comma ? 1 : 0;
      else if (c !== code.closeBrace) this.fail('a comma or a line break is expected');
    }
    this.at++;
    this.multiline = before;
    return { kind: 'object', entries, line: place.line, column: place.column };
  }

  /** Reads `for …` up to and with the closing character; undefined when it is none. */
  #loop(end: number, place: Place): Expression | undefined {
    if (!this.text.startsWith('for', this.at) || !/^for[\s#/]/.test(this.text.slice(this.at, this.at + 4)))
      return undefined;
    this.at += 3;
    const { key: keyName, item: itemName } = this.loopNames();
    const collection = this.expression();
    this.skip();
    this.expect(code.colon, ':');
    let result = this.expression();
    let resultKey: Expression | undefined;
    this.skip();
    if (end === code.closeBrace) {
      if (this.peek() !== code.equals || this.peek(1) !== code.greater) this.fail('`=>` is expected');
      this.at += 2;
      resultKey = result;
      result = this.expression();
      this.skip();
    }
    const grouped = this.peek() === code.dot && this.peek(1) === code.dot && this.peek(2) === code.dot;
    if (grouped) this.at += 3;
    this.skip();
    let condition: Expression | undefined;
    if (this.isIdentifierStart(this.peek())) {
      if (this.identifier() !== 'if') this.fail('`if` is expected');
      condition = this.expression();
      this.skip();
    }
    this.expect(end, end === code.closeBrace ? '}' : ']');
    return {
      kind: 'for',
      keyName,
      itemName,
      collection,
      resultKey,
      result,
      grouped,
      condition,
      line: place.line,
      column: place.column,
    };
  }

  /** Reads accesses behind a term: `.name`, `.0`, `[key]`, `.*`, `[*]`. */
  #postfix(base: Expression, attributesOnly: boolean): Expression {
    let object = base;
    for (;;) {
      this.skip();
      const c = this.peek();
      if (c === code.dot && this.peek(1) !== code.dot) {
        this.at++;
        this.skip();
        if (this.peek() !== code.star) {
          object = withStep(object, this.#attributeStep());
          continue;
        }
        if (attributesOnly) this.fail('a splat within an attribute splat');
        this.at++;
        object = this.#splat(object, true);
      } else if (c === code.openBracket && !attributesOnly) object = this.#bracket(object);
      else return object;
    }
  }

  #attributeStep(): Step {
    if (this.isIdentifierStart(this.peek())) return this.identifier();
    const start = this.at;
    this.#digits();
    if (this.at === start) this.fail('an attribute name is expected after `.`');
    return Number(this.text.slice(start, this.at));
  }

  #bracket(object: Expression): Expression {
    const before = this.multiline;
    this.multiline = true;
    this.at++;
    this.skip();
    if (this.peek() === code.star) {
      this.at++;
      this.skip();
      this.expect(code.closeBracket, ']');
      this.multiline = before;
      return this.#splat(object, false);
    }
    const key = this.expression();
    this.skip();
    this.expect(code.closeBracket, ']');
    this.multiline = before;
    const literal =
      key.kind === 'literal' && (typeof key.value === 'string' || typeof key.value === 'number') ? key.value : key;
    return withStep(object, literal);
  }

  #splat(object: Expression, attributesOnly: boolean): Expression {
    const { line, column } = object;
    this.enter();
    const each = this.#postfix({ kind: 'item', line, column }, attributesOnly);
    this.depth--;
    return { kind: 'splat', object, each, line, column };
  }
}

function withStep(object: Expression, step: Step): Expression {
  const { line, column } = object;
  if (object.kind !== 'traversal') return { kind: 'access', object, step, line, column };
  // A traversal under construction is nobody else's yet.
  (object.steps as Step[]).push(step);
  return object;
}

/** A bare name as a key is text. */
function asKey(key: Expression): Expression {
  if (key.kind === 'traversal' && key.steps.length === 0)
    return { kind: 'literal', value: key.root, line: key.line, column: key.column };
  if (key.kind === 'literal' && typeof key.value !== 'string') return { ...key, value: String(key.value) };
  return key;
}
