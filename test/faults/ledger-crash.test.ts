/**
 * Random crash points. A seed decides everything: the entries, the order of calls, the call the power is lost in, and what
 * of the unsynced data survives. Each run crashes several times in a row, also while it recovers, then ends in peace; all
 * that was acknowledged must be there, and all that was signed must be one history.
 *
 *   DEMARC_CRASH_POINTS=100000 DEMARC_CRASH_SEED=7 npx vitest run test/faults/ledger-crash.test.ts
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseNote, type Signer } from '../../src/ledger/note.ts';
import { verifyLog } from '../../src/ledger/verify-log.ts';
import { acquireFileLease } from '../../src/store/log/file-lease.ts';
import { fileStorage } from '../../src/store/log/files/file-storage.ts';
import { leafOf, statedBy, testOrigin, testSigner, treeHash } from '../../src/store/log/fixtures/test-log.ts';
import { lastKnownFile } from '../../src/store/log/last-known.ts';
import type { LogStorage } from '../../src/store/log/log-storage.ts';
import { s3Storage } from '../../src/store/log/object/s3-storage.ts';
import { StrictS3, testS3Settings } from '../../src/store/log/fixtures/strict-s3.ts';
import type { HttpRequest } from '../../src/base/ports.ts';
import { createLog } from '../../src/store/log/open-log.ts';
import { blobPath } from '../../src/ledger/seal.ts';
import { LogWriter, type WriterParts } from '../../src/store/log/writer.ts';
import { Rng, SimulatedDisk } from './simulated-disk.ts';

const crashPoints = Number(process.env['DEMARC_CRASH_POINTS'] ?? 1_200);
const firstSeed = Number(process.env['DEMARC_CRASH_SEED'] ?? 1);
const crashesPerRun = 4;
const lossWindowMs = 50;

/** What the outside world was told. */
interface Told {
  readonly durable: Map<number, Buffer>;
  /** Acknowledged ahead of the disk, with the time of it. */
  readonly ahead: Map<number, { readonly entry: Buffer; readonly atMs: number }>;
  readonly blobs: Map<string, Buffer>;
  /** Every text that was ever signed. */
  readonly signed: Set<string>;
  /** Latest time that a durable entry may bear. */
  timeMs: number;
}

class Run {
  readonly rng: Rng;
  readonly told: Told = { durable: new Map(), ahead: new Map(), blobs: new Map(), signed: new Set(), timeMs: 0 };
  disk: SimulatedDisk;
  #nowMs = 1_000_000;
  #boot = 0;
  crashes = 0;

  /** Every third run keeps its log in an object store, which outlives the machine; the rest of it stays on the disk. */
  readonly store: StrictS3 | undefined;

  constructor(seed: number) {
    this.store = seed % 3 === 0 ? new StrictS3() : undefined;
    this.rng = new Rng(seed);
    this.disk = new SimulatedDisk(this.rng);
  }

  get #signer(): Signer {
    return {
      verifier: testSigner.verifier,
      sign: (message) => {
        this.told.signed.add(Buffer.from(message).toString());
        return testSigner.sign(message);
      },
    };
  }

  async parts(): Promise<WriterParts> {
    const { files } = this.disk;
    const self = { pid: ++this.#boot, started: String(this.#boot), host: 'h', boot: 'b' };
    const lease = await acquireFileLease(files, '/log/lock', { self, startOf: () => Promise.resolve(undefined) });
    return {
      storage: this.#storage(),
      wal: { files, directory: '/log/wal', random: { bytes: (count) => this.bytes(count) } },
      lease,
      signer: this.#signer,
      origin: testOrigin,
      lastKnown: lastKnownFile(files, '/log.keys/last-checkpoint'),
      // Each reading is a little later; now and then the wall clock is set back.
      clock: {
        now: () => (this.#nowMs += this.rng.chance(0.05) ? -5_000 : this.rng.below(10)),
        monotonic: () => (this.#monotonicMs += this.rng.below(10)),
      },
      settings: {
        checkpointIntervalMs: 0,
        lossWindowMs,
        walSegmentBytes: 200 + this.rng.below(8_000),
        walBytesMax: 20_000,
        batchBytesMax: 200 + this.rng.below(4_000),
      },
    };
  }
  #monotonicMs = 0;

  #storage(): LogStorage {
    const { disk, store } = this;
    if (store === undefined) return fileStorage(disk.files, '/log');
    const http = { send: (request: HttpRequest) => disk.request(() => store.send(request)) };
    return s3Storage(http, { now: () => store.nowMs, monotonic: () => 0 }, testS3Settings);
  }

  /** A file of the log. */
  content(path: string): Buffer | undefined {
    return this.store === undefined
      ? this.disk.content(`/log/${path}`)
      : this.store.content(testS3Settings.prefix + path);
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.rng.below(256)));
  }

  /** Opens the log, works on it, closes it; or crashes somewhere on the way. */
  async session(crashes: boolean): Promise<void> {
    this.disk.crashAt = crashes ? 1 + this.rng.below(this.rng.chance(0.3) ? 25 : 250) : 0;
    const outcome = await Promise.race([this.disk.crashed.then(() => 'crashed' as const), this.#work()]);
    if (outcome === 'done' && !crashes) return;
    this.crashes++;
    this.disk.cutPower();
    this.disk = this.disk.reboot();
  }

  async #work(): Promise<'done'> {
    // A slow disk: what is acknowledged ahead of it grows old.
    this.disk.fault = () => void (this.#monotonicMs += this.rng.below(this.rng.chance(0.1) ? 200 : 10));
    const parts = await this.parts();
    if ((await parts.storage.read('checkpoint')) === undefined) await createLog(parts, parts.clock.now());
    const writer = await LogWriter.open(parts);
    this.#recovered(writer);
    const pending: Promise<unknown>[] = [];
    for (let step = this.rng.below(40); step > 0; step--) {
      const dice = this.rng.below(20);
      if (dice < 2) pending.push(writer.publish());
      else if (dice < 3) pending.push(this.#blob(writer));
      else pending.push(this.#append(writer, dice < 8 ? 'async' : 'durable'));
      if (this.rng.chance(0.4)) await Promise.all(pending.splice(0));
    }
    await Promise.all(pending);
    await writer.close();
    return 'done';
  }

  /** After a start: nothing durable is gone, and what was acknowledged ahead and is gone spans less than the window. */
  #recovered(writer: LogWriter): void {
    for (const index of this.told.durable.keys()) expect(index).toBeLessThan(writer.size);
    const lost = [...this.told.ahead].filter(([index]) => index >= writer.size).map(([, { atMs }]) => atMs);
    if (lost.length > 0) expect(Math.max(...lost) - Math.min(...lost)).toBeLessThan(lossWindowMs);
    for (const [index, { entry }] of this.told.ahead) if (index < writer.size) this.told.durable.set(index, entry);
    this.told.ahead.clear();
  }

  async #append(writer: LogWriter, mode: 'durable' | 'async'): Promise<void> {
    const entries = Array.from({ length: 1 + this.rng.below(this.rng.chance(0.2) ? 120 : 4) }, () =>
      this.bytes(this.rng.below(40)),
    );
    const timeMs = writer.timeMs();
    expect(timeMs).toBeGreaterThanOrEqual(this.told.timeMs);
    const appended = await writer.appendBatch(entries, mode);
    if (mode === 'durable') this.told.timeMs = Math.max(timeMs, this.told.timeMs);
    for (const [position, { index, leaf }] of appended.entries()) {
      const entry = entries[position] ?? Buffer.alloc(0);
      expect(leafOf(entry).equals(leaf)).toBe(true);
      if (mode === 'durable') this.told.durable.set(index, entry);
      else if (index >= writer.size) this.told.ahead.set(index, { entry, atMs: this.#monotonicMs });
    }
  }

  async #blob(writer: LogWriter): Promise<void> {
    const bytes = Buffer.alloc(500, this.rng.below(3));
    this.told.blobs.set(await writer.putBlob(bytes), bytes);
  }
}

/** Entries as the bundles hold them, read without any code of the ledger. */
function entriesOf(run: Run): Buffer[] {
  const { size } = statedBy(run.content('checkpoint')?.toString() ?? '');
  const entries: Buffer[] = [];
  for (let bundle = 0; entries.length < size; bundle++) {
    const full = `tile/entries/${String(bundle).padStart(3, '0')}`;
    const data = run.content(full) ?? run.content(`${full}.p/${size % 256}`) ?? Buffer.alloc(0);
    expect(data.length).toBeGreaterThan(0);
    for (let at = 0; at < data.length; at += 2 + data.readUInt16BE(at))
      entries.push(data.subarray(at + 2, at + 2 + data.readUInt16BE(at)));
  }
  return entries.slice(0, size);
}

/** Roots of the first so many entries (RFC 6962 section 2.1); complete subtrees are hashed once. */
function roots(entries: readonly Buffer[]): (size: number) => Buffer {
  const complete = new Map<string, Buffer>();
  const hash = (from: number, to: number): Buffer => {
    const name = `${from}-${to}`;
    const known = complete.get(name);
    if (known !== undefined) return known;
    let k = 1;
    while (k * 2 < to - from) k *= 2;
    const root =
      to - from <= 1
        ? treeHash(entries.slice(from, to))
        : createHash('sha256')
            .update('\u0001')
            .update(hash(from, from + k))
            .update(hash(from + k, to))
            .digest();
    if (2 * k === to - from || to - from === 1) complete.set(name, root);
    return root;
  };
  return (size) => hash(0, size);
}

async function check(run: Run): Promise<void> {
  const { told } = run;
  const stored = run.content('checkpoint')?.toString() ?? '';
  const entries = entriesOf(run);
  for (const [index, entry] of told.durable) expect(entries[index]?.equals(entry)).toBe(true);
  const rootOf = roots(entries);
  const bySize = new Map<number, string>();
  for (const text of told.signed) {
    const { size, root } = statedBy(text);
    expect(bySize.get(size) ?? text).toBe(text);
    bySize.set(size, text);
    // Every tree that was ever signed is the beginning of this one.
    expect(root.equals(rootOf(size))).toBe(true);
  }
  expect(told.signed.has(parseNote(stored).text)).toBe(true);
  for (const [hex, bytes] of told.blobs) {
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(hex);
    expect(run.content(blobPath(hex))?.equals(bytes)).toBe(true);
  }
  const files = { read: (path: string) => Promise.resolve(run.content(path)) };
  expect((await verifyLog({ files, key: testSigner.verifier, origin: testOrigin })).problems).toEqual([]);
}

describe('random crash points', () => {
  it(`nothing acknowledged is lost and one history is signed, over ${crashPoints} crashes`, {
    timeout: 600_000,
  }, async () => {
    let crashes = 0;
    for (let seed = firstSeed; crashes < crashPoints; seed++) {
      const run = new Run(seed);
      try {
        for (let session = 0; session < crashesPerRun; session++) await run.session(true);
        await run.session(false);
        await check(run);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
      crashes += run.crashes;
    }
    expect(crashes).toBeGreaterThanOrEqual(crashPoints);
  });
});
