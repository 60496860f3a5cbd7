import type { LogFiles } from '../../ledger/log-files.ts';
import { hashBytes } from '../../ledger/hash.ts';
import { partialWidth, tilePath, tileWidth } from '../../ledger/tile.ts';
import { TileReader } from '../../ledger/tile-reader.ts';
import { TileTree } from '../../ledger/tile-tree.ts';

/**
 * The tree over the first `next` entries of a published log, to append to. Its partial tiles were never published where no
 * checkpoint had that size; wider tiles of the published tree begin with the same hashes.
 *
 * @param size the published size, at least `next`
 * @throws DemarcError `DMC_LEDGER_INVALID` when a tile is missing
 */
export async function treeAt(files: LogFiles, size: number, next: number): Promise<TileTree> {
  const reader = new TileReader(files, size);
  const edge = new Map<string, Uint8Array>();
  for (let level = 0; tileWidth ** level <= next; level++) {
    const index = Math.floor(next / tileWidth ** (level + 1));
    const width = partialWidth(next, level);
    if (width > 0)
      edge.set(tilePath(level, index, width), (await reader.tile(level, index)).subarray(0, width * hashBytes));
  }
  return TileTree.load(next, async (path) => edge.get(path) ?? new Uint8Array());
}
