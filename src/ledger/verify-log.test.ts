import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { key, logOf, MemoryLog, signer, someEntries } from '../../test/vectors/ledger/memory-log.ts';
import { limits } from '../base/limits.ts';
import { signCheckpoint } from './checkpoint.ts';
import { emptyRoot } from './hash.ts';
import { Problems } from './log-problem.ts';
import { ed25519Signer } from './note.ts';
import { bundlePath, encodeBundle } from './tile.ts';
import { hashBundle } from './tile-hash.ts';
import { verifyLog } from './verify-log.ts';

const big = 66_000;

/** A log with four levels of tiles at hand, shared: tests that change it work on a copy. */
let shared: MemoryLog | undefined;
function bigLog(): MemoryLog {
  shared ??= logOf(big);
  const copy = new MemoryLog();
  for (const [path, data] of shared.files) copy.files.set(path, data);
  return copy;
}

describe('a log that is as it was written', () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535 + 1, big])('of %i entries verifies', async (size) => {
    const log = size === big ? bigLog() : logOf(size);
    const result = await verifyLog({ files: log, key });
    expect(result.problems).toEqual([]);
    expect(result).toMatchObject({ verified: true, size, entries: size, problemsOmitted: 0 });
    expect(result.root).toEqual(result.opened?.checkpoint.root);
    if (size === 0) expect(result.root).toEqual(emptyRoot);
  });

  it('verifies in any range, from any of its older checkpoints, without partial tiles that were replaced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        async (steps, a, b, drop) => {
          const log = new MemoryLog();
          const checkpoints = [log.append([])];
          for (const step of steps) checkpoints.push(log.append(someEntries(step, log.entries.length)));
          if (drop) log.dropReplacedPartials();
          const size = log.entries.length;
          const [from = 0, to = 0] = [a % (size + 1), b % (size + 1)].sort((x, y) => x - y);
          const seen: number[] = [];
          for (const pinned of checkpoints) {
            const result = await verifyLog({
              files: log,
              key,
              from,
              to,
              pinned: [pinned],
              onEntry: ({ index }) => void seen.push(index),
            });
            expect(result.problems).toEqual([]);
          }
          for (let index = from; index < to; index++) expect(seen).toContain(index);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hands over each entry in order, waits for the caller, and reports progress', async () => {
    const log = logOf(600);
    const seen: string[] = [];
    const progress: number[] = [];
    let busy = false;
    await verifyLog({
      files: log,
      key,
      onEntry: async ({ index, entry }) => {
        expect(busy).toBe(false);
        busy = true;
        await Promise.resolve();
        busy = false;
        seen.push(`${index} ${Buffer.from(entry).toString()}`);
      },
      onProgress: (entries) => progress.push(entries),
    });
    expect(seen).toEqual(log.entries.map((entry, index) => `${index} ${Buffer.from(entry).toString()}`));
    expect(progress).toEqual([256, 512, 600]);
  });

  it('is read a few bundles ahead, with any function that hashes', async () => {
    const log = logOf(256 * (limits.bundlesAheadMax + 1));
    let open = 0;
    let most = 0;
    const result = await verifyLog({
      files: log,
      key,
      hashBundle: async (bundle, width) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return hashBundle(bundle, width);
      },
    });
    expect(result.verified).toBe(true);
    expect(most).toBe(limits.bundlesAheadMax);
  });
});

describe('a change is one problem, named where it was made', () => {
  const cases: readonly [string, (log: MemoryLog) => void, string, RegExp][] = [
    [
      'a bit of an entry',
      (log) => log.flip('tile/entries/100', 2 + 2),
      'tile/entries/100',
      /^entry 25600 is not the one/,
    ],
    ['a bit of a full level 0 tile', (log) => log.flip('tile/0/100', 32 * 7 + 1), 'tile/0/100', /^hash 7 is not that/],
    [
      'a bit of a partial level 0 tile',
      (log) => log.flip('tile/0/257.p/208', 32 * 207),
      'tile/0/257.p/208',
      /^hash 207/,
    ],
    [
      'a bit of the last entry',
      (log) => log.flip('tile/entries/257.p/208', 3),
      'tile/entries/257.p/208',
      /^entry 65792 /,
    ],
    ['a bit of a full level 1 tile', (log) => log.flip('tile/1/000', 32 * 255), 'tile/1/000', /^hash 255 /],
    ['a bit of a partial level 1 tile', (log) => log.flip('tile/1/001.p/1', 5), 'tile/1/001.p/1', /^hash 0 /],
    ['a bit of the level 2 tile', (log) => log.flip('tile/2/000.p/1', 31), 'tile/2/000.p/1', /^hash 0 /],
    ['a missing bundle', (log) => log.files.delete('tile/entries/003'), 'tile/entries/003', /is missing$/],
    ['a missing level 0 tile', (log) => log.files.delete('tile/0/003'), 'tile/0/003', /is missing$/],
    ['a missing level 1 tile', (log) => log.files.delete('tile/1/000'), 'tile/1/000', /is missing$/],
    ['a missing partial tile', (log) => log.files.delete('tile/1/001.p/1'), 'tile/1/001.p/1', /is missing$/],
    [
      'a bundle cut short',
      (log) => log.files.set('tile/entries/003', log.files.get('tile/entries/003')!.subarray(1)),
      'tile/entries/003',
      /entries|cut short/,
    ],
    [
      'a tile cut short',
      (log) => log.files.set('tile/0/003', Buffer.alloc(8191)),
      'tile/0/003',
      /does not hold 256 hashes/,
    ],
    [
      'another bundle in its place',
      (log) => log.files.set('tile/entries/003', log.files.get('tile/entries/004')!),
      'tile/entries/003',
      /^entry 768 .* 255 more/,
    ],
    [
      'a rewritten entry with its tile',
      (log) => rewrite(log, 3),
      'tile/0/003',
      /^the tile and all below it is not what/,
    ],
  ];
  it.each(cases)('%s', async (_what, tamper, path, message) => {
    const log = bigLog();
    tamper(log);
    const { verified, problems, root, opened } = await verifyLog({ files: log, key });
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.what).toMatch(message);
    expect(verified).toBe(false);
    expect(root).toEqual(opened?.checkpoint.root);
  });

  it('any flipped bit of any file is found, at its file', async () => {
    const log = logOf(700);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(7), async (file, byte, bit) => {
        const paths = [...log.files.keys()];
        const path = paths[file % paths.length]!;
        const at = byte % log.files.get(path)!.length;
        log.flip(path, at, bit);
        const { problems } = await verifyLog({ files: log, key });
        log.flip(path, at, bit);
        expect(new Set(problems.map((problem) => problem.path))).toEqual(new Set([path]));
      }),
      { numRuns: 300 },
    );
  });

  it('two at once are two', async () => {
    const log = bigLog();
    log.flip('tile/entries/100', 4);
    log.flip('tile/1/000', 32 * 5);
    const { problems } = await verifyLog({ files: log, key });
    expect(problems.map(({ path, index }) => [path, index])).toEqual([
      ['tile/entries/100', 25_600],
      ['tile/1/000', 1280],
    ]);
  });

  it('a whole tree that was rewritten does not have the signed root', async () => {
    const log = logOf(300);
    const other = new MemoryLog();
    other.append(someEntries(300, 1));
    other.files.set('checkpoint', log.files.get('checkpoint')!);
    const { problems, verified } = await verifyLog({ files: other, key });
    expect(problems).toEqual([{ path: 'checkpoint', what: 'the root of the tree is not the one that was signed' }]);
    expect(verified).toBe(false);
  });

  it('what is outside a range is not read, but for what leads to the root', async () => {
    const log = bigLog();
    log.flip('tile/entries/100', 4);
    log.reads.length = 0;
    expect((await verifyLog({ files: log, key, from: 0, to: 256 })).verified).toBe(true);
    expect(log.reads.length).toBeLessThan(12);
    expect((await verifyLog({ files: log, key, from: 25_601, to: 25_602 })).problems.map(({ path }) => path)).toEqual([
      'tile/entries/100',
    ]);
  });
});

/** Another entry in a bundle, and the level 0 tile made anew. */
function rewrite(log: MemoryLog, bundle: number): void {
  const entries = someEntries(256, bundle * 256).with(9, Buffer.from('rewritten'));
  const data = encodeBundle(entries);
  log.files.set(bundlePath(bundle, 256), data);
  log.files.set('tile/0/003', hashBundle(data, 256).leaves);
}

describe('the checkpoint', () => {
  const problemsOf = async (files: MemoryLog, options: object = {}): Promise<string[]> => {
    const { problems, verified } = await verifyLog({ files, key, ...options });
    expect(verified).toBe(problems.length === 0);
    return problems.map(({ path, what }) => `${path}: ${what}`);
  };

  it.each<[string, (log: MemoryLog) => void, RegExp]>([
    ['missing', (log) => log.files.delete('checkpoint'), /there is no checkpoint/],
    [
      'with another size',
      (log) =>
        log.files.set(
          'checkpoint',
          Buffer.from(Buffer.from(log.files.get('checkpoint')!).toString().replace('\n300\n', '\n299\n')),
        ),
      /is not signed by/,
    ],
    [
      'of another key',
      (log) =>
        log.files.set(
          'checkpoint',
          Buffer.from(
            signCheckpoint(
              { origin: key.name, size: 300, root: emptyRoot },
              ed25519Signer(key.name, Buffer.alloc(32, 2)),
            ),
          ),
        ),
      /is not signed by/,
    ],
    [
      'of another origin',
      (log) =>
        log.files.set(
          'checkpoint',
          Buffer.from(signCheckpoint({ origin: 'example.org/other', size: 300, root: log.tree.root() }, signer)),
        ),
      /is of `example.org\/other`/,
    ],
    ['that is none', (log) => log.files.set('checkpoint', Buffer.from([0xff])), /not UTF-8/],
  ])('%s is a problem', async (_what, tamper, message) => {
    const log = logOf(300);
    tamper(log);
    const problems = await problemsOf(log);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it('a pinned one catches a rollback and a rewritten history that is signed', async () => {
    const log = logOf(300);
    const pinned = log.append(someEntries(10, 300));
    expect(await problemsOf(log, { pinned: [pinned] })).toEqual([]);
    expect((await problemsOf(logOf(300), { pinned: [pinned] }))[0]).toMatch(
      /rolled back: it had 310 entries and has 300/,
    );
    const forged = new MemoryLog();
    forged.append([...someEntries(299), Buffer.from('rewritten'), ...someEntries(20, 300)]);
    expect((await problemsOf(forged, { pinned: [pinned] }))[0]).toMatch(
      /does not begin with the pinned tree of 310 entries/,
    );
    await expect(verifyLog({ files: log, key, pinned: [pinned.replace('310', '311')] })).rejects.toThrow(/not signed/);
  });

  it('a range that cannot be is refused; one beyond the end is a problem', async () => {
    const log = logOf(10);
    await expect(verifyLog({ files: log, key, from: 5, to: 4 })).rejects.toThrow(/no entries 5 to 4/);
    await expect(verifyLog({ files: log, key, from: -1 })).rejects.toThrow(/no entries/);
    expect(await problemsOf(log, { to: 11 })).toEqual(['checkpoint: the log has 10 entries, not 11']);
  });

  it('a file that cannot be read is a problem, and the rest is verified', async () => {
    const log = logOf(600);
    const files = {
      read: (path: string) =>
        path === 'tile/entries/001' ? Promise.reject(new Error('EIO: i/o error')) : log.read(path),
    };
    const result = await verifyLog({ files, key });
    expect(result.problems).toEqual([{ path: 'tile/entries/001', index: 256, what: 'cannot be read: EIO: i/o error' }]);
    expect(result.entries).toBe(600 - 256);
  });

  it('more problems than the list holds are counted', () => {
    const problems = new Problems();
    for (let count = 1; count <= limits.ledgerProblemsMax + 1; count++) {
      problems.add({ path: 'x', what: 'y' });
      expect(problems.result().problemsOmitted).toBe(count > limits.ledgerProblemsMax ? 1 : 0);
    }
    expect(problems.result().problems).toHaveLength(limits.ledgerProblemsMax);
    expect(problems.result().verified).toBe(false);
  });
});
