import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import {
  amountOf,
  type Amounts,
  type Budget,
  type BudgetCall,
  type Budgets,
  type BudgetUnit,
  exceeded,
  type Exceeded,
  keptUntilMs,
  type Reservation,
  type Share,
  sharesOf,
} from './budget.ts';

/** What one allowance has seen in one window. */
export interface Counter {
  readonly key: string;
  readonly window: number;
  /** Until when it has to be kept; for good where undefined. */
  untilMs: number | undefined;
  /** It is of one run. */
  readonly isOfRun: boolean;
  /** When something was last reserved of it; undefined as long as it is not kept. */
  lastMs: number | undefined;
  used: number;
  reserved: number;
  /** Part of `used` that is not kept anywhere else yet. */
  unsaved: number;
}

/** Usage that is to be kept, or was. */
export interface Usage {
  readonly counter: Counter;
  readonly used: number;
}

/** Where usage is kept beside the memory. */
export interface Keeping {
  /** What was kept of an allowance before this process first met it. */
  usedBefore(key: string, window: number): number;
}

/**
 * Budgets in the memory of one process: a reservation is one synchronous step, so no other call comes between. What other
 * gateways use, and what was used before a crash, is known only as far as a `BudgetKeeper` tells.
 *
 * Where there is no room for a further counter, those of runs go that were used least recently: a client that names its runs
 * makes as many as it likes, and must stop nobody else by it. It gains nothing by pushing out its own: another name would have
 * given it a new allowance as well. What an agent or a person may use in all is for budgets of those to say; their counters stay.
 */
export class MemoryBudgets implements Budgets {
  readonly #budgets: readonly Budget[];
  readonly #clock: Pick<Clock, 'now'>;
  readonly #bounds: Readonly<Record<'budgetCountersMax', number>>;
  readonly #counters = new Map<string, Counter>();
  /** Counters with usage that is not kept, in a window that runs or in one that ended. */
  readonly #dirty = new Set<Counter>();
  #keeping: Keeping | undefined;

  constructor(
    budgets: readonly Budget[],
    clock: Pick<Clock, 'now'>,
    bounds: Readonly<Record<'budgetCountersMax', number>> = limits,
  ) {
    this.#budgets = budgets;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** From now on usage is kept elsewhere as well: whoever keeps it calls `takeUnsaved`. */
  keep(keeping: Keeping): void {
    this.#keeping = keeping;
  }

  reserve(call: BudgetCall, expected: Amounts): MemoryReservation | Exceeded {
    const nowMs = this.#clock.now();
    const held: Held[] = [];
    for (const share of sharesOf(this.#budgets, call, expected, nowMs)) {
      const counter = this.#counterOf(share);
      if (counter.used + counter.reserved + share.amount > share.budget.limit) return exceeded(share);
      held.push({ counter, share });
    }
    // All or nothing: only when every budget has room is any of it taken, or a counter kept.
    const fresh = held.filter(({ counter }) => counter.lastMs === undefined);
    const [first] = fresh;
    if (first !== undefined && !this.#makeRoom(fresh.length, nowMs))
      return { kind: 'exceeded', reason: 'budget.unavailable', budget: first.share.budget.name };
    for (const { counter, share } of held) {
      counter.reserved += share.amount;
      counter.lastMs = nowMs;
      counter.untilMs = keptUntilMs({ ...share, window: counter.window }, nowMs);
      // All of them: one that was kept may have made room itself.
      if (first !== undefined) this.#counters.set(share.key, counter);
    }
    return new MemoryReservation(held, (counter, used) => this.#use(counter, used));
  }

  /** Usage that is not kept yet, oldest first; from now on it counts as kept. Hand it back where keeping it failed. */
  takeUnsaved(): readonly Usage[] {
    const taken = [...this.#dirty].map((counter) => ({ counter, used: counter.unsaved }));
    for (const { counter } of taken) counter.unsaved = 0;
    this.#dirty.clear();
    return taken;
  }

  handBack(usages: readonly Usage[]): void {
    for (const { counter, used } of usages) {
      counter.unsaved += used;
      this.#dirty.add(counter);
    }
  }

  /** What was used in all, as it is kept; what this process used since comes on top. */
  adjust(usages: readonly Usage[]): void {
    for (const { counter, used } of usages) counter.used = used + counter.unsaved;
  }

  #use(counter: Counter, used: number): void {
    counter.used += used;
    if (this.#keeping === undefined || used === 0) return;
    counter.unsaved += used;
    this.#dirty.add(counter);
  }

  /** The counter of the window that runs; one that is met for the first time is not kept yet. */
  #counterOf({ key, window, budget }: Share): Counter {
    const counter = this.#counters.get(key);
    // A clock that goes back does not start a window anew.
    if (counter !== undefined && counter.window >= window) return counter;
    const used = this.#keeping?.usedBefore(key, window) ?? 0;
    const isOfRun = budget.per.includes('run');
    return {
      key,
      window,
      untilMs: undefined,
      isOfRun,
      lastMs: undefined,
      used,
      reserved: 0,
      unsaved: 0,
    };
  }

  /** Makes room for so many further counters. @returns whether there is any */
  #makeRoom(count: number, nowMs: number): boolean {
    const max = this.#bounds.budgetCountersMax;
    if (this.#counters.size + count <= max) return true;
    const idle = [...this.#counters.values()].filter(({ reserved }) => reserved === 0);
    for (const { key, untilMs } of idle) if (untilMs !== undefined && untilMs <= nowMs) this.#counters.delete(key);
    // A tenth at once: all of them are looked through for it. What is not kept elsewhere yet stays, or nobody would know of it.
    const surplus = this.#counters.size + count - 0.9 * max;
    const ofRuns = idle.filter(({ key, isOfRun, unsaved }) => isOfRun && unsaved === 0 && this.#counters.has(key));
    for (const { key } of ofRuns.sort((a, b) => (a.lastMs ?? 0) - (b.lastMs ?? 0)).slice(0, Math.max(0, surplus)))
      this.#counters.delete(key);
    return this.#counters.size + count <= max;
  }
}

interface Held {
  readonly counter: Counter;
  readonly share: Share;
}

/** A reservation that ends at once: nothing has to be waited for. */
export class MemoryReservation implements Reservation {
  readonly kind = 'reserved';
  readonly #use: (counter: Counter, used: number) => void;
  #held: readonly Held[];

  constructor(held: readonly Held[], use: (counter: Counter, used: number) => void) {
    this.#held = held;
    this.#use = use;
  }

  passed(used: Amounts): string | undefined {
    return this.#held.find(
      ({ counter, share: { budget, amount } }) =>
        counter.used + counter.reserved - amount + amountOf(budget.unit, used) > budget.limit,
    )?.share.budget.name;
  }

  settle(used: Amounts): void {
    this.#end((unit) => amountOf(unit, used));
  }

  release(): void {
    this.#end(() => 0);
  }

  #end(usedOf: (unit: BudgetUnit) => number): void {
    for (const { counter, share } of this.#held) {
      counter.reserved -= share.amount;
      this.#use(counter, usedOf(share.budget.unit));
    }
    this.#held = [];
  }
}
