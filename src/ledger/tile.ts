import { ledgerError } from './ledger-error.ts';
import { entryBytesMax, hashBytes } from './hash.ts';

/** Hashes in a full tile and entries in a full bundle (C2SP tlog-tiles). */
export const tileWidth = 256;

/**
 * The path of a tile below the log's prefix: `tile/<level>/<N>[.p/<width>]`, N in groups of three digits, all but the
 * last prefixed with `x` (C2SP tlog-tiles, "Merkle tree").
 *
 * @param width hashes in the tile, 1 to 256; 256 is a full tile
 */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${level}/${numberPath(index)}${partialSuffix(width)}`;
}

/** The path of an entry bundle: `tile/entries/<N>[.p/<width>]`. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${numberPath(index)}${partialSuffix(width)}`;
}

function partialSuffix(width: number): string {
  return width === tileWidth ? '' : `.p/${width}`;
}

function numberPath(index: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return path;
}

/** Hashes in the rightmost, partial tile of a level: floor(size / 256^level) mod 256; 0 means there is none. */
export function partialWidth(size: number, level: number): number {
  return Math.floor(size / tileWidth ** level) % tileWidth;
}

/** Full tiles of a level. */
export function fullTiles(size: number, level: number): number {
  return Math.floor(size / tileWidth ** (level + 1));
}

/** Joins entries to a bundle: each a big-endian 16-bit length and the bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > entryBytesMax) throw ledgerError('an entry is larger than 65,535 bytes');
    bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** The bytes of the first entries of a bundle, without looking at the rest. @throws DemarcError `DMC_LEDGER_INVALID` */
export function cutBundle(bundle: Uint8Array, width: number): Uint8Array {
  let at = 0;
  for (let entry = 0; entry < width; entry++) at = entryEnd(bundle, at);
  return bundle.subarray(0, at);
}

function entryEnd(bundle: Uint8Array, at: number): number {
  const end = at + 2 + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0));
  if (at + 2 > bundle.length || end > bundle.length) throw ledgerError('an entry bundle is cut short');
  return end;
}

/**
 * The entries of a bundle, as views into it.
 *
 * @param width how many the bundle must hold, 1 to 256
 * @throws DemarcError `DMC_LEDGER_INVALID` when it holds more, fewer, or is cut short
 */
export function decodeBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const end = entryEnd(bundle, at);
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width)
    throw ledgerError(`an entry bundle holds ${entries.length} entries where ${width} belong`);
  return entries;
}

/** The n-th hash of a tile. */
export function hashAt(tile: Uint8Array, position: number): Uint8Array {
  return tile.subarray(position * hashBytes, (position + 1) * hashBytes);
}
