import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../../app/node-durable-files.ts';
import { DemarcError } from '../../../base/errors.ts';
import { verifyLog } from '../../../ledger/verify-log.ts';
import { StrictS3, testS3Settings } from '../fixtures/strict-s3.ts';
import { partsIn, scratchFolder, testOrigin, testSigner } from '../fixtures/test-log.ts';
import type { LogStorage } from '../log-storage.ts';
import { createLog } from '../open-log.ts';
import { LogWriter, type WriterParts } from '../writer.ts';
import { s3Storage, type S3StorageSettings } from './s3-storage.ts';

const entries = (count: number, from = 0): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`entry ${from + at}`));
const { prefix } = testS3Settings;

let scratch = '';
let store: StrictS3;
beforeEach(() => {
  scratch = scratchFolder();
  store = new StrictS3();
});
afterEach(() => rmSync(scratch, { recursive: true }));

function storage(settings: Partial<S3StorageSettings> = {}): LogStorage {
  return s3Storage(store, { now: () => store.nowMs, monotonic: () => 0 }, { ...testS3Settings, ...settings });
}

/** A writer on the store; each name has a disk of its own for the write-ahead log. */
async function parts(name = 'one', settings: Partial<S3StorageSettings> = {}): Promise<WriterParts> {
  const local = await partsIn(nodeDurableFiles(), join(scratch, name));
  return { ...local, storage: storage(settings), lastKnown: undefined };
}

async function open(name = 'one', settings: Partial<S3StorageSettings> = {}): Promise<LogWriter> {
  const all = await parts(name, settings);
  if ((await all.storage.read('checkpoint')) === undefined) await createLog(all, store.nowMs);
  return LogWriter.open(all);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof DemarcError ? error.code : String(error)),
  );
}

async function verified(): Promise<number> {
  const result = await verifyLog({ files: storage(), key: testSigner.verifier, origin: testOrigin });
  expect(result.problems).toEqual([]);
  return result.size;
}

describe('a log in an object store', () => {
  it('holds what was appended, goes on after a restart, and keeps only the partial tiles it needs', async () => {
    for (const count of [3, 300, 100]) {
      const writer = await open();
      await writer.appendBatch(entries(count, writer.size), 'durable');
      await writer.putBlob(Buffer.from(`blob ${count}`));
      await writer.close();
    }
    expect(await verified()).toBe(403);
    const keys = store.keys().map((key) => key.slice(prefix.length));
    expect(keys.filter((key) => !key.startsWith('blob/'))).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001.p/147',
      'tile/0/001.p/47',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/147',
      'tile/entries/001.p/47',
    ]);
    expect(keys.filter((key) => key.startsWith('blob/'))).toHaveLength(3);
  });

  it('locks what never changes, and nothing else', async () => {
    const writer = await open('one', { retention: { mode: 'COMPLIANCE', days: 365 } });
    await writer.appendBatch(entries(300), 'durable');
    const hex = await writer.putBlob(Buffer.from('blob'));
    await writer.close();
    const locked = store.keys().filter((key) => store.versions.get(key)?.at(-1)?.mode === 'COMPLIANCE');
    expect(locked.map((key) => key.slice(prefix.length))).toEqual([
      `blob/${hex.slice(0, 2)}/${hex}`,
      'tile/0/000',
      'tile/entries/000',
    ]);
    expect(new Set(locked.map((key) => store.versions.get(key)?.at(-1)?.until))).toEqual(
      new Set(['2027-11-20T00:00:00.000Z']),
    );
  });

  it.each<[string, 500 | 503 | 429 | 'lost before' | 'lost after']>([
    ['an internal error', 500],
    ['a store that asks to slow down', 503],
    ['too many requests', 429],
    ['a connection lost before the request', 'lost before'],
    ['a connection lost after the request had its effect', 'lost after'],
  ])('gets over %s at every request', async (_what, failure) => {
    const failed = new Set<string>();
    store.fault = (request, key) => {
      const name = `${request.method} ${key} ${store.requests.length > 60 ? 'later' : ''}`;
      if (failed.has(name)) return undefined;
      failed.add(name);
      return failure;
    };
    const writer = await open();
    await writer.appendBatch(entries(300), 'durable');
    await writer.publish();
    await writer.appendBatch(entries(300, 300), 'durable');
    await writer.close();
    store.fault = () => undefined;
    expect(await verified()).toBe(600);
    expect(failed.size).toBeGreaterThan(10);
  });

  it.each<[string, number | 'lost before' | 'lost after']>([
    ['does not answer', 'lost before'],
    ['takes what it is sent and never says so', 'lost after'],
    ['refuses', 403],
    ['conflicts without end', 409],
    ['has no such bucket any more', 404],
  ])('stops when the store %s, and loses nothing acknowledged', async (_what, failure) => {
    const writer = await open();
    await writer.appendBatch(entries(10), 'durable');
    await writer.publish();
    store.fault = (request) => (request.method === 'PUT' ? failure : undefined);
    await writer.appendBatch(entries(300, 10), 'durable');
    expect(await codeOf(writer.publish())).toBe('DMC_LEDGER_STOPPED');
    expect(await codeOf(writer.close())).toBe('DMC_LEDGER_STOPPED');
    store.fault = () => undefined;
    const next = await open();
    expect(next.size).toBe(310);
    await next.close();
    expect(await verified()).toBe(310);
  });
});

describe('two writers on one object store', () => {
  it('one of them stops at the checkpoint, whatever leases they hold', async () => {
    const first = await open('one');
    await first.appendBatch(entries(10), 'durable');
    await first.publish();
    const second = await LogWriter.open({ ...(await parts('two')), acceptMissingWal: true });
    await second.appendBatch(entries(5, 10), 'durable');
    await second.publish();
    await first.appendBatch([Buffer.from('another history')], 'durable');
    expect(await codeOf(first.publish())).toBe('DMC_LEDGER_STOPPED');
    expect(await codeOf(first.close())).toBe('DMC_LEDGER_STOPPED');
    await second.close();
    expect(await verified()).toBe(15);
    await expect(open('one')).rejects.toThrow('entry 10 of the write-ahead log is not the one the ledger has');
  });

  it('a tile that is there with other content is not overwritten', async () => {
    const writer = await open();
    const other = Buffer.from('other');
    store.tamper(`${prefix}tile/entries/000`, other);
    await writer.appendBatch(entries(256), 'durable');
    await expect(writer.publish()).rejects.toThrow('is in the object store with other content');
    expect(store.content(`${prefix}tile/entries/000`)).toEqual(other);
    await writer.close().catch(() => undefined);
  });
});

it('no message holds a credential', async () => {
  store.fault = () => 'lost before';
  const error = await storage()
    .read('checkpoint')
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'DMC_LEDGER_STOPPED' });
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('wJalr');
});
