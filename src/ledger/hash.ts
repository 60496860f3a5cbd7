import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32;
/** Bytes an entry may have: bundles give its length in 16 bits (C2SP tlog-tiles, "Log entries"). */
export const entryBytesMax = 65_535;

const leafInput = Buffer.alloc(1 + entryBytesMax);
const nodeInput = Buffer.alloc(1 + 2 * hashBytes);
leafInput[0] = 0x00;
nodeInput[0] = 0x01;

/** SHA-256 of bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return hash('sha256', data, 'buffer');
}

/** The hash of a leaf: SHA-256(0x00 ‖ entry), RFC 6962 section 2.1. @param entry at most 65,535 bytes */
export function leafHash(entry: Uint8Array): Uint8Array {
  if (entry.length > entryBytesMax) return sha256(Buffer.concat([leafInput.subarray(0, 1), entry]));
  leafInput.set(entry, 1);
  return sha256(leafInput.subarray(0, 1 + entry.length));
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return sha256(nodeInput);
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** Whether two byte strings are equal. For public hashes: the time it takes depends on their content. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
