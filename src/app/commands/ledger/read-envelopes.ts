import { DemarcError } from '../../../base/errors.ts';
import { parseCheckpoint } from '../../../ledger/checkpoint.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { readEntries } from '../../../ledger/log-files.ts';
import { parseNote } from '../../../ledger/note.ts';
import type { Envelope } from '../../../model/event.ts';
import { type LedgerPlace, notFound, textOf } from '../../ledger/place.ts';

/**
 * The events of a ledger up to its checkpoint, in order; entries that are no events are passed over. Nothing is verified:
 * `demarc ledger verify` does that.
 *
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_INVALID` when bundles are missing
 */
export async function* readEnvelopes(place: LedgerPlace): AsyncGenerator<Envelope> {
  const note = await place.logFiles.read('checkpoint');
  if (note === undefined) throw notFound(place);
  const { size } = parseCheckpoint(parseNote(textOf(note)).text);
  for await (const { entry } of readEntries(place.logFiles, size)) {
    const envelope = eventIn(entry);
    if (envelope !== undefined) yield envelope;
  }
}

function eventIn(entry: Uint8Array): Envelope | undefined {
  try {
    return parseEntry(entry);
  } catch (thrown) {
    if (thrown instanceof DemarcError) return undefined;
    throw thrown;
  }
}
