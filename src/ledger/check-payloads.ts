import type { Envelope } from '../model/event.ts';
import type { LogFiles } from './log-files.ts';
import { type OpenedPayload, openPayload, type PayloadKeys } from './seal.ts';

/** What `ledger verify` found about payloads. */
export interface PayloadCounts {
  /** Opened, and equal to what was committed to. */
  opened: number;
  /** Erased: a key was destroyed. What can be proven about the entry is unchanged. */
  erased: number;
  /** Sealed for keys that are not here: nothing can be said of the plaintext. */
  withoutKeys: number;
  /** Do not decrypt, are not what was committed to, or whose blob is missing or altered. */
  failed: number;
  /** The first failures, by entry id. */
  readonly failures: { readonly id: string; readonly why: string }[];
}

/** Failures that are listed; the rest is only counted. */
export const listedFailuresMax = 100;

export function noPayloads(): PayloadCounts {
  return { opened: 0, erased: 0, withoutKeys: 0, failed: 0, failures: [] };
}

/** Opens the payload of one entry, compares it with its commitment, and counts the outcome. */
export async function checkPayload(
  envelope: Pick<Envelope, 'id' | 'kind' | 'payload'>,
  keys: PayloadKeys,
  blobs: LogFiles,
  counts: PayloadCounts,
): Promise<OpenedPayload> {
  const opened = await openPayload(envelope, keys, blobs);
  switch (opened.state) {
    case 'none':
      break;
    case 'clear':
      counts.opened++;
      break;
    case 'erased':
      counts.erased++;
      break;
    case 'no-keys':
      counts.withoutKeys++;
      break;
    case 'tampered':
      counts.failed++;
      if (counts.failures.length < listedFailuresMax) counts.failures.push({ id: envelope.id, why: opened.why });
      break;
  }
  return opened;
}
