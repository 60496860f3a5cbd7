import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { limits } from '../../base/limits.ts';
import type { AppendFile, DurableFiles } from '../../base/ports.ts';
import {
  filesBelow,
  leafOf,
  openWriter,
  partsIn,
  scratchFolder,
  statedBy,
  storedEntries,
  treeHash,
} from './fixtures/test-log.ts';
import type { Lease } from './lease.ts';
import { createLog } from './open-log.ts';
import { LogWriter, type WriterSettings } from './writer.ts';

const entry = (index: number, bytes = 20): Buffer => Buffer.alloc(bytes, `entry ${index} `);
const entries = (count: number, from = 0): Buffer[] => Array.from({ length: count }, (_, at) => entry(from + at));

let scratch = '';
let directory = '';
beforeEach(() => {
  scratch = scratchFolder();
  directory = join(scratch, 'log');
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** Real files whose syncs of append files wait until they are let go. */
function heldDisk(): { files: DurableFiles; release: () => void } {
  const real = nodeDurableFiles();
  let held = true;
  let waiting: (() => void)[] = [];
  const hold = (file: AppendFile): AppendFile => ({
    get size() {
      return file.size;
    },
    append: (pieces) => file.append(pieces),
    sync: async () => {
      if (held) await new Promise<void>((resolve) => waiting.push(resolve));
      await file.sync();
    },
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  });
  return {
    files: { ...real, openAppend: async (path) => hold(await real.openAppend(path)) },
    release: () => {
      held = false;
      for (const resolve of waiting) resolve();
      waiting = [];
    },
  };
}

describe('a log in a folder', () => {
  it('holds what was appended, in order, under a signed checkpoint with the root of RFC 6962', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory);
    const appended = [
      ...(await writer.appendBatch(entries(700), 'durable')),
      ...(await Promise.all(entries(300, 700).map((one) => writer.append(one, 'durable')))),
    ];
    expect(appended.map(({ index }) => index)).toEqual(appended.map((_, index) => index));
    expect(appended.every(({ leaf }, index) => leafOf(entry(index)).equals(leaf))).toBe(true);
    await writer.close();
    const { size, root } = statedBy(readFileSync(join(directory, 'checkpoint'), 'utf8'));
    expect(size).toBe(1000);
    expect(storedEntries(directory)).toEqual(entries(1000));
    expect(root).toEqual(treeHash(entries(1000)));
    expect(readFileSync(`${directory}.keys/last-checkpoint`, 'utf8')).toBe(
      readFileSync(join(directory, 'checkpoint'), 'utf8'),
    );
  });

  it('goes on after it was closed, and keeps partial tiles of published sizes until the full tile is published', async () => {
    for (const count of [0, 1, 99, 155, 1, 300]) {
      const writer = await openWriter(nodeDurableFiles(), directory);
      await writer.appendBatch(entries(count, writer.size), 'durable');
      await writer.close();
      expect(statedBy(readFileSync(join(directory, 'checkpoint'), 'utf8')).root).toEqual(
        treeHash(entries(writer.size)),
      );
      const partials = filesBelow(directory).filter((path) => path.includes('entries/000.p/'));
      const expected: Record<number, string[]> = { 1: ['1'], 100: ['1', '100'], 255: ['1', '100', '255'] };
      expect(partials.map((path) => path.split('/').at(-1))).toEqual(expected[writer.size] ?? []);
    }
    expect(filesBelow(directory).filter((path) => path.includes('.p/'))).toEqual([
      'tile/0/002.p/44',
      'tile/1/000.p/1',
      'tile/1/000.p/2',
      'tile/entries/002.p/44',
    ]);
  });

  it('recovers what was sequenced and never published', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory, { settings: { walSegmentBytes: 4096 } });
    for (let at = 0; at < 1000; at += 50) await writer.appendBatch(entries(50, at), 'durable');
    const abandoned = filesBelow(directory).filter((path) => path.endsWith('.wal'));
    expect(abandoned.length).toBeGreaterThan(3);
    const crashed = `${directory}-crashed`;
    cpSync(directory, crashed, { recursive: true, filter: (path) => !path.endsWith('/lock') });
    await writer.close();
    const next = await openWriter(nodeDurableFiles(), crashed);
    expect(next.recovery).toEqual({ entries: 1000, tornBytes: 0 });
    expect(await next.append(entry(1000), 'durable')).toEqual({ index: 1000, leaf: leafOf(entry(1000)) });
    await next.close();
    expect(storedEntries(crashed)).toEqual(entries(1001));
    expect(filesBelow(crashed).filter((path) => path.endsWith('.wal'))).toHaveLength(1);
  });

  it('publishes by itself while there is something new', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory, { settings: { checkpointIntervalMs: 5 } });
    await writer.append(entry(0), 'durable');
    await expect.poll(() => writer.published.size).toBe(1);
    await writer.close();
  });

  it('drops the write-ahead log it no longer needs, and bounds what it keeps', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory, {
      settings: { walSegmentBytes: 10_000, walBytesMax: 30_000, batchBytesMax: 5_000 },
    });
    await writer.appendBatch(entries(3_000), 'durable');
    const bytes = filesBelow(join(directory, 'wal')).map((path) => readFileSync(join(directory, 'wal', path)).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(50_000);
    expect(writer.published.size).toBeGreaterThan(1_000);
    await writer.close();
    expect(storedEntries(directory)).toEqual(entries(3_000));
  });
});

describe('limits', () => {
  it('takes an entry of 65,535 bytes and refuses one of 65,536', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory);
    await writer.append(entry(0, 65_535), 'durable');
    await expect(writer.append(entry(0, 65_536), 'durable')).rejects.toMatchObject({ code: 'DMC_LEDGER_INVALID' });
    await writer.close();
    expect(storedEntries(directory)).toEqual([entry(0, 65_535)]);
  });

  it.each<[string, Partial<WriterSettings>]>([
    ['entries', { queueEntriesMax: 10 }],
    ['bytes', { queueBytesMax: 10 * 22 }],
  ])('refuses what the queue has no room for (%s), and takes it later', async (_unit, settings) => {
    const disk = heldDisk();
    const writer = await openWriter(disk.files, directory, { settings });
    const first = writer.appendBatch(entries(10), 'durable');
    await expect(writer.append(entry(10), 'durable')).rejects.toMatchObject({ code: 'DMC_LEDGER_FULL' });
    const ready = settings.queueEntriesMax === undefined ? first : writer.ready();
    disk.release();
    await ready;
    expect(await writer.append(entry(10), 'durable')).toMatchObject({ index: 10 });
    await first;
    await writer.close();
    expect(storedEntries(directory)).toEqual(entries(11));
  });

  it('takes a blob of the largest size only', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory);
    const large = Buffer.alloc(limits.ledgerBlobBytesMax + 1);
    await expect(writer.putBlob(large)).rejects.toMatchObject({ code: 'DMC_LEDGER_INVALID' });
    const hex = await writer.putBlob(large.subarray(1));
    expect(readFileSync(join(directory, 'blob', hex.slice(0, 2), hex)).length).toBe(limits.ledgerBlobBytesMax);
    await writer.close();
  });
});

describe('asynchronous acknowledgement', () => {
  it('is given at once while the loss window is open, and with the disk after that', async () => {
    let now = 0;
    const clock = { now: () => 0, monotonic: () => now };
    const disk = heldDisk();
    const writer = await openWriter(disk.files, directory, { clock, settings: { lossWindowMs: 100 } });
    expect(await writer.append(entry(0), 'async')).toMatchObject({ index: 0 });
    now = 99;
    expect(await writer.append(entry(1), 'async')).toMatchObject({ index: 1 });
    now = 100;
    let told = false;
    const late = writer.append(entry(2), 'async').then(() => (told = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toBe(false);
    expect(writer.size).toBe(0);
    disk.release();
    await late;
    expect(writer.size).toBeGreaterThanOrEqual(3);
    await writer.close();
  });
});

/** Real files that count syncs of append files. */
function countingDisk(): { files: DurableFiles; synced: () => number } {
  const real = nodeDurableFiles();
  let synced = 0;
  const count = (file: AppendFile): AppendFile => ({
    get size() {
      return file.size;
    },
    append: (pieces) => file.append(pieces),
    sync: () => {
      synced++;
      return file.sync();
    },
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  });
  return {
    files: { ...real, openAppend: async (path) => count(await real.openAppend(path)) },
    synced: () => synced,
  };
}

describe('entries that were acknowledged ahead', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const appendInTurns = async (writer: LogWriter, count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      await writer.append(entry(at), 'async');
      await turn();
    }
  };

  it('wait for company, and go to the disk together', async () => {
    const disk = countingDisk();
    const writer = await openWriter(disk.files, directory, { settings: { gatherMs: 50 } });
    const before = disk.synced();
    await appendInTurns(writer, 10);
    await expect.poll(() => writer.size, { interval: 5 }).toBe(10);
    expect(disk.synced()).toBe(before + 1);
    await writer.close();
  });

  it.each([
    ['an entry that is to be durable', async (writer: LogWriter) => void (await writer.append(entry(10), 'durable'))],
    ['a batch that is full', (writer: LogWriter) => appendInTurns(writer, 30)],
    ['publishing', async (writer: LogWriter) => void (await writer.publish())],
    ['closing', (writer: LogWriter) => writer.close()],
  ])('wait no longer than for %s', async (_, end) => {
    const writer = await openWriter(nodeDurableFiles(), directory, {
      settings: { gatherMs: 3_600_000, batchBytesMax: 30 * 22 },
    });
    await appendInTurns(writer, 10);
    expect(writer.size).toBe(0);
    await end(writer);
    await expect.poll(() => writer.size, { interval: 5 }).toBeGreaterThanOrEqual(10);
    await writer.close();
  });
});

describe('blobs', () => {
  it('are named by their hash, and the same one is stored once whoever stores it again', async () => {
    const writer = await openWriter(nodeDurableFiles(), directory);
    const bytes = Buffer.alloc(100_000, 'x');
    const names = await Promise.all([writer.putBlob(bytes), writer.putBlob(bytes)]);
    const hex = leafOf(bytes).length === 32 ? (names[0] ?? '') : '';
    expect(names).toEqual([hex, hex]);
    expect(readFileSync(join(directory, 'blob', hex.slice(0, 2), hex))).toEqual(bytes);
    await writer.close();
  });
});

describe('a lease that expires', () => {
  it('ends the writer: nothing is acknowledged once another could hold it', async () => {
    const parts = await partsIn(nodeDurableFiles(), directory);
    await createLog(parts, 0);
    let heldUntilMs = Infinity;
    const lease: Lease = {
      ...parts.lease,
      get heldUntilMs() {
        return heldUntilMs;
      },
    };
    const writer = await LogWriter.open({ ...parts, lease });
    await writer.append(entry(0), 'durable');
    heldUntilMs = 0;
    await expect(writer.append(entry(1), 'durable')).rejects.toThrow('the lease of this ledger ran out');
    await expect(writer.close()).rejects.toMatchObject({ code: 'DMC_LEDGER_STOPPED' });
  });

  it('is renewed in the background', async () => {
    const parts = await partsIn(nodeDurableFiles(), directory, { settings: { checkpointIntervalMs: 1 } });
    await createLog(parts, 0);
    let asked = 0;
    const lease: Lease = { ...parts.lease, renewAtMs: 0, confirm: () => Promise.resolve(asked++ < 3) };
    const writer = await LogWriter.open({ ...parts, lease });
    await expect.poll(() => writer.failure?.message).toBe('another process took over the lease of this ledger');
    expect(asked).toBe(4);
    await expect(writer.close()).rejects.toMatchObject({ code: 'DMC_LEDGER_STOPPED' });
  });
});
