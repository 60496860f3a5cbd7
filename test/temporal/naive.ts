/**
 * What a temporal condition means, written down as plainly as it can be: it looks at the whole history again for every question,
 * and knows the request from the start. The monitor of src/decide/temporal has to agree with it.
 */
import { type Aggregate, type Formula, freeNames, nameOf, type Term } from '../../src/decide/temporal/formula.ts';
import { factOf, HistoryEvent } from '../../src/decide/temporal/facts.ts';
import { UnknownCondition } from '../../src/decide/temporal/unknown.ts';
import type { AccessRequest, RunEvent } from '../../src/model/access.ts';

type Env = ReadonlyMap<string, string>;

export class NaiveHistory {
  readonly #events: HistoryEvent[] = [];

  record(event: RunEvent): void {
    this.#events.push(HistoryEvent.of(event));
  }

  holds(formula: Formula, request: AccessRequest): boolean {
    const evaluator = new Evaluator([...this.#events, HistoryEvent.deciding(request)]);
    const facts = new Map(freeNames(formula).map((path) => [path, factOf(request, path)]));
    return some(evaluator.ways(formula, evaluator.last, facts));
  }
}

const some = (ways: Iterable<Env>): boolean => {
  for (const _ of ways) return true;
  return false;
};

class Evaluator {
  readonly #events: readonly HistoryEvent[];

  constructor(events: readonly HistoryEvent[]) {
    this.#events = events;
  }

  get last(): number {
    return this.#events.length - 1;
  }

  #age(from: number, to: number): number {
    return (this.#events[to]?.timeMs ?? 0) - (this.#events[from]?.timeMs ?? 0);
  }

  /** The ways in which a formula holds at an event. */
  *ways(formula: Formula, at: number, env: Env): Generator<Env> {
    switch (formula.kind) {
      case 'and': {
        const [first, ...rest] = formula.parts;
        if (first === undefined) yield env;
        else for (const way of this.ways(first, at, env)) yield* this.ways({ ...formula, parts: rest }, at, way);
        return;
      }
      case 'not':
        if (!some(this.ways(formula.body, at, env))) yield env;
        return;
      case 'exists':
        yield* this.ways(formula.body, at, env);
        return;
      case 'timepoint':
        yield* bind(env, formula.variable.id, `t${at}`);
        return;
      case 'event':
        yield* this.#event(formula, at, env);
        return;
      case 'compare':
        yield* this.#compare(formula, at, env);
        return;
      case 'formerly':
        for (let then = 0; then <= at; then++)
          if (this.#age(then, at) <= formula.windowMs) yield* this.ways(formula.body, then, env);
        return;
      case 'previous':
        if (at > 0 && this.#age(at - 1, at) <= formula.windowMs) yield* this.ways(formula.body, at - 1, env);
        return;
      case 'since':
        for (let then = 0; then <= at; then++) {
          if (this.#age(then, at) > formula.windowMs) continue;
          for (const way of this.ways(formula.right, then, env)) {
            const after = Array.from({ length: at - then }, (_, step) => then + 1 + step);
            if (after.every((step) => some(this.ways(formula.left, step, way)))) yield way;
          }
        }
        return;
    }
  }

  *#event(formula: Extract<Formula, { kind: 'event' }>, at: number, env: Env): Generator<Env> {
    const event = this.#events[at];
    if (event?.kind !== formula.event || !event.actions.has(formula.action)) return;
    let ways: Env[] = [env];
    for (const { path, term } of formula.fields) {
      const value = event.field(path);
      ways = ways.flatMap((way) => {
        if (value === undefined) return [];
        if (term.kind === 'value') return term.value === value ? [way] : [];
        return [...bind(way, nameOf(term) ?? '', value)];
      });
    }
    yield* ways;
  }

  *#compare({ operator, left, right }: Extract<Formula, { kind: 'compare' }>, at: number, env: Env): Generator<Env> {
    const [a, b] = [this.#value(left, at, env), this.#value(right, at, env)];
    if (a === undefined || b === undefined) {
      if (operator === '==') yield* bind(env, nameOf(a === undefined ? left : right) ?? '', a ?? b ?? '');
      return;
    }
    const order = operator === '==' || operator === '!=' ? 0n : numberIn(a) - numberIn(b);
    const holds = {
      '==': a === b,
      '!=': a !== b,
      '<': order < 0n,
      '<=': order <= 0n,
      '>': order > 0n,
      '>=': order >= 0n,
    }[operator];
    if (holds) yield env;
  }

  #value(term: Term, at: number, env: Env): string | undefined {
    if (term.kind === 'value') return term.value;
    return term.kind === 'aggregate' ? this.#aggregate(term.aggregate, at, env) : env.get(nameOf(term) ?? '');
  }

  #aggregate({ body, sum, variables }: Aggregate, at: number, env: Env): string {
    const rows = new Map<string, Env>();
    for (const way of this.ways(body, at, env)) rows.set(JSON.stringify(variables.map(({ id }) => way.get(id))), way);
    if (sum === undefined) return `n${rows.size * 10_000}`;
    return `n${[...rows.values()].reduce((total, way) => total + numberIn(way.get(sum.id) ?? ''), 0n)}`;
  }
}

function numberIn(value: string): bigint {
  if (!value.startsWith('n')) throw new UnknownCondition('no number');
  return BigInt(value.slice(1));
}

function* bind(env: Env, name: string, value: string): Generator<Env> {
  const known = env.get(name);
  if (known === undefined) yield new Map([...env, [name, value]]);
  else if (known === value) yield env;
}
