import type { Arg, ClassDecl, Expr, Fn, Module, Param, Step } from '../ir.ts';
import { childOfType, fieldOf, fieldsOf, Lowering, namedOf, unescape } from '../syntax/lowering.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** Lowers a Java tree (tree-sitter-java 0.23) to the common form. */
export function lowerJava(root: Syntax, text: string, file: string): Module {
  const lower = new JavaLowering(text);
  const steps: Step[] = [];
  for (const child of namedOf(root)) lower.statement(child, steps);
  return { language: 'java', file, imports: lower.imports, steps, clientSide: false };
}

class JavaLowering extends Lowering {
  statement(node: Syntax, steps: Step[]): void {
    const at = this.at(node);
    switch (node.type) {
      case 'import_declaration': {
        const path = this.textOf(namedOf(node)[0]);
        if (childOfType(node, 'asterisk') !== undefined) this.import('*', path, node);
        else this.import(path.slice(path.lastIndexOf('.') + 1), path, node);
        return;
      }
      case 'package_declaration':
        return;
      case 'class_declaration':
      case 'interface_declaration':
      case 'record_declaration':
      case 'enum_declaration':
        steps.push({ kind: 'class', class: this.#class(node), at });
        return;
      case 'field_declaration':
      case 'local_variable_declaration':
        return this.#variables(node, steps);
      case 'method_declaration':
      case 'constructor_declaration':
        steps.push({ kind: 'function', fn: this.#function(node), at });
        return;
      case 'expression_statement': {
        const [inner] = namedOf(node);
        if (inner?.type === 'assignment_expression') {
          const [left, right] = [fieldOf(inner, 'left'), fieldOf(inner, 'right')];
          if (left !== undefined && right !== undefined) {
            steps.push({ kind: 'bind', target: this.expr(left), type: undefined, value: this.expr(right), at });
          }
        } else if (inner !== undefined) steps.push({ kind: 'do', value: this.expr(inner), at });
        return;
      }
      case 'return_statement': {
        const [inner] = namedOf(node);
        if (inner !== undefined) steps.push({ kind: 'return', value: this.expr(inner), at });
        return;
      }
      case 'enhanced_for_statement':
      case 'resource': {
        const [name, value] = [fieldOf(node, 'name'), fieldOf(node, 'value')];
        if (name !== undefined && value !== undefined) {
          steps.push({ kind: 'bind', target: this.expr(name), type: undefined, value: this.expr(value), at });
        }
        const body = fieldOf(node, 'body');
        if (body !== undefined) this.statement(body, steps);
        return;
      }
      default:
        if (
          /(?:_statement|^block|_clause|_body|_specification|_group|_rule|_label|_declaration|^static_initializer)$/.test(
            node.type,
          )
        ) {
          for (const child of namedOf(node)) this.statement(child, steps);
        } else if (node.type !== 'modifiers') steps.push({ kind: 'do', value: this.expr(node), at });
    }
  }

  #variables(node: Syntax, steps: Step[]): void {
    const field = node.type === 'field_declaration';
    const typeNode = fieldOf(node, 'type');
    const type = typeNode === undefined || this.textOf(typeNode) === 'var' ? undefined : this.#type(typeNode);
    for (const item of fieldsOf(node, 'declarator')) {
      const name = this.textOf(fieldOf(item, 'name'));
      const value = fieldOf(item, 'value');
      const at = this.at(item);
      const target = field ? this.member(this.name('this', item), name, item) : this.name(name, item);
      if (value !== undefined) steps.push({ kind: 'bind', target, type, value: this.expr(value), at });
      else if (type !== undefined) steps.push({ kind: 'declare', name: field ? `this.${name}` : name, type, at });
    }
  }

  #class(node: Syntax): ClassDecl {
    const steps: Step[] = [];
    for (const item of namedOf(fieldOf(node, 'body'))) this.statement(item, steps);
    const supers = namedOf(fieldOf(node, 'superclass')).map((base) => this.#type(base));
    const decorators = this.#annotations(childOfType(node, 'modifiers'));
    return { name: this.textOf(fieldOf(node, 'name')), bases: supers, decorators, steps, at: this.at(node) };
  }

  #function(node: Syntax): Fn {
    const steps: Step[] = [];
    const body = fieldOf(node, 'body');
    if (body !== undefined) this.statement(body, steps);
    return this.fn(node, {
      name: this.textOf(fieldOf(node, 'name')),
      params: namedOf(fieldOf(node, 'parameters')).flatMap((item) => this.#param(item)),
      steps,
      decorators: this.#annotations(childOfType(node, 'modifiers')),
      exported: true,
    });
  }

  #param(node: Syntax): Param[] {
    const name = fieldOf(node, 'name') ?? fieldOf(childOfType(node, 'variable_declarator'), 'name');
    const type = fieldOf(node, 'type');
    if (name === undefined) return [];
    const decorators = this.#annotations(childOfType(node, 'modifiers'));
    return [
      {
        name: this.textOf(name),
        type: type === undefined ? undefined : this.#type(type),
        default: undefined,
        decorators,
      },
    ];
  }

  #annotations(modifiers: Syntax | undefined): Expr[] {
    return namedOf(modifiers).flatMap((item): Expr[] => {
      if (item.type !== 'annotation' && item.type !== 'marker_annotation') return [];
      const name = this.expr(fieldOf(item, 'name') ?? item);
      if (item.type === 'marker_annotation') return [name];
      const args = namedOf(fieldOf(item, 'arguments')).map((arg): Arg => {
        const pair = arg.type === 'element_value_pair';
        const value = pair ? this.#field(arg, 'value') : this.expr(arg);
        return { name: pair ? this.textOf(fieldOf(arg, 'key')) : undefined, value, spread: false };
      });
      return [this.call(name, args, item)];
    });
  }

  #type(node: Syntax): Expr {
    if (node.type === 'type_identifier' || node.type === 'identifier') return this.name(this.textOf(node), node);
    if (node.type === 'scoped_type_identifier') {
      const parts = this.textOf(node).split('.');
      const [first, ...rest] = parts;
      return rest.reduce<Expr>((object, part) => this.member(object, part, node), this.name(first ?? '', node));
    }
    const [first] = namedOf(node);
    return node.type === 'generic_type' && first !== undefined ? this.#type(first) : this.literal(null, node);
  }

  #field(node: Syntax, field: string): Expr {
    const found = fieldOf(node, field);
    return found === undefined ? this.literal(null, node) : this.expr(found);
  }

  expr(node: Syntax): Expr {
    switch (node.type) {
      case 'identifier':
      case 'this':
      case 'super':
      case 'type_identifier':
        return this.name(this.textOf(node), node);
      case 'scoped_identifier':
        return this.member(this.#field(node, 'scope'), this.textOf(fieldOf(node, 'name')), node);
      case 'string_literal':
        return this.#string(node);
      case 'decimal_integer_literal':
      case 'decimal_floating_point_literal': {
        const value = Number(
          this.textOf(node)
            .replaceAll('_', '')
            .replace(/[lLfFdD]$/, ''),
        );
        return this.literal(Number.isFinite(value) ? value : null, node);
      }
      case 'true':
      case 'false':
        return this.literal(node.type === 'true', node);
      case 'null_literal':
        return this.literal(null, node);
      case 'field_access':
        return this.member(this.#field(node, 'object'), this.textOf(fieldOf(node, 'field')), node);
      case 'array_access':
        return {
          kind: 'index',
          object: this.#field(node, 'array'),
          index: this.#field(node, 'index'),
          at: this.at(node),
        };
      case 'method_invocation': {
        const object = fieldOf(node, 'object');
        const name = this.textOf(fieldOf(node, 'name'));
        const callee = object === undefined ? this.name(name, node) : this.member(this.expr(object), name, node);
        return this.call(callee, this.#args(fieldOf(node, 'arguments')), node);
      }
      default:
        return this.#operation(node);
    }
  }

  #operation(node: Syntax): Expr {
    switch (node.type) {
      case 'object_creation_expression': {
        const type = fieldOf(node, 'type');
        const callee = type === undefined ? this.literal(null, node) : this.#type(type);
        return this.call(callee, this.#args(fieldOf(node, 'arguments')), node, true);
      }
      case 'array_creation_expression':
        return this.#field(node, 'value');
      case 'array_initializer':
      case 'element_value_array_initializer':
        return this.list(
          namedOf(node).map((item) => this.expr(item)),
          node,
        );
      case 'lambda_expression':
        return { kind: 'function', fn: this.#lambda(node), at: this.at(node) };
      case 'binary_expression': {
        const op = this.textOf(fieldOf(node, 'operator'));
        return this.plus(this.#field(node, 'left'), this.#field(node, 'right'), op, node);
      }
      case 'cast_expression':
        return this.#field(node, 'value');
      case 'parenthesized_expression': {
        const [first] = namedOf(node);
        return first === undefined ? this.literal(null, node) : this.expr(first);
      }
      default:
        return this.other(
          node.type,
          namedOf(node).map((child) => this.expr(child)),
          node,
        );
    }
  }

  #string(node: Syntax): Expr {
    const text = this.textOf(node);
    const quotes = text.startsWith('"""') ? 3 : 1;
    return this.str(unescape(text.slice(quotes, Math.max(quotes, text.length - quotes))), node);
  }

  #lambda(node: Syntax): Fn {
    const parameters = fieldOf(node, 'parameters');
    const names = parameters?.type === 'identifier' ? [parameters] : namedOf(parameters);
    const params = names.flatMap((item): Param[] =>
      item.type === 'identifier'
        ? [{ name: this.textOf(item), type: undefined, default: undefined, decorators: [] }]
        : this.#param(item),
    );
    const body = fieldOf(node, 'body');
    const steps: Step[] = [];
    if (body?.type === 'block') this.statement(body, steps);
    else if (body !== undefined) steps.push({ kind: 'return', value: this.expr(body), at: this.at(body) });
    return this.fn(node, { name: '', params, steps });
  }

  #args(node: Syntax | undefined): Arg[] {
    return namedOf(node).map((item) => ({ name: undefined, value: this.expr(item), spread: false }));
  }
}
