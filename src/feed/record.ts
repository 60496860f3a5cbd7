import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { isSecretName, redactText } from '../base/secrets.ts';
import { parseEntry } from '../ledger/entry.ts';
import { leafHash } from '../ledger/hash.ts';
import type { IndexedEntry, LogFiles } from '../ledger/log-files.ts';
import { openPayload, type PayloadKeys } from '../ledger/seal.ts';
import type { Envelope, EventFacts } from '../model/event.ts';
import { factTypes } from '../model/event-facts.ts';

/** Where an event stands in the ledger: enough for `demarc ledger prove` to prove a row of a SIEM. */
export interface LogPosition {
  readonly origin: string;
  readonly index: number;
  /** RFC 6962 leaf hash in base64, as `demarc ledger append` prints it. */
  readonly leaf: string;
}

/** The facts of an event that may leave: those of `EventFacts` and nothing else an entry may hold. */
export interface FeedEvent extends EventFacts {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly source: string;
  /** Pseudonym of the person. */
  readonly subject?: string;
  readonly acknowledged: 'durable' | 'async';
}

/** What became of an event's payload on its way out. */
export type FeedPayload =
  | { readonly state: 'none' }
  | { readonly state: 'withheld' | 'erased' | 'too-large' | 'unreadable'; readonly bytes: number }
  | { readonly state: 'included'; readonly bytes: number; readonly value: unknown };

/** One event as sinks receive it. */
export interface FeedRecord {
  readonly log: LogPosition;
  readonly event: FeedEvent;
  readonly payload: FeedPayload;
}

/** Whether payloads of a feed leave in clear. */
export type PayloadSetting = 'withhold' | 'include';

/** A payload that was opened, or why it was not. */
export type OpenedPayload =
  | { readonly state: 'open'; readonly value: unknown }
  | { readonly state: 'erased' | 'unreadable' };

/** Opens sealed payloads. Asked anew at each attempt to deliver, so that nothing leaves after its erasure. */
export interface Payloads {
  /** Rejects when the keys or the log's files cannot be read now: the event waits then. */
  open(envelope: Envelope): Promise<OpenedPayload>;
}

/**
 * Opens payloads with the keys of a ledger.
 *
 * @param blobs the log's files, where payloads lie that did not fit their entry
 */
export function sealedPayloads(keys: PayloadKeys, blobs: LogFiles): Payloads {
  return {
    async open(envelope) {
      const opened = await openPayload(envelope, keys, blobs);
      if (opened.state !== 'clear') return { state: opened.state === 'erased' ? 'erased' : 'unreadable' };
      try {
        return { state: 'open', value: JSON.parse(Buffer.from(opened.plaintext).toString('utf8')) };
      } catch {
        return { state: 'unreadable' };
      }
    },
  };
}

/** Facts that may leave: an entry that holds more than the model knows does not take it out. */
const factNames = ['kind', ...Object.keys(factTypes)] as readonly (keyof EventFacts)[];

/** The position of an entry. */
export function positionOf(origin: string, { index, entry }: IndexedEntry): LogPosition {
  return { origin, index, leaf: Buffer.from(leafHash(entry)).toString('base64') };
}

/**
 * An entry as sinks receive it.
 *
 * @param setting payloads are opened only where it says `include`
 * @returns the record, or the reason why the entry is none
 */
export async function toRecord(
  origin: string,
  entry: IndexedEntry,
  setting: PayloadSetting,
  payloads: Payloads,
): Promise<FeedRecord | string> {
  let envelope: Envelope;
  try {
    envelope = parseEntry(entry.entry);
  } catch (thrown) {
    return messageOf(thrown);
  }
  return {
    log: positionOf(origin, entry),
    event: eventOf(envelope),
    payload: await payloadOf(envelope, setting, payloads),
  };
}

function eventOf(envelope: Envelope): FeedEvent {
  const clear: Record<string, unknown> = {};
  for (const name of factNames) if (envelope[name] !== undefined) clear[name] = envelope[name];
  return {
    ...(clear as unknown as EventFacts),
    id: envelope.id,
    time: envelope.time,
    source: envelope.source,
    ...(envelope.subject === undefined ? {} : { subject: envelope.subject }),
    acknowledged: envelope.acknowledged.mode === 'async' ? 'async' : 'durable',
  };
}

async function payloadOf(envelope: Envelope, setting: PayloadSetting, payloads: Payloads): Promise<FeedPayload> {
  const sealed = envelope.payload;
  if (sealed === undefined) return { state: 'none' };
  const bytes = sealed.bytes;
  if (setting === 'withhold') return { state: 'withheld', bytes };
  if (bytes > limits.feedPayloadBytesMax) return { state: 'too-large', bytes };
  const opened = await payloads.open(envelope);
  return opened.state === 'open'
    ? { state: 'included', bytes, value: withoutSecrets(opened.value) }
    : { state: opened.state, bytes };
}

/** A payload with its credentials masked: a setting may let text out, never a key. */
export function withoutSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isSecretName(name) ? '[secret]' : redactText(value);
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), withoutSecrets(item, key)]));
}

/** The facts of an event without what every format has a place of its own for. */
export function factsOf(event: FeedEvent): Readonly<Record<string, unknown>> {
  const { id: _id, time: _time, source: _source, ...rest } = event;
  return rest;
}
