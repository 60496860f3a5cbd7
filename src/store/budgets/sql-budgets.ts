import type { Clock, Random, Sql } from '../../base/ports.ts';
import { migrate } from '../index/migrate.ts';
import { inSchema } from '../index/schema.ts';
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
import { budgetMigrations, budgetsSchema } from './migrations.ts';

export interface SqlBudgetParts {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** A name for a scope that says nothing about it (HMAC): equal for two exactly when they are. */
  readonly pseudonym: (text: string) => string;
  /** How long a reservation holds if nobody settles or renews it. */
  readonly holdMs: number;
  /** Told when the database does not take a settlement; it is kept, and tried again. */
  readonly onFailure: (thrown: unknown) => void;
  readonly schema?: string | undefined;
}

interface Held {
  readonly share: Share;
  readonly counter: string;
}

/**
 * Budgets that several gateways share exactly: each reservation is one transaction that locks the counters it draws on, in
 * order. What a crashed process reserved and never settled counts for nothing once its time is over.
 */
export class SqlBudgets implements Budgets {
  readonly #budgets: readonly Budget[];
  readonly #parts: SqlBudgetParts;
  readonly #sql: Sql;
  /** Settlements the database did not take. Their calls hold what they reserved: no more pile up than were under way. */
  readonly #late = new Set<() => Promise<void>>();
  /** Reservations of calls that are under way, or whose end the database did not take. */
  readonly #open = new Set<string>();

  private constructor(budgets: readonly Budget[], parts: SqlBudgetParts) {
    this.#budgets = budgets;
    this.#parts = parts;
    this.#sql = inSchema(parts.sql, parts.schema ?? budgetsSchema);
  }

  /** @throws DemarcError `DMC_DATABASE` */
  static async open(budgets: readonly Budget[], parts: SqlBudgetParts): Promise<SqlBudgets> {
    await migrate(parts.sql, parts.schema ?? budgetsSchema, budgetMigrations, 'the store of budgets');
    return new SqlBudgets(budgets, parts);
  }

  /** @throws DemarcError `DMC_DATABASE`: then nothing was reserved, and the call must not go out */
  async reserve(call: BudgetCall, expected: Amounts): Promise<Reservation | Exceeded> {
    await this.settleLate();
    const nowMs = this.#parts.clock.now();
    const held = sharesOf(this.#budgets, call, expected, nowMs)
      .map((share) => ({ share, counter: this.#parts.pseudonym(JSON.stringify([share.key, share.window])) }))
      // Locked in one order by everybody: no two transactions wait for each other.
      .sort((a, b) => (a.counter < b.counter ? -1 : 1));
    if (held.length === 0) return reservation([], () => Promise.resolve());
    const id = Buffer.from(this.#parts.random.bytes(12)).toString('hex');
    const short = await this.#sql.transaction(async (sql) => {
      const used = await this.#lock(sql, held, nowMs);
      const over = held.find(({ share, counter }) => (used.get(counter) ?? 0) + share.amount > share.budget.limit);
      await (over === undefined ? this.#hold(sql, id, held, nowMs) : this.#dropUnused(sql, held));
      return over;
    });
    if (short !== undefined) return exceeded(short.share);
    this.#open.add(id);
    return reservation(held, async (usedOf) => {
      const end = async (): Promise<void> => {
        await this.#end(id, held, usedOf);
        this.#open.delete(id);
      };
      await end().catch((thrown: unknown) => {
        this.#late.add(end);
        this.#parts.onFailure(thrown);
      });
    });
  }

  /** Locks the counters, and gives what is used and reserved of each. */
  async #lock(sql: Sql, held: readonly Held[], nowMs: number): Promise<ReadonlyMap<string, number>> {
    for (const { share, counter } of held)
      await sql.query(
        `insert into ix.counters (counter, used, ends_ms) values ($1, 0, $2)
         on conflict (counter) do update set ends_ms = excluded.ends_ms`,
        [counter, keptUntilMs(share, nowMs) ?? null],
      );
    // A statement of its own: it sees what others committed while this transaction waited for its locks.
    const rows = await sql.query(
      `select c.counter, c.used + coalesce(sum(r.amount) filter (where r.expires_ms > $2), 0)::bigint as used
       from ix.counters c left join ix.reservations r on r.counter = c.counter
       where c.counter = any($1) group by c.counter, c.used`,
      [held.map(({ counter }) => counter), nowMs],
    );
    return new Map(rows.map((row) => [String(row['counter']), Number(row['used'])]));
  }

  async #hold(sql: Sql, id: string, held: readonly Held[], nowMs: number): Promise<void> {
    await sql.query(
      `insert into ix.reservations (id, counter, amount, expires_ms)
       select $1, counter, amount, $4 from unnest($2::text[], $3::bigint[]) as share (counter, amount)`,
      [id, held.map(({ counter }) => counter), held.map(({ share }) => share.amount), nowMs + this.#parts.holdMs],
    );
  }

  /** A call that is refused leaves no counters behind: what it is called by is the client's, and there is no end of that. */
  async #dropUnused(sql: Sql, held: readonly Held[]): Promise<void> {
    await sql.query(
      `delete from ix.counters c where c.counter = any($1) and c.used = 0
       and not exists (select from ix.reservations r where r.counter = c.counter)`,
      [held.map(({ counter }) => counter)],
    );
  }

  /** Goes on holding what calls under way reserved, however long they take. @throws DemarcError `DMC_DATABASE` */
  async renew(): Promise<void> {
    if (this.#open.size === 0) return;
    const untilMs = this.#parts.clock.now() + this.#parts.holdMs;
    await this.#sql.query('update ix.reservations set expires_ms = $2 where id = any($1)', [[...this.#open], untilMs]);
  }

  /** Tries again what the database did not take. @throws DemarcError `DMC_DATABASE`: what is left is tried the next time */
  async settleLate(): Promise<void> {
    for (const end of this.#late) {
      await end();
      this.#late.delete(end);
    }
  }

  /** Ends a reservation once, also one whose time is over: what was used was used. */
  async #end(id: string, held: readonly Held[], usedOf: (unit: BudgetUnit) => number): Promise<void> {
    await this.#sql.transaction(async (sql) => {
      for (const { share, counter } of held)
        await sql.query(
          `with ended as (delete from ix.reservations where id = $1 and counter = $2 returning counter)
           update ix.counters set used = used + $3 where counter in (select counter from ended)`,
          [id, counter, usedOf(share.budget.unit)],
        );
    });
  }

  /** Removes windows that ended longer ago than any call takes, and what was never settled. @returns how many windows */
  async sweep(): Promise<number> {
    const beforeMs = this.#parts.clock.now() - this.#parts.holdMs;
    await this.#sql.query('delete from ix.reservations where expires_ms < $1', [beforeMs]);
    const rows = await this.#sql.query('delete from ix.counters where ends_ms < $1 returning counter', [beforeMs]);
    return rows.length;
  }
}

function reservation(held: readonly Held[], end: (usedOf: (unit: BudgetUnit) => number) => Promise<void>): Reservation {
  return {
    kind: 'reserved',
    // What the rest of the budget holds is known to the database only: a call is told by its own reservation.
    passed: (used) =>
      held.find(({ share: { budget } }) => amountOf(budget.unit, used) > budget.limit)?.share.budget.name,
    settle: (used) => end((unit) => amountOf(unit, used)),
    release: () => end(() => 0),
  };
}
