import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { limits } from '../base/limits.ts';
import { sha256 } from './hash.ts';
import { ledgerError } from './ledger-error.ts';

/** Signature types of C2SP signed-note and tlog-cosignature; the byte in front of a key. */
export const ed25519Type = 0x01;
export const ed25519CosignatureType = 0x04;
export const mlDsaCosignatureType = 0x06;

/** Bytes of the public keys that are known here. Keys of other types are kept and never verify anything. */
const publicKeyBytes: ReadonlyMap<number, number> = new Map([
  [ed25519Type, 32],
  [ed25519CosignatureType, 32],
  [mlDsaCosignatureType, 1312],
]);

/** One signature line of a note: `— <name> base64(4-byte key id ‖ signature)`. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A note taken apart. The text ends with a newline. Nothing is verified yet. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A public key that signs notes (C2SP signed-note, "Verifier keys"). */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: number;
  readonly type: number;
  /** Raw public key bytes. */
  readonly publicKey: Uint8Array;
}

/** A private key that signs notes under a name. */
export interface Signer {
  readonly verifier: VerifierKey;
  sign(message: Uint8Array): Uint8Array;
}

/** A key's id: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as a number. */
export function keyIdOf(name: string, type: number, publicKey: Uint8Array): number {
  return Buffer.from(sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), publicKey]))).readUInt32BE(0);
}

/** The text form of a public key: `<name>+<key id in hex>+<base64(type ‖ key)>`. */
export function formatVerifierKey(key: VerifierKey): string {
  const data = Buffer.concat([Buffer.from([key.type]), key.publicKey]);
  return `${key.name}+${hex32(key.keyId)}+${data.toString('base64')}`;
}

/** @throws DemarcError `DMC_LEDGER_INVALID` when the text is no verifier key or its id is not the key's */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const data = decodeBase64(base64);
  const type = data?.[0];
  if (!isKeyName(name) || data === undefined || type === undefined) throw ledgerError('not a verifier key');
  const publicKey = data.subarray(1);
  if (publicKey.length !== (publicKeyBytes.get(type) ?? publicKey.length))
    throw ledgerError(`the verifier key \`${name}\` has not the length of its type`);
  const keyId = keyIdOf(name, type, publicKey);
  if (hex32(keyId) !== id) throw ledgerError(`the id of the verifier key \`${name}\` is not that of its key`);
  return { name, keyId, type, publicKey };
}

/**
 * A signer from an Ed25519 seed.
 *
 * @param seed 32 random bytes
 * @throws DemarcError `DMC_LEDGER_INVALID` for a name that is empty or holds white space or `+`
 */
export function ed25519Signer(name: string, seed: Uint8Array, type: number = ed25519Type): Signer {
  if (!isKeyName(name)) throw ledgerError(`\`${name}\` cannot name a key`, 'no white space and no plus sign');
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
  const verifier = { name, keyId: keyIdOf(name, type, publicKey), type, publicKey };
  return { verifier, sign: (message) => sign(null, message, key) };
}

/** The text form of a private key that golang.org/x/mod/sumdb/note reads: `PRIVATE+KEY+<name>+<id>+<base64(type ‖ seed)>`. */
export function formatSignerKey(name: string, seed: Uint8Array, type: number = ed25519Type): string {
  const { verifier } = ed25519Signer(name, seed, type);
  return `PRIVATE+KEY+${name}+${hex32(verifier.keyId)}+${Buffer.concat([Buffer.from([type]), seed]).toString('base64')}`;
}

/** @throws DemarcError `DMC_LEDGER_INVALID`; the message never holds the key */
export function parseSignerKey(text: string): Signer {
  const [, name = '', id = '', base64 = ''] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const data = decodeBase64(base64);
  const type = data?.[0];
  if (data?.length !== 33 || (type !== ed25519Type && type !== ed25519CosignatureType))
    throw ledgerError('not an Ed25519 signing key');
  const signer = ed25519Signer(name, data.subarray(1), type);
  if (hex32(signer.verifier.keyId) !== id) throw ledgerError('the id of the signing key is not that of its key');
  return signer;
}

/**
 * Signs a text (which ends with a newline) with every signer, in order.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID` for a key that makes cosignatures: those state a time (`cosign`)
 */
export function signNote(text: string, signers: readonly Signer[]): string {
  for (const { verifier } of signers)
    if (verifier.type !== ed25519Type)
      throw ledgerError(`\`${verifier.name}\` is a key for cosignatures, not for notes`);
  return formatNote({
    text,
    signatures: signers.map((signer) => ({
      name: signer.verifier.name,
      keyId: signer.verifier.keyId,
      signature: signer.sign(Buffer.from(text)),
    })),
  });
}

/** The note as text: its text, an empty line, the signature lines. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** One signature line, with its newline. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(keyId);
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/**
 * Takes a note apart (C2SP signed-note, "Format").
 *
 * @param note bytes; or text, where a U+FFFD cannot be told from a decoding that went wrong and is refused
 * @throws DemarcError `DMC_LEDGER_INVALID` when it is no note: not UTF-8, control characters, no signature, a malformed line
 */
export function parseNote(note: string | Uint8Array): Note {
  if (note.length > limits.noteBytesMax) throw ledgerError('a note is larger than 1 MB');
  const whole = decodeText(note);
  if (controlCharacter.test(whole)) throw ledgerError('a note holds control characters');
  const cut = whole.lastIndexOf('\n\n');
  if (cut < 0 || !whole.endsWith('\n')) throw ledgerError('not a signed note');
  const lines = whole.slice(cut + 2, -1).split('\n');
  if (lines.length > limits.noteSignaturesMax) throw ledgerError('a note has more than 100 signatures');
  return { text: whole.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

/** ASCII control characters but newline: the ones the specification forbids. */
const controlCharacter = /[^\P{Cc}\n\u007F-\u009F]/u;

/** Text of bytes that must be UTF-8, or a text that must have been. @throws DemarcError `DMC_LEDGER_INVALID` */
export function decodeText(data: string | Uint8Array): string {
  try {
    if (typeof data !== 'string') return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    if (!/[\uFFFD\p{Cs}]/u.test(data)) return data;
  } catch {
    // told below
  }
  throw ledgerError('not UTF-8');
}

/** @throws DemarcError `DMC_LEDGER_INVALID` */
export function parseSignature(line: string): NoteSignature {
  const [, name = '', base64 = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const data = decodeBase64(base64);
  if (!isKeyName(name) || data === undefined || data.length < 5)
    throw ledgerError('malformed signature line in a note');
  return { name, keyId: data.readUInt32BE(0), signature: data.subarray(4) };
}

/** The signatures of a note that carry the name and the id of a key. Whether they are of that key must be verified. */
export function signaturesOf(note: Note, key: VerifierKey): NoteSignature[] {
  return note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId);
}

/**
 * Whether a note carries a valid signature of an Ed25519 key (type 0x01). Signatures of unknown keys do not matter; a
 * wrong one of this key does, even beside a right one.
 */
export function isSignedBy(note: Note, key: VerifierKey): boolean {
  const own = signaturesOf(note, key);
  return (
    key.type === ed25519Type &&
    own.length > 0 &&
    own.every(({ signature }) => verifyEd25519(key.publicKey, Buffer.from(note.text), signature))
  );
}

/** Verifies an Ed25519 signature (RFC 8032). @param publicKey 32 raw bytes */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, message, publicKeyObject(publicKey), signature);
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
}

/** DER in front of an Ed25519 seed or key (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A key name: not empty, no white space, no plus sign. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\p{White_Space}+]/u.test(name);
}

/** Standard base64 with padding, strictly; undefined for anything else. */
export function decodeBase64(text: string): Buffer | undefined {
  if (text === '') return undefined;
  const data = Buffer.from(text, 'base64');
  return data.toString('base64') === text ? data : undefined;
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
