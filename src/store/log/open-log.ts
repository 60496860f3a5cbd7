import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { type Checkpoint, openCheckpoint, signCheckpoint } from '../../ledger/checkpoint.ts';
import { emptyRoot, sameBytes } from '../../ledger/hash.ts';
import { ledgerError } from '../../ledger/ledger-error.ts';
import type { Signer } from '../../ledger/note.ts';
import { readTile } from '../../ledger/log-files.ts';
import { hashAt, tileWidth } from '../../ledger/tile.ts';
import { TileReader } from '../../ledger/tile-reader.ts';
import type { TileFile } from '../../ledger/tile-tree.ts';
import { Batch } from './batch.ts';
import { BufferPool } from './buffer-pool.ts';
import { Integrator } from './integrator.ts';
import type { LastKnownCheckpoint } from './last-known.ts';
import { checkpointPath, type LogStorage } from './log-storage.ts';
import { stopped } from './stopped.ts';
import { readWal, Wal, type WalContents, type WalPlace } from './wal.ts';

/** What makes up one log. */
export interface LogParts {
  readonly storage: LogStorage;
  readonly wal: WalPlace;
  readonly signer: Signer;
  /** The log's name, first line of its checkpoints. */
  readonly origin: string;
  /** The last checkpoint known to be published; detects a log that was rolled back or forked. */
  readonly lastKnown?: LastKnownCheckpoint | undefined;
  /** Opens a log although its write-ahead log is gone, which may have held acknowledged entries. */
  readonly acceptMissingWal?: boolean | undefined;
}

/** A signed checkpoint: its text and what it states. */
export interface Published {
  readonly text: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Makes an empty log: its write-ahead log, then its checkpoint of size 0.
 *
 * @throws DemarcError `DMC_LEDGER_EXISTS` when there is one, or what is left of one
 */
export async function createLog(parts: LogParts, timeMs: number): Promise<Published> {
  const { storage, signer, origin } = parts;
  const exists = (what: string): DemarcError =>
    new DemarcError('DMC_LEDGER_EXISTS', `there is ${what} already`, { hint: 'choose a new folder and new keys' });
  if ((await storage.read(checkpointPath)) !== undefined) throw exists('a ledger');
  if ((await parts.lastKnown?.read()) !== undefined) throw exists('a published checkpoint beside the key');
  await readWal(parts.wal, origin, 0, () => Promise.reject(exists('a write-ahead log with entries')));
  const wal = await Wal.begin(parts.wal, origin, { first: 0, timeMs }, limits.ledgerWalSegmentBytes);
  await wal.close();
  const text = signCheckpoint({ origin, size: 0, root: emptyRoot }, signer);
  await storage.replaceCheckpoint(text, undefined);
  await parts.lastKnown?.write(text);
  return { text, size: 0, root: emptyRoot };
}

/** A log as a start finds it, brought up to the end of its write-ahead log in memory and in unsynced files. */
export interface Recovered {
  readonly integrator: Integrator;
  /** The stored checkpoint, and the paths of its partial tiles. */
  readonly published: Published;
  readonly edge: readonly string[];
  /** The checkpoint known beside the key. */
  readonly known: string | undefined;
  readonly wal: WalContents;
  /** Files written and not synced. */
  readonly written: readonly string[];
}

/**
 * Reads the checkpoint, the right edge of its tree, and the write-ahead log.
 *
 * @param write writes tiles and bundles that became full, and resolves to their paths
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND` without a checkpoint; `DMC_LEDGER_INVALID` when checkpoint or tiles do not
 * verify; `DMC_LEDGER_STOPPED` when the log was rolled back or forked, or acknowledged entries are damaged or missing
 */
export async function recoverLog(
  parts: LogParts,
  write: (files: readonly TileFile[]) => Promise<readonly string[]>,
): Promise<Recovered> {
  const { storage, origin } = parts;
  const known = await parts.lastKnown?.read();
  const published = await readPublished(parts, known);
  const { size } = published;
  const integrator = await Integrator.load(storage, size, published.root);
  const edge = integrator.partials().map(({ path }) => path);
  const written: string[] = [];
  const storedLeaf = leafReader(storage, size);
  const wal = await readWal(parts.wal, origin, size, async (batch) => {
    for (let index = batch.first; index < Math.min(batch.end, size); index++)
      if (!sameBytes(batch.leaves[index - batch.first] ?? emptyRoot, await storedLeaf(index)))
        throw continuedElsewhere(index);
    const rest = batchFrom(batch, integrator.size);
    if (rest === undefined) return;
    written.push(...(await write(integrator.add(rest))));
    integrator.written();
  });
  if (size > 0 && wal.end === undefined && parts.acceptMissingWal !== true)
    throw stopped('the write-ahead log is missing: entries acknowledged after the last checkpoint may be lost', {
      hint: 'restore it; or, if this is to be, open the ledger without it',
    });
  return { integrator, published, edge, known, wal, written };
}

function continuedElsewhere(index: number): DemarcError {
  return stopped(`entry ${index} of the write-ahead log is not the one the ledger has`, {
    hint: 'another writer continued this ledger, or its tiles were changed; keep this write-ahead log and verify the ledger',
  });
}

async function readPublished({ storage, signer, origin }: LogParts, known: string | undefined): Promise<Published> {
  const data = await storage.read(checkpointPath);
  if (data === undefined && known !== undefined)
    throw stopped('the checkpoint is gone, and one was published', { hint: 'restore the ledger from a newer copy' });
  if (data === undefined) throw new DemarcError('DMC_LEDGER_NOT_FOUND', 'there is no checkpoint in this ledger');
  const text = Buffer.from(data).toString();
  const { checkpoint } = openCheckpoint(text, signer.verifier, origin);
  if (known !== undefined)
    await compareWithKnown(storage, checkpoint, openCheckpoint(known, signer.verifier, origin).checkpoint);
  return { text, size: checkpoint.size, root: checkpoint.root };
}

/** The stored tree is the last known one or contains it. */
async function compareWithKnown(storage: LogStorage, stored: Checkpoint, known: Checkpoint): Promise<void> {
  if (stored.size < known.size)
    throw stopped(
      `the ledger was rolled back: ${known.size} entries were published, its checkpoint has ${stored.size}`,
      {
        hint: 'restore the ledger from a newer copy',
      },
    );
  const root =
    stored.size === known.size ? stored.root : await new TileReader(storage, stored.size).root(0, known.size);
  if (!sameBytes(root, known.root))
    throw stopped(`the ledger was forked: it does not contain the tree of ${known.size} entries that was published`);
}

/** Leaf hashes of the published tree. */
function leafReader(storage: LogStorage, size: number): (index: number) => Promise<Uint8Array> {
  let cached: { readonly number: number; readonly tile: Uint8Array } | undefined;
  return async (index) => {
    const number = Math.floor(index / tileWidth);
    if (cached?.number !== number) cached = { number, tile: await readTile(storage, size, 0, number) };
    return hashAt(cached.tile, index % tileWidth);
  };
}

/** The part of a batch from an index on, or undefined when it ends before. */
function batchFrom(batch: Batch, index: number): Batch | undefined {
  if (batch.first === index) return batch;
  if (batch.end <= index) return undefined;
  if (batch.first > index) throw ledgerError(`entry ${index} is missing in the write-ahead log`);
  const rest = new Batch(index, new BufferPool(0));
  for (let position = index - batch.first; position < batch.count; position++) {
    const start = batch.ends[position - 1] ?? 0;
    rest.add(batch.body.subarray(start + 2, batch.ends[position]));
  }
  return rest;
}
