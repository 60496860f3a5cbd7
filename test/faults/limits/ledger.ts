/** Limits of the ledger's writer, of what it reads from standard input, and of the keys it holds. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runLedgerAppend } from '../../../src/app/commands/ledger/append-run.ts';
import { keepingContext, realLedger } from '../../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { messageOf } from '../../../src/base/errors.ts';
import type { DurableFiles } from '../../../src/base/ports.ts';
import { nodeDurableFiles } from '../../../src/app/node-durable-files.ts';
import { MemoryFiles } from '../../../src/feed/fixtures/memory-files.ts';
import { createKeyFolder, keyPaths } from '../../../src/store/keys/key-folder.ts';
import { KeyStore } from '../../../src/store/keys/key-store.ts';
import { Batch } from '../../../src/store/log/batch.ts';
import { BufferPool } from '../../../src/store/log/buffer-pool.ts';
import { openWriter, scratchFolder } from '../../../src/store/log/fixtures/test-log.ts';
import { frameHeaderBytes, segmentHeaderBytes } from '../../../src/store/log/wal-format.ts';
import { Wal } from '../../../src/store/log/wal.ts';
import type { LogWriter, WriterSettings } from '../../../src/store/log/writer.ts';
import { CrashingFiles } from '../crashing-files.ts';
import type { Row } from './row.ts';

/** What a writer over a log of its own says, or why it refuses. */
async function writing(
  work: (writer: LogWriter) => Promise<readonly string[]>,
  settings: Partial<WriterSettings> = {},
  wrap: (files: DurableFiles) => DurableFiles = (files) => files,
): Promise<readonly string[]> {
  const scratch = scratchFolder();
  try {
    const writer = await openWriter(wrap(nodeDurableFiles()), join(scratch, 'log'), { settings });
    const told = await work(writer).catch((thrown: unknown) => [messageOf(thrown)]);
    await writer.close();
    return told;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Entries that take so many bytes with the two of their lengths, each as long as the others but for the first. */
function entriesOf(bytes: number, count: number): Uint8Array[] {
  const each = Math.floor(bytes / count);
  return Array.from({ length: count }, (_, at) => new Uint8Array((at === 0 ? bytes - each * (count - 1) : each) - 2));
}

/** Files that count how often append files, which is the write-ahead log, are synced. */
function countingSyncs(files: DurableFiles, count: () => void): DurableFiles {
  return {
    ...files,
    openAppend: async (path) => {
      const file = await files.openAppend(path);
      return {
        get size() {
          return file.size;
        },
        append: (pieces) => file.append(pieces),
        sync: () => (count(), file.sync()),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
      };
    },
  };
}

/** Files in which what follows the write-ahead log, bundles and tiles, is not written before it is let go. */
function holdingTiles(files: DurableFiles, released: Promise<void>): DurableFiles {
  const write: DurableFiles['write'] = (path, data) => released.then(() => files.write(path, data));
  return { ...files, write };
}

async function walSegments(heldBytes: number, max: number): Promise<readonly string[]> {
  const files = new MemoryFiles();
  const random = { bytes: (count: number) => Buffer.alloc(count, 1) };
  const wal = await Wal.begin({ files, directory: '/wal', random }, 'log', { first: 0, timeMs: 0 }, max);
  const commit = async (index: number, bytes: number): Promise<void> => {
    const batch = new Batch(index, new BufferPool(1));
    batch.add(new Uint8Array(bytes - 2));
    await wal.commit(batch, 0);
  };
  await commit(0, heldBytes - segmentHeaderBytes - frameHeaderBytes);
  await commit(1, 100);
  await wal.close();
  return [`${files.contents.size} segments`];
}

/** Whether a promise is settled after so much work that it would be if it waited for nothing but the disk. */
async function isHeld(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  const until = performance.now() + 500;
  while (!settled && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  return !settled;
}

/** What `demarc ledger append` says of its input, and whether the second chunk was read before the first was durable. */
async function appending(chunks: (waited: () => void) => AsyncGenerator<Uint8Array>): Promise<readonly string[]> {
  const ledger = await realLedger();
  const { directory } = ledger;
  await ledger.close();
  const context = keepingContext();
  const told: string[] = [];
  const stdin = chunks(() => {
    if (context.out.length > 0) told.push('waited until what was read is durable');
  });
  const flags = { mode: 'durable', strict: false, source: 'test', heartbeat: 0, acceptMissingWal: false } as const;
  await runLedgerAppend({ ...context, process: { ...context.process, stdin } }, flags, directory);
  rmSync(dirname(directory), { recursive: true });
  return [...told, ...context.err];
}

const line = '{"kind":"custom"}';

class CountingFiles extends CrashingFiles {
  reads = 0;

  override read(path: string): Promise<Uint8Array | undefined> {
    this.reads++;
    return super.read(path);
  }
}

/** Reads of key files when `people` are met again. */
async function meetingAgain(people: number, cachedMax: number): Promise<readonly string[]> {
  const paths = keyPaths('/log.keys');
  const files = new CountingFiles();
  const clock = { now: () => 0, monotonic: () => 0 };
  let drawn = 0;
  const bytes = (count: number) => createHash('sha512').update(String(drawn++)).digest().subarray(0, count);
  await createKeyFolder(files, { bytes }, paths, { name: 'example.com/log' });
  const keys = await KeyStore.open({ files, random: { bytes }, clock, paths, cachedMax });
  const meet = async (): Promise<void> => {
    for (let at = 0; at < people; at++) await keys.sealFor([`p${at}`]);
  };
  await meet();
  files.reads = 0;
  await meet();
  return files.reads === 0 ? [] : ['keys were read again'];
}

export const ledgerRows: readonly Row[] = [
  {
    limit: 'ledgerQueueEntriesMax',
    where: 'entries in front of the writer',
    told: (size) =>
      writing(async (writer) => {
        await writer.appendBatch(entriesOf(size * 10, size), 'durable');
        return [];
      }),
    past: /entries wait for the ledger/,
  },
  {
    limit: 'ledgerQueueBytesMax',
    where: 'bytes in front of the writer',
    told: (size) =>
      writing(async (writer) => {
        await writer.appendBatch(entriesOf(size, 1_100), 'durable');
        return [];
      }),
    past: /entries wait for the ledger/,
  },
  {
    limit: 'ledgerBatchBytesMax',
    where: 'bytes synced at once',
    told: (size) => {
      let syncs = 0;
      const count = (): void => void syncs++;
      return writing(
        async (writer) => {
          const before = syncs;
          await writer.appendBatch(entriesOf(size, 100), 'durable');
          return [`${syncs - before} syncs`];
        },
        {},
        (files) => countingSyncs(files, count),
      );
    },
    past: /^2 syncs$/,
  },
  {
    limit: 'ledgerWalSegmentBytes',
    where: 'a segment that holds one byte less',
    at: 20_000,
    told: (size, max) => walSegments(size - 1, max),
    past: /^2 segments$/,
  },
  {
    limit: 'ledgerWalBytesMax',
    where: 'bytes that no checkpoint covers',
    at: 20_000,
    // Two commits: before the second the write-ahead log holds `size`.
    told: (size, max) =>
      writing(
        async (writer) => {
          const entry = new Uint8Array(size - segmentHeaderBytes - frameHeaderBytes - 2);
          await Promise.all([writer.append(entry, 'durable'), writer.append(entry, 'durable')]);
          return [`published ${writer.published.size}`];
        },
        { batchBytesMax: 1, walBytesMax: max },
      ),
    past: /^published 1$/,
  },
  {
    limit: 'ledgerUnintegratedBytesMax',
    where: 'bytes that are not in bundles yet',
    at: 30_000,
    // The first batch waits for its bundle when the third is to be sequenced.
    told: (size, max) => {
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      return writing(
        async (writer) => {
          const first = writer.appendBatch(entriesOf(size, 300), 'durable');
          const second = writer.append(new Uint8Array(20_000), 'durable');
          const third = writer.append(new Uint8Array(20_000), 'durable');
          await Promise.all([first, second]);
          const told = (await isHeld(third)) ? ['the third batch waits'] : [];
          release();
          await third;
          return told;
        },
        { batchBytesMax: size, unintegratedBytesMax: max },
        (files) => holdingTiles(files, released),
      );
    },
    past: /^the third batch waits$/,
  },
  {
    limit: 'eventLineBytesMax',
    where: 'a line of events',
    told: (size) =>
      appending(async function* () {
        yield Buffer.from(line.padEnd(size));
      }),
    past: /line 1: not recorded: \d+ bytes, more than/,
  },
  {
    limit: 'eventsInFlightMax',
    where: 'the event that is read next',
    told: (size) =>
      appending(async function* (waited) {
        yield Buffer.from(`${line}\n`.repeat(size - 1));
        waited();
        yield Buffer.from(`${line}\n`);
      }),
    past: /^waited until/,
  },
  {
    limit: 'subjectsCachedMax',
    where: 'people whose keys are in memory',
    at: 20,
    told: meetingAgain,
    past: /^keys were read again$/,
  },
];
