import { limits } from '../base/limits.ts';
import { emptyRoot } from './hash.ts';
import { type LogFiles, readTile } from './log-files.ts';
import { tileWidth } from './tile.ts';
import { joinSubtrees, subtreeRoot } from './tile-hash.ts';

/**
 * Hashes of a tree from its stored tiles. Nothing is verified: what is made from them is (a proof, a root).
 *
 * Few tiles are read: those on the path of a proof and the right edge, at most two a level, and they are kept.
 */
export class TileReader {
  readonly #files: LogFiles;
  readonly #tiles = new Map<string, Promise<Uint8Array>>();
  /** A size a checkpoint was published for, so that its partial tiles exist (or the full ones that followed). */
  readonly size: number;

  constructor(files: LogFiles, size: number) {
    this.#files = files;
    this.size = size;
  }

  /** @throws DemarcError `DMC_LEDGER_INVALID` when the tile is missing or has not its width */
  tile(level: number, index: number): Promise<Uint8Array> {
    const name = `${level}/${index}`;
    const tile = this.#tiles.get(name) ?? readTile(this.#files, this.size, level, index);
    this.#tiles.delete(name);
    this.#tiles.set(name, tile);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= limits.proofTilesMax) break;
      this.#tiles.delete(oldest);
    }
    return tile;
  }

  /** The root over entries `from` to `to` of any tree this one begins with: MTH(D[from:to]) of RFC 6962 section 2.1. */
  async root(from: number, to: number): Promise<Uint8Array> {
    if (from === to) return emptyRoot;
    const subtrees: Uint8Array[] = [];
    for (let at = from; at < to; ) {
      let height = 0;
      while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++;
      subtrees.push(await this.#subtree(height, at / 2 ** height));
      at += 2 ** height;
    }
    return joinSubtrees(subtrees);
  }

  /** The n-th complete subtree of a height. */
  async #subtree(height: number, n: number): Promise<Uint8Array> {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const tile = await this.tile(level, Math.floor((n * count) / tileWidth));
    return subtreeRoot(tile, (n * count) % tileWidth, count);
  }
}
