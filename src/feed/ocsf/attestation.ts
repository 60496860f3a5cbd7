import { canonicalJson } from '../../base/canonical-json.ts';
import { sha256 } from '../../ledger/hash.ts';
import type { LogPosition } from '../record.ts';

/**
 * Adds an `attestation` (profile `record_integrity` of OCSF 1.9.0-dev): the fingerprint of the event as it is sent, in the
 * chain that is the log. It shows that the row was not altered since; that the log holds the event is shown by the leaf hash
 * under `unmapped.demarc.log`.
 */
export function withAttestation(
  event: Readonly<Record<string, unknown>>,
  log: LogPosition,
): Readonly<Record<string, unknown>> {
  const attestation = { uid: `${log.origin}#${log.index}`, authority_uid: log.origin, chain_uid: log.origin };
  const value = Buffer.from(sha256(Buffer.from(canonicalJson({ ...event, attestation })))).toString('hex');
  return {
    ...event,
    attestation: { ...attestation, fingerprint: { algorithm_id: 3, algorithm: 'SHA-256', value } },
  };
}
