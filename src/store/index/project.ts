import type { Sql } from '../../base/ports.ts';
import { eventJson, factColumns, reasonsOf, type Row, rowSubjects } from './row.ts';

/** Entries in order, the texts they may be found by, and what the cursor says once they are in. */
export interface Batch {
  readonly rows: readonly Row[];
  /** Searchable text by index. */
  readonly texts: ReadonlyMap<number, string>;
  /** Root of the tree up to the last row. */
  readonly root: Uint8Array;
}

const columns = Object.keys(factColumns);
const columnList = ['index', 'leaf', 'at', ...columns, 'facts'].join(', ');
const columnTypes = `index bigint, leaf bytea, at bigint, ${columns.map((name) => `${name} text`).join(', ')}, facts jsonb`;

const insertEvents = `insert into ix.events (${columnList})
  select ${columnList} from json_to_recordset($1::json) as r(${columnTypes})`;
const insertReasons = `insert into ix.reasons (reason, index)
  select reason, index from json_to_recordset($1::json) as r(reason text, index bigint)`;
const insertSubjects = `insert into ix.subjects (subject, index)
  select subject, index from json_to_recordset($1::json) as r(subject text, index bigint)`;
const insertTexts = `insert into ix.texts (index, words)
  select index, to_tsvector('simple', body) from json_to_recordset($1::json) as r(index bigint, body text)`;

/** Runs are folded from the rows just inserted: first wins for names, last for the outcome, counts add up. */
const foldRuns = `insert into ix.runs as r
    (run, parent_run, first_index, last_index, first_at, last_at, agent, subject, events, calls, denials, outcome)
  select run,
    (array_agg(parent_run order by index) filter (where parent_run is not null))[1],
    min(index), max(index), min(at), max(at),
    (array_agg(agent order by index) filter (where agent is not null))[1],
    (array_agg(subject order by index) filter (where subject is not null))[1],
    count(*),
    count(*) filter (where kind in ('tool.call', 'data.query')),
    count(*) filter (where kind = 'decision' and decision = 'deny'),
    (array_agg(outcome order by index desc) filter (where kind = 'run.end' and outcome is not null))[1]
  from ix.events where index between $1 and $2 and run is not null group by run
  on conflict (run) do update set
    parent_run = coalesce(r.parent_run, excluded.parent_run),
    last_index = excluded.last_index,
    first_at = least(r.first_at, excluded.first_at),
    last_at = greatest(r.last_at, excluded.last_at),
    agent = coalesce(r.agent, excluded.agent),
    subject = coalesce(r.subject, excluded.subject),
    events = r.events + excluded.events,
    calls = r.calls + excluded.calls,
    denials = r.denials + excluded.denials,
    outcome = coalesce(excluded.outcome, r.outcome)`;

/** An erasure takes the texts about its subject that stand before it, in the transaction it is projected in. */
const eraseTexts = `delete from ix.texts t using ix.subjects s, ix.events e
  where e.index between $1 and $2 and e.kind = 'erasure'
    and s.subject = e.subject and s.index < e.index and t.index = s.index
  returning t.index`;

const moveCursor = 'update ix.cursor set next = $1, leaf = $2, root = $3';

/**
 * Projects a batch inside the caller's transaction. The tables after it depend on the entries alone, not on how they were
 * cut into batches.
 *
 * @returns how many texts an erasure took
 */
export async function project(sql: Sql, { rows, texts, root }: Batch): Promise<number> {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return 0;
  await sql.query(insertEvents, [`[${rows.map(eventJson).join(',')}]`]);
  await insertPairs(sql, insertReasons, pairs(rows, 'reason', reasonsOf));
  await insertPairs(sql, insertSubjects, pairs(rows, 'subject', rowSubjects));
  await insertPairs(
    sql,
    insertTexts,
    [...texts].map(([index, body]) => ({ index, body })),
  );
  const span = [first.index, last.index];
  await sql.query(foldRuns, span);
  const erases = rows.some(({ event }) => event?.kind === 'erasure');
  const erased = erases ? await sql.query(eraseTexts, span) : [];
  await sql.query(moveCursor, [last.index + 1, last.leaf, root]);
  return erased.length;
}

function pairs(
  rows: readonly Row[],
  name: string,
  valuesOf: (row: Row) => readonly string[],
): readonly Record<string, unknown>[] {
  return rows.flatMap((row) => valuesOf(row).map((value) => ({ index: row.index, [name]: value })));
}

async function insertPairs(sql: Sql, statement: string, values: readonly Record<string, unknown>[]): Promise<void> {
  if (values.length > 0) await sql.query(statement, [JSON.stringify(values)]);
}
