import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { Checkpoint, CheckpointNote } from './checkpoint.ts';
import { ledgerError } from './ledger-error.ts';
import {
  ed25519CosignatureType,
  ed25519Type,
  isKeyName,
  keyIdOf,
  mlDsaCosignatureType,
  type NoteSignature,
  type Signer,
  signaturesOf,
  type VerifierKey,
  verifyEd25519,
} from './note.ts';

/**
 * What the signatures of one key on a checkpoint amount to. `unchecked` is not verified: this Node.js lacks the
 * algorithm, or the type is not one of C2SP tlog-checkpoint and tlog-cosignature.
 */
export interface SignatureCheck {
  readonly state: 'valid' | 'invalid' | 'absent' | 'unchecked';
  /** When the latest cosignature was made, in seconds since the epoch; 0 where its maker states none. */
  readonly timeSeconds?: number;
}

const timeBytes = 8;

/**
 * Verifies what one key signed on a checkpoint: a plain Ed25519 signature (signed-note) or cosignatures (tlog-cosignature).
 * A wrong signature under the name and id of a known key spoils the right ones beside it (signed-note, "Signatures").
 */
export function checkSignatures({ note, checkpoint }: CheckpointNote, key: VerifierKey): SignatureCheck {
  const own = signaturesOf(note, key);
  if (own.length === 0) return { state: 'absent' };
  if (key.type === ed25519Type) {
    const valid = own.every(({ signature }) => verifyEd25519(key.publicKey, Buffer.from(note.text), signature));
    return { state: valid ? 'valid' : 'invalid' };
  }
  let timeSeconds = 0;
  for (const { signature } of own) {
    const state = checkCosignature(note.text, checkpoint, key, signature);
    if (state !== 'valid') return { state };
    timeSeconds = Math.max(timeSeconds, timeOf(signature));
  }
  return { state: 'valid', timeSeconds };
}

function checkCosignature(
  text: string,
  checkpoint: Checkpoint,
  key: VerifierKey,
  timed: Uint8Array,
): 'valid' | 'invalid' | 'unchecked' {
  if (key.type !== ed25519CosignatureType && key.type !== mlDsaCosignatureType) return 'unchecked';
  if (timed.length < timeBytes || !Number.isSafeInteger(timeOf(timed))) return 'invalid';
  if (key.type === mlDsaCosignatureType && !(fitsPrefix(checkpoint.origin) && fitsPrefix(key.name))) return 'invalid';
  const message = cosignedMessage(text, checkpoint, key, timeOf(timed));
  const signature = timed.subarray(timeBytes);
  if (key.type === mlDsaCosignatureType) return verifyMlDsa(key.publicKey, message, signature);
  return verifyEd25519(key.publicKey, message, signature) ? 'valid' : 'invalid';
}

function timeOf(timed: Uint8Array): number {
  return Number(Buffer.from(timed).readBigUInt64BE(0));
}

/**
 * Cosigns a checkpoint (C2SP tlog-cosignature). Whoever does owes the statement behind it: that this is the largest tree
 * it has seen of the log, and consistent with all it has seen before.
 *
 * @param timeSeconds when, in seconds since the epoch
 * @throws DemarcError `DMC_LEDGER_INVALID` when the signer's key is not for cosignatures
 */
export function cosign({ note, checkpoint }: CheckpointNote, signer: Signer, timeSeconds: number): NoteSignature {
  const { name, keyId, type } = signer.verifier;
  if (type !== ed25519CosignatureType && type !== mlDsaCosignatureType)
    throw ledgerError(`\`${name}\` is not a key for cosignatures`);
  const time = Buffer.alloc(timeBytes);
  time.writeBigUInt64BE(BigInt(timeSeconds));
  const signature = signer.sign(cosignedMessage(note.text, checkpoint, signer.verifier, timeSeconds));
  return { name, keyId, signature: Buffer.concat([time, signature]) };
}

/** What is signed: text for Ed25519, with the note's own text; a TLS structure for ML-DSA-44, without extension lines. */
function cosignedMessage(
  text: string,
  { origin, size, root }: Checkpoint,
  key: VerifierKey,
  timeSeconds: number,
): Buffer {
  if (key.type === ed25519CosignatureType) return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
  const start = 0;
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0', 'latin1'),
    prefixed(key.name),
    uint64(timeSeconds),
    prefixed(origin),
    uint64(start),
    uint64(size),
    root,
  ]);
}

/** `opaque <1..2^8-1>` of RFC 8446 section 3.4. */
function prefixed(text: string): Buffer {
  if (!fitsPrefix(text)) throw ledgerError('a name is longer than the 255 bytes an ML-DSA-44 cosignature can state');
  return Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
}

function fitsPrefix(text: string): boolean {
  return Buffer.byteLength(text) <= 255;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** DER in front of an ML-DSA-44 public key and of its seed (RFC 9881). */
const spkiPrefix = Buffer.from('30820532300b06096086480165030403110382052100', 'hex');
const pkcs8Prefix = Buffer.from('3034020100300b060960864801650304031104228020', 'hex');

/** FIPS 204, with an empty context. node:crypto has it from Node.js 24 on. */
function verifyMlDsa(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): 'valid' | 'invalid' | 'unchecked' {
  let key;
  try {
    key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
  } catch {
    return 'unchecked';
  }
  return verify(null, message, key, signature) ? 'valid' : 'invalid';
}

/**
 * A signer for ML-DSA-44 cosignatures.
 *
 * @param seed 32 random bytes
 * @throws DemarcError `DMC_LEDGER_INVALID` where node:crypto lacks the algorithm, or for a name that cannot name a key
 */
export function mlDsaSigner(name: string, seed: Uint8Array): Signer {
  if (!isKeyName(name)) throw ledgerError(`\`${name}\` cannot name a key`, 'no white space and no plus sign');
  let key;
  try {
    key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  } catch {
    throw ledgerError(
      'ML-DSA-44 signatures cannot be made here',
      'it needs Node.js 24 or later and a seed of 32 bytes',
    );
  }
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
  const type = mlDsaCosignatureType;
  return {
    verifier: { name, keyId: keyIdOf(name, type, publicKey), type, publicKey },
    sign: (message) => sign(null, message, key),
  };
}
