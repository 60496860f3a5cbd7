import { setTimeout as sleep } from 'node:timers/promises';
import { leafHash, sameBytes } from '../../../ledger/hash.ts';
import { ledgerError } from '../../../ledger/ledger-error.ts';
import { type IndexedEntry, readEntries } from '../../../ledger/log-files.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { TileReader } from '../../../ledger/tile-reader.ts';
import { recordedEvent, type RecordedEntry } from '../../../model/recorded-event.ts';
import { eventLine } from '../../../report/timeline/event-line.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { type Context, hasColour } from '../../context.ts';
import { type OpenedCheckpoint, type ReadableLedger, readCheckpoint, readLedger } from './read-ledger.ts';
import type { TailFlags } from './tail.ts';

const pollMs = 1_000;

/**
 * Runs `demarc ledger tail`. With `--follow` it ends when interrupted.
 *
 * @param stop ends it too
 * @throws DemarcError `DMC_LEDGER_INVALID` when the ledger no longer continues what was printed
 * @returns 0
 */
export async function runTail(context: Context, flags: TailFlags, folder: string, stop?: AbortSignal): Promise<number> {
  const ledger = await readLedger(context, flags, folder);
  let shown = await readCheckpoint(ledger);
  await print(context, flags, ledger, shown, Math.max(0, shown.checkpoint.size - flags.limit));
  if (!flags.follow) return 0;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const ended = AbortSignal.any([interrupted.signal, ...(stop === undefined ? [] : [stop])]);
  try {
    while (!ended.aborted) {
      await sleep(pollMs, undefined, { signal: ended }).catch(() => undefined);
      const latest = await readCheckpoint(ledger);
      if (latest.signed === shown.signed) continue;
      await requireContinuation(ledger, shown, latest);
      await print(context, flags, ledger, latest, shown.checkpoint.size);
      shown = latest;
    }
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  return 0;
}

async function requireContinuation(
  { place }: ReadableLedger,
  { checkpoint: before }: OpenedCheckpoint,
  { checkpoint: now }: OpenedCheckpoint,
): Promise<void> {
  if (now.size < before.size) throw ledgerError(`the ledger had ${before.size} entries and now has ${now.size}`);
  const root =
    now.size === before.size ? now.root : await new TileReader(place.logFiles, now.size).root(0, before.size);
  if (!sameBytes(root, before.root))
    throw ledgerError(`the first ${before.size} entries are no longer what they were`, 'run `demarc ledger verify`');
}

async function print(
  context: Context,
  { format }: TailFlags,
  { place }: ReadableLedger,
  { checkpoint }: OpenedCheckpoint,
  from: number,
): Promise<void> {
  const style = hasColour(context) ? colourStyle : plainStyle;
  for await (const indexed of readEntries(place.logFiles, checkpoint.size, from)) {
    const entry = recordedEntry(indexed);
    context.process.stdout.write(`${format === 'json' ? JSON.stringify(entry) : eventLine(entry, style)}\n`);
  }
}

function recordedEntry({ index, entry }: IndexedEntry): RecordedEntry {
  const leaf = Buffer.from(leafHash(entry)).toString('hex');
  try {
    return { index, leaf, event: recordedEvent(parseEntry(entry)) };
  } catch {
    return { index, leaf };
  }
}
