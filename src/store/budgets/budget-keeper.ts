import type { Clock, Sql, Timer } from '../../base/ports.ts';
import { migrate } from '../index/migrate.ts';
import { inSchema } from '../index/schema.ts';
import type { Keeping, MemoryBudgets, Usage } from './memory-budgets.ts';
import { budgetMigrations, budgetsSchema } from './migrations.ts';

export interface BudgetKeeperParts {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly timer: Timer;
  /** See `SqlBudgetParts`. */
  readonly pseudonym: (text: string) => string;
  /** How often usage is kept: a crash forgets what was used since. */
  readonly everyMs: number;
  /** Told when the database does not answer; usage then stays in memory, and is kept later. */
  readonly onFailure: (thrown: unknown) => void;
  readonly schema?: string | undefined;
}

/**
 * Keeps what budgets in memory have used, from time to time and at the end, and tells them what other gateways on the same
 * database used of the same allowances. Between two times a gateway knows only its own: several together may pass a limit
 * by what they use in that time, and a crash forgets that much. Budgets that must hold exactly are `SqlBudgets`.
 */
export class BudgetKeeper implements Keeping {
  readonly #budgets: MemoryBudgets;
  readonly #parts: BudgetKeeperParts;
  readonly #sql: Sql;
  /** What was kept before this process began, by pseudonym. */
  readonly #before = new Map<string, number>();

  private constructor(budgets: MemoryBudgets, parts: BudgetKeeperParts) {
    this.#budgets = budgets;
    this.#parts = parts;
    this.#sql = inSchema(parts.sql, parts.schema ?? budgetsSchema);
  }

  /** Reads what was used before. To be called before the first call is reserved. @throws DemarcError `DMC_DATABASE` */
  static async open(budgets: MemoryBudgets, parts: BudgetKeeperParts): Promise<BudgetKeeper> {
    await migrate(parts.sql, parts.schema ?? budgetsSchema, budgetMigrations, 'the store of budgets');
    const keeper = new BudgetKeeper(budgets, parts);
    const rows = await keeper.#sql.query(
      'select counter, used from ix.counters where ends_ms is null or ends_ms > $1',
      [parts.clock.now()],
    );
    for (const row of rows) keeper.#before.set(String(row['counter']), Number(row['used']));
    budgets.keep(keeper);
    return keeper;
  }

  usedBefore(key: string, window: number): number {
    if (this.#before.size === 0) return 0;
    return this.#before.get(this.#nameOf(key, window)) ?? 0;
  }

  /** Keeps usage until told to stop, and once more then. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#parts.timer.wait(this.#parts.everyMs, stop);
      await this.flush().catch(this.#parts.onFailure);
    }
  }

  /** Keeps what was used since the last time. @throws DemarcError `DMC_DATABASE`: nothing is lost, the next time keeps it */
  async flush(): Promise<void> {
    const taken = this.#budgets.takeUnsaved();
    if (taken.length === 0) return;
    const byName = new Map<string, Usage>();
    for (const { counter, used } of taken) {
      const name = this.#nameOf(counter.key, counter.window);
      // One allowance may have had two counters: it made room, and was met again.
      byName.set(name, { counter, used: used + (byName.get(name)?.used ?? 0) });
    }
    const usages = [...byName.values()];
    try {
      const rows = await this.#sql.query(
        // In one order by everybody: no two gateways wait for each other.
        `insert into ix.counters as kept (counter, used, ends_ms)
         select * from unnest($1::text[], $2::bigint[], $3::bigint[]) as usage (counter, used, ends_ms) order by counter
         on conflict (counter) do update set used = kept.used + excluded.used, ends_ms = excluded.ends_ms
         returning counter, used`,
        [[...byName.keys()], usages.map(({ used }) => used), usages.map(({ counter }) => counter.untilMs ?? null)],
      );
      this.#budgets.adjust(
        rows.flatMap((row) => {
          const usage = byName.get(String(row['counter']));
          return usage === undefined ? [] : [{ counter: usage.counter, used: Number(row['used']) }];
        }),
      );
    } catch (thrown) {
      this.#budgets.handBack(taken);
      throw thrown;
    }
  }

  /** Removes windows that ended. @returns how many */
  async sweep(): Promise<number> {
    const rows = await this.#sql.query('delete from ix.counters where ends_ms < $1 returning counter', [
      this.#parts.clock.now(),
    ]);
    return rows.length;
  }

  #nameOf(key: string, window: number): string {
    return this.#parts.pseudonym(JSON.stringify([key, window]));
  }
}
