import type { Arg, ClassDecl, Entry, Expr, Fn, Module, Param, Step } from '../ir.ts';
import { childOfType, fieldOf, fieldsOf, Lowering, namedOf, unescape } from '../syntax/lowering.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** Lowers a TypeScript, JavaScript or JSX tree (tree-sitter-typescript 0.23) to the common form. */
export function lowerTypescript(root: Syntax, text: string, file: string): Module {
  const lower = new TypescriptLowering(text);
  const steps: Step[] = [];
  for (const child of namedOf(root)) lower.statement(child, steps);
  const clientSide = /^\s*['"]use client['"]/.test(text.slice(0, 400));
  return { language: 'typescript', file, imports: lower.imports, steps, clientSide };
}

const functionTypes = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
  'function_declaration',
  'generator_function_declaration',
  'method_definition',
]);

class TypescriptLowering extends Lowering {
  statement(node: Syntax, steps: Step[], exported = false, marks: readonly Syntax[] = []): void {
    const at = this.at(node);
    switch (node.type) {
      case 'import_statement':
        return this.#import(node);
      case 'export_statement': {
        const inner = fieldOf(node, 'declaration') ?? fieldOf(node, 'value');
        // `@Controller() export class X`: the decorator belongs to the class.
        if (inner !== undefined) this.statement(inner, steps, true, fieldsOf(node, 'decorator'));
        return;
      }
      case 'lexical_declaration':
      case 'variable_declaration':
        for (const item of namedOf(node)) this.#declarator(item, steps, exported);
        return;
      case 'function_declaration':
      case 'generator_function_declaration':
        steps.push({ kind: 'function', fn: this.#function(node, exported), at });
        return;
      case 'class_declaration':
      case 'abstract_class_declaration':
        steps.push({ kind: 'class', class: this.#class(node, marks), at });
        return;
      case 'expression_statement':
        for (const child of namedOf(node)) this.#expressionStatement(child, steps);
        return;
      case 'return_statement':
        steps.push({ kind: 'return', value: this.#first(node), at });
        return;
      case 'for_in_statement': {
        const [left, right, body] = [fieldOf(node, 'left'), fieldOf(node, 'right'), fieldOf(node, 'body')];
        if (left !== undefined && right !== undefined) this.#bind(left, this.expr(right), undefined, steps);
        if (body !== undefined) this.statement(body, steps);
        return;
      }
      case 'interface_declaration':
      case 'type_alias_declaration':
      case 'ambient_declaration':
      case 'enum_declaration':
        return;
      default:
        if (
          /(?:_statement|_clause|^statement_block|^switch_body|^switch_case|^switch_default|_declaration|^module|^internal_module)$/.test(
            node.type,
          )
        ) {
          for (const child of namedOf(node)) this.statement(child, steps);
        } else steps.push({ kind: 'do', value: this.expr(node), at });
    }
  }

  #expressionStatement(node: Syntax, steps: Step[]): void {
    const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
    if (node.type.endsWith('assignment_expression') && left !== undefined && right !== undefined) {
      const value = this.expr(right);
      const grown = node.type === 'assignment_expression' ? value : this.template([this.expr(left), value], node);
      return this.#bind(left, grown, undefined, steps);
    }
    // A string that stands alone is a directive.
    if (node.type !== 'string') steps.push({ kind: 'do', value: this.expr(node), at: this.at(node) });
  }

  #declarator(node: Syntax, steps: Step[], exported: boolean): void {
    const [name, value] = [fieldOf(node, 'name'), fieldOf(node, 'value')];
    if (name === undefined) return;
    const typeNode = fieldOf(node, 'type');
    const type = typeNode === undefined ? undefined : this.#type(typeNode);
    if (value === undefined) {
      if (type !== undefined) steps.push({ kind: 'declare', name: this.textOf(name), type, at: this.at(node) });
      return;
    }
    if (functionTypes.has(value.type) && name.type === 'identifier') {
      steps.push({ kind: 'function', fn: this.#function(value, exported, this.textOf(name)), at: this.at(node) });
      return;
    }
    const required = this.#required(value);
    if (required !== undefined) return this.#bindImport(name, required);
    this.#bind(name, this.expr(value), type, steps);
  }

  /** The module of `require('m')` and `await import('m')`. */
  #required(node: Syntax): string | undefined {
    const inner = node.type === 'await_expression' ? namedOf(node)[0] : node;
    if (inner?.type !== 'call_expression') return undefined;
    const callee = this.textOf(fieldOf(inner, 'function'));
    const [argument] = namedOf(fieldOf(inner, 'arguments'));
    return (callee === 'require' || callee === 'import') && argument?.type === 'string'
      ? this.#plain(argument)
      : undefined;
  }

  #bindImport(target: Syntax, path: string): void {
    if (target.type === 'identifier') return this.import(this.textOf(target), path, target);
    for (const item of namedOf(target)) {
      if (item.type === 'shorthand_property_identifier_pattern') {
        this.import(this.textOf(item), `${path}.${this.textOf(item)}`, item);
      } else if (item.type === 'pair_pattern') {
        this.import(this.textOf(fieldOf(item, 'value')), `${path}.${this.textOf(fieldOf(item, 'key'))}`, item);
      }
    }
  }

  #bind(target: Syntax, value: Expr, type: Expr | undefined, steps: Step[]): void {
    const at = this.at(target);
    if (target.type !== 'object_pattern' && target.type !== 'array_pattern') {
      steps.push({ kind: 'bind', target: this.expr(target), type, value, at });
      return;
    }
    const whole = this.temporary(at);
    steps.push({ kind: 'bind', target: whole, type, value, at });
    namedOf(target).forEach((item, index) => {
      if (target.type === 'array_pattern') {
        const place: Expr = { kind: 'literal', value: index, at };
        return this.#bind(item, { kind: 'index', object: whole, index: place, at }, undefined, steps);
      }
      const pair = item.type === 'pair_pattern';
      const key = this.textOf(
        pair ? fieldOf(item, 'key') : item.type === 'object_assignment_pattern' ? fieldOf(item, 'left') : item,
      );
      const inner = (pair ? fieldOf(item, 'value') : undefined) ?? item;
      const member = item.type === 'rest_pattern' ? whole : this.member(whole, key, item);
      if (pair) return this.#bind(inner, member, undefined, steps);
      const name = item.type === 'rest_pattern' ? this.textOf(namedOf(item)[0]) : key;
      steps.push({ kind: 'bind', target: this.name(name, item), type: undefined, value: member, at: this.at(item) });
    });
  }

  #import(node: Syntax): void {
    const source = fieldOf(node, 'source');
    if (source === undefined) return;
    const path = this.#plain(source);
    const clause = childOfType(node, 'import_clause');
    if (clause === undefined) return;
    for (const item of namedOf(clause)) {
      if (item.type === 'identifier') this.import(this.textOf(item), `${path}.default`, item);
      if (item.type === 'namespace_import') this.import(this.textOf(namedOf(item)[0]), path, item);
      if (item.type !== 'named_imports') continue;
      for (const specifier of namedOf(item)) {
        const name = this.textOf(fieldOf(specifier, 'name'));
        const alias = fieldOf(specifier, 'alias');
        this.import(alias === undefined ? name : this.textOf(alias), `${path}.${name}`, specifier);
      }
    }
  }

  #function(node: Syntax, exported: boolean, name = this.textOf(fieldOf(node, 'name'))): Fn {
    const steps: Step[] = [];
    const params: Param[] = [];
    const single = fieldOf(node, 'parameter');
    if (single !== undefined) params.push(plainParam(this.textOf(single)));
    for (const item of namedOf(fieldOf(node, 'parameters'))) params.push(...this.#param(item));
    const body = fieldOf(node, 'body');
    if (body?.type === 'statement_block') for (const child of namedOf(body)) this.statement(child, steps);
    else if (body !== undefined) steps.push({ kind: 'return', value: this.expr(body), at: this.at(body) });
    return this.fn(node, { name, params, steps, exported });
  }

  #param(node: Syntax): Param[] {
    const pattern = fieldOf(node, 'pattern') ?? node;
    const typeNode = fieldOf(node, 'type');
    const value = fieldOf(node, 'value');
    const decorators = fieldsOf(node, 'decorator').map((mark) => this.#first(mark));
    const type = typeNode === undefined ? undefined : this.#type(typeNode);
    const fallback = value === undefined ? undefined : this.expr(value);
    return this.#names(pattern).map((name) => ({ name, type, default: fallback, decorators }));
  }

  #names(pattern: Syntax): string[] {
    if (pattern.type === 'identifier' || pattern.type === 'this') return [this.textOf(pattern)];
    if (pattern.type === 'shorthand_property_identifier_pattern') return [this.textOf(pattern)];
    if (pattern.type === 'pair_pattern') return this.#names(fieldOf(pattern, 'value') ?? pattern);
    if (pattern.type === 'object_assignment_pattern' || pattern.type === 'assignment_pattern') {
      return this.#names(fieldOf(pattern, 'left') ?? pattern.children[0] ?? pattern);
    }
    return pattern.children.length === 0 ? [] : namedOf(pattern).flatMap((item) => this.#names(item));
  }

  #class(node: Syntax, outer: readonly Syntax[] = []): ClassDecl {
    const steps: Step[] = [];
    let marks: Expr[] = [];
    for (const item of namedOf(fieldOf(node, 'body'))) {
      if (item.type === 'decorator') {
        marks.push(this.#first(item));
        continue;
      }
      if (item.type === 'method_definition') {
        steps.push({ kind: 'function', fn: { ...this.#function(item, true), decorators: marks }, at: this.at(item) });
        this.#parameterProperties(item, steps);
      } else if (item.type === 'public_field_definition') this.#fieldDefinition(item, steps);
      marks = [];
    }
    const heritage = childOfType(node, 'class_heritage');
    const bases = namedOf(heritage).flatMap((clause) => fieldsOf(clause, 'value').map((base) => this.expr(base)));
    const decorators = [...outer, ...fieldsOf(node, 'decorator')].map((mark) => this.#first(mark));
    return { name: this.textOf(fieldOf(node, 'name')), bases, decorators, steps, at: this.at(node) };
  }

  /** `constructor(private readonly chat: ChatService)` declares a field of that type. */
  #parameterProperties(method: Syntax, steps: Step[]): void {
    for (const param of namedOf(fieldOf(method, 'parameters'))) {
      const [name, typeNode] = [fieldOf(param, 'pattern'), fieldOf(param, 'type')];
      const isProperty = param.children.some(({ type }) => type === 'accessibility_modifier' || type === 'readonly');
      if (!isProperty || name?.type !== 'identifier' || typeNode === undefined) continue;
      steps.push({
        kind: 'declare',
        name: `this.${this.textOf(name)}`,
        type: this.#type(typeNode),
        at: this.at(param),
      });
    }
  }

  #fieldDefinition(node: Syntax, steps: Step[]): void {
    const name = this.textOf(fieldOf(node, 'name'));
    const [value, typeNode] = [fieldOf(node, 'value'), fieldOf(node, 'type')];
    const type = typeNode === undefined ? undefined : this.#type(typeNode);
    const at = this.at(node);
    const target = this.member(this.name('this', node), name, node);
    if (value !== undefined && functionTypes.has(value.type)) {
      steps.push({ kind: 'function', fn: this.#function(value, true, name), at });
    } else if (value !== undefined) steps.push({ kind: 'bind', target, type, value: this.expr(value), at });
    else if (type !== undefined) steps.push({ kind: 'declare', name: `this.${name}`, type, at });
  }

  /** The name of a type annotation, for what an instance of it is. */
  #type(node: Syntax): Expr {
    const inner = node.type === 'type_annotation' ? namedOf(node)[0] : node;
    if (inner === undefined) return this.literal(null, node);
    if (inner.type === 'type_identifier' || inner.type === 'identifier') return this.name(this.textOf(inner), inner);
    if (inner.type === 'nested_type_identifier') {
      const [object, property] = namedOf(inner);
      if (object !== undefined)
        return this.member(this.name(this.textOf(object), object), this.textOf(property), inner);
    }
    return this.literal(null, node);
  }

  #plain(node: Syntax): string {
    return unescape(this.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1)));
  }

  #first(node: Syntax): Expr {
    const first = namedOf(node)[0];
    return first === undefined ? this.literal(null, node) : this.expr(first);
  }

  #field(node: Syntax, field: string): Expr {
    const found = fieldOf(node, field);
    return found === undefined ? this.literal(null, node) : this.expr(found);
  }

  expr(node: Syntax): Expr {
    if (functionTypes.has(node.type)) return { kind: 'function', fn: this.#function(node, false), at: this.at(node) };
    switch (node.type) {
      case 'identifier':
      case 'this':
      case 'super':
      case 'undefined':
      case 'shorthand_property_identifier':
      case 'type_identifier':
      case 'property_identifier':
        return node.type === 'undefined' ? this.literal(null, node) : this.name(this.textOf(node), node);
      case 'number': {
        const value = Number(this.textOf(node).replaceAll('_', ''));
        return this.literal(Number.isFinite(value) ? value : null, node);
      }
      case 'true':
      case 'false':
        return this.literal(node.type === 'true', node);
      case 'null':
        return this.literal(null, node);
      case 'string':
        return this.str(this.#plain(node), node);
      case 'template_string':
        return this.#template(node);
      case 'member_expression':
        return this.member(this.#field(node, 'object'), this.textOf(fieldOf(node, 'property')), node);
      case 'subscript_expression': {
        const [object, index] = [this.#field(node, 'object'), this.#field(node, 'index')];
        return { kind: 'index', object, index, at: this.at(node) };
      }
      case 'call_expression':
        return this.#call(node);
      case 'new_expression':
        return this.call(this.#field(node, 'constructor'), this.#args(fieldOf(node, 'arguments')), node, true);
      case 'object':
        return this.#object(node);
      case 'array':
        return this.list(
          namedOf(node).map((item) => this.expr(item)),
          node,
        );
      case 'binary_expression': {
        const op = this.textOf(fieldOf(node, 'operator'));
        return this.plus(this.#field(node, 'left'), this.#field(node, 'right'), op, node);
      }
      case 'await_expression':
      case 'parenthesized_expression':
      case 'as_expression':
      case 'satisfies_expression':
      case 'non_null_expression':
      case 'spread_element':
        return this.#first(node);
      case 'jsx_attribute':
        return this.#jsxAttribute(node);
      case 'type_annotation':
      case 'type_arguments':
      case 'regex':
      case 'jsx_text':
        return this.literal(null, node);
      default:
        return this.other(
          node.type,
          namedOf(node).map((child) => this.expr(child)),
          node,
        );
    }
  }

  #call(node: Syntax): Expr {
    const argumentsNode = fieldOf(node, 'arguments');
    const callee = this.#field(node, 'function');
    if (argumentsNode?.type === 'template_string') {
      const value = this.#template(argumentsNode);
      return this.call(callee, [{ name: '#tagged', value, spread: false }], node);
    }
    return this.call(callee, this.#args(argumentsNode), node);
  }

  #template(node: Syntax): Expr {
    const parts = namedOf(node).map((part) =>
      part.type === 'template_substitution' ? this.#first(part) : this.str(unescape(this.textOf(part)), part),
    );
    return this.template(parts, node);
  }

  #args(node: Syntax | undefined): Arg[] {
    return namedOf(node).map((item) => ({
      name: undefined,
      value: this.expr(item),
      spread: item.type === 'spread_element',
    }));
  }

  #object(node: Syntax): Expr {
    const entries: Entry[] = [];
    const spreads: Expr[] = [];
    for (const item of namedOf(node)) {
      const at = this.at(item);
      if (item.type === 'spread_element') spreads.push(this.#first(item));
      else if (item.type === 'shorthand_property_identifier') {
        entries.push({ key: this.textOf(item), value: this.expr(item), at });
      } else if (item.type === 'method_definition') {
        const fn = this.#function(item, false);
        entries.push({ key: fn.name, value: { kind: 'function', fn, at }, at });
      } else if (item.type === 'pair') {
        const key = fieldOf(item, 'key');
        const value = this.#field(item, 'value');
        if (key?.type === 'computed_property_name') spreads.push(this.other('pair', [this.#first(key), value], item));
        else entries.push({ key: key?.type === 'string' ? this.#plain(key) : this.textOf(key), value, at });
      }
    }
    return this.object(entries, spreads, node);
  }

  /** A JSX attribute is a call of the attribute's name: `dangerouslySetInnerHTML({__html: x})`. */
  #jsxAttribute(node: Syntax): Expr {
    const [name, value] = namedOf(node);
    if (name === undefined) return this.literal(null, node);
    const inner = value === undefined ? [] : [value.type === 'jsx_expression' ? this.#first(value) : this.expr(value)];
    const args = inner.map((item) => ({ name: undefined, value: item, spread: false }));
    return this.call(this.name(`<jsx>.${this.textOf(name)}`, name), args, node);
  }
}

function plainParam(name: string): Param {
  return { name, type: undefined, default: undefined, decorators: [] };
}
