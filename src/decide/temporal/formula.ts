/** A temporal condition after its macros were expanded: closed, and every variable has a name of its own. */
import type { Comparison, EventKind } from './syntax.ts';
import type { Value } from './value.ts';

export interface Variable {
  /** `%` and a number: never the text of a fact. */
  readonly id: string;
  /** As its author wrote it. */
  readonly name: string;
  readonly type: string;
}

export type Term =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'fact'; readonly path: string; readonly at: number }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'aggregate'; readonly aggregate: Aggregate };

export interface Aggregate {
  /** What is summed; undefined for a count. */
  readonly sum: Variable | undefined;
  readonly variables: readonly Variable[];
  readonly body: Formula;
  readonly at: number;
}

export interface EventField {
  readonly path: readonly string[];
  readonly term: Exclude<Term, { readonly kind: 'aggregate' }>;
  readonly at: number;
}

export interface EventPattern {
  readonly kind: 'event';
  /** `server/tool`, a group of actions, `server/*` or `*`. */
  readonly action: string;
  readonly event: EventKind;
  readonly fields: readonly EventField[];
  readonly at: number;
}

export type Formula =
  | { readonly kind: 'and'; readonly parts: readonly Formula[]; readonly at: number }
  | { readonly kind: 'not'; readonly body: Formula; readonly at: number }
  | {
      readonly kind: 'formerly' | 'previous';
      readonly windowMs: number;
      readonly body: Formula;
      readonly at: number;
    }
  | {
      readonly kind: 'since';
      readonly windowMs: number;
      readonly left: Formula;
      readonly right: Formula;
      readonly at: number;
    }
  | EventPattern
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Term;
      readonly right: Term;
      readonly at: number;
    }
  | { readonly kind: 'exists'; readonly variable: Variable; readonly body: Formula; readonly at: number }
  | { readonly kind: 'timepoint'; readonly variable: Variable; readonly at: number };

/** What a term or formula needs from outside: variables and facts, by id, in the order in which they are first met. */
export function freeNames(formula: Formula): string[] {
  const found = new Set<string>();
  collect(formula, new Set(), found);
  return [...found];
}

export function freeNamesOfAggregate({ body, variables }: Aggregate): string[] {
  const own = new Set(variables.map(({ id }) => id));
  return freeNames(body).filter((name) => !own.has(name));
}

/** The name of what a term refers to; undefined for a value and an aggregate. */
export function nameOf(term: Term): string | undefined {
  return term.kind === 'variable' ? term.variable.id : term.kind === 'fact' ? term.path : undefined;
}

function collect(formula: Formula, bound: ReadonlySet<string>, found: Set<string>): void {
  const add = (name: string | undefined): void => {
    if (name !== undefined && !bound.has(name)) found.add(name);
  };
  const addTerm = (term: Term): void => {
    if (term.kind === 'aggregate') for (const name of freeNamesOfAggregate(term.aggregate)) add(name);
    else add(nameOf(term));
  };
  switch (formula.kind) {
    case 'and':
      for (const part of formula.parts) collect(part, bound, found);
      return;
    case 'not':
    case 'formerly':
    case 'previous':
      return collect(formula.body, bound, found);
    case 'since':
      collect(formula.right, bound, found);
      return collect(formula.left, bound, found);
    case 'event':
      for (const { term } of formula.fields) addTerm(term);
      return;
    case 'compare':
      addTerm(formula.left);
      return addTerm(formula.right);
    case 'exists':
      return collect(formula.body, new Set([...bound, formula.variable.id]), found);
    case 'timepoint':
      return add(formula.variable.id);
  }
}

/** The conjuncts of a formula, with nested conjunctions opened. */
export function conjuncts(formula: Formula): readonly Formula[] {
  return formula.kind === 'and' ? formula.parts.flatMap(conjuncts) : [formula];
}

/** Every formula in a formula, itself first. */
export function* within(formula: Formula): Generator<Formula> {
  yield formula;
  switch (formula.kind) {
    case 'and':
      for (const part of formula.parts) yield* within(part);
      return;
    case 'not':
    case 'formerly':
    case 'previous':
    case 'exists':
      yield* within(formula.body);
      return;
    case 'since':
      yield* within(formula.left);
      yield* within(formula.right);
      return;
    case 'compare':
      for (const term of [formula.left, formula.right])
        if (term.kind === 'aggregate') yield* within(term.aggregate.body);
      return;
    case 'event':
    case 'timepoint':
  }
}

/** How far back a formula looks, in milliseconds: nested windows add up. */
export function lookBackMs(formula: Formula): number {
  const of = (parts: readonly Formula[]): number => Math.max(0, ...parts.map(lookBackMs));
  switch (formula.kind) {
    case 'and':
      return of(formula.parts);
    case 'not':
    case 'exists':
      return lookBackMs(formula.body);
    case 'formerly':
    case 'previous':
      return formula.windowMs + lookBackMs(formula.body);
    case 'since':
      return formula.windowMs + of([formula.left, formula.right]);
    case 'compare':
      return of(
        [formula.left, formula.right].flatMap((term) => (term.kind === 'aggregate' ? [term.aggregate.body] : [])),
      );
    case 'event':
    case 'timepoint':
      return 0;
  }
}
