import { emptyRoot, hashBytes, nodeHash } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { partialWidth, tilePath, tileWidth } from './tile.ts';
import { joinSubtrees, subtreesOf } from './tile-hash.ts';

/** A tile to be written: its path below the log's prefix and its bytes. */
export interface TileFile {
  readonly path: string;
  readonly data: Uint8Array;
}

/**
 * The right edge of an RFC 6962 tree kept as C2SP tiles: what an appender needs, a few kilobytes at any size. One append
 * costs one node hash on average. Full tiles are handed out once, by `takeFull`; partial tiles by `partials`.
 */
export class TileTree {
  #size = 0;
  /** Roots of the complete subtrees the tree is made of, largest first (one for each bit set in the size). */
  readonly #subtrees: Uint8Array[] = [];
  /** Hashes of the rightmost tile of each level. */
  readonly #edge: { readonly tile: Buffer; width: number; index: number }[] = [];
  #full: TileFile[] = [];

  get size(): number {
    return this.#size;
  }

  /** Appends a leaf hash. */
  append(leaf: Uint8Array): void {
    this.#put(0, leaf);
    let hash = leaf;
    let height = 0;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#subtrees.pop();
      if (left === undefined) throw ledgerError('the right edge of the tree is broken');
      hash = nodeHash(left, hash);
      height++;
      if (height % 8 === 0) this.#put(height / 8, hash);
    }
    this.#subtrees.push(hash);
    this.#size++;
  }

  #put(level: number, hash: Uint8Array): void {
    const edge = (this.#edge[level] ??= { tile: Buffer.alloc(tileWidth * hashBytes), width: 0, index: 0 });
    edge.tile.set(hash, edge.width * hashBytes);
    edge.width++;
    if (edge.width < tileWidth) return;
    this.#full.push({ path: tilePath(level, edge.index, tileWidth), data: Buffer.from(edge.tile) });
    edge.width = 0;
    edge.index++;
  }

  /** The root hash: the subtrees joined from the right. */
  root(): Uint8Array {
    return this.#size === 0 ? emptyRoot : joinSubtrees(this.#subtrees);
  }

  /** The tiles that became full since the last call, in the order they did. */
  takeFull(): TileFile[] {
    const full = this.#full;
    this.#full = [];
    return full;
  }

  /** The partial tiles of the present size: they must exist for each published checkpoint. */
  partials(): TileFile[] {
    return this.#edge.flatMap(({ tile, width, index }, level) =>
      width === 0
        ? []
        : [{ path: tilePath(level, index, width), data: Buffer.from(tile.subarray(0, width * hashBytes)) }],
    );
  }

  /**
   * Reads the right edge of a stored tree: one partial tile a level. Nothing vouches for what was read before the caller
   * has compared `root()` with a root it trusts.
   *
   * @param tileAt bytes of the tile at a path below the log's prefix
   * @throws DemarcError `DMC_LEDGER_INVALID` when a tile does not have its width
   */
  static async load(size: number, tileAt: (path: string) => Promise<Uint8Array>): Promise<TileTree> {
    const tree = new TileTree();
    tree.#size = size;
    const subtreesByLevel: Uint8Array[][] = [];
    for (let level = 0; tileWidth ** level <= size; level++) {
      const width = partialWidth(size, level);
      const index = Math.floor(size / tileWidth ** (level + 1));
      const edge = { tile: Buffer.alloc(tileWidth * hashBytes), width, index };
      tree.#edge.push(edge);
      if (width === 0) continue;
      const path = tilePath(level, index, width);
      const data = await tileAt(path);
      if (data.length !== width * hashBytes) throw ledgerError(`\`${path}\` does not hold ${width} hashes`);
      edge.tile.set(data);
      subtreesByLevel[level] = subtreesOf(data, width);
    }
    for (const subtrees of subtreesByLevel.reverse()) if (subtrees !== undefined) tree.#subtrees.push(...subtrees);
    return tree;
  }
}
