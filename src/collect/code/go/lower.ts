import type { Arg, Entry, Expr, Fn, Module, Param, Step } from '../ir.ts';
import { childOfType, fieldOf, fieldsOf, Lowering, namedOf, unescape } from '../syntax/lowering.ts';
import type { Syntax } from '../syntax/syntax.ts';

/** Lowers a Go tree (tree-sitter-go 0.25) to the common form. */
export function lowerGo(root: Syntax, text: string, file: string): Module {
  const lower = new GoLowering(text);
  const steps: Step[] = [];
  for (const child of namedOf(root)) lower.structs(child);
  for (const child of namedOf(root)) lower.statement(child, steps);
  return { language: 'go', file, imports: lower.imports, steps, clientSide: false };
}

class GoLowering extends Lowering {
  /** Fields of the file's structs: methods see them through their receiver. */
  readonly #structs = new Map<string, { readonly name: string; readonly type: Expr; readonly at: Syntax }[]>();

  structs(node: Syntax): void {
    if (node.type !== 'type_declaration') return;
    for (const spec of namedOf(node)) {
      const body = fieldOf(spec, 'type');
      if (body?.type !== 'struct_type') continue;
      const fields = namedOf(childOfType(body, 'field_declaration_list')).flatMap((item) => {
        const type = fieldOf(item, 'type');
        return type === undefined
          ? []
          : fieldsOf(item, 'name').map((name) => ({ name: this.textOf(name), type: this.#type(type), at: item }));
      });
      this.#structs.set(this.textOf(fieldOf(spec, 'name')), fields);
    }
  }

  statement(node: Syntax, steps: Step[]): void {
    const at = this.at(node);
    switch (node.type) {
      case 'import_declaration':
        return this.#imports(node);
      case 'function_declaration':
      case 'method_declaration':
        steps.push({ kind: 'function', fn: this.#function(node), at });
        return;
      case 'type_declaration':
      case 'package_clause':
        return;
      case 'var_spec':
      case 'const_spec': {
        const names = fieldsOf(node, 'name');
        const value = fieldOf(node, 'value');
        const type = fieldOf(node, 'type');
        if (value === undefined) {
          if (type === undefined) return;
          for (const name of names)
            steps.push({ kind: 'declare', name: this.textOf(name), type: this.#type(type), at });
          return;
        }
        this.#bind(names, namedOf(value), steps);
        return;
      }
      case 'short_var_declaration':
      case 'assignment_statement':
      case 'range_clause': {
        const [left, right] = [fieldOf(node, 'left'), fieldOf(node, 'right')];
        if (left === undefined || right === undefined) return;
        const targets = namedOf(left);
        // The second name of `range` is the item.
        if (node.type === 'range_clause') return this.#bind(targets.slice(-1), [right], steps);
        return this.#bind(targets, namedOf(right), steps);
      }
      case 'return_statement': {
        const values = namedOf(childOfType(node, 'expression_list')).map((item) => this.expr(item));
        const [only] = values;
        steps.push({
          kind: 'return',
          value: values.length === 1 && only !== undefined ? only : this.list(values, node),
          at,
        });
        return;
      }
      default:
        if (/(?:_statement|_list|^block|_clause|_case|_declaration|^else|^communication_case)$/.test(node.type)) {
          for (const child of namedOf(node)) this.statement(child, steps);
        } else steps.push({ kind: 'do', value: this.expr(node), at });
    }
  }

  #bind(targets: readonly Syntax[], values: readonly Syntax[], steps: Step[]): void {
    targets.forEach((target, index) => {
      const value = values[index];
      if (value === undefined || this.textOf(target) === '_') {
        if (value !== undefined) steps.push({ kind: 'do', value: this.expr(value), at: this.at(target) });
        return;
      }
      steps.push({
        kind: 'bind',
        target: this.expr(target),
        type: undefined,
        value: this.expr(value),
        at: this.at(target),
      });
    });
  }

  #imports(node: Syntax): void {
    const specs = namedOf(node).flatMap((item) => (item.type === 'import_spec_list' ? namedOf(item) : [item]));
    for (const spec of specs) {
      const path = this.#plain(fieldOf(spec, 'path') ?? spec);
      const name = fieldOf(spec, 'name');
      const versionless = path.replace(/\/v\d+$/, '');
      if (name?.type === 'dot') this.import('*', versionless, spec);
      else if (name !== undefined) this.import(this.textOf(name), versionless, spec);
      else for (const local of packageNames(versionless)) this.import(local, versionless, spec);
    }
  }

  #function(node: Syntax): Fn {
    const params = namedOf(fieldOf(node, 'parameters')).flatMap((item) => this.#params(item));
    const receiver = namedOf(fieldOf(node, 'receiver')).flatMap((item) => this.#params(item));
    const steps: Step[] = [];
    for (const { name, type } of receiver) {
      const struct = type?.kind === 'name' ? this.#structs.get(type.name) : undefined;
      for (const field of struct ?? [])
        steps.push({ kind: 'declare', name: `${name}.${field.name}`, type: field.type, at: this.at(field.at) });
    }
    const body = fieldOf(node, 'body');
    if (body !== undefined) this.statement(body, steps);
    const name = this.textOf(fieldOf(node, 'name'));
    return this.fn(node, { name, params, steps, exported: /^[A-Z]/.test(name) });
  }

  #params(node: Syntax): Param[] {
    const type = fieldOf(node, 'type');
    const lowered = type === undefined ? undefined : this.#type(type);
    return fieldsOf(node, 'name').map((name) => ({
      name: this.textOf(name),
      type: lowered,
      default: undefined,
      decorators: [],
    }));
  }

  #type(node: Syntax): Expr {
    if (node.type === 'type_identifier') return this.name(this.textOf(node), node);
    if (node.type === 'qualified_type') {
      const [space, name] = namedOf(node);
      if (space !== undefined) return this.member(this.name(this.textOf(space), space), this.textOf(name), node);
    }
    const [first] = namedOf(node);
    return node.type === 'pointer_type' && first !== undefined ? this.#type(first) : this.literal(null, node);
  }

  #plain(node: Syntax): string {
    const raw = this.text.slice(node.start + 1, Math.max(node.start + 1, node.end - 1));
    return node.type === 'raw_string_literal' ? raw : unescape(raw);
  }

  #field(node: Syntax, field: string): Expr {
    const found = fieldOf(node, field);
    return found === undefined ? this.literal(null, node) : this.expr(found);
  }

  expr(node: Syntax): Expr {
    switch (node.type) {
      case 'identifier':
      case 'package_identifier':
      case 'type_identifier':
      case 'field_identifier':
        return this.name(this.textOf(node), node);
      case 'interpreted_string_literal':
      case 'raw_string_literal':
        return this.str(this.#plain(node), node);
      case 'int_literal':
      case 'float_literal': {
        const value = Number(this.textOf(node).replaceAll('_', ''));
        return this.literal(Number.isFinite(value) ? value : null, node);
      }
      case 'true':
      case 'false':
        return this.literal(node.type === 'true', node);
      case 'nil':
        return this.literal(null, node);
      case 'selector_expression':
        return this.member(this.#field(node, 'operand'), this.textOf(fieldOf(node, 'field')), node);
      case 'index_expression':
        return {
          kind: 'index',
          object: this.#field(node, 'operand'),
          index: this.#field(node, 'index'),
          at: this.at(node),
        };
      case 'slice_expression':
        return this.#field(node, 'operand');
      case 'call_expression':
        return this.call(this.#field(node, 'function'), this.#args(fieldOf(node, 'arguments')), node);
      case 'composite_literal':
        return this.#composite(node);
      case 'func_literal': {
        const steps: Step[] = [];
        const body = fieldOf(node, 'body');
        if (body !== undefined) this.statement(body, steps);
        const params = namedOf(fieldOf(node, 'parameters')).flatMap((item) => this.#params(item));
        return { kind: 'function', fn: this.fn(node, { name: '', params, steps }), at: this.at(node) };
      }
      case 'binary_expression': {
        const op = this.textOf(fieldOf(node, 'operator'));
        return this.plus(this.#field(node, 'left'), this.#field(node, 'right'), op, node);
      }
      case 'unary_expression':
      case 'type_assertion_expression':
        return this.#field(node, 'operand');
      case 'parenthesized_expression':
      case 'expression_list':
      case 'literal_element': {
        const [first] = namedOf(node);
        return first === undefined ? this.literal(null, node) : this.expr(first);
      }
      case 'literal_value':
        return this.#literalValue(node, undefined);
      default:
        return this.other(
          node.type,
          namedOf(node).map((child) => this.expr(child)),
          node,
        );
    }
  }

  #args(node: Syntax | undefined): Arg[] {
    return namedOf(node).map((item) => ({
      name: undefined,
      value: this.expr(item.type === 'variadic_argument' ? (namedOf(item)[0] ?? item) : item),
      spread: item.type === 'variadic_argument',
    }));
  }

  #composite(node: Syntax): Expr {
    const type = fieldOf(node, 'type');
    const named = type !== undefined && /^(?:type_identifier|qualified_type)$/.test(type.type);
    return this.#literalValue(fieldOf(node, 'body') ?? node, named ? this.#type(type) : undefined);
  }

  #literalValue(node: Syntax, type: Expr | undefined): Expr {
    const items = namedOf(node);
    if (!items.some((item) => item.type === 'keyed_element')) {
      const values = items.map((item) => this.expr(item));
      return type === undefined ? this.list(values, node) : this.object([], values, node, type);
    }
    const entries: Entry[] = [];
    for (const item of items) {
      const [key, value] = [fieldOf(item, 'key'), fieldOf(item, 'value')];
      if (key === undefined || value === undefined) continue;
      const inner = namedOf(key)[0] ?? key;
      const name = inner.type.endsWith('string_literal') ? this.#plain(inner) : this.textOf(inner);
      entries.push({ key: name, value: this.expr(value), at: this.at(item) });
    }
    return this.object(entries, [], node, type);
  }
}

/** Names a package without an alias may go by: Go takes the package clause, which the path only suggests. */
function packageNames(path: string): string[] {
  const last = path.slice(path.lastIndexOf('/') + 1).replace(/\.v\d+$/, '');
  const bare = last
    .replace(/^go-/, '')
    .replace(/-(?:go|sdk-go)$/, '')
    .replace(/-sdk$/, '');
  return [...new Set([last, bare, bare.replaceAll('-', ''), bare.slice(bare.lastIndexOf('-') + 1)])].filter(
    (name) => name !== '',
  );
}
