import { limits } from '../../base/limits.ts';
import { entityType } from '../schema/vocabulary.ts';
import { type Source, stringOf, type Token } from './source.ts';
import {
  type Argument,
  type Call,
  type Comparison,
  type EventKind,
  eventKinds,
  type Name,
  type WrittenBinder,
  type WrittenCondition,
  type WrittenField,
  type WrittenTerm,
  type WrittenWindow,
} from './syntax.ts';
import { entity, numberOfUnits, truth, type Value, valueOf } from './value.ts';

const unitsMs: ReadonlyMap<string, number> = new Map([
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Words that name no variable. */
const keywords: ReadonlySet<string> = new Set(
  'formerly previous since within exists for where count sum tp true false context principal resource let in'.split(
    ' ',
  ),
);

/**
 * Parses the inside of a `temporal { … }` block or of a macro. Recursive descent over the grammar of Dogwood's
 * `extension/temporal/grammar.pest`: `!` binds tightest, then `since`, then `&&`.
 */
export class TemporalParser {
  readonly #tokens: readonly Token[];
  readonly #source: Source;
  #next: number;
  #depth = 0;

  /** @param first index of the first token of the block's inside */
  constructor(tokens: readonly Token[], first: number, source: Source) {
    this.#tokens = tokens;
    this.#next = first;
    this.#source = source;
  }

  /** The condition up to the closing brace, and the index of that. @throws DemarcError */
  block(): { readonly condition: WrittenCondition; readonly end: number } {
    if (this.#isSymbol('}')) throw this.#fail('a temporal block is empty');
    const condition = this.#condition();
    if (!this.#isSymbol('}')) throw this.#unexpected('`&&`, `since` or `}`');
    return { condition, end: this.#next };
  }

  #condition(): WrittenCondition {
    this.#enter();
    const parts = [this.#sinceOrConjunct()];
    while (this.#takeSymbol('&&')) parts.push(this.#sinceOrConjunct());
    this.#depth--;
    const [first] = parts;
    if (this.#isSymbol('||'))
      throw this.#fail('`||` is not part of temporal conditions', 'write one policy for each alternative');
    return parts.length === 1 && first !== undefined ? first : { kind: 'and', parts, at: first?.at ?? 0 };
  }

  #enter(): void {
    if (++this.#depth > limits.nestingDepthMax)
      throw this.#fail(`a condition is nested deeper than ${limits.nestingDepthMax}`);
  }

  #sinceOrConjunct(): WrittenCondition {
    const left = this.#negated();
    if (!this.#takeName('since')) return left;
    const window = this.#window();
    return { kind: 'since', left, window, right: this.#atom('since'), at: left.at };
  }

  #negated(): WrittenCondition {
    const { at } = this.#token;
    let negations = 0;
    while (this.#takeSymbol('!')) negations++;
    const body = this.#conjunct();
    return negations === 0 ? body : { kind: 'not', body: negations % 2 === 1 ? body : { kind: 'not', body, at }, at };
  }

  #conjunct(): WrittenCondition {
    const { text, kind, at } = this.#token;
    if (kind === 'name' && (text === 'formerly' || text === 'previous')) {
      this.#next++;
      const window = this.#window();
      return { kind: text, window, body: this.#atom(text), at };
    }
    if (this.#takeName('exists')) {
      const binder = this.#binder();
      this.#expect('.');
      return { kind: 'exists', binder, body: this.#condition(), at };
    }
    return this.#simple();
  }

  /** What `formerly`, `previous` and `since` apply to. */
  #atom(operator: string): WrittenCondition {
    const { kind, text } = this.#token;
    if (this.#isSymbol('!') || (kind === 'name' && ['formerly', 'previous', 'exists'].includes(text)))
      throw this.#fail(`\`${operator} within …\` applies to \`${text}\``, 'put the operand in parentheses');
    return this.#simple();
  }

  /** A parenthesised condition, a timepoint, an event, a call, a comparison or a term. */
  #simple(): WrittenCondition {
    const { at } = this.#token;
    if (this.#takeSymbol('(')) {
      const inner = this.#condition();
      this.#expect(')');
      return inner.kind === 'bare' && inner.refined.length === 0 ? this.#afterTerm(inner.term, at) : inner;
    }
    if (this.#token.text === 'tp' && this.#isSymbol('(', 1)) {
      this.#next += 2;
      const name = this.#name();
      this.#expect(')');
      return { kind: 'timepoint', name, at };
    }
    const head = this.#termOrEvent();
    return head.kind === 'event' ? head : this.#afterTerm(head, at);
  }

  #afterTerm(term: WrittenTerm, at: number): WrittenCondition {
    const { kind, text } = this.#token;
    if (kind === 'symbol' && comparisons.has(text)) {
      this.#next++;
      return { kind: 'compare', operator: text as Comparison, left: term, right: this.#term(), at };
    }
    if (kind === 'symbol' && text === '=') throw this.#fail('`=` compares nothing', 'write `==`');
    if (kind === 'symbol' && '+-*/%'.includes(text))
      throw this.#fail(
        `there is no \`${text}\` in temporal conditions`,
        'compare in a `when { … }` clause, or move the number to the other side',
      );
    if (kind === 'name' && (text === 'in' || text === 'like' || text === 'has' || text === 'is'))
      throw this.#fail(
        `there is no \`${text}\` in temporal conditions`,
        'compare with `==`, or write a `when { … }` clause',
      );
    return { kind: 'bare', term, refined: this.#refinements(), at };
  }

  #refinements(): WrittenField[] {
    const fields: WrittenField[] = [];
    while (this.#isSymbol('{')) fields.push(...this.#fields());
    return fields;
  }

  #fields(): WrittenField[] {
    this.#expect('{');
    const fields: WrittenField[] = [];
    while (!this.#takeSymbol('}')) {
      const { at } = this.#token;
      const path = [this.#plainName()];
      while (this.#takeSymbol('.')) path.push(this.#plainName());
      this.#expect(':');
      fields.push({ path, term: this.#term(), at });
      if (!this.#isSymbol('}')) this.#expect(',');
    }
    return fields;
  }

  #term(): WrittenTerm {
    const { at } = this.#token;
    this.#enter();
    const isInner = this.#takeSymbol('(');
    const term = isInner ? this.#term() : this.#termOrEvent();
    if (isInner) this.#expect(')');
    this.#depth--;
    if (term.kind === 'event')
      throw this.#source.error(at, 'an event is no value', 'write it as a condition of its own');
    return term;
  }

  #termOrEvent(): WrittenTerm | Extract<WrittenCondition, { readonly kind: 'event' }> {
    const token = this.#token;
    const { kind, text, at } = token;
    const isMinus = kind === 'symbol' && text === '-';
    if (kind === 'number' || (isMinus && this.#at(1).kind === 'number')) return this.#number();
    if (kind === 'string') {
      this.#next++;
      return { kind: 'value', value: valueOf(stringOf(token, this.#source)) ?? '', at };
    }
    if (this.#takeSymbol('*')) return { kind: 'wildcard', at };
    if (this.#isSymbol('[')) return this.#array();
    if (kind === 'symbol' && (text === '?' || text === '$')) return { kind: 'name', name: this.#name(), at };
    if (kind !== 'name') throw this.#unexpected('a condition or a value');
    return this.#word();
  }

  #word(): WrittenTerm | Extract<WrittenCondition, { readonly kind: 'event' }> {
    const { text, at } = this.#token;
    if (text === 'true' || text === 'false') {
      this.#next++;
      return { kind: 'value', value: truth(text === 'true'), at };
    }
    if (text === '_') {
      this.#next++;
      return { kind: 'wildcard', at };
    }
    if (this.#isSymbol('::', 1)) return this.#entityOrEvent();
    if (text === 'decimal' && this.#isSymbol('(', 1)) return this.#decimal();
    if (text === 'count' || text === 'sum') return this.#aggregate(text);
    if (this.#isSymbol('(', 1)) {
      this.#next += 2;
      return { kind: 'call', call: this.#call(text, at), at };
    }
    if (text === 'context' || text === 'principal' || text === 'resource') return this.#fact();
    return { kind: 'name', name: this.#name(), at };
  }

  #fact(): WrittenTerm {
    const { at } = this.#token;
    const path = [this.#plainName()];
    while (this.#takeSymbol('.')) path.push(this.#plainName());
    if (this.#isSymbol('[')) throw this.#fail('a fact has no `[…]`', 'name fields with a dot');
    return { kind: 'fact', path, at };
  }

  #number(): WrittenTerm {
    const { at } = this.#token;
    const minus = this.#takeSymbol('-');
    const digits = this.#token.text;
    this.#next++;
    if (this.#isSymbol('.')) throw this.#fail('a number has a point', 'write `decimal("1.5")`');
    const whole = BigInt(digits) * (minus ? -1n : 1n);
    if (whole >= 2n ** 63n || whole < -(2n ** 63n)) throw this.#source.error(at, 'a number has more than 64 bits');
    return { kind: 'value', value: numberOfUnits(whole * 10_000n), at };
  }

  #decimal(): WrittenTerm {
    const { at } = this.#token;
    this.#next += 2;
    const text = this.#string();
    this.#expect(')');
    const [, minus, whole = '', part = ''] = /^(-?)(\d{1,15})\.(\d{1,4})$/.exec(text) ?? [];
    if (whole === '')
      throw this.#source.error(at, `\`${text}\` is no decimal`, 'digits, a point and one to four digits: "12.50"');
    const units = BigInt(whole) * 10_000n + BigInt(part.padEnd(4, '0'));
    return { kind: 'value', value: numberOfUnits(minus === '-' ? -units : units), at };
  }

  #array(): WrittenTerm {
    const { at } = this.#token;
    this.#expect('[');
    const items: unknown[] = [];
    while (!this.#takeSymbol(']')) {
      const term = this.#term();
      if (term.kind !== 'value' || !/^[sbn]/.test(term.value))
        throw this.#source.error(term.at, 'a list holds something else than texts, numbers and booleans');
      items.push(plain(term.value));
      if (!this.#isSymbol(']')) this.#expect(',');
    }
    return { kind: 'value', value: valueOf(items) ?? '', at };
  }

  #entityOrEvent(): WrittenTerm | Extract<WrittenCondition, { readonly kind: 'event' }> {
    const { at } = this.#token;
    const type = [this.#plainName()];
    while (this.#takeSymbol('::') && this.#token.kind === 'name') type.push(this.#plainName());
    const id = this.#string();
    const name = type.join('::');
    if (!this.#takeSymbol('::')) return { kind: 'value', value: entity(name, id), at };
    if (name !== entityType.action)
      throw this.#source.error(at, `\`${name}\` is no type of actions`, `write \`${entityType.action}::"${id}"\``);
    return { kind: 'event', action: id, event: this.#eventKind(), fields: this.#eventFields(), at };
  }

  #eventKind(): EventKind {
    const { text } = this.#token;
    const kind = eventKinds.find((known) => known === text);
    if (kind === undefined) throw this.#fail(`\`${text}\` is no kind of event`, `one of ${eventKinds.join(', ')}`);
    this.#next++;
    return kind;
  }

  #eventFields(): WrittenField[] {
    if (!this.#isSymbol('{')) throw this.#unexpected('`{ … }` with the fields of the event, or `{}` for any');
    return this.#refinements();
  }

  #aggregate(text: 'count' | 'sum'): WrittenTerm {
    const { at } = this.#token;
    this.#next++;
    const sum = text === 'sum' ? this.#name() : undefined;
    if (!this.#takeName('for')) throw this.#unexpected('`for`');
    const binders = [this.#binder()];
    while (this.#takeSymbol(',')) binders.push(this.#binder());
    this.#expect('.');
    if (!this.#takeName('where')) throw this.#unexpected('`where`');
    return { kind: 'aggregate', sum, binders, body: this.#condition(), at };
  }

  #binder(): WrittenBinder {
    this.#expect('(');
    const name = this.#name();
    this.#expect(':');
    const type = [this.#plainName()];
    while (this.#takeSymbol('::')) type.push(this.#plainName());
    this.#expect(')');
    return { name, type: type.join('::') };
  }

  /** The rest of a call, after its opening parenthesis. */
  #call(macro: string, at: number): Call {
    const args: Argument[] = [];
    while (!this.#takeSymbol(')')) {
      const unit = this.#at(1);
      const isWindow = this.#token.kind === 'number' && unit.kind === 'name' && unitsMs.has(unit.text);
      args.push(isWindow ? { kind: 'window', ...this.#duration() } : this.#condition());
      if (!this.#isSymbol(')')) this.#expect(',');
    }
    return { macro, args, at };
  }

  #window(): WrittenWindow {
    if (!this.#takeName('within'))
      throw this.#fail(
        'a temporal operator has no window',
        'write `within` and a time such as `1h`: history is bounded',
      );
    const { at } = this.#token;
    return this.#isSymbol('?') ? { parameter: this.#name(), at } : this.#duration();
  }

  #duration(): { readonly ms: number; readonly at: number } {
    const { at, kind, text } = this.#token;
    const unit = unitsMs.get(this.#at(1).text);
    if (kind !== 'number' || unit === undefined)
      throw this.#fail(
        'a window is no whole number of seconds, minutes, hours or days',
        'such as `90s`, `30m`, `1h`, `1d`',
      );
    this.#next += 2;
    const ms = Number(text) * unit;
    if (ms <= 0) throw this.#source.error(at, 'a window is empty', 'at least `1s`');
    if (ms > limits.temporalWindowMsMax)
      throw this.#source.error(at, `a window is longer than ${limits.temporalWindowMsMax / 3_600_000}h`);
    return { ms, at };
  }

  #name(): Name {
    const { text, at } = this.#token;
    if (this.#takeSymbol('?') || this.#takeSymbol('$'))
      return { sigil: text as '?' | '$', name: this.#plainName(), at };
    if (keywords.has(text)) throw this.#fail(`\`${text}\` names no variable: it is a word of the language`);
    return { sigil: '', name: this.#plainName(), at };
  }

  #plainName(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name') throw this.#unexpected('a name');
    this.#next++;
    return text;
  }

  #string(): string {
    const token = this.#token;
    if (token.kind !== 'string') throw this.#unexpected('a string');
    this.#next++;
    return stringOf(token, this.#source);
  }

  get #token(): Token {
    return this.#at(0);
  }

  #at(ahead: number): Token {
    return (
      this.#tokens[this.#next + ahead] ?? { kind: 'end', text: 'the end of the file', at: this.#source.text.length }
    );
  }

  #isSymbol(text: string, ahead = 0): boolean {
    const token = this.#at(ahead);
    return token.kind === 'symbol' && token.text === text;
  }

  #takeSymbol(text: string): boolean {
    if (!this.#isSymbol(text)) return false;
    this.#next++;
    return true;
  }

  #takeName(text: string): boolean {
    if (this.#token.kind !== 'name' || this.#token.text !== text) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takeSymbol(text)) throw this.#unexpected(`\`${text}\``);
  }

  #unexpected(wanted: string): Error {
    const { text } = this.#token;
    return this.#fail(`expected ${wanted}, found \`${text.slice(0, 40)}\``);
  }

  #fail(message: string, hint?: string): Error {
    return this.#source.error(this.#token.at, message, hint);
  }
}

/** What a literal is as JSON, to be part of a list. */
function plain(value: Value): unknown {
  if (value.startsWith('s')) return value.slice(1);
  return value.startsWith('b') ? value === 'b1' : Number(`${value.slice(1)}e-4`);
}
