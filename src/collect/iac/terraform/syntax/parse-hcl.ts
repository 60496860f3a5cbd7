import { messageOf } from '../../../../base/errors.ts';
import { limits } from '../../../../base/limits.ts';
import type { Gap } from '../../../../model/gap.ts';
import { Body, type Block, type Expression, type Place } from './ast.ts';
import { ExpressionParser } from './expression-parser.ts';
import { code, SyntaxFailure } from './scanner.ts';

/**
 * Parses HCL native syntax (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). A syntax error is a gap; the
 * block it stands in is left out and reading goes on at the next block that starts in column 1.
 */
export function parseHcl(text: string, file: string): { body: Body; gaps: Gap[] } {
  return new BodyParser(text).file(file);
}

/**
 * Parses a text as a template: a file of `templatefile`, or a string of a JSON configuration.
 *
 * @param start where the text stands in its file
 * @throws SyntaxFailure
 */
export function parseTemplate(text: string, start?: Place): Expression {
  return new BodyParser(text, start).wholeTemplate();
}

/** Parses a text as one expression. @throws SyntaxFailure */
export function parseExpression(text: string, start?: Place): Expression {
  return new BodyParser(text, start).wholeExpression();
}

/** A block of the first level: its keyword in column 1, as every formatter writes it. */
const blockStart =
  /^(?:resource|data|ephemeral|variable|output|locals|module|provider|terraform|moved|removed|import|check|action|list)\b[^=\n]*\{/gm;

class BodyParser extends ExpressionParser {
  file(file: string): { body: Body; gaps: Gap[] } {
    const body = new Body();
    const gaps: Gap[] = [];
    for (;;) {
      try {
        this.#content(body, true);
        return { body, gaps };
      } catch (thrown) {
        const { kind, place } =
          thrown instanceof SyntaxFailure
            ? thrown
            : { kind: 'too-large' as const, place: { line: this.line, column: this.column } };
        gaps.push({
          kind,
          reason: `not valid HCL: ${messageOf(thrown)}`,
          location: { file, line: place.line, column: place.column },
        });
        if (gaps.length >= limits.gapsPerFileMax - 1) {
          gaps.push({
            kind: 'too-large',
            reason: 'more syntax errors than the limit: the rest of the file is not read',
            location: { file, line: this.line, column: this.column },
          });
          return { body, gaps };
        }
        if (!this.#recover()) return { body, gaps };
      }
    }
  }

  wholeTemplate(): Expression {
    return this.template();
  }

  wholeExpression(): Expression {
    this.multiline = true;
    const expression = this.expression();
    this.skip();
    if (!this.ended) this.fail('more than one expression');
    return expression;
  }

  #recover(): boolean {
    this.multiline = false;
    this.depth = 0;
    blockStart.lastIndex = this.at + 1;
    const next = blockStart.exec(this.text);
    if (next === null) return false;
    this.moveTo(next.index);
    return true;
  }

  #content(body: Body, top: boolean): void {
    for (;;) {
      this.skipLines();
      if (this.ended) {
        if (!top) this.fail('a block is not closed');
        return;
      }
      if (this.peek() === code.closeBrace && !top) {
        this.at++;
        return;
      }
      this.#definition(body);
    }
  }

  #definition(body: Body): void {
    const line = this.line;
    const column = this.column;
    const name = this.identifier();
    this.skip();
    if (this.peek() === code.equals) {
      this.at++;
      const expression = this.expression();
      this.skip();
      if (!this.ended && this.peek() !== code.newline && this.peek() !== code.closeBrace)
        this.fail('a line break is expected after an attribute');
      if (!body.add({ name, expression, line, column })) this.fail(`\`${name}\` is set twice`);
      return;
    }
    const labels: string[] = [];
    while (this.peek() !== code.openBrace) {
      if (this.peek() === code.quote) labels.push(this.label());
      else if (this.isIdentifierStart(this.peek())) labels.push(this.identifier());
      else this.fail('`=` or `{` is expected');
      if (labels.length > limits.nestingDepthMax) this.fail('too many labels', 'too-large');
      this.skip();
    }
    this.at++;
    this.enter();
    const block: Block = { type: name, labels, body: new Body(), line, column };
    this.#content(block.body, false);
    this.depth--;
    body.blocks.push(block);
  }
}
