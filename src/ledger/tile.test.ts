import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logOf, someEntries } from '../../test/vectors/ledger/memory-log.ts';
import { entryBytesMax, leafHash, nodeHash, sha256 } from './hash.ts';
import { readBundle, readEntries } from './log-files.ts';
import { bundlePath, cutBundle, decodeBundle, encodeBundle, partialWidth, tilePath } from './tile.ts';
import { hashBundle, subtreeRoot } from './tile-hash.ts';

describe('paths', () => {
  it('are those of the specification', () => {
    expect(tilePath(3, 1_234_067, 256)).toBe('tile/3/x001/x234/067');
    expect(tilePath(0, 0, 1)).toBe('tile/0/000.p/1');
    expect(bundlePath(999, 255)).toBe('tile/entries/999.p/255');
    expect(bundlePath(1000, 256)).toBe('tile/entries/x001/000');
    expect(tilePath(0, Math.floor(Number.MAX_SAFE_INTEGER / 256), 256)).toBe('tile/0/x035/x184/x372/x088/831');
  });

  it('are one to one with index and width', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (index, width) => {
        const [, groups = '', partial] =
          /^tile\/entries\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(bundlePath(index, width)) ?? [];
        expect([Number(groups.replace(/[x/]/g, '')), Number(partial ?? 256)]).toEqual([index, width]);
        expect(groups.startsWith('x000')).toBe(false);
      }),
    );
  });

  it('widths of partial tiles add up to the size', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (size) => {
        let sum = 0n;
        for (let level = 0; level < 7; level++) sum += BigInt(partialWidth(size, level)) * 256n ** BigInt(level);
        expect(sum).toBe(BigInt(size));
      }),
    );
  });
});

describe('bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });

  it('come back as they were joined, and none of their cuts does', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (list, at) => {
        const bundle = encodeBundle(list);
        expect(decodeBundle(bundle, list.length).map((entry) => Buffer.from(entry))).toEqual(
          list.map((entry) => Buffer.from(entry)),
        );
        expect(() => decodeBundle(bundle.subarray(0, at % bundle.length), list.length)).toThrow(/entry bundle/);
        expect(() => decodeBundle(Buffer.concat([bundle, Buffer.of(0)]), list.length)).toThrow(/cut short/);
        const width = at % (list.length + 1);
        expect(Buffer.from(cutBundle(bundle, width))).toEqual(Buffer.from(encodeBundle(list.slice(0, width))));
        if (width !== list.length) expect(() => decodeBundle(bundle, width)).toThrow(/holds/);
      }),
    );
    expect(() => cutBundle(Buffer.of(0, 1), 1)).toThrow(/cut short/);
  });

  it('hold entries of up to 65,535 bytes', () => {
    const most = Buffer.alloc(entryBytesMax, 1);
    expect(decodeBundle(encodeBundle([most, Buffer.alloc(0)]), 2).map(({ length }) => length)).toEqual([
      entryBytesMax,
      0,
    ]);
    expect(() => encodeBundle([Buffer.alloc(entryBytesMax + 1)])).toThrow(/larger than 65,535/);
  });

  it('hash as their entries do', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const { leaves, root } = hashBundle(encodeBundle(list), list.length);
        expect(Buffer.from(leaves)).toEqual(Buffer.concat(list.map(leafHash)));
        expect(root === undefined).toBe(list.length < 256);
      }),
    );
  });

  it('a hash of a subtree is that of its halves', () => {
    const { leaves, root } = hashBundle(encodeBundle(someEntries(256)), 256);
    const before = Buffer.from(leaves);
    for (let count = 2; count <= 256; count *= 2)
      for (let from = 0; from + count <= 256; from += count)
        expect(subtreeRoot(leaves, from, count)).toEqual(
          Buffer.from(nodeHash(subtreeRoot(leaves, from, count / 2), subtreeRoot(leaves, from + count / 2, count / 2))),
        );
    expect(root).toEqual(subtreeRoot(leaves, 0, 256));
    expect(Buffer.from(leaves)).toEqual(before);
  });
});

it('a leaf of any length is hashed', () => {
  for (const length of [0, 1, entryBytesMax, entryBytesMax + 1]) {
    const entry = Buffer.alloc(length, 7);
    expect(leafHash(entry)).toEqual(sha256(Buffer.concat([Buffer.of(0), entry])));
  }
});

describe('reading entries', () => {
  it('gives any range of any size that was published, also where partial bundles were dropped', async () => {
    const log = logOf(300);
    log.append(someEntries(300, 300));
    for (const drop of [false, true]) {
      if (drop) log.dropReplacedPartials();
      for (const [size, from, to] of [
        [600, 0, 600],
        [600, 255, 257],
        [300, 290, 300],
        [300, 0, 0],
        [600, 599, 1000],
      ] as const) {
        const read: string[] = [];
        for await (const { index, entry } of readEntries(log, size, from, to))
          read.push(`${index}:${Buffer.from(entry).toString()}`);
        const expected = log.entries
          .slice(from, Math.min(to, size))
          .map((entry, at) => `${from + at}:${Buffer.from(entry).toString()}`);
        expect(read).toEqual(expected);
      }
    }
    log.files.delete('tile/entries/001');
    await expect(readBundle(log, 600, 1)).rejects.toThrow(/`tile\/entries\/001` is missing/);
  });
});
