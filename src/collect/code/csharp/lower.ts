import type { Arg, ClassDecl, Entry, Expr, Fn, Module, Param, Step } from '../ir.ts';
import { childOfType, fieldOf, Lowering, namedOf, unescape } from '../syntax/lowering.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** Lowers a C# tree (tree-sitter-c-sharp 0.23) to the common form. */
export function lowerCsharp(root: Syntax, text: string, file: string): Module {
  const lower = new CsharpLowering(text);
  const steps: Step[] = [];
  for (const child of namedOf(root)) lower.statement(child, steps);
  return { language: 'csharp', file, imports: lower.imports, steps, clientSide: false };
}

class CsharpLowering extends Lowering {
  statement(node: Syntax, steps: Step[]): void {
    const at = this.at(node);
    switch (node.type) {
      case 'using_directive': {
        const alias = fieldOf(node, 'name');
        const path = namedOf(node).find((item) => item !== alias);
        this.import(alias === undefined ? '*' : this.textOf(alias), this.textOf(path), node);
        return;
      }
      case 'class_declaration':
      case 'record_declaration':
      case 'struct_declaration':
      case 'interface_declaration':
        steps.push({ kind: 'class', class: this.#class(node), at });
        return;
      case 'method_declaration':
      case 'constructor_declaration':
      case 'local_function_statement':
        steps.push({ kind: 'function', fn: this.#function(node), at });
        return;
      case 'field_declaration':
        for (const item of namedOf(node)) if (item.type === 'variable_declaration') this.#variables(item, steps, true);
        return;
      case 'variable_declaration':
        return this.#variables(node, steps, false);
      case 'property_declaration':
        return this.#property(node, steps);
      case 'expression_statement': {
        const [inner] = namedOf(node);
        if (inner?.type === 'assignment_expression') this.#assign(inner, steps);
        else if (inner !== undefined) steps.push({ kind: 'do', value: this.expr(inner), at });
        return;
      }
      case 'return_statement':
      case 'arrow_expression_clause': {
        const [inner] = namedOf(node);
        if (inner !== undefined) steps.push({ kind: 'return', value: this.expr(inner), at });
        return;
      }
      case 'foreach_statement': {
        const [left, right, body] = [fieldOf(node, 'left'), fieldOf(node, 'right'), fieldOf(node, 'body')];
        if (left !== undefined && right !== undefined) {
          steps.push({ kind: 'bind', target: this.expr(left), type: undefined, value: this.expr(right), at });
        }
        if (body !== undefined) this.statement(body, steps);
        return;
      }
      default:
        if (
          /(?:_statement|^block|_clause|_declaration|^declaration_list|^switch_section|^switch_body|^global_statement)$/.test(
            node.type,
          )
        ) {
          for (const child of namedOf(node)) this.statement(child, steps);
        } else if (!/^(?:modifier|attribute_list|implicit_type|predefined_type)$/.test(node.type)) {
          steps.push({ kind: 'do', value: this.expr(node), at });
        }
    }
  }

  #assign(node: Syntax, steps: Step[]): void {
    const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
    if (left === undefined || right === undefined) return;
    steps.push({ kind: 'bind', target: this.expr(left), type: undefined, value: this.expr(right), at: this.at(node) });
  }

  #variables(node: Syntax, steps: Step[], field: boolean): void {
    const typeNode = fieldOf(node, 'type');
    const type = typeNode === undefined || typeNode.type === 'implicit_type' ? undefined : this.#type(typeNode);
    for (const item of namedOf(node)) {
      if (item.type !== 'variable_declarator') continue;
      const nameNode = fieldOf(item, 'name');
      const name = this.textOf(nameNode);
      const value = namedOf(item).find((part) => part !== nameNode && part.type !== 'bracketed_argument_list');
      const at = this.at(item);
      const target = field ? this.member(this.name('this', item), name, item) : this.name(name, item);
      if (value !== undefined) steps.push({ kind: 'bind', target, type, value: this.#value(value, type), at });
      else if (type !== undefined) steps.push({ kind: 'declare', name: field ? `this.${name}` : name, type, at });
    }
  }

  /** `new(…)` takes the declared type. */
  #value(node: Syntax, type: Expr | undefined): Expr {
    if (node.type !== 'implicit_object_creation_expression' || type === undefined) return this.expr(node);
    return this.call(type, this.#creationArgs(node), node, true);
  }

  #property(node: Syntax, steps: Step[]): void {
    const name = this.textOf(fieldOf(node, 'name'));
    const [value, typeNode] = [fieldOf(node, 'value'), fieldOf(node, 'type')];
    const at = this.at(node);
    const type = typeNode === undefined ? undefined : this.#type(typeNode);
    if (value !== undefined) {
      steps.push({
        kind: 'bind',
        target: this.member(this.name('this', node), name, node),
        type,
        value: this.#value(value, type),
        at,
      });
    } else if (type !== undefined) steps.push({ kind: 'declare', name: `this.${name}`, type, at });
  }

  #class(node: Syntax): ClassDecl {
    const steps: Step[] = [];
    // Primary constructor parameters are fields to every method.
    for (const item of namedOf(childOfType(node, 'parameter_list'))) {
      const param = this.#param(item);
      if (param?.type !== undefined)
        steps.push({ kind: 'declare', name: `this.${param.name}`, type: param.type, at: this.at(item) });
    }
    for (const item of namedOf(fieldOf(node, 'body'))) this.statement(item, steps);
    const bases = namedOf(childOfType(node, 'base_list')).map((base) => this.#type(base));
    return {
      name: this.textOf(fieldOf(node, 'name')),
      bases,
      decorators: this.#attributes(node),
      steps,
      at: this.at(node),
    };
  }

  #function(node: Syntax): Fn {
    const steps: Step[] = [];
    const body = fieldOf(node, 'body') ?? childOfType(node, 'arrow_expression_clause');
    if (body !== undefined) this.statement(body, steps);
    const params = namedOf(fieldOf(node, 'parameters')).flatMap((item) => this.#param(item) ?? []);
    return this.fn(node, {
      name: this.textOf(fieldOf(node, 'name')),
      params,
      steps,
      decorators: this.#attributes(node),
      exported: true,
    });
  }

  #param(node: Syntax): Param | undefined {
    const name = fieldOf(node, 'name');
    if (name === undefined) return undefined;
    const type = fieldOf(node, 'type');
    const decorators = this.#attributes(node);
    return {
      name: this.textOf(name),
      type: type === undefined ? undefined : this.#type(type),
      default: undefined,
      decorators,
    };
  }

  #attributes(node: Syntax): Expr[] {
    return node.children
      .filter((item) => item.type === 'attribute_list')
      .flatMap((list) =>
        namedOf(list).map((item) => {
          const name = this.expr(fieldOf(item, 'name') ?? item);
          const given = childOfType(item, 'attribute_argument_list');
          return given === undefined
            ? name
            : this.call(
                name,
                namedOf(given).map((arg) => this.#arg(arg)),
                item,
              );
        }),
      );
  }

  #type(node: Syntax): Expr {
    switch (node.type) {
      case 'identifier':
        return this.name(this.textOf(node), node);
      case 'qualified_name':
        return this.member(this.#type(fieldOf(node, 'qualifier') ?? node), this.textOf(fieldOf(node, 'name')), node);
      case 'nullable_type':
      case 'generic_name': {
        const [first] = namedOf(node);
        return first === undefined ? this.literal(null, node) : this.#type(first);
      }
      default:
        return this.literal(null, node);
    }
  }

  #field(node: Syntax, field: string): Expr {
    const found = fieldOf(node, field);
    return found === undefined ? this.literal(null, node) : this.expr(found);
  }

  #first(node: Syntax): Expr {
    const [first] = namedOf(node);
    return first === undefined ? this.literal(null, node) : this.expr(first);
  }

  expr(node: Syntax): Expr {
    switch (node.type) {
      case 'identifier':
      case 'this':
      case 'base':
        return this.name(this.textOf(node), node);
      case 'qualified_name':
        return this.member(this.#field(node, 'qualifier'), this.textOf(fieldOf(node, 'name')), node);
      case 'generic_name':
        return this.#first(node);
      case 'string_literal':
      case 'verbatim_string_literal':
      case 'raw_string_literal':
        return this.str(plainText(this.textOf(node)), node);
      case 'interpolated_string_expression':
        return this.#interpolated(node);
      case 'integer_literal':
      case 'real_literal': {
        const value = Number(
          this.textOf(node)
            .replaceAll('_', '')
            .replace(/[a-zA-Z]+$/, ''),
        );
        return this.literal(Number.isFinite(value) ? value : null, node);
      }
      case 'boolean_literal':
        return this.literal(this.textOf(node) === 'true', node);
      case 'null_literal':
        return this.literal(null, node);
      case 'member_access_expression':
        return this.member(this.#field(node, 'expression'), this.#memberName(node), node);
      case 'conditional_access_expression':
        return this.#conditional(node);
      case 'element_access_expression':
        return {
          kind: 'index',
          object: this.#field(node, 'expression'),
          index: this.#first(fieldOf(node, 'subscript') ?? node),
          at: this.at(node),
        };
      default:
        return this.#operation(node);
    }
  }

  #operation(node: Syntax): Expr {
    switch (node.type) {
      case 'invocation_expression':
        return this.call(this.#field(node, 'function'), this.#args(fieldOf(node, 'arguments')), node);
      case 'object_creation_expression': {
        const type = fieldOf(node, 'type');
        const callee = type === undefined ? this.literal(null, node) : this.#type(type);
        return this.call(callee, this.#creationArgs(node), node, true);
      }
      case 'implicit_object_creation_expression':
        return this.call(this.literal(null, node), this.#creationArgs(node), node, true);
      case 'initializer_expression':
        return this.#initializer(node);
      case 'collection_expression':
      case 'element_binding_expression':
      case 'array_creation_expression':
      case 'implicit_array_creation_expression':
        return this.list(
          namedOf(childOfType(node, 'initializer_expression') ?? node).map((item) => this.expr(item)),
          node,
        );
      case 'lambda_expression':
      case 'anonymous_method_expression':
        return { kind: 'function', fn: this.#lambda(node), at: this.at(node) };
      case 'binary_expression': {
        const op = this.textOf(fieldOf(node, 'operator'));
        return this.plus(this.#field(node, 'left'), this.#field(node, 'right'), op, node);
      }
      case 'cast_expression':
        return this.#field(node, 'value');
      case 'await_expression':
      case 'parenthesized_expression':
      case 'argument':
      case 'postfix_unary_expression':
        return this.#first(node);
      default:
        return this.other(
          node.type,
          namedOf(node).map((child) => this.expr(child)),
          node,
        );
    }
  }

  #memberName(node: Syntax): string {
    const name = fieldOf(node, 'name');
    return this.textOf(name?.type === 'generic_name' ? namedOf(name)[0] : name);
  }

  /** `a?.B?.C(x)`: the same members as without the question marks. */
  #conditional(node: Syntax): Expr {
    const object = this.#field(node, 'condition');
    const rest = namedOf(node).find((item) => item.field !== 'condition');
    return rest === undefined ? object : this.#bindInto(object, rest);
  }

  #bindInto(object: Expr, node: Syntax): Expr {
    if (node.type === 'member_binding_expression') return this.member(object, this.#memberName(node), node);
    if (node.type === 'invocation_expression') {
      const inner = fieldOf(node, 'function');
      return this.call(
        inner === undefined ? object : this.#bindInto(object, inner),
        this.#args(fieldOf(node, 'arguments')),
        node,
      );
    }
    if (node.type === 'member_access_expression') {
      const inner = fieldOf(node, 'expression');
      return this.member(inner === undefined ? object : this.#bindInto(object, inner), this.#memberName(node), node);
    }
    return this.other(node.type, [object], node);
  }

  #interpolated(node: Syntax): Expr {
    const parts = namedOf(node).flatMap((part): Expr[] => {
      if (part.type === 'string_content') return [this.str(unescape(this.textOf(part)), part)];
      if (part.type !== 'interpolation') return [];
      const inner = namedOf(part).find((item) => item.type !== 'interpolation_brace');
      return inner === undefined ? [] : [this.expr(inner)];
    });
    return this.template(parts, node);
  }

  #arg(node: Syntax): Arg {
    const nameNode = fieldOf(node, 'name');
    const value = namedOf(node).find((item) => item !== nameNode);
    const lowered = value === undefined ? this.literal(null, node) : this.expr(value);
    return { name: nameNode === undefined ? undefined : this.textOf(nameNode), value: lowered, spread: false };
  }

  #args(node: Syntax | undefined): Arg[] {
    return namedOf(node).map((item) => this.#arg(item));
  }

  #creationArgs(node: Syntax): Arg[] {
    const given = this.#args(childOfType(node, 'argument_list'));
    const initializer = childOfType(node, 'initializer_expression');
    return initializer === undefined
      ? given
      : [...given, { name: undefined, value: this.#initializer(initializer), spread: false }];
  }

  #initializer(node: Syntax): Expr {
    const items = namedOf(node);
    if (!items.some((item) => item.type === 'assignment_expression'))
      return this.list(
        items.map((item) => this.expr(item)),
        node,
      );
    const entries: Entry[] = items.flatMap((item) =>
      item.type === 'assignment_expression'
        ? [
            {
              key: this.textOf(fieldOf(item, 'left')).replace(/^\["|"\]$/g, ''),
              value: this.#field(item, 'right'),
              at: this.at(item),
            },
          ]
        : [],
    );
    return this.object(entries, [], node);
  }

  #lambda(node: Syntax): Fn {
    const parameters = fieldOf(node, 'parameters');
    const items = parameters === undefined ? [] : parameters.type === 'identifier' ? [parameters] : namedOf(parameters);
    const params = items.flatMap((item): Param[] =>
      item.type === 'identifier' || item.type === 'implicit_parameter'
        ? [{ name: this.textOf(item), type: undefined, default: undefined, decorators: [] }]
        : [this.#param(item)].filter((param) => param !== undefined),
    );
    const body = fieldOf(node, 'body');
    const steps: Step[] = [];
    if (body?.type === 'block') this.statement(body, steps);
    else if (body !== undefined) steps.push({ kind: 'return', value: this.expr(body), at: this.at(body) });
    return this.fn(node, { name: '', params, steps });
  }
}

function plainText(raw: string): string {
  if (raw.startsWith('"""')) return raw.replace(/^"{3,}\s?|\s?"{3,}$/g, '');
  if (raw.startsWith('@"')) return raw.slice(2, -1).replaceAll('""', '"');
  return unescape(raw.slice(1, -1));
}
