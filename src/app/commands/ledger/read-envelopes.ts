import { DemarcError } from '../../../base/errors.ts';
import { parseCheckpoint } from '../../../ledger/checkpoint.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { type LogFiles, readEntries } from '../../../ledger/log-files.ts';
import { parseNote } from '../../../ledger/note.ts';
import type { Envelope } from '../../../model/event.ts';

/**
 * The events of a ledger up to its checkpoint, in order. Nothing is verified: `demarc ledger verify` does that.
 *
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_INVALID`
 */
export async function* readEnvelopes(files: LogFiles, directory: string): AsyncGenerator<Envelope> {
  const note = await files.read('checkpoint');
  if (note === undefined)
    throw new DemarcError('DMC_LEDGER_NOT_FOUND', `there is no ledger in \`${directory}\``, {
      hint: '`demarc ledger init <dir>` makes one',
    });
  const { size } = parseCheckpoint(parseNote(Buffer.from(note).toString('utf8')).text);
  for await (const { entry } of readEntries(files, size)) yield parseEntry(entry);
}
