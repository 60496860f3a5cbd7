import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logOf, MemoryLog, someEntries } from '../../test/vectors/ledger/memory-log.ts';
import { auditPath, treeHash, treeProof } from '../../test/vectors/ledger/rfc6962.ts';
import { limits } from '../base/limits.ts';
import { emptyRoot, leafHash, nodeHash } from './hash.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proof.ts';
import { TileReader } from './tile-reader.ts';

const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('hex'));

describe('proofs from tiles', () => {
  it('are those of the recursive definition, for trees around every boundary of a tile', async () => {
    const log = logOf(600);
    for (const size of [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 599, 600]) {
      const entries = log.entries.slice(0, size);
      const tiles = new TileReader(log, 600);
      expect(hex([await tiles.root(0, size)])).toEqual(hex([treeHash(entries)]));
      for (const at of new Set([0, 1, 254, 255, 256, 300, size - 2, size - 1]))
        if (at >= 0 && at < size)
          expect(hex(await inclusionProof(tiles, at, size))).toEqual(hex(auditPath(at, entries)));
      for (const old of new Set([1, 2, 128, 255, 256, 257, 512, size - 1, size]))
        if (old >= 1 && old <= size)
          expect(hex(await consistencyProof(tiles, old, size))).toEqual(hex(treeProof(old, entries)));
    }
  });

  it('verify for every entry and older size of small trees and those at a boundary, and a sample of the others', async () => {
    const count = 600;
    const log = logOf(count);
    const tiles = new TileReader(log, count);
    const roots = await Promise.all(Array.from({ length: count + 1 }, (_, size) => tiles.root(0, size)));
    const leaves = log.entries.map(leafHash);
    let failed = 0;
    for (let size = 1; size <= count; size++) {
      const step = size <= 70 || (size + 1) % 256 < 3 ? 1 : 61;
      for (let at = size % step; at < size; at += step) {
        if (!verifyInclusion(at, size, leaves[at]!, await inclusionProof(tiles, at, size), roots[size]!)) failed++;
        if (!verifyConsistency(at, size, roots[at]!, roots[size]!, await consistencyProof(tiles, at, size))) failed++;
      }
    }
    expect(failed).toBe(0);
  });

  it('read few tiles, and the full one where a partial one was dropped', async () => {
    const log = logOf(300);
    log.append(someEntries(70_000 - 300, 300));
    log.dropReplacedPartials();
    const tiles = new TileReader(log, 70_000);
    const root = await tiles.root(0, 70_000);
    log.reads.length = 0;
    const proof = await inclusionProof(new TileReader(log, 70_000), 12_345);
    expect(log.reads.length).toBeLessThanOrEqual(6);
    expect(new Set(log.reads).size).toBe(log.reads.length);
    expect(verifyInclusion(12_345, 70_000, leafHash(log.entries[12_345]!), proof, root)).toBe(true);
    const old = new TileReader(log, 300);
    expect(hex([await old.root(0, 300)])).toEqual(hex([treeHash(log.entries.slice(0, 300))]));
    expect(log.reads).toContain('tile/0/001.p/44');
    expect(log.reads).toContain('tile/0/001');
  });

  it('keep a bounded number of tiles in memory', async () => {
    const log = logOf(256 * (limits.proofTilesMax + 1));
    const tiles = new TileReader(log, log.tree.size);
    const readsOf = async (index: number): Promise<number> => {
      const before = log.reads.length;
      await tiles.tile(0, index);
      return log.reads.length - before;
    };
    for (let index = 0; index < limits.proofTilesMax; index++) expect(await readsOf(index)).toBe(1);
    expect(await readsOf(0)).toBe(0);
    expect(await readsOf(limits.proofTilesMax)).toBe(1);
    expect(await readsOf(0)).toBe(0);
    expect(await readsOf(1)).toBe(1);
  });

  it.each([
    ['a missing tile', (log: MemoryLog) => log.files.delete('tile/0/000'), /`tile\/0\/000` is missing/],
    ['a short tile', (log: MemoryLog) => log.files.set('tile/0/000', Buffer.alloc(8191)), /does not hold 256 hashes/],
  ])('name %s', async (_what, tamper, message) => {
    const log = logOf(300);
    tamper(log);
    await expect(inclusionProof(new TileReader(log, 300), 3)).rejects.toThrow(message);
  });

  it('are refused for what is not in the tree', async () => {
    const tiles = new TileReader(logOf(5), 5);
    for (const [index, size] of [
      [5, 5],
      [-1, 5],
      [0, 6],
      [0.5, 5],
      [0, 0],
    ] as const)
      await expect(inclusionProof(tiles, index, size)).rejects.toThrow(/no entry/);
    for (const [old, size] of [
      [6, 5],
      [-1, 5],
      [0, 6],
      [Number.NaN, 5],
    ] as const)
      await expect(consistencyProof(tiles, old, size)).rejects.toThrow(/no tree/);
  });
});

const count = 300;
const log = logOf(count);
const leaves = log.entries.map(leafHash);

const flipBit = (bytes: Uint8Array, bit: number): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  changed[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
  return changed;
};

describe('verification', () => {
  const tiles = new TileReader(log, count);
  const change = fc.record({ what: fc.nat(), bit: fc.nat(255) });

  it('of inclusion rejects any other proof, root, leaf, index and size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count }), fc.nat(), change, async (size, at, { what, bit }) => {
        const index = at % size;
        const root = await tiles.root(0, size);
        const proof = await inclusionProof(tiles, index, size);
        const leaf = leaves[index]!;
        expect(verifyInclusion(index, size, leaf, proof, root)).toBe(true);
        expect(verifyInclusion(index, size, flipBit(leaf, bit), proof, root)).toBe(false);
        expect(verifyInclusion(index, size, leaf, proof, flipBit(root, bit))).toBe(false);
        const position = what % Math.max(proof.length, 1);
        if (proof.length > 0) {
          expect(
            verifyInclusion(
              index,
              size,
              leaf,
              proof.map((h, n) => (n === position ? flipBit(h, bit) : h)),
              root,
            ),
          ).toBe(false);
          expect(verifyInclusion(index, size, leaf, proof.toSpliced(position, 1), root)).toBe(false);
          expect(verifyInclusion(index, size, leaf, proof.with(position, proof[position]!.subarray(1)), root)).toBe(
            false,
          );
        }
        expect(verifyInclusion(index, size, leaf, [...proof, root], root)).toBe(false);
        const other = what % size;
        if (other !== index) expect(verifyInclusion(other, size, leaf, proof, root)).toBe(false);
        expect(verifyInclusion(index, index, leaf, proof, root)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('of consistency rejects any other proof, root and size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count }), fc.nat(), change, async (size, at, { what, bit }) => {
        const old = at % (size + 1);
        const [oldRoot, root] = [await tiles.root(0, old), await tiles.root(0, size)];
        const proof = await consistencyProof(tiles, old, size);
        expect(verifyConsistency(old, size, oldRoot, root, proof)).toBe(true);
        expect(verifyConsistency(old, size, flipBit(oldRoot, bit), root, proof)).toBe(false);
        if (old > 0) expect(verifyConsistency(old, size, oldRoot, flipBit(root, bit), proof)).toBe(false);
        const position = what % Math.max(proof.length, 1);
        if (proof.length > 0) {
          expect(
            verifyConsistency(
              old,
              size,
              oldRoot,
              root,
              proof.map((h, n) => (n === position ? flipBit(h, bit) : h)),
            ),
          ).toBe(false);
          expect(verifyConsistency(old, size, oldRoot, root, proof.toSpliced(position, 1))).toBe(false);
        }
        expect(verifyConsistency(old, size, oldRoot, root, [...proof, root])).toBe(false);
        const other = what % (size + 1);
        if (other !== old) expect(verifyConsistency(other, size, oldRoot, root, proof)).toBe(false);
        if (size !== old) expect(verifyConsistency(size, old, root, oldRoot, proof)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('holds for trees of up to 2^53 - 1 entries, whose hashes are made up', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const [index, size] = [Math.min(a, b - 1), Math.max(b, 1)];
        fc.pre(index >= 0 && index < size);
        const proof: Uint8Array[] = [];
        const { root } = madeUp(0n, BigInt(size), BigInt(index), proof);
        expect(verifyInclusion(index, size, madeUpHash(BigInt(index), 1n), proof, root)).toBe(true);
        expect(verifyInclusion(index, size, madeUpHash(BigInt(index), 1n), proof, emptyRoot)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('bounds the length of a proof', () => {
    const hash = leaves[0]!;
    expect(
      verifyInclusion(
        0,
        2,
        hash,
        Array.from({ length: limits.proofHashesMax + 1 }, () => hash),
        hash,
      ),
    ).toBe(false);
    expect(
      verifyConsistency(
        1,
        2,
        hash,
        hash,
        Array.from({ length: limits.proofHashesMax + 1 }, () => hash),
      ),
    ).toBe(false);
  });

  it('of the empty tree: everything is consistent with it, and it has one root', () => {
    const root = leaves[0]!;
    expect(verifyConsistency(0, 0, emptyRoot, emptyRoot, [])).toBe(true);
    expect(verifyConsistency(0, 7, emptyRoot, root, [])).toBe(true);
    expect(verifyConsistency(0, 0, root, root, [])).toBe(false);
    expect(verifyConsistency(0, 7, root, root, [])).toBe(false);
    expect(verifyConsistency(0, 7, emptyRoot, root, [root])).toBe(false);
  });
});

/** A hash for entries `from` to `from + count`, of which nobody holds the entries. */
function madeUpHash(from: bigint, count: bigint): Uint8Array {
  return leafHash(Buffer.from(`${from}+${count}`));
}

/** The root of a tree around one leaf, by the definition, with made up hashes beside the path. */
function madeUp(from: bigint, count: bigint, index: bigint, proof: Uint8Array[]): { root: Uint8Array } {
  if (count === 1n) return { root: madeUpHash(from, 1n) };
  let k = 1n;
  while (k * 2n < count) k *= 2n;
  const isLeft = index < from + k;
  const { root } = isLeft ? madeUp(from, k, index, proof) : madeUp(from + k, count - k, index, proof);
  const sibling = isLeft ? madeUpHash(from + k, count - k) : madeUpHash(from, k);
  proof.push(sibling);
  return { root: isLeft ? nodeHash(root, sibling) : nodeHash(sibling, root) };
}
