import { limits } from '../../base/limits.ts';
import { always, type Env, type Goal, type Point, step } from './goal.ts';
import { UnknownCondition } from './unknown.ts';
import { numberOfUnits, unitsOf, type Value } from './value.ts';
import { type Bound, keyOf, type Row, type RowBudget, WindowStore } from './window-store.ts';

/** A goal with what it needs to be run by itself: the columns of its rows come first in its `Env`. */
export interface Relation {
  readonly goal: Goal;
  readonly columns: number;
  readonly slots: number;
}

/** What a node keeps of a run, as JSON. */
export interface NodeSnapshot {
  readonly rows: readonly (readonly [Row, number, number])[];
  readonly ends?: readonly (readonly [Row, number, number])[];
  readonly knownFromMs: number | null;
  readonly troubledMs: number | null;
}

/** What a node keeps of one run. */
export class NodeState {
  /** History is complete from here on. */
  knownFromMs: number;
  /** When something could last not be told, or kept. */
  troubledMs = Number.NEGATIVE_INFINITY;
  trouble = '';
  readonly rows: WindowStore;
  /** Of a `since` whose left side is a negation: what ends it. */
  readonly ends: WindowStore;

  constructor(windowMs: number, budget: RowBudget, knownFromMs: number) {
    this.knownFromMs = knownFromMs;
    this.rows = new WindowStore(windowMs, budget);
    this.ends = new WindowStore(windowMs, budget);
  }

  put(store: WindowStore, row: Row, { timeMs, index }: Point): void {
    if (!store.put(row, timeMs, index))
      this.fail(timeMs, `the run has more than ${limits.temporalRowsMax} rows of history`);
  }

  fail(timeMs: number, why: string): void {
    this.troubledMs = timeMs;
    this.trouble = why;
  }

  snapshot(): NodeSnapshot {
    const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
    const [rows, ends] = [this.rows.snapshot(), this.ends.snapshot()];
    return {
      rows,
      ...(ends.length > 0 ? { ends } : {}),
      knownFromMs: finite(this.knownFromMs),
      troubledMs: finite(this.troubledMs),
    };
  }

  restore({ rows, ends = [], knownFromMs, troubledMs }: NodeSnapshot): void {
    this.knownFromMs = knownFromMs ?? Number.NEGATIVE_INFINITY;
    if (troubledMs !== null) this.fail(troubledMs, 'part of its history could not be kept');
    for (const [store, kept] of [
      [this.rows, rows],
      [this.ends, ends],
    ] as const)
      for (const [row, timeMs, index] of kept)
        if (!store.put(row, timeMs, index)) this.fail(timeMs, 'part of its history could not be kept');
  }
}

export interface Total {
  readonly count: number;
  /** In ten-thousandths. */
  readonly sum: bigint;
}

/** A temporal operator: what it keeps of each event, and the rows for which it holds. */
export abstract class Node {
  readonly id: number;
  readonly windowMs: number;

  constructor(id: number, windowMs: number) {
    this.id = id;
    this.windowMs = windowMs;
  }

  /** Takes in an event of history; nodes below have taken it. */
  abstract take(state: NodeState, point: Point): void;

  /** Calls `emit` with each row that holds at the point and has the values that are bound, until it returns true. */
  protected abstract rows(state: NodeState, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean;

  /** As `rows`, for the aggregates of a `formerly`. */
  total?(bound: Bound, point: Point, summed: number | undefined): Total;

  record(point: Point): void {
    point.steps = limits.evaluationStepsMax;
    const state = this.stateAt(point);
    try {
      this.take(state, point);
    } catch (error) {
      if (!(error instanceof UnknownCondition)) throw error;
      state.fail(point.timeMs, error.message);
    }
  }

  find(bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
    return this.rows(this.known(point), bound, point, emit);
  }

  /** The state at a point, if all of its window is known. @throws UnknownCondition */
  protected known(point: Point): NodeState {
    const state = this.stateAt(point);
    const fromMs = point.timeMs - this.windowMs;
    if (state.troubledMs >= fromMs) throw new UnknownCondition(state.trouble);
    if (state.knownFromMs > fromMs) throw new UnknownCondition('the history of the run is not known that far back');
    return state;
  }

  protected stateAt({ states, timeMs }: Point): NodeState {
    const state = states[this.id];
    if (state === undefined) throw new UnknownCondition('the condition has no history');
    state.rows.evict(timeMs);
    state.ends.evict(timeMs);
    return state;
  }
}

/** Runs a relation by itself, with what is known of its columns. */
export function solve(relation: Relation, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
  const env: Env = bound.slice();
  env.length = relation.slots;
  return relation.goal(env, point, () => emit(env.slice(0, relation.columns) as Row));
}

export class FormerlyNode extends Node {
  readonly #body: Relation;

  constructor(id: number, windowMs: number, body: Relation) {
    super(id, windowMs);
    this.#body = body;
  }

  take(state: NodeState, point: Point): void {
    solve(this.#body, [], point, (row) => {
      state.put(state.rows, row, point);
      return false;
    });
  }

  protected rows(state: NodeState, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
    for (const { row } of state.rows.match(bound)) if (emit(row)) return true;
    return !point.recorded && solve(this.#body, bound, point, emit);
  }

  override total(bound: Bound, point: Point, summed: number | undefined): Total {
    const state = this.known(point);
    const kept = state.rows.total(bound, summed);
    if (kept.notNumbers > 0) throw new UnknownCondition('something that is no exact number would be added up');
    let { count, sum } = kept;
    const now = new Set<string>();
    const addNow = (row: Row): boolean => {
      const key = keyOf(row);
      if (now.has(key) || state.rows.get(row) !== undefined) return false;
      now.add(key);
      count++;
      if (summed !== undefined) sum += unitsOf(row[summed] ?? numberOfUnits(0));
      return false;
    };
    if (!point.recorded) solve(this.#body, bound, point, addNow);
    return { count, sum };
  }
}

export class PreviousNode extends Node {
  readonly #body: Relation;

  constructor(id: number, windowMs: number, body: Relation) {
    super(id, windowMs);
    this.#body = body;
  }

  /** Keeps the rows of the last two events: those above it still ask for the one before the event they take in. */
  take(state: NodeState, point: Point): void {
    for (const { row, index } of state.rows.match(unbound(this.#body.columns + 1)))
      if (index < point.index - 1) state.rows.delete(row);
    solve(this.#body, [], point, (row) => {
      state.put(state.rows, [...row, `t${point.index}`], point);
      return false;
    });
  }

  protected rows(state: NodeState, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
    const padded = Array.from({ length: this.#body.columns }, (_, at) => bound[at]);
    for (const { row } of state.rows.match([...padded, `t${point.index - 1}`])) if (emit(row)) return true;
    return false;
  }
}

/** Columns of a side of `since` within the columns of the whole. */
export interface Side extends Relation {
  readonly places: readonly number[];
}

const project = (bound: Bound, places: readonly number[]): (Value | undefined)[] => places.map((at) => bound[at]);

function widen(bound: Bound, row: Row, places: readonly number[]): Row {
  const wide = [...bound];
  for (const [at, place] of places.entries()) wide[place] = row[at];
  return wide as Row;
}

/** `!left since right`: holds from an anchor on until something ends it. Anchors and ends are kept apart, each seen last. */
export class UnlessSinceNode extends Node {
  readonly #anchor: Side;
  readonly #end: Side;

  constructor(id: number, windowMs: number, anchor: Side, end: Side) {
    super(id, windowMs);
    this.#anchor = anchor;
    this.#end = end;
  }

  take(state: NodeState, point: Point): void {
    solve(this.#end, [], point, (row) => {
      state.put(state.ends, row, point);
      return false;
    });
    solve(this.#anchor, [], point, (row) => {
      state.put(state.rows, row, point);
      return false;
    });
  }

  protected rows(state: NodeState, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
    for (const { row, index } of state.rows.match(project(bound, this.#anchor.places))) {
      const wide = widen(bound, row, this.#anchor.places);
      if (!this.#isEnded(state, wide, index, point) && emit(wide)) return true;
    }
    return (
      !point.recorded &&
      solve(this.#anchor, project(bound, this.#anchor.places), point, (row) =>
        emit(widen(bound, row, this.#anchor.places)),
      )
    );
  }

  #isEnded(state: NodeState, row: Row, anchoredAt: number, point: Point): boolean {
    const bound = project(row, this.#end.places);
    for (const { index } of state.ends.match(bound)) {
      step(point);
      if (index > anchoredAt) return true;
    }
    return !point.recorded && solve(this.#end, bound, point, always);
  }
}

/** `left since right`, where each anchor is followed from event to event for as long as the left side holds. */
export class WhileSinceNode extends Node {
  readonly #anchor: Relation;
  readonly #left: Side;

  constructor(id: number, windowMs: number, anchor: Relation, left: Side) {
    super(id, windowMs);
    this.#anchor = anchor;
    this.#left = left;
  }

  take(state: NodeState, point: Point): void {
    if (this.#left.places.length === 0) {
      if (!solve(this.#left, [], point, always)) state.rows.clear();
    } else
      for (const { row } of state.rows.match(unbound(this.#anchor.columns)))
        if (!this.#holds(row, point)) state.rows.delete(row);
    solve(this.#anchor, [], point, (row) => {
      state.put(state.rows, row, point);
      return false;
    });
  }

  protected rows(state: NodeState, bound: Bound, point: Point, emit: (row: Row) => boolean): boolean {
    for (const { row } of state.rows.match(bound))
      if ((point.recorded || this.#holds(row, point)) && emit(row)) return true;
    return !point.recorded && solve(this.#anchor, bound, point, emit);
  }

  #holds(row: Row, point: Point): boolean {
    return solve(this.#left, project(row, this.#left.places), point, always);
  }
}

const unbound = (columns: number): undefined[] => Array.from({ length: columns }, () => undefined);
