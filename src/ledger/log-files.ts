import { ledgerError } from './ledger-error.ts';
import { bundlePath, decodeBundle, fullTiles, partialWidth, tileWidth } from './tile.ts';

/** Read access to the files of a log, by their path below its prefix: a folder, an object store, a mirror. */
export interface LogFiles {
  /** The content, or undefined when there is no such file. Rejects when that cannot be told. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** One entry of a log and where it stands. */
export interface IndexedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
}

/**
 * Entries of a log in order, as its bundles hold them. Nothing is verified: `verify-log.ts` does that.
 *
 * @param size entries of the tree to read from: a published size, for its partial bundle exists
 * @param from first index
 * @param to index after the last; at most `size`
 * @throws DemarcError `DMC_LEDGER_INVALID` when a bundle is missing or malformed
 */
export async function* readEntries(
  files: LogFiles,
  size: number,
  from = 0,
  to: number = size,
): AsyncGenerator<IndexedEntry> {
  for (let bundle = Math.floor(from / tileWidth); bundle * tileWidth < Math.min(to, size); bundle++) {
    const first = bundle * tileWidth;
    const entries = await readBundle(files, size, bundle);
    for (const [position, entry] of entries.entries())
      if (first + position >= from && first + position < to) yield { index: first + position, entry };
  }
}

/** The entries of one bundle of a tree. A full bundle may stand where a partial one was asked for: it has them all. */
export async function readBundle(files: LogFiles, size: number, bundle: number): Promise<Uint8Array[]> {
  const width = bundle < fullTiles(size, 0) ? tileWidth : partialWidth(size, 0);
  const path = bundlePath(bundle, width);
  const data = await files.read(path);
  if (data !== undefined) return decodeBundle(data, width);
  const full = width === tileWidth ? undefined : await files.read(bundlePath(bundle, tileWidth));
  if (full === undefined) throw ledgerError(`\`${path}\` is missing`);
  return decodeBundle(full, tileWidth).slice(0, width);
}
