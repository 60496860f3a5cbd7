/**
 * Sealed payloads: a payload is encrypted with AES-256-GCM under a key of its own and committed to with HMAC-SHA-256 under a
 * salt. Key and salt (the *secret* of the payload) are derived from the keys of all people the payload is about, so
 * destroying the key of any of them destroys the payload. Nothing here reads a clock, random bytes or files: they are
 * arguments.
 *
 * Bytes: `sealed` is IV (12) ‖ ciphertext ‖ tag (16). Its additional data is `<entry id> <kind>`, so it cannot be moved to
 * another entry. The secret is 64 bytes of HKDF-SHA-256 (RFC 5869) without salt over the keys in the order they are named;
 * its info is `demarc ledger payload`, the names, and the additional data, joined by newlines. It differs from entry to
 * entry: the number of entries a key may seal has no limit of its own.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import type { Envelope, SealedPayload } from '../model/event.ts';
import { digest, hashBytes, sha256 } from './hash.ts';
import type { LogFiles } from './log-files.ts';
import { decodeBase64 } from './note.ts';

/** Bytes of every key and salt. */
export const keyBytes = 32;
/** Bytes of an AES-GCM IV and tag (NIST SP 800-38D). */
export const ivBytes = 12;
export const tagBytes = 16;

/** Whoever holds the keys of people: a folder of keys, a key management service. */
export interface PayloadKeys {
  /**
   * The secret of a payload; `erased` when one of the named keys was destroyed, `no-keys` when one is not to be had here.
   *
   * @param names keys it is derived from, in order
   * @param context additional data, see `sealContext`
   */
  secretOf(names: readonly string[], context: Uint8Array): Promise<Uint8Array | 'erased' | 'no-keys'>;
}

/** A payload that was opened, or why not. */
export type OpenedPayload =
  | { readonly state: 'none' | 'erased' | 'no-keys' }
  | { readonly state: 'clear'; readonly plaintext: Uint8Array }
  | { readonly state: 'tampered'; readonly why: string };

/** What binds a payload to its entry: `<entry id> <kind>`. */
export function sealContext({ id, kind }: Pick<Envelope, 'id' | 'kind'>): Uint8Array {
  return Buffer.from(`${id} ${kind}`);
}

/** A payload sealed but for its place: in the entry or beside the log. */
export interface SealedBytes {
  readonly sealed: Uint8Array;
  readonly commitment: Uint8Array;
}

/**
 * Seals a payload.
 *
 * @param plaintext UTF-8 JSON
 * @param secret what `payloadSecret` gave for the entry
 * @param iv 12 random bytes
 */
export function sealPayload(
  plaintext: Uint8Array,
  context: Uint8Array,
  secret: Uint8Array,
  iv: Uint8Array,
): SealedBytes {
  return {
    sealed: encrypt(secret.subarray(0, keyBytes), iv, plaintext, context),
    commitment: hmac(secret.subarray(keyBytes), plaintext),
  };
}

/** The keys of people, joined: the pseudorandom key of HKDF-Extract. @param keys 32 bytes each, in the order of their names */
export function joinKeys(keys: readonly Uint8Array[]): Uint8Array {
  return hmac(noSalt, Buffer.concat(keys));
}

const noSalt = new Uint8Array(keyBytes);
const label = 'demarc ledger payload';

/** Key ‖ salt of one payload: two blocks of HKDF-Expand. @param joined what `joinKeys` gave for the named keys */
export function payloadSecret(joined: Uint8Array, names: readonly string[], context: Uint8Array): Uint8Array {
  const info = Buffer.concat([Buffer.from(`${label}\n${names.join('\n')}\n`), context]);
  const key = hmac(joined, Buffer.concat([info, firstBlock]));
  return Buffer.concat([key, hmac(joined, Buffer.concat([key, info, secondBlock]))]);
}

const firstBlock = Buffer.from([1]);
const secondBlock = Buffer.from([2]);

/** Keys that are at hand, by name, as `PayloadKeys`. @param find the key, or `erased`; undefined when it is unknown */
export function heldKeys(find: (name: string) => Uint8Array | 'erased' | undefined): PayloadKeys {
  return { secretOf: (names, context) => Promise.resolve(secretFrom(names.map(find), names, context)) };
}

/** Derives a secret from keys that were looked up: one that was destroyed outweighs one that is missing. */
export function secretFrom(
  keys: readonly (Uint8Array | 'erased' | undefined)[],
  names: readonly string[],
  context: Uint8Array,
): Uint8Array | 'erased' | 'no-keys' {
  if (keys.includes('erased')) return 'erased';
  const held = keys.filter((key): key is Uint8Array => typeof key === 'object');
  if (held.length < keys.length || held.length === 0) return 'no-keys';
  return payloadSecret(joinKeys(held), names, context);
}

/** Where the sealed bytes of a payload lie that did not fit its entry, below the log's prefix. */
export function blobPath(hash: string): string {
  return `blob/${hash.slice(0, 2)}/${hash}`;
}

/**
 * Opens the payload of an entry: derives its secret, decrypts it and compares it with its commitment. A blob is compared
 * with its name even when its keys are gone.
 *
 * @param blobs the log's files; only read for payloads that are blobs
 */
export async function openPayload(
  envelope: Pick<Envelope, 'id' | 'kind' | 'payload'>,
  keys: PayloadKeys,
  blobs: LogFiles,
): Promise<OpenedPayload> {
  const { payload } = envelope;
  if (payload === undefined) return { state: 'none' };
  const context = sealContext(envelope);
  const blob = await readBlob(payload, blobs);
  if (blob === 'altered') return tampered('its blob was altered');
  const secret = await keys.secretOf(payload.keys, context);
  if (secret === 'erased' || secret === 'no-keys') return { state: secret };
  if (blob === 'missing') return tampered('its blob is missing');
  return openSealed(payload, blob, secret, context);
}

function openSealed(
  payload: SealedPayload,
  blob: Uint8Array | undefined,
  secret: Uint8Array,
  context: Uint8Array,
): OpenedPayload {
  const sealed = blob ?? decodeBase64(payload.sealed ?? '') ?? nothing;
  const plaintext = decrypt(secret.subarray(0, keyBytes), sealed, context);
  if (plaintext === undefined) return tampered('it does not decrypt');
  const commitment = decodeBase64(payload.commitment) ?? nothing;
  const expected = hmac(secret.subarray(keyBytes), plaintext);
  if (commitment.length !== expected.length || !timingSafeEqual(commitment, expected))
    return tampered('it is not what was committed to');
  if (plaintext.length !== payload.bytes) return tampered('it has another length than stated');
  return { state: 'clear', plaintext };
}

const nothing = new Uint8Array();

async function readBlob(
  payload: SealedPayload,
  blobs: LogFiles,
): Promise<Uint8Array | undefined | 'missing' | 'altered'> {
  if (payload.blob === undefined) return undefined;
  const data = await blobs.read(blobPath(payload.blob));
  if (data === undefined) return 'missing';
  return Buffer.from(sha256(data)).toString('hex') === payload.blob ? data : 'altered';
}

function tampered(why: string): OpenedPayload {
  return { state: 'tampered', why };
}

/** AES-256-GCM: IV ‖ ciphertext ‖ tag. @param iv 12 bytes, never twice under one key */
export function encrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array, context: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(context);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  const sealed = Buffer.allocUnsafe(ivBytes + plaintext.length + tagBytes);
  sealed.set(iv);
  sealed.set(ciphertext, ivBytes);
  sealed.set(cipher.getAuthTag(), ivBytes + plaintext.length);
  return sealed;
}

/** The plaintext of IV ‖ ciphertext ‖ tag; undefined when key, additional data or any byte is another. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, context: Uint8Array): Uint8Array | undefined {
  const end = sealed.length - tagBytes;
  if (end < ivBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(ivBytes, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}

const blockBytes = 64;
/** Bytes of data that are hashed in one go; longer data pays for an object to hash it with. */
const oneGoMax = 16 * 1024;
const inner = Buffer.alloc(blockBytes + oneGoMax);
const outer = Buffer.alloc(blockBytes + hashBytes);

/** HMAC-SHA-256 (RFC 2104): two hashes in one go each cost less than half of what node:crypto's object for it does. */
export function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  if (key.length > blockBytes || data.length > oneGoMax) return createHmac('sha256', key).update(data).digest();
  for (let at = 0; at < blockBytes; at++) {
    const byte = key[at] ?? 0;
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  inner.set(data, blockBytes);
  outer.write(digest(inner.subarray(0, blockBytes + data.length)), blockBytes, hashBytes, 'latin1');
  return Buffer.from(digest(outer), 'latin1');
}
