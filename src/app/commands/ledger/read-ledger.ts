import { type Checkpoint, openCheckpoint } from '../../../ledger/checkpoint.ts';
import type { VerifierKey } from '../../../ledger/note.ts';
import type { PayloadKeys } from '../../../ledger/seal.ts';
import type { KeyStore } from '../../../store/keys/key-store.ts';
import type { Context } from '../../context.ts';
import { keysAtHand, type LedgerPlace, ledgerPlace, notFound, textOf, trustedKey } from '../../ledger/place.ts';
import type { ReadingFlags } from './reading-flags.ts';

/** A ledger to read: where it is, the key its checkpoints are verified with, and what opens its payloads. */
export interface ReadableLedger {
  readonly place: LedgerPlace;
  readonly verifier: VerifierKey;
  /** The people and their keys; undefined where there are none. */
  readonly keys: KeyStore | undefined;
}

/** A checkpoint whose signature was verified, and its text. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signed: string;
}

/** Opens nothing. */
export const noKeys: PayloadKeys = { secretOf: () => Promise.resolve('no-keys') };

/**
 * Finds a ledger and its keys. Keys that are not beside the ledger are none; keys that were named must be there.
 *
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_KEY`, `DMC_LEDGER_INVALID`
 */
export async function readLedger(context: Context, flags: ReadingFlags, folder: string): Promise<ReadableLedger> {
  const place = ledgerPlace(context, folder, flags.keys);
  const { key } = await trustedKey(place, flags.vkey);
  return { place, verifier: key, keys: await keysAtHand(place) };
}

/** The checkpoint as it is now. @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_INVALID` when the log did not sign it */
export async function readCheckpoint({ place, verifier }: ReadableLedger): Promise<OpenedCheckpoint> {
  const data = await place.logFiles.read('checkpoint');
  if (data === undefined) throw notFound(place);
  const signed = textOf(data);
  return { checkpoint: openCheckpoint(signed, verifier).checkpoint, signed };
}
