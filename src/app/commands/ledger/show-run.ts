import { DemarcError } from '../../../base/errors.ts';
import { parseCheckpointNote } from '../../../ledger/checkpoint.ts';
import { leafHash } from '../../../ledger/hash.ts';
import { ledgerError } from '../../../ledger/ledger-error.ts';
import { readBundle } from '../../../ledger/log-files.ts';
import { inclusionProof } from '../../../ledger/proof.ts';
import { openEntry } from '../../../ledger/read.ts';
import { tileWidth } from '../../../ledger/tile.ts';
import { TileReader } from '../../../ledger/tile-reader.ts';
import { formatReceipt } from '../../../ledger/tlog-proof.ts';
import { recordedEvent, type RecordedEntry, subjectsOf } from '../../../model/recorded-event.ts';
import { renderTimeline } from '../../../report/timeline/terminal.ts';
import type { Timeline, TimelineEntry } from '../../../report/timeline/timeline.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { eventsOfRun, latestRuns, type RunEvents, type RunSummary } from '../../../store/index/queries.ts';
import { type Context, hasColour } from '../../context.ts';
import { version } from '../../version.ts';
import { writeReport } from '../../write-report.ts';
import { type IndexedLedger, type IndexOptions, withIndex } from './open-index.ts';
import { cosignedFor } from './prove-run.ts';
import { runsCalled } from './named-runs.ts';
import { noKeys, type ReadableLedger } from './read-ledger.ts';
import type { ShowFlags } from './show.ts';

/** Runs `demarc ledger show`. @throws DemarcError `DMC_UNKNOWN_ID` when no event names the run @returns 0 */
export function runShow(
  context: Context,
  flags: ShowFlags,
  folder: string,
  run: string,
  options?: IndexOptions,
): Promise<number> {
  return withIndex(
    context,
    flags,
    folder,
    async (indexed) => {
      const withProofs = flags.html !== undefined || flags.format === 'json';
      const timeline = await timelineOf(indexed, run, withProofs);
      if (flags.html !== undefined) {
        const { renderTimelineHtml } = await import('../../../report/timeline/html.ts');
        writeReport(context, flags.html, renderTimelineHtml(timeline));
      }
      context.process.stdout.write(
        flags.format === 'json'
          ? timelineJson(timeline)
          : renderTimeline(timeline, hasColour(context) ? colourStyle : plainStyle),
      );
      if (flags.html !== undefined && flags.format === 'terminal')
        context.process.stdout.write(`\nHTML timeline: ${flags.html}\n`);
      return 0;
    },
    options,
  );
}

async function timelineOf(indexed: IndexedLedger, run: string, withProofs: boolean): Promise<Timeline> {
  const { ledger, checkpoint, agrees } = indexed;
  const found = await eventsOf(indexed, run);
  const proofOf = withProofs ? proofs(indexed) : undefined;
  const entries: TimelineEntry[] = [];
  const read = entryReader(ledger, checkpoint.size);
  for (const row of found.entries) {
    // Another process may have brought a shared index further since.
    if (row.index >= checkpoint.size) break;
    const { entry, ...opened } = await read(row);
    entries.push({ ...opened, proof: await proofOf?.(row.index, entry) });
  }
  const people = await namesOf(ledger, entries);
  return { runs: found.runs, entries, truncated: found.truncated, log: checkpoint, agrees, people, demarc: version };
}

/** @param run its id, or what its client calls it */
async function eventsOf(indexed: IndexedLedger, run: string): Promise<RunEvents> {
  const { sql } = indexed.index;
  const own = await eventsOfRun(sql, run);
  // Orders to stop a run name it as the operator does, which makes no run of that name.
  const isRun = own?.entries.some(({ event }) => event?.kind !== 'config.change') === true;
  const called = isRun ? [] : await runsCalled(indexed, run);
  if (called.length > 1) throw severalRuns(run, called);
  const [only] = called;
  const found = only === undefined ? own : await eventsOfRun(sql, only.run);
  if (found === undefined) throw await unknownRun(indexed, run);
  if (found === own || own === undefined) return found;
  return { ...found, entries: [...found.entries, ...own.entries].sort((one, other) => one.index - other.index) };
}

/** Reads entries from the ledger itself; the index only says which. */
function entryReader(
  { place, keys }: ReadableLedger,
  size: number,
): (row: RecordedEntry) => Promise<TimelineEntry & { readonly entry: Uint8Array }> {
  let bundle: { readonly number: number; readonly entries: readonly Uint8Array[] } | undefined;
  return async ({ index, leaf }) => {
    const number = Math.floor(index / tileWidth);
    if (bundle?.number !== number) bundle = { number, entries: await readBundle(place.logFiles, size, number) };
    const entry = bundle.entries[index % tileWidth];
    if (entry === undefined || Buffer.from(leafHash(entry)).toString('hex') !== leaf)
      throw ledgerError(`entry ${index} changed while it was read`, 'run `demarc ledger verify`');
    const read = await openEntry(entry, keys ?? noKeys, place.logFiles);
    return read.envelope === undefined
      ? { index, leaf, entry, payload: { state: 'none' } }
      : { index, leaf, entry, event: recordedEvent(read.envelope), payload: read.payload };
  };
}

/**
 * Receipts of entries: each carries its entry, sealed as it is, so that it can be checked without the ledger. Under the
 * checkpoint that witnesses cosigned, where it covers the entry. An entry whose tiles are missing has none.
 */
function proofs({ ledger, signed }: IndexedLedger): (index: number, entry: Uint8Array) => Promise<string | undefined> {
  const files = ledger.place.logFiles;
  const readers = new Map<number, TileReader>();
  const tilesOf = (size: number): TileReader => {
    const reader = readers.get(size) ?? new TileReader(files, size);
    readers.set(size, reader);
    return reader;
  };
  return async (index, entry) => {
    const checkpoint = (await cosignedFor(ledger.place, index)) ?? signed;
    const { size } = parseCheckpointNote(checkpoint).checkpoint;
    try {
      const hashes = await inclusionProof(tilesOf(size), index);
      return formatReceipt({ index, hashes, checkpoint, extra: entry });
    } catch (thrown) {
      if (thrown instanceof DemarcError && thrown.code === 'DMC_LEDGER_INVALID') return undefined;
      throw thrown;
    }
  };
}

/** Names behind the pseudonyms of a run, as far as the keys tell them. */
async function namesOf(
  { keys }: ReadableLedger,
  entries: readonly TimelineEntry[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  if (keys === undefined) return names;
  for (const pseudonym of new Set(entries.flatMap(({ event }) => (event === undefined ? [] : subjectsOf(event))))) {
    const person = await keys.personBehind(pseudonym);
    if (person.state !== 'unknown') names.set(pseudonym, person.state === 'known' ? person.name : 'an erased person');
  }
  return names;
}

function severalRuns(name: string, runs: readonly RunSummary[]): DemarcError {
  const ids = runs.slice(0, 3).map((one) => `${one.run} of ${one.agent}`);
  return new DemarcError('DMC_UNKNOWN_ID', `${runs.length} clients call a run of theirs \`${name}\``, {
    hint: `name one by its id: ${ids.join(', ')}`,
  });
}

async function unknownRun({ index, ledger }: IndexedLedger, run: string): Promise<DemarcError> {
  const latest = (await latestRuns(index.sql, 3)).map((one) => one.run);
  return new DemarcError('DMC_UNKNOWN_ID', `no event names the run \`${run}\``, {
    hint:
      latest.length === 0
        ? 'no event of this ledger names a run'
        : `the latest runs are ${latest.join(', ')}${ledger.keys === undefined ? '; by what their client calls them, runs for people are found with the keys only' : ''}`,
  });
}

function timelineJson({ log, people, ...rest }: Timeline): string {
  const root = Buffer.from(log.root).toString('base64');
  const json = { ...rest, log: { origin: log.origin, size: log.size, root }, people: Object.fromEntries(people) };
  return `${JSON.stringify(json, null, 2)}\n`;
}
