import { limits } from '../base/limits.ts';
import { type CheckpointNote, parseCheckpointNote, parseDecimal } from './checkpoint.ts';
import { hashBytes, leafHash } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { decodeBase64, decodeText } from './note.ts';
import { checkPolicy, type Policy, type PolicyResult } from './policy.ts';
import { verifyInclusion } from './proof.ts';

/** A proof that can be verified offline: where an entry stands, and a checkpoint that covers it (C2SP tlog-proof). */
export interface Receipt {
  readonly index: number;
  /** Inclusion proof, leaf's side first. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, as it was published. */
  readonly checkpoint: string;
  /** What nothing vouches for: context that travels along. */
  readonly extra?: Uint8Array;
}

const header = 'c2sp.org/tlog-proof@v1';

/** A receipt as text; files of it end in `.tlog-proof`. */
export function formatReceipt({ index, hashes, checkpoint, extra }: Receipt): string {
  const lines = [
    header,
    ...(extra === undefined ? [] : [`extra ${base64(extra)}`]),
    `index ${index}`,
    ...hashes.map(base64),
    '',
    checkpoint,
  ];
  return lines.join('\n');
}

/** @throws DemarcError `DMC_LEDGER_INVALID` when it is no receipt. Nothing is verified yet. */
export function parseReceipt(data: string | Uint8Array): Receipt {
  if (data.length > limits.noteBytesMax) throw ledgerError('a receipt is larger than 1 MB');
  const text = decodeText(data);
  const cut = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(cut, 0)).split('\n');
  if (first !== header) throw ledgerError('not a receipt', `its first line is \`${header}\``);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() ?? '') : undefined;
  const index = parseDecimal(lines.shift()?.match(/^index (.*)$/)?.[1] ?? '');
  if (index === undefined) throw ledgerError('a receipt without the index of its entry');
  if (lines.length > limits.proofHashesMax) throw ledgerError('a receipt with more than 63 hashes');
  const hashes = lines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== hashBytes) throw ledgerError('a hash of a receipt is not 32 bytes in base64');
    return hash;
  });
  return { index, hashes, checkpoint: text.slice(cut + 2), ...(extra === undefined ? {} : { extra }) };
}

function parseExtra(line: string): Uint8Array {
  const encoded = line.slice('extra '.length);
  const extra = encoded === '' ? new Uint8Array() : decodeBase64(encoded);
  if (extra === undefined) throw ledgerError('the extra data of a receipt is not base64');
  return extra;
}

/**
 * Verifies that an entry is in the log a policy names, with nothing but the receipt.
 *
 * @param entry the bytes of the entry
 * @returns the checkpoint and who cosigned it
 * @throws DemarcError `DMC_LEDGER_INVALID` when the checkpoint does not fulfil the policy or does not cover the entry
 */
export function verifyReceipt(receipt: Receipt, entry: Uint8Array, policy: Policy): CheckpointNote & PolicyResult {
  const opened = parseCheckpointNote(receipt.checkpoint);
  const result = checkPolicy(policy, opened);
  if (!result.fulfilled) throw ledgerError(result.reasons.join('; '));
  const { size, root } = opened.checkpoint;
  if (!verifyInclusion(receipt.index, size, leafHash(entry), receipt.hashes, root))
    throw ledgerError(`the entry is not the one at index ${receipt.index} of the log`);
  return { ...opened, ...result };
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64');
}
