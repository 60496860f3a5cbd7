import { type Envelope, eventKinds } from '../model/event.ts';
import { ledgerError } from './ledger-error.ts';

const kinds: ReadonlySet<string> = new Set(eventKinds);

/** The bytes of a ledger entry: the envelope as one line of JSON, keys in the order they were set. */
export function formatEntry(envelope: Envelope): Uint8Array {
  return Buffer.from(JSON.stringify(envelope));
}

/** @throws DemarcError `DMC_LEDGER_INVALID` when the entry is not an event of this format */
export function parseEntry(entry: Uint8Array): Envelope {
  try {
    const envelope = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(entry)) as Envelope;
    if (
      envelope.v === 1 &&
      kinds.has(envelope.kind) &&
      typeof envelope.id === 'string' &&
      typeof envelope.time === 'string'
    )
      return envelope;
  } catch {
    // told below
  }
  throw ledgerError('an entry is not an event of format 1');
}
