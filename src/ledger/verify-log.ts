import { limits } from '../base/limits.ts';
import { type Checkpoint, type CheckpointNote, openCheckpoint } from './checkpoint.ts';
import { sameBytes } from './hash.ts';
import { ledgerError } from './ledger-error.ts';
import { type LogProblem, Problems, reasonOf } from './log-problem.ts';
import { type IndexedEntry, type LogFiles, readBundleBytes, readTile, widthOf } from './log-files.ts';
import type { VerifierKey } from './note.ts';
import { consistencyProof, verifyConsistency } from './proof.ts';
import { bundlePath, decodeBundle, tilePath, tileWidth } from './tile.ts';
import { hashBundle, type HashedBundle } from './tile-hash.ts';
import { TileReader } from './tile-reader.ts';
import { TreeCheck } from './tree-check.ts';

export interface VerifyLogOptions {
  readonly files: LogFiles;
  readonly key: VerifierKey;
  /** Where it is not the key's name. */
  readonly origin?: string;
  /** Entries whose bundles and tiles are verified, up to the root; all of them by default. Bundles are taken whole. */
  readonly from?: number;
  readonly to?: number;
  /** Older signed checkpoints that were kept elsewhere: the log must still begin with their trees. */
  readonly pinned?: readonly (string | Uint8Array)[];
  /** Called with each entry in order; its bytes are valid until the next call. For checks of what entries say. */
  readonly onEntry?: (entry: IndexedEntry) => void | Promise<void>;
  /** Called after each bundle with the number of entries verified so far. */
  readonly onProgress?: (entries: number) => void;
  /** Hashes a bundle, in another thread perhaps. It leaves the bundle as it is. */
  readonly hashBundle?: (bundle: Uint8Array, width: number) => HashedBundle | Promise<HashedBundle>;
}

export interface LogVerification {
  /** No problem at all. */
  readonly verified: boolean;
  /** The checkpoint and its signatures, where the log's own is valid. */
  readonly opened: CheckpointNote | undefined;
  readonly size: number;
  /** Root the stored entries and tiles amount to; undefined when too much is missing to tell. */
  readonly root: Uint8Array | undefined;
  /** Entries read and hashed. */
  readonly entries: number;
  readonly problems: readonly LogProblem[];
  /** Problems beyond the ones listed. */
  readonly problemsOmitted: number;
}

/**
 * Verifies a log from its files, trusting only the key: the checkpoint, every bundle and tile of the range down to the
 * single hash, the root, and that the log still begins with a pinned tree. A few bundles are in memory at any time.
 *
 * What does not verify is a problem in the result, never an exception; so is a file that cannot be read.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID` for a pinned checkpoint that is not the log's or a range that cannot be
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogVerification> {
  const { files, key, origin = key.name } = options;
  const pinned = (options.pinned ?? []).map((signed) => openCheckpoint(signed, key, origin).checkpoint);
  const problems = new Problems();
  const opened = await problems.take('checkpoint', async () => {
    const data = await files.read('checkpoint');
    if (data === undefined) throw ledgerError('there is no checkpoint');
    return openCheckpoint(data, key, origin);
  });
  if (opened === undefined) return { ...problems.result(), opened, size: 0, root: undefined, entries: 0 };
  const { checkpoint } = opened;
  const { size } = checkpoint;
  const { from = 0, to = size } = options;
  if (!(from >= 0 && from <= to)) throw ledgerError(`no entries ${from} to ${to}`);
  if (to > size) problems.add({ path: 'checkpoint', what: `the log has ${size} entries, not ${to}` });

  const tiles = new TileReader(files, size);
  const check = new TreeCheck(tiles, checkpoint, (problem) => problems.add(problem));
  const entries = await verifyBundles(options, { from, to: Math.min(to, size), size }, check, problems);
  const root = await check.finish();
  if (root !== undefined && !sameBytes(root, checkpoint.root))
    problems.add({ path: 'checkpoint', what: 'the root of the tree is not the one that was signed' });
  for (const older of pinned) await verifyPinned(tiles, older, checkpoint, problems);
  return { ...problems.result(), opened, size, root, entries };
}

/** Hashes the bundles of a range and hands them to the check of the tree; the number of entries. */
async function verifyBundles(
  options: VerifyLogOptions,
  { from, to, size }: { from: number; to: number; size: number },
  check: TreeCheck,
  problems: Problems,
): Promise<number> {
  const { files, onEntry, onProgress } = options;
  const hashOf = options.hashBundle ?? hashBundle;
  const read = async (bundle: number): Promise<BundleRead> => {
    const [data, tile] = await Promise.allSettled([
      readBundleBytes(files, size, bundle),
      readTile(files, size, 0, bundle),
    ]);
    const width = widthOf(size, 0, bundle);
    if (data.status === 'rejected') return { tile, failed: data.reason as unknown };
    try {
      return { tile, data: data.value, hashed: await hashOf(data.value, width) };
    } catch (thrown) {
      return { tile, failed: thrown };
    }
  };
  let entries = 0;
  const end = Math.ceil(to / tileWidth);
  const ahead: Promise<BundleRead>[] = [];
  for (let bundle = Math.floor(from / tileWidth), next = bundle; bundle < end; bundle++) {
    while (next < end && next < bundle + limits.bundlesAheadMax) ahead.push(read(next++));
    const { data, hashed, tile, failed } = (await ahead.shift()) ?? {};
    const width = widthOf(size, 0, bundle);
    const first = bundle * tileWidth;
    if (hashed === undefined) problems.add({ path: bundlePath(bundle, width), index: first, what: reasonOf(failed) });
    if (tile?.status === 'rejected')
      problems.add({ path: tilePath(0, bundle, width), index: first, what: reasonOf(tile.reason) });
    await check.leaves(bundle, hashed, tile?.status === 'fulfilled' ? tile.value : undefined);
    if (data === undefined || hashed === undefined) continue;
    if (onEntry !== undefined)
      for (const [position, entry] of decodeBundle(data, width).entries()) {
        const called = onEntry({ index: first + position, entry });
        if (called !== undefined) await called;
      }
    entries += width;
    onProgress?.(entries);
  }
  return entries;
}

/** What was read of one bundle and its tile, and the hashes of its entries. */
interface BundleRead {
  readonly tile: PromiseSettledResult<Uint8Array>;
  readonly data?: Uint8Array;
  readonly hashed?: HashedBundle;
  readonly failed?: unknown;
}

async function verifyPinned(
  tiles: TileReader,
  pinned: Checkpoint,
  checkpoint: Checkpoint,
  problems: Problems,
): Promise<void> {
  const path = 'checkpoint';
  if (pinned.size > checkpoint.size) {
    problems.add({ path, what: `the log was rolled back: it had ${pinned.size} entries and has ${checkpoint.size}` });
    return;
  }
  const proof = await problems.take(path, () => consistencyProof(tiles, pinned.size));
  if (proof !== undefined && !verifyConsistency(pinned.size, checkpoint.size, pinned.root, checkpoint.root, proof))
    problems.add({
      path,
      what: `the log does not begin with the pinned tree of ${pinned.size} entries: its history was changed`,
    });
}
