import type { Sql } from '../../base/ports.ts';

export interface Tally {
  readonly name: string;
  readonly count: number;
}

/** What a log holds, counted. */
export interface LedgerStats {
  /** Entries projected, and how many of them are of a format this program does not know. */
  readonly entries: number;
  readonly opaque: number;
  readonly runs: number;
  readonly byKind: readonly Tally[];
  readonly byDecision: readonly Tally[];
  readonly byTool: readonly Tally[];
  readonly byAgent: readonly Tally[];
  /** Newest day first; days are UTC. */
  readonly byDay: readonly Tally[];
  /** What was denied most: reason, tool, agent. */
  readonly topDenials: readonly (Tally & { readonly tool: string | undefined; readonly agent: string | undefined })[];
  readonly lastHeartbeat:
    | { readonly index: number; readonly at: number | undefined; readonly beat: number | undefined }
    | undefined;
  /** Milliseconds since the epoch. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** Bytes the index takes in its database. */
  readonly indexBytes: number;
}

export interface StatsOptions {
  /** Milliseconds since the epoch: from, inclusive, and to, exclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** Rows of each list. */
  readonly top: number;
}

const within = `($1::bigint is null or e.at >= $1) and ($2::bigint is null or e.at < $2)`;
const dayMs = 86_400_000;

/** Counts events of a time range. The statements read the whole range: seconds for millions of events. */
export async function ledgerStats(sql: Sql, { since, until, top }: StatsOptions): Promise<LedgerStats> {
  const range = [since ?? null, until ?? null];
  const tally = async (column: 'kind' | 'decision' | 'tool' | 'agent'): Promise<readonly Tally[]> => {
    const rows = await sql.query(
      `select e.${column} as name, count(*) as count from ix.events e
        where e.${column} is not null and ${within} group by 1 order by 2 desc, 1 limit $3`,
      [...range, top],
    );
    return rows.map(({ name, count }) => ({ name: String(name), count: Number(count) }));
  };
  const [totals] = await sql.query(
    `select count(*) as entries, count(*) filter (where e.facts is null) as opaque, count(distinct e.run) as runs,
      min(e.at) as first_at, max(e.at) as last_at from ix.events e where ${within}`,
    range,
  );
  return {
    entries: Number(totals?.['entries']),
    opaque: Number(totals?.['opaque']),
    runs: Number(totals?.['runs']),
    firstAt: optionalNumber(totals?.['first_at']),
    lastAt: optionalNumber(totals?.['last_at']),
    byKind: await tally('kind'),
    byDecision: await tally('decision'),
    byTool: await tally('tool'),
    byAgent: await tally('agent'),
    byDay: await byDay(sql, range, top),
    topDenials: await topDenials(sql, range, top),
    lastHeartbeat: await lastHeartbeat(sql),
    indexBytes: await indexBytes(sql),
  };
}

async function byDay(sql: Sql, range: readonly unknown[], top: number): Promise<readonly Tally[]> {
  const rows = await sql.query(
    `select floor(e.at / ${dayMs}.0)::bigint as day, count(*) as count from ix.events e
      where e.at is not null and ${within} group by 1 order by 1 desc limit $3`,
    [...range, top],
  );
  return rows.map(({ day, count }) => ({
    name: new Date(Number(day) * dayMs).toISOString().replace(/T.*/, ''),
    count: Number(count),
  }));
}

async function topDenials(sql: Sql, range: readonly unknown[], top: number): Promise<LedgerStats['topDenials']> {
  const rows = await sql.query(
    `select coalesce(r.reason, '') as name, e.tool, e.agent, count(*) as count
      from ix.events e left join ix.reasons r on r.index = e.index
      where e.decision = 'deny' and ${within} group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit $3`,
    [...range, top],
  );
  return rows.map(({ name, tool, agent, count }) => ({
    name: String(name),
    tool: typeof tool === 'string' ? tool : undefined,
    agent: typeof agent === 'string' ? agent : undefined,
    count: Number(count),
  }));
}

async function lastHeartbeat(sql: Sql): Promise<LedgerStats['lastHeartbeat']> {
  const [row] = await sql.query(
    `select index, at, (facts->>'beat')::float8 as beat from ix.events where kind = 'heartbeat' order by index desc limit 1`,
  );
  if (row === undefined) return undefined;
  return { index: Number(row['index']), at: optionalNumber(row['at']), beat: optionalNumber(row['beat']) };
}

async function indexBytes(sql: Sql): Promise<number> {
  const [row] = await sql.query(
    `select sum(pg_total_relation_size(c.oid))::bigint as bytes from pg_class c
      where c.relnamespace = (select relnamespace from pg_class where oid = 'ix.events'::regclass) and c.relkind = 'r'`,
  );
  return Number(row?.['bytes']);
}

function optionalNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
