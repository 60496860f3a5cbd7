import { matchesWildcard } from '../../base/wildcard.ts';

/** What a budget counts: calls, bytes both ways, time calls take, or money in millionths of its unit. */
export const budgetUnits = ['calls', 'bytes', 'time-ms', 'cost-micros'] as const;
export type BudgetUnit = (typeof budgetUnits)[number];

/** Who or what has an allowance of its own. A principal is an agent and the person it acts for. */
export const budgetScopes = ['principal', 'agent', 'run', 'server', 'tool'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

/** One budget. */
export interface Budget {
  readonly name: string;
  readonly unit: BudgetUnit;
  readonly limit: number;
  /** Each combination has an allowance of its own; none: one for all. */
  readonly per: readonly BudgetScope[];
  /** Windows follow one another from the epoch on: a day is a day in UTC. Absent: it never starts anew. */
  readonly windowMs?: number | undefined;
  /** `server/tool`, where `*` stands for any characters; absent: every call. */
  readonly tools?: readonly string[] | undefined;
  /** What a call reserves at least, of a unit that is known only when it ends. */
  readonly reserve: number;
}

/** The call a budget is asked about. */
export interface BudgetCall {
  /** `principalKey`. */
  readonly principal: string;
  readonly agent: string;
  readonly run: string;
  readonly server: string;
  /** Tool, prompt or resource. */
  readonly name: string;
  /** It is a tool that the server lists. Any other name may be made up by the client: there is no end of those. */
  readonly isListed: boolean;
  /** It brings more of a call that was counted before: of it, bytes count alone. */
  readonly isLater?: boolean | undefined;
}

/** What a call is expected to use, or has used. What is absent is 0; a call is always one. */
export type Amounts = Readonly<Partial<Record<Exclude<BudgetUnit, 'calls'>, number>>>;

export interface Exceeded {
  readonly kind: 'exceeded';
  /** `budget.unavailable`: it cannot be told, so it is no. */
  readonly reason: 'budget.exceeded' | 'budget.unavailable';
  /** Name of the budget; empty where none could be asked. */
  readonly budget: string;
  /** When its window ends, in milliseconds since the epoch; absent when it never does. */
  readonly resetsMs?: number | undefined;
}

/** Budget held for one call. Exactly one of `settle` and `release` is called at its end; a further call does nothing. */
export interface Reservation {
  readonly kind: 'reserved';
  /** The budget that what the call has used so far passes: a stream that goes on can be cut. */
  passed(used: Amounts): string | undefined;
  /** The call went out and used this, whether it ended well, failed or was cut off. Never rejects, nor does `release`. */
  settle(used: Amounts): void | Promise<void>;
  /** The call did not go out. */
  release(): void | Promise<void>;
}

/** Holds budget before a call goes out: of calls that ask at once, no more pass than there is budget for. */
export interface Budgets {
  reserve(call: BudgetCall, expected: Amounts): Reservation | Exceeded | Promise<Reservation | Exceeded>;
}

/** One allowance that a call draws on. */
export interface Share {
  readonly budget: Budget;
  /** Budget and scope, as text that may name people. */
  readonly key: string;
  /** Windows since the epoch; 0 where there is none. */
  readonly window: number;
  /** What is reserved. */
  readonly amount: number;
}

/** The allowances a call draws on. */
export function sharesOf(budgets: readonly Budget[], call: BudgetCall, expected: Amounts, nowMs: number): Share[] {
  const shares: Share[] = [];
  for (const budget of budgets) {
    const { unit, windowMs, per, tools, name, reserve } = budget;
    if (call.isLater === true && unit !== 'bytes') continue;
    if (tools !== undefined && !matchesTool(tools, call.server, call.name)) continue;
    const key = JSON.stringify([name, ...per.map((scope) => scopeOf(scope, call))]);
    const window = windowMs === undefined ? 0 : Math.floor(nowMs / windowMs);
    shares.push({ budget, key, window, amount: Math.max(amountOf(unit, expected), unit === 'calls' ? 1 : reserve) });
  }
  return shares;
}

/** Whether one of the patterns `server/tool` means this tool. */
export function matchesTool(patterns: readonly string[], server: string, name: string): boolean {
  return patterns.some((pattern) => matchesWildcard(pattern, `${server}/${name}`));
}

function scopeOf(scope: BudgetScope, call: BudgetCall): string {
  if (scope !== 'tool') return call[scope];
  // No name of a server holds a slash.
  return call.isListed ? `${call.server}/${call.name}` : call.server;
}

/** How much of a unit was used. */
export function amountOf(unit: BudgetUnit, used: Amounts): number {
  return unit === 'calls' ? 1 : Math.max(0, used[unit] ?? 0);
}

/** When the window of a share ends; never where it has none. */
export function windowEndMs({ budget: { windowMs }, window }: Pick<Share, 'budget' | 'window'>): number | undefined {
  return windowMs === undefined ? undefined : (window + 1) * windowMs;
}

/** Without a window, the allowance of a run is kept this long after its last use. */
const runKeptMs = 30 * 24 * 60 * 60 * 1000;

/** Until when a share has to be kept; for good where undefined. */
export function keptUntilMs(share: Share, nowMs: number): number | undefined {
  return windowEndMs(share) ?? (share.budget.per.includes('run') ? nowMs + runKeptMs : undefined);
}

export function exceeded(share: Share): Exceeded {
  return { kind: 'exceeded', reason: 'budget.exceeded', budget: share.budget.name, resetsMs: windowEndMs(share) };
}
