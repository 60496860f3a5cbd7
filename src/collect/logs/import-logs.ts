import { DemarcError } from '../../base/errors.ts';
import type { EventInput } from '../../model/event.ts';
import type { Gap } from '../../model/gap.ts';
import type { Location } from '../../model/location.ts';
import { type LogFile, readLog, type ReadLogOptions } from './read-log.ts';

/** What an import needs of the ledger. */
export interface ImportPorts {
  /** Records an event; resolves when it is acknowledged, to what was not right about it. Undefined for a dry run. */
  readonly record: ((event: EventInput) => Promise<readonly string[]>) | undefined;
  /** Whether an event was seen before, by its key; remembers it when not. */
  readonly seen: (key: string) => boolean;
}

/** What an import did. */
export interface ImportSummary {
  readonly files: number;
  /** Events recorded (or, in a dry run, that would have been) by source and kind. */
  readonly events: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Events that were in the ledger, or earlier in this import. */
  readonly duplicates: number;
  /** Records that are not about AI. */
  readonly ignored: number;
  readonly gaps: readonly Gap[];
  /** What the ledger changed in events it recorded, one line each, and in how many. */
  readonly problems: Readonly<Record<string, number>>;
}

/**
 * The key of an imported event, the same whenever its record is imported again: source, kind and the source's own id. An
 * event without an id has none.
 */
export function eventKey(event: Pick<EventInput, 'source' | 'kind' | 'reference'>): string | undefined {
  return event.reference === undefined ? undefined : `${event.source ?? ''}\n${event.kind}\n${event.reference}`;
}

/** Events handed to the ledger before the first of them is awaited: a group commit needs company. */
const inFlightMax = 256;

/**
 * Imports logs: what was not seen before is recorded, in the order of the files.
 *
 * @throws DemarcError of the ledger, except that it refuses a single event (`DMC_EVENT_INVALID`): that is a gap
 */
export async function importLogs(
  files: AsyncIterable<LogFile> | Iterable<LogFile>,
  options: ReadLogOptions,
  ports: ImportPorts,
): Promise<ImportSummary> {
  const counts: Record<string, Record<string, number>> = {};
  const problems: Record<string, number> = {};
  const gaps: Gap[] = [];
  const totals = { files: 0, duplicates: 0, ignored: 0 };
  const inFlight: Promise<void>[] = [];
  const settle = async (): Promise<void> => {
    const results = await Promise.allSettled(inFlight.splice(0));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
  const record = async (event: EventInput, location: Location): Promise<void> => {
    try {
      for (const problem of (await ports.record?.(event)) ?? []) problems[problem] = (problems[problem] ?? 0) + 1;
      count(counts, event);
    } catch (thrown) {
      if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_EVENT_INVALID') throw thrown;
      gaps.push({ kind: 'unsupported', reason: `the ledger refused the event: ${thrown.message}`, location });
    }
  };
  try {
    for await (const file of files) {
      totals.files++;
      for await (const item of readLog(file, options)) {
        if (item.type === 'gap') gaps.push(item.gap);
        else if (item.type === 'ignored') totals.ignored++;
        else if (isRepeated(item.event, ports)) totals.duplicates++;
        else {
          const done = record(item.event, item.location);
          // Awaited by `settle`; a rejection must have a listener until then.
          done.catch(() => undefined);
          inFlight.push(done);
          if (inFlight.length >= inFlightMax) await settle();
        }
      }
    }
  } finally {
    await settle();
  }
  return { ...totals, events: counts, gaps, problems };
}

function isRepeated(event: EventInput, { seen }: ImportPorts): boolean {
  const key = eventKey(event);
  return key !== undefined && seen(key);
}

function count(counts: Record<string, Record<string, number>>, { source = '', kind }: EventInput): void {
  const kinds = (counts[source] ??= {});
  kinds[kind] = (kinds[kind] ?? 0) + 1;
}
