import { hashBytes } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { decodeBase64, isSignedBy, type Note, parseNote, type Signer, signNote, type VerifierKey } from './note.ts';

/** What a checkpoint states (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name, unique in the world. */
  readonly origin: string;
  /** Entries in the tree. */
  readonly size: number;
  /** Root hash, 32 bytes. */
  readonly root: Uint8Array;
  /** Extension lines; writers here write none. */
  readonly extensions: readonly string[];
}

/** The text that is signed: origin, size and root, a line each. */
export function formatCheckpoint({ origin, size, root }: Omit<Checkpoint, 'extensions'>): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** @throws DemarcError `DMC_LEDGER_INVALID` when the text is no checkpoint */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', decimal = '', base64 = '', ...rest] = text.split('\n');
  const root = decodeBase64(base64);
  const size = Number(decimal);
  if (origin === '' || rest.pop() !== '' || rest.includes('')) throw ledgerError('not a checkpoint');
  if (!/^(?:0|[1-9]\d*)$/.test(decimal) || !Number.isSafeInteger(size))
    throw ledgerError('the size of a checkpoint is no decimal number up to 2^53');
  if (root?.length !== hashBytes) throw ledgerError('the root of a checkpoint is not 32 bytes in base64');
  return { origin, size, root, extensions: rest };
}

/** A signed checkpoint as text. */
export function signCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>, signer: Signer): string {
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/**
 * Opens a signed checkpoint: its signature is the log's and its origin the one expected.
 *
 * @param origin the log's origin where it is not the key's name
 * @throws DemarcError `DMC_LEDGER_INVALID`
 */
export function openCheckpoint(
  text: string,
  key: VerifierKey,
  origin: string = key.name,
): { checkpoint: Checkpoint; note: Note } {
  const note = parseNote(text);
  if (!isSignedBy(note, key)) throw ledgerError(`the checkpoint is not signed by \`${key.name}\``);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== origin)
    throw ledgerError(`the checkpoint is of \`${checkpoint.origin}\`, not of \`${origin}\``);
  return { checkpoint, note };
}
