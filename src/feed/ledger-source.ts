import { DemarcError } from '../base/errors.ts';
import { openCheckpoint } from '../ledger/checkpoint.ts';
import { type IndexedEntry, type LogFiles, readEntries } from '../ledger/log-files.ts';
import type { VerifierKey } from '../ledger/note.ts';

/** The published part of a ledger, as feeds read it: never on the writer's path, and nothing is locked. */
export interface LedgerSource {
  readonly origin: string;
  /** Entries the latest checkpoint covers. @throws DemarcError when there is none or it is not signed by the log */
  size(): Promise<number>;
  /** Entries from an index on, in order. @param size a size that was published */
  read(size: number, from: number, to?: number): AsyncIterable<IndexedEntry>;
}

/**
 * A ledger by its files.
 *
 * @param key the log's verifier key: a checkpoint that somebody else signed moves no feed
 * @param origin the log's origin where it is not the key's name
 */
export function ledgerSource(files: LogFiles, key: VerifierKey, origin: string = key.name): LedgerSource {
  return {
    origin,
    async size() {
      const checkpoint = await files.read('checkpoint');
      if (checkpoint === undefined)
        throw new DemarcError('DMC_LEDGER_NOT_FOUND', 'the ledger has no checkpoint', {
          hint: '`demarc ledger init <dir>` makes a ledger',
        });
      return openCheckpoint(checkpoint, key, origin).checkpoint.size;
    },
    read: (size, from, to) => readEntries(files, size, from, to),
  };
}
