import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const hashBytes = 32;
/** Bytes an entry may have: bundles give its length in 16 bits (C2SP tlog-tiles, "Log entries"). */
export const entryBytesMax = 65_535;

const leafInput = Buffer.alloc(1 + entryBytesMax);
const nodeInput = Buffer.alloc(1 + 2 * hashBytes);
leafInput[0] = 0x00;
nodeInput[0] = 0x01;

/** SHA-256 with a byte a character: three times as fast as having node:crypto make a Buffer for each hash. */
export function digest(data: Uint8Array): string {
  return hash('sha256', data, 'binary');
}

/** SHA-256 of bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  return Buffer.from(digest(data), 'latin1');
}

/** The hash of a leaf: SHA-256(0x00 ‖ entry), RFC 6962 section 2.1. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return Buffer.from(leafDigest(entry), 'latin1');
}

/** Writes the hash of a leaf into a tile. @param at byte of the tile */
export function writeLeafHash(tile: Buffer, at: number, entry: Uint8Array): void {
  tile.write(leafDigest(entry), at, hashBytes, 'latin1');
}

function leafDigest(entry: Uint8Array): string {
  if (entry.length > entryBytesMax) return digest(Buffer.concat([leafInput.subarray(0, 1), entry]));
  leafInput.set(entry, 1);
  return digest(leafInput.subarray(0, 1 + entry.length));
}

/**
 * The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1.
 *
 * INVARIANT: both are 32 bytes. Whoever takes hashes from outside (tiles, proofs, notes) checks that when they come in.
 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return Buffer.from(digest(nodeInput), 'latin1');
}

/** Writes the hash over two neighbours of a tile into another (or the same) one. Both positions are in bytes. */
export function writeNodeHash(target: Buffer, at: number, tile: Buffer, pairAt: number): void {
  tile.copy(nodeInput, 1, pairAt, pairAt + 2 * hashBytes);
  target.write(digest(nodeInput), at, hashBytes, 'latin1');
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array());

/** Whether two byte strings are equal. For public hashes: the time it takes depends on their content. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
