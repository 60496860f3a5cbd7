import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Sql } from '../../base/ports.ts';
import type { Outcome } from '../../model/event.ts';
import type { RecordedEntry, RecordedEvent } from '../../model/recorded-event.ts';
import { columnText } from './column-text.ts';
import { conditionsOf, type EventFilter } from './filter.ts';

type SqlRow = Readonly<Record<string, unknown>>;

/** One page of a search and where the next one begins. */
export interface Page {
  readonly entries: readonly RecordedEntry[];
  /** Pass it as `after` to go on; undefined when this is the end. */
  readonly next: number | undefined;
}

export interface PageOptions {
  readonly order: 'newest' | 'oldest';
  /** 1 to `limits.searchEventsMax`. */
  readonly limit: number;
  /** Index of the last entry of the page before. */
  readonly after?: number | undefined;
}

/**
 * Events that a filter fits, in order of the log. Pages continue at an index, so that what is recorded in between moves
 * nothing.
 *
 * @throws DemarcError `DMC_USAGE` when the limit is none, the text is too long, or texts are asked for that the index does not cover
 */
export async function searchEvents(sql: Sql, filter: EventFilter, options: PageOptions): Promise<Page> {
  const { order, limit, after } = options;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > limits.searchEventsMax)
    throw new DemarcError('DMC_USAGE', `a page of a search has 1 to ${limits.searchEventsMax} events`);
  if ((filter.text ?? '').length > limits.searchTextLengthMax)
    throw new DemarcError('DMC_USAGE', `a text to look for has up to ${limits.searchTextLengthMax} characters`);
  if (filter.text !== undefined) await requireTexts(sql);
  const conditions = conditionsOf(filter);
  if (after !== undefined) conditions.add(order === 'newest' ? 'e.index < ?' : 'e.index > ?', after);
  const { text, parameters } = conditions.build();
  const rows = await sql.query(
    `select e.index, e.leaf, e.facts from ix.events e where ${text}
      order by e.index ${order === 'newest' ? 'desc' : 'asc'} limit $${parameters.length + 1}`,
    [...parameters, limit + 1],
  );
  const entries = rows.slice(0, limit).map(entryOf);
  return { entries, next: rows.length > limit ? entries.at(-1)?.index : undefined };
}

async function requireTexts(sql: Sql): Promise<void> {
  const [cursor] = await sql.query('select texts from ix.cursor');
  if (cursor?.['texts'] === true) return;
  throw new DemarcError('DMC_USAGE', 'this index does not cover the words of payloads', {
    hint: '`demarc ledger rebuild --index-text` makes one that does; it then holds words of sealed payloads in clear',
  });
}

/** A run as its events tell it. */
export interface RunSummary {
  readonly run: string;
  readonly parentRun: string | undefined;
  readonly firstIndex: number;
  readonly lastIndex: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly agent: string | undefined;
  readonly subject: string | undefined;
  readonly events: number;
  readonly calls: number;
  readonly denials: number;
  /** Of its end; undefined while it goes on, or when its end was not recorded. */
  readonly outcome: Outcome | undefined;
}

export interface RunEvents {
  /** The run asked for, then its child runs in the order they began. */
  readonly runs: readonly RunSummary[];
  readonly entries: readonly RecordedEntry[];
  /** Whether limits left events or child runs out. */
  readonly truncated: boolean;
}

/** The run and whatever it started, however deep; a cycle of runs that claim to be each other's parent ends it. */
const family = `with recursive family(run) as (
    select r.run from ix.runs r where r.run = $1
    union select child.run from ix.runs child join family on child.parent_run = family.run)`;

/** All events of a run and of its child runs, in order of the log. @returns undefined when no event names the run */
export async function eventsOfRun(sql: Sql, run: string): Promise<RunEvents | undefined> {
  const key = columnText(run);
  const found = await sql.query(
    `${family} select r.* from ix.runs r where r.run in (select run from family)
      order by r.run <> $1, r.first_index limit ${limits.runChildrenMax + 2}`,
    [key],
  );
  if (found.length === 0) return undefined;
  const runs = found.slice(0, limits.runChildrenMax + 1).map(runOf);
  const rows = await sql.query(
    `select index, leaf, facts from ix.events where run = any($1::text[]) order by index limit ${limits.runEventsMax + 1}`,
    [runs.map((one) => one.run)],
  );
  return {
    runs,
    entries: rows.slice(0, limits.runEventsMax).map(entryOf),
    truncated: rows.length > limits.runEventsMax || found.length > runs.length,
  };
}

/** Who had a run: its agent, and the pseudonym of the person on whose behalf it ran. */
export interface RunOwner {
  readonly agent: string;
  readonly subject: string | undefined;
}

/** Who had runs whose ids begin so, each once, who was there last first; `limits.runOwnersMax` of them. */
export async function ownersOfRuns(sql: Sql, prefix: string): Promise<readonly RunOwner[]> {
  const rows = await sql.query(
    `select agent, subject from ix.runs where starts_with(run, $1) and agent is not null
      group by agent, subject order by max(last_index) desc limit ${limits.runOwnersMax}`,
    [prefix],
  );
  return rows.map((row) => ({ agent: String(row['agent']), subject: textOf(row['subject']) }));
}

/** Those of some runs that events name, newest first. */
export async function runsAmong(sql: Sql, runs: readonly string[]): Promise<readonly RunSummary[]> {
  const rows = await sql.query('select * from ix.runs where run = any($1::text[]) order by last_index desc', [
    runs.map(columnText),
  ]);
  return rows.map(runOf);
}

/** The latest runs, newest first. */
export async function latestRuns(sql: Sql, limit: number): Promise<readonly RunSummary[]> {
  const rows = await sql.query('select * from ix.runs order by last_index desc limit $1', [limit]);
  return rows.map(runOf);
}

function entryOf(row: SqlRow): RecordedEntry {
  const leaf = Buffer.from(row['leaf'] as Uint8Array).toString('hex');
  const index = Number(row['index']);
  const facts = row['facts'];
  return facts === null ? { index, leaf } : { index, leaf, event: facts as RecordedEvent };
}

function runOf(row: SqlRow): RunSummary {
  return {
    run: String(row['run']),
    parentRun: textOf(row['parent_run']),
    firstIndex: Number(row['first_index']),
    lastIndex: Number(row['last_index']),
    firstAt: numberOf(row['first_at']),
    lastAt: numberOf(row['last_at']),
    agent: textOf(row['agent']),
    subject: textOf(row['subject']),
    events: Number(row['events']),
    calls: Number(row['calls']),
    denials: Number(row['denials']),
    outcome: textOf(row['outcome']) as Outcome | undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
