import { limits } from '../base/limits.ts';
import { type CheckpointNote, parseDecimal } from './checkpoint.ts';
import { checkSignatures } from './cosignature.ts';
import { ledgerError } from './ledger-error.ts';
import { decodeText, type NoteSignature, parseSignature, type VerifierKey } from './note.ts';

/** The body of an `add-checkpoint` request (C2SP tlog-witness). */
export interface AddCheckpoint {
  /** Size of the tree the witness cosigned last; 0 when it has cosigned none, or the log does not know. */
  readonly oldSize: number;
  /** Consistency proof from that size to the checkpoint's. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. */
  readonly checkpoint: string;
}

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  if (proof.length > limits.proofHashesMax) throw ledgerError('a consistency proof has more than 63 hashes');
  const hashes = proof.map((hash) => Buffer.from(hash).toString('base64'));
  return [`old ${oldSize}`, ...hashes, '', checkpoint].join('\n');
}

/** What a witness answered. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** The witness has cosigned a tree of another size: ask again with a proof from there. */
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason };

/**
 * Why a witness refuses. Two are alarms: `inconsistent`, it saw another history of the log than it is shown now, and
 * `ahead`, it saw a larger tree, so the log was rolled back or has a second writer.
 */
export type RefusalReason = 'inconsistent' | 'ahead' | 'signature' | 'unknown-log' | 'request' | 'unavailable';

/** Reads a witness's answer. @param contentType of the response, in lower case; of a size it must be `text/x.tlog.size` */
export function parseWitnessAnswer(status: number, contentType: string, body: string | Uint8Array): WitnessAnswer {
  const refused = (reason: RefusalReason): WitnessAnswer => ({ kind: 'refused', reason });
  switch (status) {
    case 200:
      return parseCosignatures(body);
    case 409: {
      // A conflict without a size is one of roots: a witness that has this very size, and another tree.
      const size = contentType.startsWith('text/x.tlog.size') ? sizeOf(body) : undefined;
      return size === undefined ? refused('inconsistent') : { kind: 'conflict', size };
    }
    case 422:
      return refused('inconsistent');
    case 403:
      return refused('signature');
    case 404:
      return refused('unknown-log');
    case 400:
      return refused('request');
    default:
      return refused('unavailable');
  }
}

function sizeOf(body: string | Uint8Array): number | undefined {
  const text = Buffer.from(body).toString('latin1');
  return text.endsWith('\n') ? parseDecimal(text.slice(0, -1)) : undefined;
}

function parseCosignatures(body: string | Uint8Array): WitnessAnswer {
  const refused: WitnessAnswer = { kind: 'refused', reason: 'unavailable' };
  if (body.length > limits.witnessAnswerBytesMax) return refused;
  try {
    const lines = decodeText(body).split('\n');
    if (lines.pop() !== '' || lines.length === 0 || lines.length > limits.noteSignaturesMax) return refused;
    return { kind: 'cosigned', signatures: lines.map(parseSignature) };
  } catch {
    return refused;
  }
}

/** The cosignatures of an answer that are of the witness's key and valid; what is of unknown keys is dropped (C2SP tlog-witness). */
export function validCosignatures(
  { note, checkpoint }: CheckpointNote,
  signatures: readonly NoteSignature[],
  key: VerifierKey,
): NoteSignature[] {
  return signatures.filter((signature) => {
    const alone = { checkpoint, note: { text: note.text, signatures: [signature] } };
    return checkSignatures(alone, key).state === 'valid';
  });
}
