import { limits } from '../../base/limits.ts';
import { parseEntry } from '../../ledger/entry.ts';
import { leafHash } from '../../ledger/hash.ts';
import type { IndexedEntry } from '../../ledger/log-files.ts';
import type { Envelope } from '../../model/event.ts';
import { type RecordedEvent, recordedEvent, subjectsOf } from '../../model/recorded-event.ts';
import { columnText, storable } from './column-text.ts';

/** Columns of `events` that hold one fact as a key, and the fact. The order is that of the insert. */
export const factColumns = {
  kind: 'kind',
  source: 'source',
  run: 'run',
  parent_run: 'parentRun',
  call: 'call',
  agent: 'agent',
  subject: 'subject',
  tool: 'tool',
  server: 'server',
  data_source: 'dataSource',
  operation: 'operation',
  destination: 'destination',
  provider: 'provider',
  model: 'model',
  effect: 'effect',
  confidentiality: 'confidentiality',
  origin: 'origin',
  decision: 'decision',
  outcome: 'outcome',
  error: 'error',
  severity: 'severity',
  rule: 'rule',
} as const satisfies Readonly<Record<string, keyof RecordedEvent>>;
export type FactColumn = keyof typeof factColumns;
const facts = Object.entries(factColumns);

/** An entry as the statements of `project.ts` take it: one JSON object. */
export interface Row {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** Undefined for an entry of another format. */
  readonly event: RecordedEvent | undefined;
  readonly envelope: Envelope | undefined;
}

/** The row of an entry. What is no event of this format becomes an opaque row, never an error. */
export function rowOf({ index, entry }: IndexedEntry): Row {
  const envelope = envelopeOf(entry);
  return {
    index,
    leaf: leafHash(entry),
    event: envelope === undefined ? undefined : recordedEvent(envelope),
    envelope,
  };
}

function envelopeOf(entry: Uint8Array): Envelope | undefined {
  try {
    return parseEntry(entry);
  } catch {
    return undefined;
  }
}

/** The row of `events` as JSON. */
export function eventJson({ index, leaf, event }: Row): string {
  const row: Record<string, unknown> = { index, leaf: bytea(leaf) };
  if (event !== undefined) {
    const at = Date.parse(event.time);
    row['at'] = Number.isNaN(at) ? null : at;
    for (const [column, fact] of facts) {
      const value = event[fact];
      if (value !== undefined) row[column] = columnText(value);
    }
    row['facts'] = event;
  }
  const json = JSON.stringify(row);
  // JSON writes what the database does not take as escapes; few rows have any.
  return /\\u(?:0000|d[89a-f])/.test(json)
    ? JSON.stringify(row, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value))
    : json;
}

/** The pairs of `reasons` and `subjects` of an entry. */
export function reasonsOf({ event }: Row): readonly string[] {
  return [...new Set(event?.reasons)].map(columnText);
}

export function rowSubjects({ event }: Row): readonly string[] {
  return event === undefined ? [] : subjectsOf(event).map(columnText);
}

/** A text as the full-text index takes it. */
export function searchable(text: string): string {
  return storable(text.slice(0, limits.searchableTextLengthMax));
}

/** Bytes in the text form PostgreSQL reads them from. */
function bytea(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}
