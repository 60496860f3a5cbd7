import type { Arg, Entry, Expr, Fn, Module, Param, Step } from '../ir.ts';
import { childOfType, fieldOf, fieldsOf, Lowering, namedOf, unescape } from '../syntax/lowering.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** Lowers a Python tree (tree-sitter-python 0.25) to the common form. */
export function lowerPython(root: Syntax, text: string, file: string): Module {
  const lower = new PythonLowering(text);
  const steps: Step[] = [];
  for (const child of namedOf(root)) lower.statement(child, steps);
  return { language: 'python', file, imports: lower.imports, steps, clientSide: false };
}

class PythonLowering extends Lowering {
  statement(node: Syntax, steps: Step[], decorators: readonly Expr[] = []): void {
    const at = this.at(node);
    switch (node.type) {
      case 'import_statement':
        return this.#import(node);
      case 'import_from_statement':
        return this.#importFrom(node);
      case 'future_import_statement':
      case 'pass_statement':
      case 'global_statement':
        return;
      case 'decorated_definition': {
        const marks = node.children.filter((item) => item.type === 'decorator');
        const definition = fieldOf(node, 'definition');
        if (definition !== undefined)
          this.statement(
            definition,
            steps,
            marks.map((mark) => this.#first(mark)),
          );
        return;
      }
      case 'function_definition':
        steps.push({ kind: 'function', fn: this.#function(node, decorators), at });
        return;
      case 'class_definition': {
        const body: Step[] = [];
        for (const child of namedOf(fieldOf(node, 'body'))) this.statement(child, body);
        const bases = namedOf(fieldOf(node, 'superclasses')).map((base) => this.expr(base));
        const name = this.textOf(fieldOf(node, 'name'));
        steps.push({ kind: 'class', class: { name, bases, decorators, steps: body, at }, at });
        return;
      }
      case 'expression_statement':
        for (const child of namedOf(node)) this.#expressionStatement(child, steps);
        return;
      case 'return_statement':
        steps.push({ kind: 'return', value: this.#first(node), at });
        return;
      case 'for_statement': {
        const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
        if (left !== undefined && right !== undefined) this.#bind(left, this.expr(right), undefined, steps);
        for (const child of namedOf(node)) if (child !== left && child !== right) this.statement(child, steps);
        return;
      }
      case 'as_pattern': {
        const [value, target] = namedOf(node);
        if (value !== undefined && target !== undefined) this.#bind(target, this.expr(value), undefined, steps);
        return;
      }
      default:
        if (/(?:_statement|_clause|^block|^with_item|_definition)$/.test(node.type)) {
          for (const child of namedOf(node)) this.statement(child, steps);
        } else steps.push({ kind: 'do', value: this.expr(node), at });
    }
  }

  #expressionStatement(node: Syntax, steps: Step[]): void {
    const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
    if ((node.type === 'assignment' || node.type === 'augmented_assignment') && left !== undefined) {
      const typeNode = fieldOf(node, 'type');
      const type = typeNode === undefined ? undefined : this.#first(typeNode);
      if (right !== undefined) {
        const value = this.expr(right);
        this.#bind(
          left,
          node.type === 'assignment' ? value : this.template([this.expr(left), value], node),
          type,
          steps,
        );
      } else if (type !== undefined) {
        steps.push({ kind: 'declare', name: this.textOf(left), type, at: this.at(node) });
      }
      return;
    }
    // A string that stands alone is documentation.
    if (node.type === 'string' || node.type === 'concatenated_string') return;
    steps.push({ kind: 'do', value: this.expr(node), at: this.at(node) });
  }

  #bind(target: Syntax, value: Expr, type: Expr | undefined, steps: Step[]): void {
    const at = this.at(target);
    if (target.type === 'as_pattern_target') return this.#bind(namedOf(target)[0] ?? target, value, type, steps);
    if (/^(?:pattern_list|tuple_pattern|list_pattern|tuple|list)$/.test(target.type)) {
      const whole = this.temporary(at);
      steps.push({ kind: 'bind', target: whole, type: undefined, value, at });
      namedOf(target).forEach((part, index) => {
        const index_: Expr = { kind: 'literal', value: index, at };
        this.#bind(part, { kind: 'index', object: whole, index: index_, at }, undefined, steps);
      });
      return;
    }
    if (value.kind === 'other' && value.op === 'assignment') {
      // a = b = value
      steps.push({ kind: 'do', value, at });
    }
    steps.push({ kind: 'bind', target: this.expr(target), type, value, at });
  }

  #import(node: Syntax): void {
    for (const item of fieldsOf(node, 'name')) {
      if (item.type === 'aliased_import') {
        this.import(this.textOf(fieldOf(item, 'alias')), this.textOf(fieldOf(item, 'name')), item);
        continue;
      }
      const path = this.textOf(item);
      const first = path.split('.', 1)[0] ?? path;
      this.import(first, first, item);
    }
  }

  #importFrom(node: Syntax): void {
    const from = this.textOf(fieldOf(node, 'module_name'));
    if (childOfType(node, 'wildcard_import') !== undefined) this.import('*', from, node);
    for (const item of fieldsOf(node, 'name')) {
      const aliased = item.type === 'aliased_import';
      const name = this.textOf(aliased ? fieldOf(item, 'name') : item);
      const joint = from.endsWith('.') ? '' : '.';
      this.import(aliased ? this.textOf(fieldOf(item, 'alias')) : name, `${from}${joint}${name}`, item);
    }
  }

  #function(node: Syntax, decorators: readonly Expr[]): Fn {
    const steps: Step[] = [];
    const body = namedOf(fieldOf(node, 'body'));
    const first = body[0];
    const docNode = first?.type === 'expression_statement' ? namedOf(first)[0] : undefined;
    const doc = docNode?.type === 'string' ? this.expr(docNode) : undefined;
    for (const child of body) this.statement(child, steps);
    const name = this.textOf(fieldOf(node, 'name'));
    const params = this.#params(fieldOf(node, 'parameters'));
    return this.fn(node, {
      name,
      params,
      steps,
      decorators,
      doc: doc?.kind === 'text' ? doc.value.trim() : '',
      exported: true,
    });
  }

  #params(node: Syntax | undefined): Param[] {
    return namedOf(node).flatMap((item): Param[] => {
      if (item.type === 'keyword_separator' || item.type === 'positional_separator') return [];
      const nameNode = fieldOf(item, 'name') ?? (item.type === 'identifier' ? item : namedOf(item)[0]);
      const [type, value] = [fieldOf(item, 'type'), fieldOf(item, 'value')];
      const name = this.textOf(nameNode).replace(/^\*+/, '');
      return [
        {
          name,
          type: type === undefined ? undefined : this.#first(type),
          default: value === undefined ? undefined : this.expr(value),
          decorators: [],
        },
      ];
    });
  }

  #first(node: Syntax): Expr {
    const first = namedOf(node)[0];
    return first === undefined ? this.literal(null, node) : this.expr(first);
  }

  expr(node: Syntax): Expr {
    switch (node.type) {
      case 'identifier':
        return this.name(this.textOf(node), node);
      case 'integer':
      case 'float':
        return this.literal(numberOf(this.textOf(node)), node);
      case 'true':
      case 'false':
        return this.literal(node.type === 'true', node);
      case 'none':
        return this.literal(null, node);
      case 'string':
        return this.#string(node);
      case 'concatenated_string':
        return this.template(
          namedOf(node).map((part) => this.expr(part)),
          node,
        );
      case 'attribute':
        return this.member(this.#field(node, 'object'), this.textOf(fieldOf(node, 'attribute')), node);
      case 'subscript': {
        const object = this.#field(node, 'value');
        return { kind: 'index', object, index: this.#field(node, 'subscript'), at: this.at(node) };
      }
      case 'call':
        return this.call(this.#field(node, 'function'), this.#args(fieldOf(node, 'arguments')), node);
      case 'dictionary':
        return this.#dictionary(node);
      case 'list':
      case 'tuple':
      case 'set':
        return this.list(
          namedOf(node).map((item) => this.expr(item)),
          node,
        );
      case 'binary_operator': {
        const op = this.textOf(fieldOf(node, 'operator'));
        const [left, right] = [this.#field(node, 'left'), this.#field(node, 'right')];
        // "…%s" % value formats a string.
        if (op === '%' && (left.kind === 'text' || left.kind === 'template')) return this.template([left, right], node);
        return this.plus(left, right, op, node);
      }
      case 'lambda': {
        const value = this.#field(node, 'body');
        const steps: Step[] = [{ kind: 'return', value, at: this.at(node) }];
        const fn = this.fn(node, { name: '', params: this.#params(fieldOf(node, 'parameters')), steps });
        return { kind: 'function', fn, at: this.at(node) };
      }
      case 'await':
      case 'parenthesized_expression':
      case 'type':
        return this.#first(node);
      default:
        return this.other(
          node.type,
          namedOf(node).map((child) => this.expr(child)),
          node,
        );
    }
  }

  #field(node: Syntax, field: string): Expr {
    const found = fieldOf(node, field);
    return found === undefined ? this.literal(null, node) : this.expr(found);
  }

  #string(node: Syntax): Expr {
    const parts = node.children.flatMap((part): Expr[] => {
      if (part.type === 'string_content') return [this.str(unescape(this.textOf(part)), part)];
      return part.type === 'interpolation' ? [this.#field(part, 'expression')] : [];
    });
    return this.template(parts, node);
  }

  #args(node: Syntax | undefined): Arg[] {
    if (node?.type === 'generator_expression') return [{ name: undefined, value: this.expr(node), spread: false }];
    return namedOf(node).map((item): Arg => {
      if (item.type === 'keyword_argument') {
        return { name: this.textOf(fieldOf(item, 'name')), value: this.#field(item, 'value'), spread: false };
      }
      const spread = item.type === 'dictionary_splat' || item.type === 'list_splat';
      return { name: undefined, value: spread ? this.#first(item) : this.expr(item), spread };
    });
  }

  #dictionary(node: Syntax): Expr {
    const entries: Entry[] = [];
    const spreads: Expr[] = [];
    for (const item of namedOf(node)) {
      if (item.type === 'dictionary_splat') spreads.push(this.#first(item));
      if (item.type !== 'pair') continue;
      const key = this.#field(item, 'key');
      const value = this.#field(item, 'value');
      if (key.kind === 'text') entries.push({ key: key.value, value, at: this.at(item) });
      else spreads.push(this.other('pair', [key, value], item));
    }
    return this.object(entries, spreads, node);
  }
}

function numberOf(text: string): number | null {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}
