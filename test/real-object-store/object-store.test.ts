/** The ledger on an S3-compatible server that others wrote. Run by .ci/suites/ledger-object-store.sh. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../src/app/node-durable-files.ts';
import type { Http } from '../../src/base/ports.ts';
import { verifyLog } from '../../src/ledger/verify-log.ts';
import { partsIn, scratchFolder, testClock, testOrigin, testSigner } from '../../src/store/log/fixtures/test-log.ts';
import { createLog } from '../../src/store/log/open-log.ts';
import { S3Client } from '../../src/store/log/object/s3-client.ts';
import { s3Storage, type S3StorageSettings } from '../../src/store/log/object/s3-storage.ts';
import { LogWriter, type WriterParts } from '../../src/store/log/writer.ts';

const server = process.env['DEMARC_TEST_S3_URL'];
const bucket = `ledger-${randomBytes(6).toString('hex')}`;
const scratch = scratchFolder();
afterAll(() => rmSync(scratch, { recursive: true }));

const http: Http = {
  async send({ method, url, headers, body, timeoutMs }) {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method, headers, body: body ?? null, signal, redirect: 'manual' });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers.entries()),
      body: Buffer.from(await response.arrayBuffer()),
    };
  },
};

const settings: S3StorageSettings = {
  bucketUrl: `${server}/${bucket}`,
  region: 'us-east-1',
  prefix: 'audit/',
  credentials: () => Promise.resolve({ accessKeyId: 'test', secretAccessKey: 'test' }),
  timeoutMs: 10_000,
  retryDelaysMs: [100, 500],
  retention: { mode: 'COMPLIANCE', days: 30 },
};
const client = new S3Client(http, testClock, settings);
const storage = s3Storage(http, testClock, settings);

async function parts(name: string): Promise<WriterParts> {
  const local = await partsIn(nodeDurableFiles(), join(scratch, name));
  return { ...local, storage: s3Storage(http, testClock, settings), lastKnown: undefined };
}

const entries = (count: number, from = 0): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`entry ${from + at}`));

async function lockOf(key: string): Promise<string | undefined> {
  return (await client.send({ method: 'HEAD', key })).headers['x-amz-object-lock-mode'];
}

async function text(key: string, query: Record<string, string>): Promise<string> {
  return Buffer.from((await client.send({ method: 'GET', key, query })).body).toString();
}

describe.skipIf(server === undefined)('a log in a bucket with Object Lock', () => {
  it('is written, continued and verified', async () => {
    const made = await client.send({ method: 'PUT', key: '', headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
    expect(made.status).toBe(200);
    const first = await parts('one');
    await createLog(first, Date.now());
    await first.lease.release();
    for (const count of [3, 600, 100]) {
      const writer = await LogWriter.open(await parts('one'));
      await writer.appendBatch(entries(count, writer.size), 'durable');
      await writer.putBlob(Buffer.from(`blob ${count}`));
      await writer.close();
    }
    const result = await verifyLog({ files: storage, key: testSigner.verifier, origin: testOrigin });
    expect([result.size, result.problems]).toEqual([703, []]);
    const listed = [...(await text('', { 'list-type': '2', prefix: 'audit/tile' })).matchAll(/<Key>([^<]*)</g)];
    expect(listed.map(([, key]) => key?.slice('audit/'.length))).toEqual([
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/191',
      'tile/0/002.p/91',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/191',
      'tile/entries/002.p/91',
    ]);
  });

  it('has its full tiles and bundles locked: the server removes no version of them', async () => {
    for (const key of ['audit/tile/0/000', 'audit/tile/entries/000']) {
      expect(await lockOf(key)).toBe('COMPLIANCE');
      const versionId = /<VersionId>([^<]*)</.exec(await text('', { versions: '', prefix: key }))?.[1] ?? '';
      expect((await client.send({ method: 'DELETE', key, query: { versionId } })).status).toBe(403);
    }
    for (const key of ['audit/checkpoint', 'audit/tile/0/002.p/191']) expect(await lockOf(key)).toBeUndefined();
  });

  it('lets one of two writers stop, by conditional writes alone', async () => {
    const first = await LogWriter.open(await parts('one'));
    const second = await LogWriter.open({ ...(await parts('two')), acceptMissingWal: true });
    await second.appendBatch(entries(5, 703), 'durable');
    await second.publish();
    await first.append(Buffer.from('another history'), 'durable');
    await expect(first.publish()).rejects.toMatchObject({ code: 'DMC_LEDGER_STOPPED' });
    await first.close().catch(() => undefined);
    await second.close();
    const result = await verifyLog({ files: storage, key: testSigner.verifier, origin: testOrigin });
    expect([result.size, result.problems]).toEqual([708, []]);
  });

  it('overwrites nothing', async () => {
    await expect(storage.write('tile/0/000', Buffer.from('other'))).rejects.toThrow('with other content');
    const tile = await storage.read('tile/0/000');
    await storage.write('tile/0/000', tile ?? Buffer.alloc(0));
    expect(await storage.read('tile/0/000')).toEqual(tile);
  });
});
