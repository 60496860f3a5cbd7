/**
 * A second reading of RFC 6962 section 2.1 and C2SP tlog-tiles, straight from their definitions: recursive, over plain
 * arrays of entries, slow. It shares no code with src/ledger and must not: it is what that is held against.
 */
import { createHash } from 'node:crypto';

const hashOf = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** k of RFC 6962: the largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (k << 1 < n) k <<= 1;
  return k;
}

/** Merkle Tree Hash, section 2.1. */
export function treeHash(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return hashOf();
  if (entries.length === 1) return hashOf(Buffer.of(0), entries[0]!);
  const k = split(entries.length);
  return hashOf(Buffer.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** PATH(m, D[n]), section 2.1.1. */
export function auditPath(m: number, entries: readonly Uint8Array[]): Buffer[] {
  if (entries.length === 1) return [];
  const k = split(entries.length);
  return m < k
    ? [...auditPath(m, entries.slice(0, k)), treeHash(entries.slice(k))]
    : [...auditPath(m - k, entries.slice(k)), treeHash(entries.slice(0, k))];
}

/** PROOF(m, D[n]), section 2.1.2. */
export function treeProof(m: number, entries: readonly Uint8Array[]): Buffer[] {
  return subproof(m, entries, true);
}

function subproof(m: number, entries: readonly Uint8Array[], complete: boolean): Buffer[] {
  if (m === entries.length) return complete ? [] : [treeHash(entries)];
  const k = split(entries.length);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), complete), treeHash(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), treeHash(entries.slice(0, k))];
}

/** The roots of an older and a newer tree as PROOF(m, D[n]) and the older root imply them; undefined when it does not fit. */
export function rootsOfProof(
  m: number,
  n: number,
  oldRoot: Buffer,
  proof: readonly Buffer[],
): [Buffer, Buffer] | undefined {
  const rest = [...proof];
  const next = (): Buffer => rest.shift() ?? Buffer.alloc(32);
  const node = (left: Buffer, right: Buffer): Buffer => hashOf(Buffer.of(1), left, right);
  const implied = (old: number, size: number, complete: boolean): [Buffer, Buffer] => {
    if (old === size) {
      const hash = complete ? oldRoot : next();
      return [hash, hash];
    }
    const k = split(size);
    const [older, newer] = old <= k ? implied(old, k, complete) : implied(old - k, size - k, false);
    const other = next();
    return old <= k ? [older, node(newer, other)] : [node(other, older), node(other, newer)];
  };
  const roots = implied(m, n, true);
  return rest.length === 0 ? roots : undefined;
}

/** Every file a tlog-tiles log of these entries holds at this size, but the checkpoint. */
export function filesOf(entries: readonly Uint8Array[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const add = (folder: string, pieces: readonly Uint8Array[]): void => {
    for (let n = 0; n * 256 < pieces.length; n++) {
      const tile = pieces.slice(n * 256, n * 256 + 256);
      const groups = String(n)
        .padStart(3 * Math.ceil(String(n).length / 3), '0')
        .match(/.{3}/g)!;
      const name = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
      files.set(`${folder}/${name}${tile.length === 256 ? '' : `.p/${tile.length}`}`, Buffer.concat(tile));
    }
  };
  add(
    'tile/entries',
    entries.map((entry) => Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 255), entry])),
  );
  let level = 0;
  for (let span = 1; entries.length >= span; span *= 256, level++) {
    const hashes: Buffer[] = [];
    for (let at = 0; at + span <= entries.length; at += span) hashes.push(treeHash(entries.slice(at, at + span)));
    add(`tile/${level}`, hashes);
  }
  return files;
}
