import { LineIndex } from '../../documents/lines.ts';
import type { Arg, At, Entry, Expr, Fn, Import, Param, Step } from '../ir.ts';
import type { Syntax } from './syntax.ts';

/** What lowering one file needs: the text, positions, and makers of the common form. One per file. */
export class Lowering {
  readonly text: string;
  readonly imports: Import[] = [];
  readonly #lines: LineIndex;
  #temporaries = 0;

  constructor(text: string) {
    this.text = text;
    this.#lines = new LineIndex(text);
  }

  at(node: Syntax): At {
    return this.#lines.at(node.start);
  }
  textOf(node: Syntax | undefined): string {
    return node === undefined ? '' : this.text.slice(node.start, node.end);
  }
  /** A variable name no program can have, for destructuring. */
  temporary(at: At): Expr {
    return { kind: 'name', name: `#${++this.#temporaries}`, at };
  }
  str(value: string, node: Syntax): Expr {
    return { kind: 'text', value, at: this.at(node) };
  }
  name(name: string, node: Syntax): Expr {
    return { kind: 'name', name, at: this.at(node) };
  }
  literal(value: number | boolean | null, node: Syntax): Expr {
    return { kind: 'literal', value, at: this.at(node) };
  }
  member(object: Expr, property: string, node: Syntax): Expr {
    return { kind: 'member', object, property, at: this.at(node) };
  }
  call(callee: Expr, args: readonly Arg[], node: Syntax, made = false): Expr {
    return { kind: 'call', callee, args, made, at: this.at(node) };
  }
  object(entries: readonly Entry[], spreads: readonly Expr[], node: Syntax, type?: Expr): Expr {
    return { kind: 'object', type, entries, spreads, at: this.at(node) };
  }
  list(items: readonly Expr[], node: Syntax): Expr {
    return { kind: 'list', items, at: this.at(node) };
  }
  other(op: string, parts: readonly Expr[], node: Syntax): Expr {
    return { kind: 'other', op, parts, at: this.at(node) };
  }
  fn(node: Syntax, fn: Partial<Fn> & { name: string; params: readonly Param[]; steps: readonly Step[] }): Fn {
    return { decorators: [], doc: '', exported: false, at: this.at(node), ...fn };
  }
  /** A template: adjacent texts merged, one text alone is a text. */
  template(parts: readonly Expr[], node: Syntax): Expr {
    const merged: Expr[] = [];
    for (const part of parts.flatMap((item) => (item.kind === 'template' ? item.parts : [item]))) {
      const last = merged.at(-1);
      if (part.kind === 'text' && last?.kind === 'text') {
        merged[merged.length - 1] = { kind: 'text', value: last.value + part.value, at: last.at };
      } else merged.push(part);
    }
    const [only] = merged;
    if (only === undefined) return this.str('', node);
    if (merged.length === 1 && only.kind === 'text') return { ...only, at: this.at(node) };
    return { kind: 'template', parts: merged, at: this.at(node) };
  }
  /** `a + b`: a concatenation when either side is a string, otherwise an operator. */
  plus(left: Expr, right: Expr, op: string, node: Syntax): Expr {
    const textual = (side: Expr): boolean => side.kind === 'text' || side.kind === 'template';
    return op === '+' && (textual(left) || textual(right))
      ? this.template([left, right], node)
      : this.other(op, [left, right], node);
  }
  import(local: string, path: string, node: Syntax): void {
    this.imports.push({ local, path, at: this.at(node) });
  }
}

/** The child in a field. */
export function fieldOf(node: Syntax | undefined, field: string): Syntax | undefined {
  return node?.children.find((item) => item.field === field);
}

/** All children in a field. */
export function fieldsOf(node: Syntax, field: string): Syntax[] {
  return node.children.filter((item) => item.field === field);
}

/** Named children. */
export function namedOf(node: Syntax | undefined): Syntax[] {
  return node === undefined ? [] : node.children.filter((item) => item.named);
}

/** The first named child of one of the types. */
export function childOfType(node: Syntax | undefined, ...types: string[]): Syntax | undefined {
  return node?.children.find((item) => types.includes(item.type));
}

/** The text between quotes of a literal, with the common escapes undone. */
export function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replace(/\\([nrt"'`\\$])/g, (_, escaped: string) => ({ n: '\n', r: '\r', t: '\t' })[escaped] ?? escaped);
}
