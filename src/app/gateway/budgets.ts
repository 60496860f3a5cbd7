import { messageOf } from '../../base/errors.ts';
import { remembered } from '../../base/remembered.ts';
import type { Clock, Random, Sql } from '../../base/ports.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import { type Budgets, type Exceeded, matchesTool } from '../../store/budgets/budget.ts';
import { BudgetKeeper } from '../../store/budgets/budget-keeper.ts';
import { LoopDetector } from '../../store/budgets/loops.ts';
import { MemoryBudgets } from '../../store/budgets/memory-budgets.ts';
import { type BudgetSettings, budgetsOf, priceOf } from '../../store/budgets/settings.ts';
import { SqlBudgets } from '../../store/budgets/sql-budgets.ts';
import { nodeTimer } from '../node-timer.ts';

export interface BudgetParts {
  readonly settings: BudgetSettings;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly random: Random;
  /** A name for a scope that says nothing about it. */
  readonly pseudonym: (text: string) => string;
  readonly tell: (line: string) => void;
}

export interface OpenBudgets {
  readonly budgets: Budgets;
  readonly loops: PipelineParts['loops'];
  /** Keeps what was used. */
  close(): Promise<void>;
}

/** Windows that ended are removed this often. */
const sweepMs = 60 * 60_000;

/** Opens budgets as the settings say: in memory and kept now and then, or in the database. @throws DemarcError `DMC_DATABASE` */
export async function openBudgets(parts: BudgetParts): Promise<OpenBudgets> {
  const { settings, sql, clock, random, pseudonym, tell } = parts;
  const onFailure = (thrown: unknown): void => tell(`budgets are not kept: ${messageOf(thrown)}`);
  const loops = loopsOf(settings);
  if (settings.mode === 'shared') {
    const holdMs = settings['hold-ms'];
    const shared = await SqlBudgets.open(budgetsOf(settings), { sql, clock, random, pseudonym, holdMs, onFailure });
    const stopSweeping = sweeping(shared, onFailure);
    const renewing = setInterval(() => void shared.renew().catch(onFailure), holdMs / 3).unref();
    return {
      budgets: failingClosed(priced(shared, settings), onFailure),
      loops,
      async close() {
        stopSweeping();
        clearInterval(renewing);
        await shared.settleLate();
      },
    };
  }
  const memory = new MemoryBudgets(budgetsOf(settings), clock);
  if (settings.budgets.length === 0)
    return { budgets: priced(memory, settings), loops, close: () => Promise.resolve() };
  const everyMs = settings['keep-ms'];
  const keeper = await BudgetKeeper.open(memory, { sql, clock, timer: nodeTimer, pseudonym, everyMs, onFailure });
  const stop = new AbortController();
  const running = keeper.run(stop.signal);
  const stopSweeping = sweeping(keeper, onFailure);
  return {
    budgets: priced(memory, settings),
    loops,
    async close() {
      stopSweeping();
      stop.abort();
      await running;
    },
  };
}

/** @returns what ends it */
function sweeping(kept: { sweep(): Promise<number> }, onFailure: (thrown: unknown) => void): () => void {
  const timer = setInterval(() => void kept.sweep().catch(onFailure), sweepMs).unref();
  return () => clearInterval(timer);
}

/** While the database does not answer there is no budget. */
function failingClosed(budgets: Budgets, onFailure: (thrown: unknown) => void): Budgets {
  return {
    async reserve(call, expected) {
      try {
        return await budgets.reserve(call, expected);
      } catch (thrown) {
        onFailure(thrown);
        const unavailable: Exceeded = { kind: 'exceeded', reason: 'budget.unavailable', budget: '' };
        return unavailable;
      }
    },
  };
}

/** Adds what a call costs to what it reserves and uses. */
function priced(budgets: Budgets, settings: BudgetSettings): Budgets {
  if (settings.prices.length === 0) return budgets;
  return {
    async reserve(call, expected) {
      const cost = { 'cost-micros': priceOf(settings, call.server, call.name) };
      const reserved = await budgets.reserve(call, { ...cost, ...expected });
      if (reserved.kind === 'exceeded') return reserved;
      return {
        kind: 'reserved',
        passed: (used) => reserved.passed({ ...cost, ...used }),
        settle: (used) => reserved.settle({ ...cost, ...used }),
        release: () => reserved.release(),
      };
    },
  };
}

/** Tools that are meant to be called over and over are not looked at. */
function loopsOf({ loops }: BudgetSettings): PipelineParts['loops'] {
  const { same, among, cycles, 'cycle-length': cycleLength, except } = loops;
  const detector = new LoopDetector({ same, among, cycles, cycleLength });
  const isMeantTo = remembered((tool) => {
    const cut = tool.indexOf('/');
    return matchesTool(except, tool.slice(0, cut), tool.slice(cut + 1));
  });
  const by =
    (take: 'observe' | 'peek'): PipelineParts['loops']['observe'] =>
    (run, server, name, digest) => {
      // No name of a server holds a slash.
      const tool = `${server}/${name}`;
      // They are compared with many others: what differs most stands first, and joined they are one string, where a template is two in one.
      return isMeantTo(tool) ? undefined : detector[take](run, [digest, tool].join(' '));
    };
  return { observe: by('observe'), peek: by('peek') };
}
