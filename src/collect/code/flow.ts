import type { Value } from '../../model/value.ts';
import { Unknown } from '../../model/value.ts';
import type { At, CallExpr, Expr, Fn, Step } from './ir.ts';
import type { FnSite, Program } from './program.ts';
import { keyOf, type Scope } from './scope.ts';
import type { Effect } from './shapes.ts';
import { checking, cleaning, markupProperties, passing, type SinkSignal, sinkSignals } from './signals/sinks.ts';
import { lastSegment, valueOf } from './values.ts';

/**
 * Where data comes from. `maybe-…`: it passed a check or a function that was not followed, so it may be harmless.
 */
export type Label = 'model' | 'maybe-model' | 'input' | 'maybe-input';
type Labels = ReadonlySet<Label>;
const none: Labels = new Set();

/** A call that interprets text, and what reaches it. */
export interface SinkHit {
  readonly kind: Effect;
  readonly callee: string;
  readonly at: At;
  readonly labels: Labels;
  readonly fn: FnSite | undefined;
}

/** What a trace looks for. */
export interface Trace {
  readonly program: Program;
  readonly isModelCall: (call: CallExpr) => boolean;
  /** Labels of the parameters of a function written in place. */
  readonly parameters?: (fn: Fn) => ReadonlyMap<string, ReadonlySet<Label>>;
  /** Calls that return what a stranger sent. */
  readonly isInput?: (call: CallExpr) => boolean;
  /** Reported for every expression worth asking about; `labels` are of its value there. */
  readonly observe?: (expr: Expr, labels: (part: Expr) => Labels) => void;
}

/**
 * Follows data through one function in source order: assignments, members, templates, method calls and a known set of
 * text functions carry labels on; checks turn them into `maybe-…`. Nothing is followed into other functions except
 * those written in place. Branches are taken one after another, loops once: an over- and an under-approximation, as
 * docs/guide/code.md says.
 */
export class Flow {
  readonly hits: SinkHit[] = [];
  readonly #trace: Trace;
  readonly #labels: Map<string, Labels>;
  readonly #site: FnSite | undefined;
  readonly #scope: Scope;
  #steps = 20_000;

  constructor(trace: Trace, site: FnSite | undefined, seeds: ReadonlyMap<string, Labels>) {
    this.#trace = trace;
    this.#site = site;
    this.#scope = site?.scope ?? trace.program.root;
    this.#labels = new Map(seeds);
  }

  run(steps: readonly Step[]): this {
    this.#walk(steps, this.#scope);
    return this;
  }

  #walk(steps: readonly Step[], scope: Scope): void {
    for (const step of steps) {
      switch (step.kind) {
        case 'bind': {
          this.#visit(step.value, scope);
          this.#markup(step.target, step.value, scope);
          const key = keyOf(step.target) ?? (step.target.kind === 'index' ? keyOf(step.target.object) : undefined);
          const labels = this.#of(step.value, scope, 0);
          if (key === undefined) break;
          if (step.target.kind === 'index') this.#labels.set(key, union(this.#labels.get(key) ?? none, labels));
          else this.#labels.set(key, labels);
          break;
        }
        case 'do':
          this.#visit(step.value, scope);
          this.#checked(step.value, scope);
          break;
        case 'return':
          this.#visit(step.value, scope);
          break;
        case 'declare':
        case 'function':
        case 'class':
          break;
      }
    }
  }

  /** A condition or a checking call that mentions a variable: the variable may be refused from here on. */
  #checked(expr: Expr, scope: Scope): void {
    const isCheck =
      (expr.kind === 'other' && !/^(?:ternary|conditional|yield)/.test(expr.op)) ||
      (expr.kind === 'call' && checking.test(scope.path(expr.callee)));
    if (!isCheck) return;
    for (const name of namesIn(expr, 0)) {
      const labels = this.#labels.get(name);
      if (labels !== undefined && labels.size > 0) this.#labels.set(name, softened(labels));
    }
  }

  #visit(expr: Expr, scope: Scope): void {
    if (this.#steps-- <= 0) return;
    this.#trace.observe?.(expr, (part) => this.#of(part, scope, 0));
    switch (expr.kind) {
      case 'call':
        this.#visit(expr.callee, scope);
        for (const arg of expr.args) this.#visit(arg.value, scope);
        this.#sink(expr, scope);
        break;
      case 'function':
        this.#inline(expr.fn, scope);
        break;
      case 'member':
        this.#visit(expr.object, scope);
        break;
      case 'index':
        this.#visit(expr.object, scope);
        this.#visit(expr.index, scope);
        break;
      case 'object':
        for (const entry of expr.entries) this.#visit(entry.value, scope);
        for (const spread of expr.spreads) this.#visit(spread, scope);
        break;
      case 'list':
        for (const item of expr.items) this.#visit(item, scope);
        break;
      case 'template':
      case 'other':
        for (const part of expr.parts) this.#visit(part, scope);
        break;
      case 'text':
      case 'literal':
      case 'name':
        break;
    }
  }

  #inline(fn: Fn, scope: Scope): void {
    const inner = this.#trace.program.fnOf.get(fn)?.scope ?? scope;
    for (const [name, labels] of this.#trace.parameters?.(fn) ?? []) this.#labels.set(name, labels);
    this.#walk(fn.steps, inner);
  }

  #markup(target: Expr, value: Expr, scope: Scope): void {
    if (target.kind !== 'member' || !markupProperties.has(target.property)) return;
    this.#hit('html', target.property, target.at, this.#of(value, scope, 0));
  }

  #sink(call: CallExpr, scope: Scope): void {
    const path = scope.path(call.callee);
    const signal = sinkSignals.find((row) => row.pattern.test(path));
    if (signal === undefined || (signal.shape === 'sql' && !isDatabase(call, path))) return;
    const interpreted = interpretedParts(signal, call, scope, path);
    if (interpreted === undefined) return;
    const labels = interpreted.reduce((all, part) => union(all, this.#of(part, scope, 0)), none);
    this.#hit(signal.kind, lastSegment(path), call.at, labels);
  }

  #hit(kind: Effect, callee: string, at: At, labels: Labels): void {
    this.hits.push({ kind, callee, at, labels, fn: this.#site });
  }

  #of(expr: Expr, scope: Scope, depth: number): Labels {
    if (depth > 40 || this.#steps-- <= 0) return none;
    switch (expr.kind) {
      case 'name':
      case 'member': {
        const key = keyOf(expr);
        const known = key === undefined ? undefined : this.#labels.get(key);
        if (known !== undefined) return known;
        return expr.kind === 'member' ? this.#of(expr.object, scope, depth + 1) : none;
      }
      case 'index':
        return this.#of(expr.object, scope, depth + 1);
      case 'call':
        return this.#ofCall(expr, scope, depth);
      case 'template':
        return expr.parts.reduce((all, part) => union(all, this.#of(part, scope, depth + 1)), none);
      case 'other':
        if (/comparison|not_operator|^(?:[<>=!]=*|instanceof|in|&&|!)$|unary/.test(expr.op)) return none;
        return expr.parts.reduce((all, part) => union(all, this.#of(part, scope, depth + 1)), none);
      case 'list':
        return expr.items.reduce((all, part) => union(all, this.#of(part, scope, depth + 1)), none);
      case 'object':
        return expr.entries.reduce((all, entry) => union(all, this.#of(entry.value, scope, depth + 1)), none);
      case 'text':
      case 'literal':
      case 'function':
        return none;
    }
  }

  #ofCall(call: CallExpr, scope: Scope, depth: number): Labels {
    if (this.#trace.isModelCall(call)) return new Set<Label>(['model']);
    if (this.#trace.isInput?.(call) === true) return new Set<Label>(['input']);
    const path = scope.path(call.callee);
    if (cleaning.test(path)) return none;
    const receiver = call.callee.kind === 'member' ? this.#of(call.callee.object, scope, depth + 1) : none;
    const given = call.args.reduce((all, arg) => union(all, this.#of(arg.value, scope, depth + 1)), none);
    const labels = union(receiver, given);
    if (labels.size === 0) return none;
    if (passing.test(path) || receiver.size > 0)
      return checking.test(path) && !passing.test(path) ? softened(labels) : labels;
    return softened(labels);
  }
}

/** What reaches a place, as a property: true, false, or Unknown with the reason. */
export function reaches(labels: Labels, label: 'model' | 'input'): Value {
  if (labels.has(label)) return true;
  return labels.has(`maybe-${label}`) ? new Unknown('passes a check or a function that was not followed') : false;
}

function union(left: Labels, right: Labels): Labels {
  if (left.size === 0) return right;
  return right.size === 0 ? left : new Set([...left, ...right]);
}

function softened(labels: Labels): Labels {
  const soft = new Set<Label>();
  for (const label of labels) soft.add(label === 'model' ? 'maybe-model' : label === 'input' ? 'maybe-input' : label);
  return soft;
}

function namesIn(expr: Expr, depth: number): string[] {
  if (depth > 12) return [];
  const key = keyOf(expr);
  if (key !== undefined) return expr.kind === 'member' && expr.object.kind === 'name' ? [key, expr.object.name] : [key];
  switch (expr.kind) {
    case 'member':
    case 'index':
      return namesIn(expr.object, depth + 1);
    case 'call':
      return [...namesIn(expr.callee, depth + 1), ...expr.args.flatMap((arg) => namesIn(arg.value, depth + 1))];
    case 'other':
    case 'template':
      return expr.parts.flatMap((part) => namesIn(part, depth + 1));
    case 'text':
    case 'literal':
    case 'name':
    case 'object':
    case 'list':
    case 'function':
      return [];
  }
}

const shells =
  /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k)?sh$|^(?:cmd|cmd\.exe|powershell|powershell\.exe|pwsh|python3?|node|bash|env|eval)$/;

/** The parts of a call that are interpreted; undefined when the call is written in a way that interprets nothing. */
function interpretedParts(signal: SinkSignal, call: CallExpr, scope: Scope, path: string): readonly Expr[] | undefined {
  const plain = call.args.filter((arg) => arg.name === undefined && !arg.spread).map((arg) => arg.value);
  const [first] = plain;
  switch (signal.shape) {
    case 'first':
      if (path.endsWith('yaml.load') && call.args.some((arg) => /SafeLoader/.test(scope.path(arg.value))))
        return undefined;
      return signal.kind === 'html' && first?.kind === 'object'
        ? first.entries.map((entry) => entry.value)
        : first === undefined
          ? undefined
          : plain.slice(0, path.endsWith('insertAdjacentHTML') ? 2 : 1);
    case 'command':
      return commandParts(call, plain, scope);
    case 'sql':
      return first === undefined ? undefined : [first];
    case 'url': {
      const address = /(?:\.request|NewRequest)$/.test(path)
        ? plain[1]
        : path.endsWith('WithContext')
          ? plain[2]
          : first;
      return address === undefined ? undefined : fixedHost(address, scope) ? [] : [address];
    }
    case 'path':
      return first === undefined ? undefined : [first];
  }
}

function commandParts(call: CallExpr, plain: readonly Expr[], scope: Scope): readonly Expr[] | undefined {
  const [first] = plain;
  const named = call.args.find((arg) => arg.name === 'FileName' || arg.name === 'args')?.value;
  const object = call.args.map((arg) => arg.value).find((value) => value.kind === 'object');
  const start = first ?? named;
  if (start === undefined) return object?.kind === 'object' ? object.entries.map((entry) => entry.value) : undefined;
  const followed = scope.follow(start).expr;
  if (followed.kind === 'list') {
    const [program, ...rest] = followed.items;
    if (program === undefined) return undefined;
    return isShell(program, scope) ? [program, ...rest] : [program];
  }
  const throughShell = isShell(start, scope) || call.args.some((arg) => arg.name === 'shell') || optionShell(object);
  return throughShell ? plain.flatMap((part) => (part.kind === 'list' ? part.items : [part])) : [start];
}

function isShell(expr: Expr, scope: Scope): boolean {
  const value = valueOf(expr, scope);
  return typeof value === 'string' && shells.test(value);
}

function optionShell(object: Expr | undefined): boolean {
  return (
    object?.kind === 'object' &&
    object.entries.some(
      (entry) => entry.key === 'shell' && !(entry.value.kind === 'literal' && entry.value.value === false),
    )
  );
}

/** `https://host/…${x}`: only the path varies. */
function fixedHost(expr: Expr, scope: Scope): boolean {
  const target = scope.follow(expr).expr;
  if (target.kind !== 'template') return false;
  const [first, second] = target.parts;
  if (first?.kind === 'text') return /^https?:\/\/[^/?#]+[/?#]/.test(first.value);
  // `${BASE_URL}/users/${id}`
  return (
    first !== undefined &&
    second?.kind === 'text' &&
    /^[/?]/.test(second.value) &&
    (first.kind === 'name' || first.kind === 'member')
  );
}

/** Whether the receiver of `.execute(…)` or `.query(…)` is a database by its origin or its name. */
function isDatabase(call: CallExpr, path: string): boolean {
  if (
    /^sqlalchemy\.text$|(?:Sql|Npgsql|Sqlite|MySql)Command$|queryRawUnsafe|executeRawUnsafe|read_sql|SqlRaw/.test(path)
  )
    return true;
  if (call.callee.kind !== 'member') return false;
  const receiver = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return (
    /(?:cursor|conn|connection|engine|session|database|\bdb|sql|prisma|knex|pool|psycopg|asyncpg|pymysql|sqlite3|mysql|stmt|statement|jdbc|dbContext|\bcur|\bpg\b)(?:\(\)|\[\])*$/i.test(
      receiver,
    ) ||
    /^(?:psycopg2?|asyncpg|sqlite3|pymysql|mysql|sqlalchemy|duckdb|pg|mysql2|better-sqlite3|database\/sql|java\.sql)\b/.test(
      receiver,
    )
  );
}
