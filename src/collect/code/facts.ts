import type { At, CallExpr, Expr } from './ir.ts';
import type { CallSite, Program } from './program.ts';
import type { Scope } from './scope.ts';

/** One named argument of a call, whichever way the language writes it. */
export interface Fact {
  readonly expr: Expr;
  readonly scope: Scope;
  readonly at: At;
  /** As written: `base_url`, `baseURL`, `WithBaseURL`. */
  readonly written: string;
}

/** The named arguments of a call under normalised names (`base_url`, `baseURL`, `WithBaseURL` are `baseurl`). */
export interface Facts {
  readonly named: ReadonlyMap<string, Fact>;
  readonly positional: readonly Fact[];
  /** Something is spread into the call that could not be followed, so an absent name proves nothing. */
  readonly open: boolean;
}

/** Option objects that hold arguments one level down. */
const containers = new Set([
  'configuration',
  'clientoptions',
  'httpoptions',
  'modelkwargs',
  'options',
  'generationconfig',
  'config',
  'inferenceconfig',
  'requestoptions',
  'modelparams',
  'modelsettings',
  'params',
  'defaultoptions',
  'settings',
]);

/** `base_url` → `baseurl`; the prefix of a builder method or option function is dropped. */
export function normalise(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/**
 * Collects the arguments of a call: keywords, the entries of option objects (followed through names and spreads),
 * functional options (Go) and the methods of a builder chain (Java, C#, Rust style).
 *
 * @param names what the positional arguments are called, in order
 */
export function factsOf(site: CallSite, program: Program, names: readonly string[] = []): Facts {
  const reader = new FactReader();
  let place = 0;
  for (const arg of site.call.args) {
    if (arg.spread) reader.spread(arg.value, site.scope, 0);
    else if (arg.name !== undefined) reader.add(arg.name, arg.value, site.scope, arg.value.at, 0);
    else {
      reader.positional.push({ expr: arg.value, scope: site.scope, at: arg.value.at, written: '' });
      const name = names[place++];
      // An options object is not the first positional argument of the other form.
      const options = site.scope.follow(arg.value).expr;
      const isOptions = options.kind === 'object' && options.type === undefined;
      if (name !== undefined && name !== '' && !isOptions) reader.add(name, arg.value, site.scope, arg.value.at, 0);
      reader.unnamed(arg.value, site.scope);
    }
  }
  let chained = program.chains.get(site.call);
  for (let length = 0; chained !== undefined && length < 64; length++) {
    reader.method(chained, site.scope);
    chained = program.chains.get(chained);
  }
  return { named: reader.named, positional: reader.positional, open: reader.open };
}

class FactReader {
  readonly named = new Map<string, Fact>();
  readonly positional: Fact[] = [];
  open = false;

  add(name: string, value: Expr, scope: Scope, at: At, depth: number): void {
    const key = normalise(name);
    if (!this.named.has(key)) this.named.set(key, { expr: value, scope, at, written: name });
    if (depth < 3 && containers.has(key)) this.#open(value, scope, depth + 1);
  }

  /** A positional option object, struct or functional option. */
  unnamed(value: Expr, scope: Scope): void {
    if (value.kind === 'call') {
      const name =
        value.callee.kind === 'member' ? value.callee.property : value.callee.kind === 'name' ? value.callee.name : '';
      const [only] = value.args;
      if (name.startsWith('With') && only !== undefined) {
        this.add(name.slice(4), only.value, scope, value.at, 0);
        return;
      }
    }
    this.#open(value, scope, 0, true);
  }

  method(call: CallExpr, scope: Scope): void {
    if (call.callee.kind !== 'member') return;
    const name = call.callee.property.replace(/^(?:set|with|add)(?=[A-Z_])/, '').replace(/^With/, '');
    const [first] = call.args;
    if (first === undefined) return;
    const items =
      call.args.length === 1
        ? first.value
        : ({ kind: 'list', items: call.args.map((arg) => arg.value), at: call.at } as const);
    this.add(name, items, scope, call.callee.at, 0);
  }

  #builder(call: CallExpr, scope: Scope): boolean {
    if (call.callee.kind !== 'member' || call.callee.property !== 'build') return false;
    let inner = call.callee.object;
    for (let length = 0; inner.kind === 'call' && inner.callee.kind === 'member' && length < 64; length++) {
      this.method(inner, scope);
      inner = inner.callee.object;
    }
    return true;
  }

  spread(value: Expr, scope: Scope, depth: number): void {
    if (!this.#open(value, scope, depth)) this.open = true;
  }

  /** Adds the entries of an object; whether there was one. `quiet`: a positional value that is none is no gap. */
  #open(value: Expr, scope: Scope, depth: number, quiet = false): boolean {
    const followed = scope.follow(value);
    const target = followed.expr;
    if (depth > 4) return false;
    if (target.kind === 'object') {
      for (const entry of target.entries) this.add(entry.key, entry.value, followed.scope, entry.at, depth);
      for (const spread of target.spreads) this.spread(spread, followed.scope, depth + 1);
      return true;
    }
    // C#: `new Options { Endpoint = … }`.
    const inner =
      target.kind === 'call' && target.made ? target.args.find((arg) => arg.value.kind === 'object') : undefined;
    if (inner !== undefined) return this.#open(inner.value, followed.scope, depth + 1);
    // `Params.builder().model(…).maxTokens(…).build()` made apart and handed over.
    if (target.kind === 'call' && this.#builder(target, followed.scope)) return true;
    // `GenerateContentConfig(...)`, `dict(...)`: a call that only holds named arguments.
    const called = target.kind === 'call' ? followed.scope.path(target.callee) : '';
    if (
      target.kind === 'call' &&
      /(?:^|[.~])(?:[A-Z]\w*|dict)$/.test(called) &&
      target.args.some((arg) => arg.name !== undefined)
    ) {
      for (const arg of target.args) {
        if (arg.name !== undefined && !quiet) this.add(arg.name, arg.value, followed.scope, arg.value.at, depth);
      }
      return true;
    }
    if (quiet && value.kind === 'name' && target.kind === 'name') {
      // An options object from elsewhere may hold anything.
      if (/(?:opt|config|param|arg|kwarg|setting|request|body)/i.test(value.name)) this.open = true;
    }
    return false;
  }
}

/** The first of several alias names. */
export function fact(facts: Facts, ...names: readonly string[]): Fact | undefined {
  for (const name of names) {
    const found = facts.named.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
