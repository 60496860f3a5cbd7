import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { AccessRequest, RunEvent } from '../../model/access.ts';
import type { CompiledCondition, ConditionSet } from './condition-set.ts';
import { factOf, HistoryEvent } from './facts.ts';
import { always, type Env, type Point } from './goal.ts';
import { NodeState } from './node.ts';
import { temporalError } from './source.ts';
import { UnknownCondition } from './unknown.ts';
import type { RowBudget } from './window-store.ts';

/** A condition that could not be told, and counted as what keeps the call from happening. */
export interface FailedClosed {
  readonly name: string;
  readonly reason: string;
}

/** The conditions of one request. Each is evaluated when it is first asked for. */
export interface ConditionValues {
  /** Whether the condition holds. What no condition is called does not. */
  readonly of: (name: string) => boolean;
  /** Those asked for so far that could not be told. */
  readonly failed: readonly FailedClosed[];
}

const rows = z.array(z.tuple([z.array(z.string()), z.number(), z.number()]));
const snapshotShape = z.strictObject({
  version: z.literal(1),
  events: z.int().nonnegative(),
  timeMs: z.number().nullable(),
  nodes: z.record(
    z.string(),
    z.strictObject({
      rows,
      ends: rows.exactOptional(),
      knownFromMs: z.number().nullable(),
      troubledMs: z.number().nullable(),
    }),
  ),
});
export type RunSnapshot = z.infer<typeof snapshotShape>;

/**
 * The history of one run, as far as the conditions of a policy set need it. An event costs what the conditions that it
 * matters to cost, a decision what the conditions that are asked for cost; neither grows with the history.
 *
 * Deciding and recording what was allowed belong together: nothing of the run may be decided between `valuesFor` and `record`,
 * or two calls in flight do not see each other.
 */
export class RunMonitor {
  readonly #set: ConditionSet;
  readonly #budget: RowBudget = { left: limits.temporalRowsMax };
  readonly #states: readonly NodeState[];
  #events = 0;
  #timeMs = Number.NEGATIVE_INFINITY;

  /** @param knownFromMs since when the history is complete; left out for a run that begins now */
  constructor(set: ConditionSet, knownFromMs = Number.NEGATIVE_INFINITY) {
    this.#set = set;
    this.#states = set.nodes.map(({ node }) => new NodeState(node.windowMs, this.#budget, knownFromMs));
  }

  /**
   * Goes on from a snapshot, also one of another policy set: what the new set asks for and the old one did not keep is unknown
   * until its window has passed, and so fails closed.
   *
   * @throws DemarcError when it is no snapshot
   */
  static restore(set: ConditionSet, snapshot: unknown, nowMs: number): RunMonitor {
    const parsed = snapshotShape.safeParse(snapshot);
    if (!parsed.success)
      throw temporalError(
        'snapshot',
        1,
        'is no history of a run',
        'begin with `new RunMonitor(set, nowMs)`: conditions then fail closed',
      );
    const { events, timeMs, nodes } = parsed.data;
    const monitor = new RunMonitor(set, events === 0 ? undefined : Math.max(nowMs, timeMs ?? nowMs));
    monitor.#events = events;
    monitor.#timeMs = timeMs ?? Number.NEGATIVE_INFINITY;
    for (const [at, { digest }] of set.nodes.entries()) {
      const kept = nodes[digest];
      if (kept !== undefined) monitor.#states[at]?.restore(kept);
    }
    return monitor;
  }

  /** Takes in what happened. Times never go back: an event that claims to be older counts as happening now. */
  record(event: RunEvent): void {
    const recorded = HistoryEvent.of(event);
    this.#timeMs = this.#now(recorded.timeMs);
    const point = this.#point(recorded, true);
    this.#events++;
    for (const node of this.#set.listening(recorded)) node.record(point);
  }

  /** The conditions for a request that is not recorded yet; it counts as the latest event of the run. Ask before the next `record`. */
  valuesFor(request: AccessRequest): ConditionValues {
    const event = HistoryEvent.deciding(request);
    const failed: FailedClosed[] = [];
    const known = new Map<string, boolean>();
    const of = (name: string): boolean => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const condition = this.#set.conditions.get(name);
      const value = condition !== undefined && this.#evaluate(condition, event, failed);
      known.set(name, value);
      return value;
    };
    return { of, failed };
  }

  snapshot(): RunSnapshot {
    return {
      version: 1,
      events: this.#events,
      timeMs: Number.isFinite(this.#timeMs) ? this.#timeMs : null,
      nodes: Object.fromEntries(
        this.#set.nodes.flatMap(({ digest }, at) => {
          const state = this.#states[at];
          return state === undefined ? [] : [[digest, state.snapshot()]];
        }),
      ) as RunSnapshot['nodes'],
    };
  }

  #evaluate(
    { condition, goal, facts, slots }: CompiledCondition,
    event: HistoryEvent,
    failed: FailedClosed[],
  ): boolean {
    try {
      const env: Env = facts.map((path) => factOf(event.request, path));
      env.length = slots;
      return goal(env, this.#point(event, false), always);
    } catch (error) {
      if (!(error instanceof UnknownCondition)) throw error;
      failed.push({ name: condition.name, reason: error.message });
      return condition.unknownAs;
    }
  }

  #point(event: HistoryEvent, recorded: boolean): Point {
    const timeMs = this.#now(event.timeMs);
    return { event, index: this.#events, timeMs, states: this.#states, recorded, steps: limits.evaluationStepsMax };
  }

  #now(timeMs: number): number {
    return timeMs > this.#timeMs ? timeMs : this.#timeMs;
  }
}
