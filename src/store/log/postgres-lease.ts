import { DemarcError } from '../../base/errors.ts';
import type { Clock, Sql } from '../../base/ports.ts';
import type { Lease } from './lease.ts';

export interface PostgresLeaseSettings {
  /** Names the log; one row of the table each. */
  readonly log: string;
  /** Says to people who holds it: a host and a process. */
  readonly holder: string;
  /** Milliseconds without renewal after which another may take it over; the database's clock counts. */
  readonly ttlMs: number;
}

/** Concurrent makers of a table can collide in PostgreSQL's catalogue in spite of `if not exists`; the second time it is there. */
const makeTable = `
  create table if not exists demarc_ledger_lease (
    log text primary key,
    token bigint not null,
    holder text not null,
    expires timestamptz not null
  )`;

/**
 * Takes the lease of a log whose writers may run on several machines: one row with an expiry and a fencing token. The
 * write-ahead log stays on the holder's disk: what was acknowledged and not yet published when a machine is lost is there
 * and nowhere else, and a writer on another machine has to be told so (`acceptMissingWal`).
 *
 * @throws DemarcError `DMC_LEDGER_BUSY` while another holds it; `DMC_DATABASE`
 */
export async function acquirePostgresLease(sql: Sql, clock: Clock, settings: PostgresLeaseSettings): Promise<Lease> {
  const { log, holder, ttlMs } = settings;
  await sql.query(makeTable).catch(() => sql.query(makeTable));
  const asked = clock.monotonic();
  const [taken] = await sql.query(
    `insert into demarc_ledger_lease as lease (log, token, holder, expires)
     values ($1, 1, $2, clock_timestamp() + $3::double precision * interval '1 millisecond')
     on conflict (log) do update
       set token = lease.token + 1, holder = excluded.holder, expires = excluded.expires
       where lease.expires <= clock_timestamp()
     returning token`,
    [log, holder, ttlMs],
  );
  if (taken === undefined) throw await busy(sql, log);
  return new PostgresLease(sql, clock, settings, Number(taken['token']), asked);
}

class PostgresLease implements Lease {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #settings: PostgresLeaseSettings;
  readonly token: number;
  /** When the last renewal that succeeded was asked for: the database's expiry is counted from a later moment. */
  #renewedMs: number;

  constructor(sql: Sql, clock: Clock, settings: PostgresLeaseSettings, token: number, renewedMs: number) {
    this.#sql = sql;
    this.#clock = clock;
    this.#settings = settings;
    this.token = token;
    this.#renewedMs = renewedMs;
  }

  get heldUntilMs(): number {
    return this.#renewedMs + this.#settings.ttlMs;
  }

  get renewAtMs(): number {
    return this.#renewedMs + this.#settings.ttlMs / 3;
  }

  /** A database that does not answer takes nothing away: until the expiry nobody else can hold the lease. */
  async confirm(): Promise<boolean> {
    const asked = this.#clock.monotonic();
    try {
      const renewed = await this.#sql.query(
        `update demarc_ledger_lease
         set expires = clock_timestamp() + $3::double precision * interval '1 millisecond'
         where log = $1 and token = $2::bigint
         returning token`,
        [this.#settings.log, this.token, this.#settings.ttlMs],
      );
      if (renewed.length === 0) return false;
      this.#renewedMs = asked;
      return true;
    } catch (error) {
      if (this.#clock.monotonic() < this.heldUntilMs) return true;
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.#sql.query(
      'update demarc_ledger_lease set expires = clock_timestamp() where log = $1 and token = $2::bigint',
      [this.#settings.log, this.token],
    );
  }
}

async function busy(sql: Sql, log: string): Promise<DemarcError> {
  const [row] = await sql.query('select holder, expires from demarc_ledger_lease where log = $1', [log]);
  const { holder, expires } = row ?? {};
  const until = expires instanceof Date ? `, until ${expires.toISOString()} unless it renews` : '';
  return new DemarcError('DMC_LEDGER_BUSY', `\`${String(holder)}\` writes this ledger${until}`, {
    hint: 'a ledger has one writer; another can follow once the lease ran out',
  });
}
