import { limits } from '../base/limits.ts';
import { emptyRoot, hashBytes, nodeHash, sameBytes } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import type { TileReader } from './tile-reader.ts';

/**
 * The proof that the entry at an index is in the tree of a size: PATH(m, D[n]) of RFC 6962 section 2.1.1, leaf's side first.
 *
 * @param size of the tree; at most that of the tiles
 * @throws DemarcError `DMC_LEDGER_INVALID` when there is no such entry or tree, or a tile is missing
 */
export async function inclusionProof(
  tiles: TileReader,
  index: number,
  size: number = tiles.size,
): Promise<Uint8Array[]> {
  if (!(isSize(index) && isSize(size) && index < size && size <= tiles.size))
    throw ledgerError(`no entry ${index} in a tree of ${size} entries`);
  const siblings: Promise<Uint8Array>[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitOf(to - from);
    siblings.unshift(index < middle ? tiles.root(middle, to) : tiles.root(from, middle));
    if (index < middle) to = middle;
    else from = middle;
  }
  return Promise.all(siblings);
}

/**
 * The proof that a tree begins with an older one: PROOF(m, D[n]) of RFC 6962 section 2.1.2. Empty for equal sizes and for
 * an empty older tree.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID` when there is no such tree, or a tile is missing
 */
export async function consistencyProof(
  tiles: TileReader,
  oldSize: number,
  size: number = tiles.size,
): Promise<Uint8Array[]> {
  if (!(isSize(oldSize) && isSize(size) && oldSize <= size && size <= tiles.size))
    throw ledgerError(`no tree of ${oldSize} entries in one of ${size}`);
  if (oldSize === 0) return [];
  const hashes: Promise<Uint8Array>[] = [];
  let from = 0;
  let to = size;
  while (oldSize !== to) {
    const middle = from + splitOf(to - from);
    hashes.unshift(oldSize <= middle ? tiles.root(middle, to) : tiles.root(from, middle));
    if (oldSize <= middle) to = middle;
    else from = middle;
  }
  if (from > 0) hashes.unshift(tiles.root(from, to));
  return Promise.all(hashes);
}

/** Whether a proof shows that a leaf stands at an index of the tree with a root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!(isSize(index) && isSize(size) && index < size && areHashes(proof, leaf, root))) return false;
  const path = new PathToRoot(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    const side = path.next();
    if (side === undefined) return false;
    hash = side === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }
  return path.done && sameBytes(hash, root);
}

/** Whether a proof shows that the newer tree begins with the older one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  oldSize: number,
  size: number,
  oldRoot: Uint8Array,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!(isSize(oldSize) && isSize(size) && oldSize <= size && areHashes(proof, oldRoot, root))) return false;
  if (oldSize === size)
    return proof.length === 0 && sameBytes(oldRoot, root) && (size > 0 || sameBytes(root, emptyRoot));
  if (oldSize === 0) return proof.length === 0 && sameBytes(oldRoot, emptyRoot);
  const path = new PathToRoot(oldSize - 1, size - 1);
  path.skipRightTurns();
  // An older tree that is one complete subtree is where the path starts; its root is known and left out of the proof.
  const [first, ...rest] = path.atStart ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let oldHash = first;
  let hash = first;
  for (const sibling of rest) {
    const side = path.next();
    if (side === undefined) return false;
    if (side === 'left') oldHash = nodeHash(sibling, oldHash);
    hash = side === 'left' ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
  }
  return path.done && sameBytes(oldHash, oldRoot) && sameBytes(hash, root);
}

/** The way from a node to the root: `fn` and `sn` of RFC 9162, as numbers up to 2^53, so without bit operators. */
class PathToRoot {
  #node: number;
  #last: number;

  constructor(node: number, last: number) {
    this.#node = node;
    this.#last = last;
  }

  /** Whether the node is the first of its level. */
  get atStart(): boolean {
    return this.#node === 0;
  }

  /** Whether the root is reached. */
  get done(): boolean {
    return this.#last === 0;
  }

  #up(): void {
    this.#node = Math.floor(this.#node / 2);
    this.#last = Math.floor(this.#last / 2);
  }

  skipRightTurns(): void {
    while (this.#node % 2 === 1) this.#up();
  }

  /** Goes up to where the next hash of a proof joins; on which side of the path it stands, undefined at the root. */
  next(): 'left' | 'right' | undefined {
    if (this.done) return undefined;
    const left = this.#node % 2 === 1 || this.#node === this.#last;
    if (left) while (this.#node % 2 === 0 && this.#node !== 0) this.#up();
    this.#up();
    return left ? 'left' : 'right';
  }
}

/** The largest power of two smaller than n, for n from 2 on. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(proof: readonly Uint8Array[], ...others: readonly Uint8Array[]): boolean {
  return proof.length <= limits.proofHashesMax && [...proof, ...others].every(({ length }) => length === hashBytes);
}
