import type { Envelope, EventFacts } from './event.ts';
import { factTypes } from './event-facts.ts';

/** An event as readers of a ledger get it: its envelope in clear, with what is known of the payload but not its bytes. */
export interface RecordedEvent
  extends EventFacts,
    Pick<Envelope, 'id' | 'time' | 'source' | 'acknowledged' | 'subject'> {
  /** Bytes of the plaintext and the keys it is sealed under, `<pseudonym>/<period>`. */
  readonly payload?: { readonly bytes: number; readonly keys: readonly string[] };
}

/** One entry of a ledger. Without `event` it is of a format this program does not know. */
export interface RecordedEntry {
  readonly index: number;
  /** Leaf hash in hex. */
  readonly leaf: string;
  readonly event?: RecordedEvent | undefined;
}

const factNames = Object.keys(factTypes) as (keyof typeof factTypes)[];

/** The event of an envelope: what this version knows of it, nothing else somebody may have put there. */
export function recordedEvent(envelope: Envelope): RecordedEvent {
  const { id, time, kind, source, acknowledged, subject, payload } = envelope;
  const event: Record<string, unknown> = { id, time, kind, source, acknowledged: known(acknowledged) };
  if (subject !== undefined) event['subject'] = subject;
  for (const name of factNames) if (envelope[name] !== undefined) event[name] = envelope[name];
  if (payload !== undefined) event['payload'] = { bytes: payload.bytes, keys: payload.keys };
  return event as unknown as RecordedEvent;
}

function known(acknowledged: Envelope['acknowledged']): Envelope['acknowledged'] {
  return acknowledged.mode === 'durable'
    ? { mode: 'durable' }
    : { mode: 'async', lossWindowMs: acknowledged.lossWindowMs };
}

/** The pseudonyms an entry is about: its subject, and whose keys its payload is sealed under. */
export function subjectsOf(event: RecordedEvent): readonly string[] {
  const ofKeys = (event.payload?.keys ?? []).map((key) => key.split('/', 1)[0] ?? key);
  // A payload about nobody is sealed for the log itself.
  const people = ofKeys.filter((owner) => owner.startsWith('s_'));
  return [...new Set(event.subject === undefined ? people : [event.subject, ...people])];
}
