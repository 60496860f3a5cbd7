import { checkSignatures } from './cosignature.ts';
import { hashBytes } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { decodeBase64, type Note, parseNote, type Signer, signNote, type VerifierKey } from './note.ts';

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
  const size = parseDecimal(decimal);
  if (origin === '' || rest.pop() !== '' || rest.includes('')) throw ledgerError('not a checkpoint');
  if (size === undefined) throw ledgerError('the size of a checkpoint is no decimal number below 2^53');
  if (root?.length !== hashBytes) throw ledgerError('the root of a checkpoint is not 32 bytes in base64');
  return { origin, size, root, extensions: rest };
}

/** A size or an index as the formats here write it: decimal without leading zeros, below 2^53; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  const number = Number(text);
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

/** A signed checkpoint as text. */
export function signCheckpoint(checkpoint: Omit<Checkpoint, 'extensions'>, signer: Signer): string {
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/** A checkpoint with its signatures. Nothing is verified yet. */
export interface CheckpointNote {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** Takes a signed checkpoint apart. @throws DemarcError `DMC_LEDGER_INVALID` when it is none */
export function parseCheckpointNote(signed: string | Uint8Array): CheckpointNote {
  const note = parseNote(signed);
  return { checkpoint: parseCheckpoint(note.text), note };
}

/**
 * Opens a signed checkpoint: its signature is the log's and its origin the one expected.
 *
 * @param key the log's, of any type that signs checkpoints
 * @param origin the log's origin where it is not the key's name
 * @throws DemarcError `DMC_LEDGER_INVALID`
 */
export function openCheckpoint(
  signed: string | Uint8Array,
  key: VerifierKey,
  origin: string = key.name,
): CheckpointNote {
  const opened = parseCheckpointNote(signed);
  const { state } = checkSignatures(opened, key);
  if (state === 'unchecked')
    throw ledgerError(`the signature of \`${key.name}\` cannot be checked here`, 'ML-DSA-44 needs Node.js 24 or later');
  if (state !== 'valid') throw ledgerError(`the checkpoint is not signed by \`${key.name}\``);
  if (opened.checkpoint.origin !== origin)
    throw ledgerError(`the checkpoint is of \`${opened.checkpoint.origin}\`, not of \`${origin}\``);
  return opened;
}
