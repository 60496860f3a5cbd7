import type { Expr, Fn, MemberExpr, Module, Param } from './ir.ts';

/** What a name stands for: values assigned to it (with the scope they are read in), a type, or a function. */
export interface Binding {
  readonly values: { readonly expr: Expr; readonly scope: Scope }[];
  type: { readonly expr: Expr; readonly scope: Scope } | undefined;
  fn: Fn | undefined;
  param: Param | undefined;
  /** The path once resolved; null while it is being resolved, so that cycles end and work stays linear. */
  path: string | null | undefined;
}

/** Steps one resolution may follow; longer chains of names are not resolved. */
const depthMax = 16;

/** The names of a function, a class or a module. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #bindings = new Map<string, Binding>();
  readonly #imports = new Map<string, string>();
  /** Namespaces opened whole: `using X;`, `from x import *`. */
  readonly wildcards: readonly string[];
  readonly isClass: boolean;

  constructor(parent: Scope | undefined, module: Module, isClass = false) {
    this.#parent = parent;
    this.isClass = isClass;
    if (parent === undefined) {
      for (const item of module.imports) if (item.local !== '*') this.#imports.set(item.local, item.path);
    }
    this.wildcards = parent?.wildcards ?? module.imports.filter((item) => item.local === '*').map((item) => item.path);
  }

  bind(target: Expr, value: Expr, type: Expr | undefined): void {
    const key = keyOf(target);
    if (key === undefined) return;
    const binding = this.#slot(key);
    binding.values.push({ expr: value, scope: this });
    if (type !== undefined) binding.type ??= { expr: type, scope: this };
  }
  /** Takes over `self.x = value` of a method. */
  adopt(target: MemberExpr, value: Expr, type: Expr | undefined, scope: Scope): void {
    const key = keyOf(target);
    if (key === undefined || !/^(?:self|this|cls)\./.test(key)) return;
    const binding = this.#slot(key);
    binding.values.push({ expr: value, scope });
    if (type !== undefined) binding.type ??= { expr: type, scope };
  }
  declare(name: string, type: Expr): void {
    this.#slot(name).type ??= { expr: type, scope: this };
  }
  define(fn: Fn): void {
    if (fn.name !== '') this.#slot(fn.name).fn ??= fn;
  }
  param(param: Param): void {
    const slot = this.#slot(param.name);
    slot.param = param;
    if (param.type !== undefined) slot.type = { expr: param.type, scope: this };
  }
  #slot(key: string): Binding {
    const known = this.#bindings.get(key);
    if (known !== undefined) return known;
    const made: Binding = { values: [], type: undefined, fn: undefined, param: undefined, path: undefined };
    this.#bindings.set(key, made);
    return made;
  }

  /** The binding of a name or `self.x`, in this scope or the nearest around it. */
  find(key: string): Binding | undefined {
    const own = this.#bindings.get(key);
    if (own !== undefined) return own;
    // Java and C# name fields without `this`.
    if (this.isClass) {
      const field = this.#bindings.get(`this.${key}`);
      if (field !== undefined) return field;
    }
    return this.#parent?.find(key);
  }

  /** The import a local name stands for. */
  imported(name: string): string | undefined {
    return this.#parent === undefined ? this.#imports.get(name) : this.#parent.imported(name);
  }

  /** The function a name or expression stands for, if it is in this file. */
  functionOf(expr: Expr): Fn | undefined {
    if (expr.kind === 'function') return expr.fn;
    const key = keyOf(expr);
    return key === undefined ? undefined : (this.find(key)?.fn ?? this.find(lastOf(key))?.fn);
  }

  /** Follows names to the expression they were assigned once; the expression itself otherwise. */
  follow(expr: Expr, depth = 0): { expr: Expr; scope: Scope } {
    const key = keyOf(expr);
    const binding = key === undefined || depth > depthMax ? undefined : this.find(key);
    const only = binding?.values.length === 1 && binding.param === undefined ? binding.values[0] : undefined;
    return only === undefined ? { expr, scope: this } : only.scope.follow(only.expr, depth + 1);
  }

  /**
   * The canonical path of an expression: import paths for imported names, `()` for the result of a call, `[]` for
   * an item, `~name` for what this file does not tell.
   */
  path(expr: Expr, depth = 0): string {
    if (depth > depthMax) return '~';
    switch (expr.kind) {
      case 'name':
        return this.#namePath(expr.name, depth);
      case 'member': {
        const key = keyOf(expr);
        const bound = key === undefined ? undefined : this.#bound(key, depth);
        return bound ?? `${this.path(expr.object, depth + 1)}.${expr.property}`;
      }
      case 'call':
        return `${this.path(expr.callee, depth + 1)}()`;
      case 'index':
        return `${this.path(expr.object, depth + 1)}[]`;
      case 'object':
        return expr.type === undefined ? '~{}' : `${this.path(expr.type, depth + 1)}()`;
      case 'other':
        return this.#composed(expr.parts, expr.op, depth);
      case 'text':
      case 'template':
        return '~""';
      case 'literal':
      case 'list':
      case 'function':
        return '~';
    }
  }

  /** `prompt | model | parser` and `x ?? new Client()` are what their first part with a known origin is. */
  #composed(parts: readonly Expr[], op: string, depth: number): string {
    if (
      parts.length > 4 ||
      !/^(?:\||\?\?|\|\||or|boolean_operator|ternary_expression|conditional_expression|&|cast)/.test(op)
    )
      return '~';
    for (const part of parts) {
      const path = this.path(part, depth + 2);
      if (!path.startsWith('~') && path.endsWith('()') && !/Prompt|Template|Parser/.test(path)) return path;
    }
    return '~';
  }

  #namePath(name: string, depth: number): string {
    return this.#bound(name, depth) ?? this.imported(name) ?? `~${name}`;
  }

  #bound(key: string, depth: number): string | undefined {
    const binding = this.find(key);
    if (binding === undefined) return undefined;
    if (binding.path === null) return '~';
    if (binding.path === undefined) {
      binding.path = null;
      binding.path = this.#resolve(binding, key, depth);
    }
    return binding.path === '' ? undefined : binding.path;
  }

  /** The path a binding stands for; '' when an import of the same name says more. */
  #resolve(binding: Binding, key: string, depth: number): string {
    for (const value of binding.values) {
      const path = value.scope.path(value.expr, depth + 1);
      if (!path.startsWith('~')) return path;
    }
    if (binding.type !== undefined) {
      const path = binding.type.scope.path(binding.type.expr, depth + 1);
      if (path !== '~') return `${path}()`;
    }
    const single = binding.values.length === 1 ? binding.values[0] : undefined;
    if (single !== undefined && binding.param === undefined) {
      const path = single.scope.path(single.expr, depth + 1);
      if (path !== '~' && path !== '~""') return path;
    }
    return binding.fn === undefined && binding.param === undefined && this.imported(key) !== undefined ? '' : `~${key}`;
  }
}

/** `a`, `self.a`, `this.a` as the key of a binding; undefined for anything else. */
export function keyOf(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'member' || expr.object.kind !== 'name') return undefined;
  return `${expr.object.name}.${expr.property}`;
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
