import { limits } from '../../base/limits.ts';
import type { Aggregate, EventPattern, Formula, Term } from './formula.ts';
import { nameOf } from './formula.ts';
import type { HistoryEvent } from './facts.ts';
import type { Node, NodeState } from './node.ts';
import { UnknownCondition } from './unknown.ts';
import { absent, compareNumbers, numberOfUnits, timepoint, unitsOf, type Value } from './value.ts';
import { keyOf, type Row } from './window-store.ts';

/** The place in a run's history at which something is evaluated. */
export interface Point {
  readonly event: HistoryEvent;
  /** Number of the event in the run. */
  readonly index: number;
  readonly timeMs: number;
  /** State of every node, by the node's number. */
  readonly states: readonly NodeState[];
  /** Whether the event is part of history, and so of what nodes keep; the request that is decided is not. */
  readonly recorded: boolean;
  /** Steps that one evaluation may still take. */
  steps: number;
}

/** Values of variables and facts; undefined where not known. A fact that the request lacks is `absent`. */
export type Env = (Value | undefined)[];

/**
 * Finds the ways in which a formula holds: gives the variables their values, and calls `then` with each way, until one call
 * returns true. @throws UnknownCondition
 */
export type Goal = (env: Env, point: Point, then: () => boolean) => boolean;

/** Gives names places in an `Env`, the columns of a row first. */
export class Slots {
  readonly #slots = new Map<string, number>();

  constructor(columns: readonly string[]) {
    for (const name of columns) this.of(name);
  }

  of(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    this.#slots.set(name, this.#slots.size);
    return this.#slots.size - 1;
  }

  get size(): number {
    return this.#slots.size;
  }
}

/** Makes the node of a temporal operator, or gives the one that has the same meaning. */
export type NodeOf = (formula: Extract<Formula, { kind: 'formerly' | 'previous' | 'since' }>) => {
  readonly node: Node;
  readonly columns: readonly string[];
};

export function compileGoal(formula: Formula, slots: Slots, nodeOf: NodeOf): Goal {
  const compile = (part: Formula): Goal => compileGoal(part, slots, nodeOf);
  switch (formula.kind) {
    case 'and':
      return formula.parts
        .map(compile)
        .reduceRight((rest, first) => (env, point, then) => first(env, point, () => rest(env, point, then)));
    case 'not': {
      const body = compile(formula.body);
      return (env, point, then) => !body(env, point, always) && then();
    }
    case 'exists':
      return compile(formula.body);
    case 'event':
      return eventGoal(formula, slots);
    case 'timepoint': {
      const slot = slots.of(formula.variable.id);
      return (env, point, then) => bindOne(env, slot, timepoint(point.index), then);
    }
    case 'compare':
      return compareGoal(formula, slots, nodeOf);
    case 'formerly':
    case 'previous':
    case 'since': {
      const { node, columns } = nodeOf(formula);
      return nodeGoal(
        node,
        columns.map((name) => slots.of(name)),
      );
    }
  }
}

export const always = (): boolean => true;

/** Counts a step. A condition that takes too many is unknown, and so fails closed: nothing hangs. */
export function step(point: Point): void {
  if (--point.steps < 0) throw new UnknownCondition(`the condition took more than ${limits.evaluationStepsMax} steps`);
}

function read(env: Env, slot: number): Value | undefined {
  const value = env[slot];
  if (value === absent) throw new UnknownCondition('the request lacks a fact that the condition names');
  return value;
}

function bindOne(env: Env, slot: number, value: Value, then: () => boolean): boolean {
  const known = read(env, slot);
  if (known !== undefined) return known === value && then();
  env[slot] = value;
  const stop = then();
  env[slot] = undefined;
  return stop;
}

function eventGoal({ action, event: kind, fields }: EventPattern, slots: Slots): Goal {
  const patterns = fields.map(({ path, term }) => ({
    path,
    slot: term.kind === 'value' ? -1 : slots.of(nameOf(term) ?? ''),
    value: term.kind === 'value' ? term.value : undefined,
  }));
  return (env, point, then) => {
    step(point);
    const { event } = point;
    if (event.kind !== kind || !event.actions.has(action)) return false;
    const given: number[] = [];
    let stop = false;
    const matches = patterns.every(({ path, slot, value }) => {
      const found = event.field(path);
      const wanted = slot < 0 ? value : read(env, slot);
      if (found === undefined || wanted !== undefined) return found === wanted && found !== undefined;
      env[slot] = found;
      given.push(slot);
      return true;
    });
    if (matches) stop = then();
    for (const slot of given) env[slot] = undefined;
    return stop;
  };
}

function nodeGoal(node: Node, slots: readonly number[]): Goal {
  return (env, point, then) => {
    const bound = slots.map((slot) => read(env, slot));
    return node.find(bound, point, (row) => {
      step(point);
      for (let at = 0; at < slots.length; at++) if (bound[at] === undefined) env[slots[at] ?? 0] = row[at];
      const stop = then();
      for (let at = 0; at < slots.length; at++) if (bound[at] === undefined) env[slots[at] ?? 0] = undefined;
      return stop;
    });
  };
}

type Operand = (env: Env, point: Point) => Value | undefined;

function compareGoal(
  { operator, left, right }: Extract<Formula, { kind: 'compare' }>,
  slots: Slots,
  nodeOf: NodeOf,
): Goal {
  const [a, b] = [operand(left, slots, nodeOf), operand(right, slots, nodeOf)];
  const slotOf = (term: Term): number => slots.of(nameOf(term) ?? '');
  return (env, point, then) => {
    step(point);
    const [x, y] = [a(env, point), b(env, point)];
    if (x === undefined) return y !== undefined && operator === '==' && bindOne(env, slotOf(left), y, then);
    if (y === undefined) return operator === '==' && bindOne(env, slotOf(right), x, then);
    switch (operator) {
      case '==':
        return x === y && then();
      case '!=':
        return x !== y && then();
      case '<':
        return compareNumbers(x, y) < 0 && then();
      case '<=':
        return compareNumbers(x, y) <= 0 && then();
      case '>':
        return compareNumbers(x, y) > 0 && then();
      case '>=':
        return compareNumbers(x, y) >= 0 && then();
    }
  };
}

function operand(term: Term, slots: Slots, nodeOf: NodeOf): Operand {
  if (term.kind === 'value') return () => term.value;
  if (term.kind === 'aggregate') return aggregate(term.aggregate, slots, nodeOf);
  const slot = slots.of(nameOf(term) ?? '');
  return (env) => read(env, slot);
}

function aggregate(aggregated: Aggregate, slots: Slots, nodeOf: NodeOf): Operand {
  const { body, sum, variables } = aggregated;
  if (body.kind === 'formerly') {
    const { node, columns } = nodeOf(body);
    const total = node.total?.bind(node);
    if (total !== undefined) {
      const places = columns.map((name) => slots.of(name));
      const summed = sum === undefined ? undefined : columns.indexOf(sum.id);
      return (env, point) => {
        step(point);
        const { count, sum: units } = total(
          places.map((slot) => read(env, slot)),
          point,
          summed,
        );
        return numberOfUnits(sum === undefined ? count * 10_000 : units);
      };
    }
  }
  const goal = compileGoal(body, slots, nodeOf);
  const places = variables.map(({ id }) => slots.of(id));
  const summed = sum === undefined ? -1 : variables.indexOf(sum);
  return (env, point) => {
    const rows = new Map<string, Row>();
    goal(env, point, () => {
      const row = places.map((slot) => env[slot] ?? '');
      rows.set(keyOf(row), row);
      return false;
    });
    if (summed < 0) return numberOfUnits(rows.size * 10_000);
    let units = 0n;
    for (const row of rows.values()) units += unitsOf(row[summed] ?? '');
    return numberOfUnits(units);
  };
}
