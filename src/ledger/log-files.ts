import { hashBytes } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { bundlePath, cutBundle, decodeBundle, fullTiles, partialWidth, tilePath, tileWidth } from './tile.ts';

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

/** The entries of one bundle of a tree. @throws DemarcError `DMC_LEDGER_INVALID` when it is missing or malformed */
export async function readBundle(files: LogFiles, size: number, bundle: number): Promise<Uint8Array[]> {
  return decodeBundle(await readBundleBytes(files, size, bundle), widthOf(size, 0, bundle));
}

/** The bytes of one bundle of a tree. @throws DemarcError `DMC_LEDGER_INVALID` when it is missing or cut short */
export async function readBundleBytes(files: LogFiles, size: number, bundle: number): Promise<Uint8Array> {
  const width = widthOf(size, 0, bundle);
  const { data, full } = await readPartialOrFull(files, bundlePath(bundle, width), bundlePath(bundle, tileWidth));
  return full ? cutBundle(data, width) : data;
}

/** The hashes of one tile of a tree. @throws DemarcError `DMC_LEDGER_INVALID` when it is missing or not of its width */
export async function readTile(files: LogFiles, size: number, level: number, index: number): Promise<Uint8Array> {
  const width = widthOf(size, level, index);
  const path = tilePath(level, index, width);
  const { data, full } = await readPartialOrFull(files, path, tilePath(level, index, tileWidth));
  if (data.length !== (full ? tileWidth : width) * hashBytes)
    throw ledgerError(`\`${path}\` does not hold ${width} hashes`);
  return data.subarray(0, width * hashBytes);
}

/** Hashes in a tile (at level 0: also entries in the bundle) of a tree. */
export function widthOf(size: number, level: number, index: number): number {
  return index < fullTiles(size, level) ? tileWidth : partialWidth(size, level);
}

/** A log may drop a partial tile once the full one stands, which begins with the same hashes (C2SP tlog-tiles, "Partial Tiles"). */
async function readPartialOrFull(
  files: LogFiles,
  path: string,
  fullPath: string,
): Promise<{ data: Uint8Array; full: boolean }> {
  const data = await files.read(path);
  if (data !== undefined) return { data, full: path === fullPath };
  const full = path === fullPath ? undefined : await files.read(fullPath);
  if (full === undefined) throw ledgerError(`\`${path}\` is missing`);
  return { data: full, full: true };
}
