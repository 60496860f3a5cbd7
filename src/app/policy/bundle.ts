import { DemarcError } from '../../base/errors.ts';
import { isSignedBy, parseNote, parseVerifierKey, type Signer, signNote } from '../../ledger/note.ts';

/** The signature's file, beside the policies it is over. */
export const signatureFile = 'policies.note';

const header = 'demarc policy set v1';

/** A signed note (C2SP signed-note) over the digest of a set and the time: who holds the public key can check it with other tools too. */
export function signSet(digest: string, timeMs: number, signer: Signer): string {
  return signNote(`${header}\n${digest}\n${new Date(timeMs).toISOString()}\n`, [signer]);
}

/**
 * Checks that a set is the one that was signed.
 *
 * @param note the signature's file; undefined when there is none
 * @param key the verifier key, as `demarc policy sign` prints it
 * @returns when it was signed, in milliseconds since the epoch; undefined where the signature is from before these said it
 * @throws DemarcError `DMC_POLICY` when it is not
 */
export function verifySet(digest: string, note: string | undefined, key: string): number | undefined {
  const fail = (what: string): DemarcError =>
    new DemarcError('DMC_POLICY', `the policy set ${what}`, {
      hint: 'look at what changed with `demarc policy diff`, then sign it with `demarc policy sign`',
    });
  if (note === undefined) throw fail(`has no signature \`${signatureFile}\``);
  const verifier = parseVerifierKey(key);
  let parsed: ReturnType<typeof parseNote>;
  try {
    parsed = parseNote(note);
  } catch (thrown) {
    if (!(thrown instanceof DemarcError)) throw thrown;
    throw fail(`has a signature that is none: ${thrown.message}`);
  }
  if (!isSignedBy(parsed, verifier)) throw fail(`is not signed by \`${verifier.name}\``);
  const [kind, signed, ...rest] = parsed.text.split('\n');
  const [time] = rest;
  const timeMs = rest.length === 1 ? undefined : Date.parse(time ?? '');
  if (kind !== header || rest.at(-1) !== '' || rest.length > 2 || Number.isNaN(timeMs))
    throw fail('has a signature over something else');
  if (signed !== digest) throw fail('is not the one that was signed');
  return timeMs;
}
