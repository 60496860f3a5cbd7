import { DemarcError } from '../../../base/errors.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { type Policy, parsePolicy, policyOfLog } from '../../../ledger/policy.ts';
import { parseReceipt, verifyReceipt } from '../../../ledger/tlog-proof.ts';
import type { Context } from '../../context.ts';
import { type LedgerPlace, ledgerPlace, readNamed, readVerifierKey } from '../../ledger/place.ts';
import type { CheckFlags } from './check.ts';

/**
 * Runs `demarc ledger check`: verifies a receipt offline, with a key or a policy of one's own.
 *
 * @returns 0 when it is valid, 1 when it is not
 */
export async function runLedgerCheck(context: Context, flags: CheckFlags, path: string): Promise<number> {
  const place = ledgerPlace(context, '.');
  const policy = await policyOf(place, flags);
  const data = await readNamed(place, path, 'receipt');
  const out = context.process.stdout;
  try {
    const receipt = parseReceipt(data);
    if (receipt.extra === undefined) throw new DemarcError('DMC_LEDGER_INVALID', 'the receipt does not hold its entry');
    const { checkpoint, reasons } = verifyReceipt(receipt, receipt.extra, policy);
    const entry = describeEntry(receipt.extra);
    const result = {
      valid: true,
      index: receipt.index,
      origin: checkpoint.origin,
      size: checkpoint.size,
      entry,
      notes: reasons,
    };
    out.write(flags.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_LEDGER_INVALID') throw thrown;
    out.write(
      flags.format === 'json'
        ? `${JSON.stringify({ valid: false, why: thrown.message })}\n`
        : `NOT VALID: ${thrown.message}\n`,
    );
    return 1;
  }
}

async function policyOf(place: LedgerPlace, flags: CheckFlags): Promise<Policy> {
  if (flags.policy !== undefined) return parsePolicy(await readNamed(place, flags.policy, 'policy'));
  if (flags.vkey === undefined)
    throw new DemarcError('DMC_USAGE', 'a receipt is checked with a key you trust', {
      hint: '--vkey <key or file>, or --policy <file>; `demarc ledger init` printed the key',
    });
  return policyOfLog(await readVerifierKey(place, flags.vkey));
}

/** The event in clear; the text of an entry of another format. */
function describeEntry(entry: Uint8Array): object | string {
  try {
    const { payload, ...clear } = parseEntry(entry);
    return payload === undefined
      ? clear
      : { ...clear, payload: { bytes: payload.bytes, commitment: payload.commitment } };
  } catch {
    return Buffer.from(entry).toString('base64');
  }
}

function describe(result: {
  index: number;
  origin: string;
  size: number;
  entry: object | string;
  notes: readonly string[];
}): string {
  return [
    `valid: entry ${result.index} of ${result.origin}, under its checkpoint of ${result.size} entries`,
    ...result.notes.map((note) => `note: ${note}`),
    JSON.stringify(result.entry, null, 2),
    '',
  ].join('\n');
}
