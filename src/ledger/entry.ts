import { isJsonObject } from '../base/json-object.ts';
import { type Envelope, eventKinds, type SealedPayload } from '../model/event.ts';
import { factTypes, type FactType } from '../model/event-facts.ts';
import { ledgerError } from './ledger-error.ts';

/**
 * The bytes of a ledger entry: the envelope as one line of JSON, keys in the order they were set, the payload last. The
 * payload is most of it and needs no escapes, so it is joined by hand.
 */
export function formatEntry({ payload, ...clear }: Envelope): Uint8Array {
  return formatParts(clear, payload);
}

/** As `formatEntry`, of an envelope whose payload is at hand beside it. */
export function formatParts(clear: Omit<Envelope, 'payload'>, payload: SealedPayload | undefined): Uint8Array {
  const text = JSON.stringify(clear);
  return Buffer.from(payload === undefined ? text : `${text.slice(0, -1)},"payload":${formatPayload(payload)}}`);
}

function formatPayload({ bytes, commitment, keys, sealed, blob }: SealedPayload): string {
  const place = sealed === undefined ? `"blob":"${blob ?? ''}"` : `"sealed":"${sealed}"`;
  return `{"bytes":${bytes},"commitment":"${commitment}","keys":${JSON.stringify(keys)},${place}}`;
}

/**
 * When an event was recorded, by the ledger's clock: its id is a UUID of version 7 (RFC 9562, section 5.7). Its `time` is
 * when it happened, as whoever handed it in says. Milliseconds since the epoch.
 */
export function recordedAtMs({ id }: Pick<Envelope, 'id'>): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads an entry back. Every field this version knows has its type; fields it does not know are left as they are.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID` when the entry is not an event of this format
 */
export function parseEntry(entry: Uint8Array): Envelope {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(entry));
  } catch {
    throw ledgerError('an entry is no JSON');
  }
  if (!isJsonObject(value) || value['v'] !== 1) throw ledgerError('an entry is not an event of format 1');
  const wrong =
    Object.keys(value).find((name) => !fits(name, value[name])) ?? required.find((name) => !(name in value));
  if (wrong !== undefined) throw ledgerError(`an entry is not an event of format 1: its \`${wrong.slice(0, 64)}\``);
  return value as unknown as Envelope;
}

const required = ['id', 'time', 'kind', 'source', 'acknowledged'] as const;
const kinds: ReadonlySet<unknown> = new Set(eventKinds);
const choices = new Map(
  Object.entries(factTypes).flatMap(([name, fact]) => (fact.type === 'choice' ? [[name, new Set(fact.of)]] : [])),
);

function fits(name: string, value: unknown): boolean {
  switch (name) {
    case 'v':
      return true;
    case 'id':
      return typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
    case 'time':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
    case 'kind':
      return kinds.has(value);
    case 'source':
    case 'subject':
      return typeof value === 'string';
    case 'acknowledged':
      return (
        isJsonObject(value) &&
        (value['mode'] === 'durable' || (value['mode'] === 'async' && typeof value['lossWindowMs'] === 'number'))
      );
    case 'payload':
      return isPayload(value);
    default:
      return !Object.hasOwn(factTypes, name) || fitsFact(name as keyof typeof factTypes, value);
  }
}

function fitsFact(name: keyof typeof factTypes, value: unknown): boolean {
  const { type }: FactType = factTypes[name];
  switch (type) {
    case 'identifier':
    case 'address':
    case 'time':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'codes':
      return isTexts(value);
    case 'choice':
      return typeof value === 'string' && choices.get(name)?.has(value) === true;
  }
}

function isPayload(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    typeof value['bytes'] === 'number' &&
    typeof value['commitment'] === 'string' &&
    isTexts(value['keys']) &&
    (typeof value['sealed'] === 'string'
      ? value['blob'] === undefined
      : typeof value['blob'] === 'string' && /^[0-9a-f]{64}$/.test(value['blob']))
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
