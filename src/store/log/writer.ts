import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import { sameBytes, sha256 } from '../../ledger/hash.ts';
import { blobPath } from '../../ledger/seal.ts';
import type { Lease } from './lease.ts';
import { type LogParts, type Published, recoverLog } from './open-log.ts';
import { Publisher, writeFiles } from './publisher.ts';
import { type Appended, type AppendMode, Sequencer, type SequencerSettings } from './sequencer.ts';
import { Halt, storageFailure, stopped } from './stopped.ts';
import { Wal } from './wal.ts';

export interface WriterSettings extends SequencerSettings {
  /** Milliseconds between checkpoints while there is something new; 0 leaves publishing and renewing the lease to the caller. */
  readonly checkpointIntervalMs: number;
  /** A segment of the write-ahead log is followed by a new one once it holds this much. */
  readonly walSegmentBytes: number;
  /** Bytes the write-ahead log may hold; before more is sequenced, a checkpoint is published. At least two segments. */
  readonly walBytesMax: number;
  /** Bytes of sequenced entries that may wait for their bundles; before more is sequenced, they are written. */
  readonly unintegratedBytesMax: number;
}

export const writerSettings: WriterSettings = {
  checkpointIntervalMs: 1_000,
  lossWindowMs: 1_000,
  gatherMs: 25,
  queueEntriesMax: limits.ledgerQueueEntriesMax,
  queueBytesMax: limits.ledgerQueueBytesMax,
  batchBytesMax: limits.ledgerBatchBytesMax,
  walSegmentBytes: limits.ledgerWalSegmentBytes,
  walBytesMax: limits.ledgerWalBytesMax,
  unintegratedBytesMax: limits.ledgerUnintegratedBytesMax,
};

export interface WriterParts extends LogParts {
  /** Already acquired; the writer releases it when it closes, and when it cannot be opened. */
  readonly lease: Lease;
  readonly clock: Clock;
  readonly settings?: Partial<WriterSettings> | undefined;
}

/** What a start had to bring back. */
export interface Recovery {
  /** Entries that were in the write-ahead log only. */
  readonly entries: number;
  /** Bytes at the end of the write-ahead log that were cut off: writes nobody was told of. */
  readonly tornBytes: number;
}

/**
 * The one writer of a log. What a crash loses, at each point of an entry's way:
 *
 * - *queued* (`append` of mode `async` has resolved, of mode `durable` has not): lost. Acknowledgements given ahead span at
 *   most `lossWindowMs`: while the oldest of them is older, `append` of mode `async` waits for the disk as well.
 * - *sequenced* (synced in the write-ahead log; `append` of mode `durable` resolves): nothing is lost. The next start puts it
 *   at the same index.
 * - *integrated* (in tiles and bundles): nothing is lost; files not synced are made again from the write-ahead log.
 * - *published* (a signed checkpoint covers it, after tiles and bundles were synced): nothing is lost, and whoever saw the
 *   checkpoint finds that no later one contradicts it. Only then is the write-ahead log dropped.
 *
 * On anything the writer cannot be sure about it stops for good: every call then rejects with what happened, and a new
 * writer recovers from the write-ahead log.
 */
export class LogWriter {
  readonly #parts: WriterParts;
  readonly #settings: WriterSettings;
  readonly #halt: Halt;
  readonly #publisher: Publisher;
  readonly #wal: Wal;
  readonly #sequencer: Sequencer;
  readonly #blobs = new Map<string, Promise<void>>();
  readonly recovery: Recovery;
  #lastTimeMs: number;
  #lastPublishedMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    parts: WriterParts,
    opened: {
      settings: WriterSettings;
      halt: Halt;
      publisher: Publisher;
      wal: Wal;
      timeMs: number;
      recovery: Recovery;
    },
  ) {
    this.#parts = parts;
    this.#settings = opened.settings;
    this.#halt = opened.halt;
    this.#publisher = opened.publisher;
    this.#wal = opened.wal;
    this.recovery = opened.recovery;
    this.#lastTimeMs = opened.timeMs;
    this.#lastPublishedMs = parts.clock.monotonic();
    this.#sequencer = new Sequencer(
      {
        ...parts,
        settings: this.#settings,
        wal: this.#wal,
        halt: this.#halt,
        time: () => this.timeMs(),
        sequenced: (batch) => this.#publisher.integrate(batch),
        room: () => this.#room(),
      },
      this.#publisher.size,
    );
    this.#schedule();
  }

  /**
   * Opens a log for writing. Whatever the write-ahead log holds is integrated, synced and published before a new one
   * begins, so that nothing depends on a file of which an earlier writer could not be sure.
   *
   * @throws DemarcError `DMC_LEDGER_NOT_FOUND` without a checkpoint; `DMC_LEDGER_INVALID` when checkpoint or tiles do not
   * verify; `DMC_LEDGER_STOPPED` when the log was rolled back or forked, or acknowledged entries are damaged or missing;
   * `DMC_LEDGER_FULL` when the disk has no room
   */
  static async open(parts: WriterParts): Promise<LogWriter> {
    try {
      return await LogWriter.#open(parts);
    } catch (error) {
      await parts.lease.release().catch(() => undefined);
      throw storageFailure('the ledger could not be opened', error);
    }
  }

  static async #open(parts: WriterParts): Promise<LogWriter> {
    const settings = { ...writerSettings, ...parts.settings };
    const halt = new Halt();
    const recovered = await recoverLog(parts, (files) => writeFiles(parts, files));
    const publisher = new Publisher({ ...parts, halt, recovered });
    const timeMs = Math.max(recovered.wal.timeMs, parts.clock.now());
    await publisher.publish();
    const wal = await Wal.begin(parts.wal, parts.origin, { first: publisher.size, timeMs }, settings.walSegmentBytes);
    publisher.onCovered((size) => wal.drop(size));
    for (const path of recovered.wal.paths) await parts.wal.files.remove(path);
    const recovery = {
      entries: publisher.size - recovered.published.size,
      tornBytes: recovered.wal.tornBytes,
    };
    return new LogWriter(parts, { settings, halt, publisher, wal, timeMs, recovery });
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#sequencer.size;
  }

  /** The checkpoint last published. */
  get published(): Published {
    return this.#publisher.published;
  }

  /** Why the writer stopped, if it did. */
  get failure(): DemarcError | undefined {
    return this.#halt.error;
  }

  /** Calls back once the writer stops for good, whatever it is doing then: a caller that waits for events learns of it. */
  onStop(listener: (why: DemarcError) => void): void {
    this.#halt.onStop(listener);
  }

  /**
   * Milliseconds since the epoch, for what entries say of time. Whatever the clock does, it never goes back; after a restart
   * not behind any time that was taken for an entry that is durable.
   */
  timeMs(): number {
    this.#lastTimeMs = Math.max(this.#lastTimeMs, this.#parts.clock.now());
    return this.#lastTimeMs;
  }

  /** Appends one entry; see `appendBatch`. */
  async append(entry: Uint8Array, mode: AppendMode): Promise<Appended> {
    const [appended] = await this.appendBatch([entry], mode);
    return appended as Appended;
  }

  /**
   * Appends entries, one after the other without others between them. The bytes are copied before the call returns.
   *
   * @param entries each at most 65,535 bytes
   * @param mode `durable` resolves after the entries are synced in the write-ahead log. `async` resolves at once, unless
   * acknowledgements are out that are older than the loss window; a crash may lose these entries until they are synced
   * @throws DemarcError `DMC_LEDGER_FULL` when the queue has no room for them or the disk is full: none was recorded, as
   * far as the caller may rely on; `DMC_LEDGER_INVALID` for an entry that is too large; `DMC_LEDGER_STOPPED`
   */
  appendBatch(entries: readonly Uint8Array[], mode: AppendMode): Promise<Appended[]> {
    if (this.#closing !== undefined) return Promise.reject(stopped('the ledger is closed'));
    return this.#sequencer.append(entries, mode);
  }

  /** Resolves when the queue has room for an entry of any size. */
  ready(): Promise<void> {
    return this.#sequencer.ready();
  }

  /**
   * Publishes a checkpoint of all that was appended before the call. When it resolves, the checkpoint is durable, its tiles
   * and bundles are, and a crash loses nothing of it.
   */
  async publish(): Promise<Published> {
    await this.#sequencer.settled();
    const published = await this.#publisher.publish();
    this.#lastPublishedMs = this.#parts.clock.monotonic();
    return published;
  }

  /**
   * Stores bytes beside the log under their hash. Durable when it resolves, so an entry that names them is appended after.
   *
   * @returns SHA-256 in hex
   * @throws DemarcError `DMC_LEDGER_INVALID` over `ledgerBlobBytesMax`; `DMC_LEDGER_STOPPED`, `DMC_LEDGER_FULL`
   */
  async putBlob(bytes: Uint8Array): Promise<string> {
    this.#halt.check();
    if (bytes.length > limits.ledgerBlobBytesMax)
      throw new DemarcError(
        'DMC_LEDGER_INVALID',
        `a blob has ${bytes.length} bytes, more than ${limits.ledgerBlobBytesMax}`,
      );
    const hex = Buffer.from(sha256(bytes)).toString('hex');
    // One after the other for one content: a second write must not tear what the first one made durable.
    const stored = (this.#blobs.get(hex) ?? Promise.resolve()).then(() => this.#storeBlob(blobPath(hex), bytes));
    this.#blobs.set(hex, stored);
    try {
      await stored;
    } catch (error) {
      throw this.#halt.stop(storageFailure('a blob could not be stored', error));
    } finally {
      if (this.#blobs.get(hex) === stored) this.#blobs.delete(hex);
    }
    return hex;
  }

  async #storeBlob(path: string, bytes: Uint8Array): Promise<void> {
    const { storage } = this.#parts;
    const there = await storage.read(path);
    if (there === undefined || !sameBytes(there, bytes)) await storage.write(path, bytes);
    await storage.sync([path]);
  }

  /** Sequences, integrates and publishes everything, and gives up the lease. Rejects when the writer had to stop. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.publish();
    } finally {
      await this.#publisher.integrated();
      await this.#sequencer.ended();
      await this.#wal.close().catch(() => undefined);
      await this.#parts.lease.release().catch(() => undefined);
    }
  }

  /** What has to end before more is sequenced: memory and the write-ahead log are bounded. */
  #room(): Promise<void> | undefined {
    if (this.#wal.bytes > this.#settings.walBytesMax)
      return this.#publisher.publish().then(
        () => undefined,
        () => undefined,
      );
    return this.#publisher.backlogBytes > this.#settings.unintegratedBytesMax
      ? this.#publisher.integrated()
      : undefined;
  }

  #schedule(): void {
    const { checkpointIntervalMs } = this.#settings;
    if (checkpointIntervalMs === 0 || this.#closing !== undefined || this.#halt.error !== undefined) return;
    this.#timer = setTimeout(() => void this.#tick(), Math.min(checkpointIntervalMs, 1_000)).unref();
  }

  async #tick(): Promise<void> {
    const { clock, lease } = this.#parts;
    try {
      const now = clock.monotonic();
      if (
        now - this.#lastPublishedMs >= this.#settings.checkpointIntervalMs &&
        this.#publisher.size > this.published.size
      ) {
        this.#lastPublishedMs = now;
        await this.#publisher.publish();
      } else if (now >= lease.renewAtMs && !(await lease.confirm()))
        throw stopped('another process took over the lease of this ledger');
    } catch (error) {
      this.#halt.stop(storageFailure('the lease could not be renewed', error));
    }
    this.#schedule();
  }
}
