import { limits } from '../../../../base/limits.ts';
import type { Expression, Literal, Place } from './ast.ts';
import { SyntaxFailure } from './scanner.ts';

/** A template before its directives are put together. Texts of a heredoc are cut at line ends. */
export type TemplateToken =
  | { readonly kind: 'text'; text: string; readonly place: Place }
  | { readonly kind: 'value'; readonly expression: Expression; readonly place: Place }
  | { readonly kind: 'if'; readonly condition: Expression; readonly place: Place }
  | { readonly kind: 'else' | 'endif' | 'endfor'; readonly place: Place }
  | {
      readonly kind: 'for';
      readonly key: string | undefined;
      readonly item: string;
      readonly collection: Expression;
      readonly place: Place;
    };

/**
 * Takes the common indentation off the lines of a `<<-` heredoc. Blank lines do not count; a line that starts with an
 * interpolation has none. (HCL specification, "Template Expressions": flush heredocs.)
 */
export function removeIndentation(tokens: readonly TemplateToken[]): void {
  let smallest = Number.MAX_SAFE_INTEGER;
  let atLineStart = true;
  const indented: Extract<TemplateToken, { kind: 'text' }>[] = [];
  for (const token of tokens) {
    if (atLineStart) {
      atLineStart = false;
      let spaces = 0;
      if (token.kind === 'text') {
        const trimmed = token.text.trimStart();
        if (trimmed === '' && token.text.endsWith('\n')) spaces = Number.MAX_SAFE_INTEGER;
        else {
          spaces = token.text.length - trimmed.length;
          indented.push(token);
        }
      }
      if (spaces < smallest) smallest = spaces;
    }
    if (token.kind === 'text' && token.text.endsWith('\n')) atLineStart = true;
  }
  for (const token of indented) token.text = token.text.slice(Math.min(smallest, token.text.length));
}

/** Builds the expression a flat list of tokens stands for. @throws SyntaxFailure for directives that do not match */
export function assembleTemplate(tokens: readonly TemplateToken[], place: Place): Expression {
  const assembler = new Assembler(tokens);
  const body = assembler.sequence(place, []);
  // Plain text stands where its quote or `<<` does.
  if (body.kind === 'literal') return { ...body, line: place.line, column: place.column };
  return body.kind === 'template' && body.parts.length === 1 && tokens.length === 1 ? (body.parts[0] ?? body) : body;
}

class Assembler {
  readonly #tokens: readonly TemplateToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly TemplateToken[]) {
    this.#tokens = tokens;
  }

  /** Reads up to one of the terminators, which is left to the caller; an empty list means the end. */
  sequence(place: Place, terminators: readonly TemplateToken['kind'][]): Expression {
    const parts: Expression[] = [];
    let text: { value: string; place: Place } | undefined;
    const flush = (): void => {
      if (text !== undefined && text.value !== '') parts.push(literal(text.value, text.place));
      text = undefined;
    };
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined) {
        if (terminators.length > 0) throw new SyntaxFailure('a template directive is not closed', place);
        break;
      }
      if (terminators.includes(token.kind)) break;
      this.#at++;
      if (token.kind === 'text') {
        text =
          text === undefined
            ? { value: token.text, place: token.place }
            : { value: text.value + token.text, place: text.place };
        continue;
      }
      flush();
      parts.push(this.#part(token));
    }
    flush();
    const [only] = parts;
    if (only === undefined) return literal('', place);
    if (parts.length === 1 && only.kind === 'literal' && typeof only.value === 'string') return only;
    return { kind: 'template', parts, line: place.line, column: place.column };
  }

  #part(token: Exclude<TemplateToken, { kind: 'text' }>): Expression {
    const { line, column } = token.place;
    if (this.#depth > limits.nestingDepthMax)
      throw new SyntaxFailure('nested deeper than the limit', token.place, 'too-large');
    this.#depth++;
    const part = this.#directive(token, line, column);
    this.#depth--;
    return part;
  }

  #directive(token: Exclude<TemplateToken, { kind: 'text' }>, line: number, column: number): Expression {
    switch (token.kind) {
      case 'value':
        return token.expression;
      case 'if': {
        const whenTrue = this.sequence(token.place, ['else', 'endif']);
        const hasElse = this.#tokens[this.#at++]?.kind === 'else';
        const whenFalse = hasElse ? this.sequence(token.place, ['endif']) : literal('', token.place);
        if (hasElse) this.#at++;
        return { kind: 'template-if', condition: token.condition, whenTrue, whenFalse, line, column };
      }
      case 'for': {
        const body = this.sequence(token.place, ['endfor']);
        this.#at++;
        return {
          kind: 'template-for',
          key: token.key,
          item: token.item,
          collection: token.collection,
          body,
          line,
          column,
        };
      }
      case 'else':
      case 'endif':
      case 'endfor':
        throw new SyntaxFailure(`\`${token.kind}\` without a beginning`, token.place);
    }
  }
}

function literal(value: string, place: Place): Literal {
  return { kind: 'literal', value, line: place.line, column: place.column };
}
