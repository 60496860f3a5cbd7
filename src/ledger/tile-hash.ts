import { hashBytes, nodeHash, writeLeafHash, writeNodeHash } from './hash.ts';
import { decodeBundle, tileWidth } from './tile.ts';

/** The hashes of a bundle: its level 0 tile, and the root over it when it is full. */
export interface HashedBundle {
  readonly leaves: Uint8Array;
  readonly root: Uint8Array | undefined;
}

/**
 * Hashes the entries of a bundle, in this thread. Whoever has more threads gives `verifyLog` another function of this type.
 *
 * @param width entries the bundle must hold, 1 to 256
 * @throws DemarcError `DMC_LEDGER_INVALID` when the bundle is malformed
 */
export function hashBundle(bundle: Uint8Array, width: number): HashedBundle {
  const leaves = Buffer.allocUnsafeSlow(width * hashBytes);
  for (const [position, entry] of decodeBundle(bundle, width).entries())
    writeLeafHash(leaves, position * hashBytes, entry);
  return { leaves, root: width === tileWidth ? subtreeRoot(leaves, 0, tileWidth) : undefined };
}

const scratch = Buffer.alloc((tileWidth / 2) * hashBytes);

/** The root over `count` hashes of a tile (a power of two, up to 256) from a position on. The hash is a copy. */
export function subtreeRoot(tile: Uint8Array, from: number, count: number): Uint8Array {
  let source = Buffer.from(tile.buffer, tile.byteOffset + from * hashBytes, count * hashBytes);
  for (let pairs = count / 2; pairs >= 1; pairs /= 2) {
    for (let pair = 0; pair < pairs; pair++) writeNodeHash(scratch, pair * hashBytes, source, 2 * pair * hashBytes);
    source = scratch;
  }
  return Buffer.from(source.subarray(0, hashBytes));
}

/** Roots of the complete subtrees the first hashes of a tile are made of, largest first: one for each bit of the width. */
export function subtreesOf(tile: Uint8Array, width: number): Uint8Array[] {
  const roots: Uint8Array[] = [];
  let at = 0;
  for (let count = tileWidth; count >= 1; count /= 2) {
    if ((width & count) === 0) continue;
    roots.push(subtreeRoot(tile, at, count));
    at += count;
  }
  return roots;
}

/** Joins the roots of complete subtrees, largest first, to the root over all of them (RFC 6962 section 2.1). @param roots not empty */
export function joinSubtrees(roots: readonly Uint8Array[]): Uint8Array {
  return roots.reduceRight((right, left) => nodeHash(left, right));
}
