import type { CallExpr, ClassDecl, Expr, Fn, Module, Step } from './ir.ts';
import { Scope } from './scope.ts';

/** A call, where it stands, and what it resolves to. */
export interface CallSite {
  readonly call: CallExpr;
  /** Canonical path of what is called: `openai.OpenAI().chat.completions.create`. */
  readonly path: string;
  readonly scope: Scope;
  /** The function it stands in; undefined at module level. */
  readonly fn: FnSite | undefined;
}

/** A function or method with its scope. */
export interface FnSite {
  readonly fn: Fn;
  readonly scope: Scope;
  readonly parent: FnSite | undefined;
  readonly class: ClassDecl | undefined;
  /** Key of the property or call argument it is the value of: `execute`, `handler`. */
  readonly slot: string | undefined;
}

/** A class with its scope. */
export interface ClassSite {
  readonly class: ClassDecl;
  readonly scope: Scope;
}

/** One file, walked once: every call, function, class and text, each with its scope. */
export class Program {
  readonly module: Module;
  readonly root: Scope;
  readonly calls: CallSite[] = [];
  readonly functions: FnSite[] = [];
  readonly classes: ClassSite[] = [];
  /** Expressions a binding gives a name: the call or function is the value of that variable. */
  readonly names = new Map<Expr, string>();
  /** The call whose receiver this call is: `a.builder()` → `.x()` in `a.builder().x()`. */
  readonly chains = new Map<CallExpr, CallExpr>();
  /** Every expression in order, for detectors of literals. */
  readonly expressions: { readonly expr: Expr; readonly scope: Scope; readonly fn: FnSite | undefined }[] = [];
  readonly fnOf = new Map<Fn, FnSite>();
  #pending: (() => void)[] = [];

  constructor(module: Module) {
    this.module = module;
    this.root = new Scope(undefined, module);
    this.#declare(module.steps, this.root);
    this.#steps(module.steps, this.root, undefined, undefined);
    // Calls resolve only when every scope is filled: a method may use what a later one assigns.
    for (const run of this.#pending) run();
    this.#pending = [];
  }

  /** Fills a scope with the names its steps bind (nested functions get their own). */
  #declare(steps: readonly Step[], scope: Scope): void {
    for (const step of steps) {
      if (step.kind === 'bind') scope.bind(step.target, step.value, step.type);
      else if (step.kind === 'declare') scope.declare(step.name, step.type);
      else if (step.kind === 'function') scope.define(step.fn);
    }
  }

  #steps(steps: readonly Step[], scope: Scope, fn: FnSite | undefined, owner: ClassDecl | undefined): void {
    for (const step of steps) {
      switch (step.kind) {
        case 'bind':
          if (step.target.kind === 'name') this.names.set(step.value, step.target.name);
          if (step.target.kind === 'member') this.names.set(step.value, step.target.property);
          if (step.target.kind !== 'name') this.#expr(step.target, scope, fn, undefined);
          if (step.type !== undefined) this.#expr(step.type, scope, fn, undefined);
          this.#expr(step.value, scope, fn, undefined);
          break;
        case 'do':
        case 'return':
          this.#expr(step.value, scope, fn, undefined);
          break;
        case 'function':
          this.#function(step.fn, scope, fn, owner, step.fn.name);
          break;
        case 'class': {
          const inner = new Scope(scope, this.module, true);
          this.#declareClass(step.class, inner);
          this.classes.push({ class: step.class, scope: inner });
          for (const mark of [...step.class.decorators, ...step.class.bases]) this.#expr(mark, scope, fn, undefined);
          this.#steps(step.class.steps, inner, fn, step.class);
          break;
        }
        case 'declare':
          this.#expr(step.type, scope, fn, undefined);
          break;
      }
    }
  }

  #declareClass(declaration: ClassDecl, scope: Scope): void {
    this.#declare(declaration.steps, scope);
    for (const step of declaration.steps) {
      if (step.kind !== 'function') continue;
      const inner = new Scope(scope, this.module);
      for (const param of step.fn.params) inner.param(param);
      for (const own of step.fn.steps) {
        if (own.kind === 'bind' && own.target.kind === 'member') scope.adopt(own.target, own.value, own.type, inner);
      }
    }
  }

  #function(
    fn: Fn,
    scope: Scope,
    parent: FnSite | undefined,
    owner: ClassDecl | undefined,
    slot: string | undefined,
  ): void {
    const inner = new Scope(scope, this.module);
    for (const param of fn.params) inner.param(param);
    this.#declare(fn.steps, inner);
    const site: FnSite = { fn, scope: inner, parent, class: owner, slot };
    this.functions.push(site);
    this.fnOf.set(fn, site);
    for (const mark of fn.decorators) this.#expr(mark, scope, parent, undefined);
    for (const param of fn.params) {
      for (const mark of param.decorators) this.#expr(mark, scope, site, undefined);
      if (param.default !== undefined) this.#expr(param.default, scope, site, undefined);
      if (param.type !== undefined) this.#expr(param.type, scope, site, undefined);
    }
    this.#steps(fn.steps, inner, site, undefined);
  }

  #expr(expr: Expr, scope: Scope, fn: FnSite | undefined, slot: string | undefined): void {
    this.expressions.push({ expr, scope, fn });
    switch (expr.kind) {
      case 'call': {
        if (expr.callee.kind === 'member' && expr.callee.object.kind === 'call') {
          this.chains.set(expr.callee.object, expr);
        }
        this.#pending.push(() => this.calls.push({ call: expr, path: scope.path(expr.callee), scope, fn }));
        this.#expr(expr.callee, scope, fn, undefined);
        for (const arg of expr.args) this.#expr(arg.value, scope, fn, arg.name);
        break;
      }
      case 'function':
        this.#function(expr.fn, scope, fn, undefined, slot);
        break;
      case 'member':
        this.#expr(expr.object, scope, fn, undefined);
        break;
      case 'index':
        this.#expr(expr.object, scope, fn, undefined);
        this.#expr(expr.index, scope, fn, undefined);
        break;
      case 'object':
        for (const entry of expr.entries) this.#expr(entry.value, scope, fn, entry.key);
        for (const spread of expr.spreads) this.#expr(spread, scope, fn, undefined);
        if (expr.type !== undefined) this.#expr(expr.type, scope, fn, undefined);
        break;
      case 'list':
        for (const item of expr.items) this.#expr(item, scope, fn, undefined);
        break;
      case 'template':
      case 'other':
        for (const part of expr.parts) this.#expr(part, scope, fn, undefined);
        break;
      case 'text':
      case 'literal':
      case 'name':
        break;
    }
  }
}
