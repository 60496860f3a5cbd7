import type { LogFiles } from '../../ledger/log-files.ts';
import { hashBytes } from '../../ledger/hash.ts';
import { ledgerError } from '../../ledger/ledger-error.ts';
import { fullTiles, partialWidth, tilePath, tileWidth } from '../../ledger/tile.ts';
import { TileTree } from '../../ledger/tile-tree.ts';

/**
 * The tree over the first `next` entries of a published log. Its partial tiles were never published where no checkpoint
 * had that size; wider tiles of the published tree begin with the same hashes.
 *
 * @param size the published size, at least `next`
 * @throws DemarcError `DMC_LEDGER_INVALID` when a tile is missing
 */
export async function treeAt(files: LogFiles, size: number, next: number): Promise<TileTree> {
  const published = new Map<string, { readonly paths: readonly string[]; readonly width: number }>();
  for (let level = 0; tileWidth ** level <= next; level++) {
    const index = Math.floor(next / tileWidth ** (level + 1));
    const width = partialWidth(next, level);
    const widest = index < fullTiles(size, level) ? tileWidth : partialWidth(size, level);
    const paths = [...new Set([widest, tileWidth])].map((one) => tilePath(level, index, one));
    if (width > 0) published.set(tilePath(level, index, width), { paths, width });
  }
  return TileTree.load(next, async (path) => {
    const { paths, width } = published.get(path) ?? { paths: [path], width: tileWidth };
    for (const candidate of paths) {
      const data = await files.read(candidate);
      if (data !== undefined) return data.subarray(0, width * hashBytes);
    }
    throw ledgerError(`\`${paths[0] ?? path}\` is missing`);
  });
}
