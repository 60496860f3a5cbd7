import { DemarcError } from '../../base/errors.ts';
import type { Clock } from '../../base/ports.ts';
import { entryBytesMax } from '../../ledger/hash.ts';
import { Batch, checkEntry } from './batch.ts';
import { BufferPool } from './buffer-pool.ts';
import type { Lease } from './lease.ts';
import { type Halt, storageFailure, stopped } from './stopped.ts';
import type { Wal } from './wal.ts';

/** How a caller is told: after the entry is durable, or at once, with a window in which a crash may lose it. */
export type AppendMode = 'durable' | 'async';

/** Where an entry stands in the log. */
export interface Appended {
  readonly index: number;
  /** Its leaf hash, 32 bytes. */
  readonly leaf: Uint8Array;
}

export interface SequencerSettings {
  /** Acknowledgements of mode `async` that a crash can take back span at most this many milliseconds. */
  readonly lossWindowMs: number;
  /** Milliseconds that entries acknowledged ahead wait for company; whoever waits for the disk ends that. */
  readonly gatherMs: number;
  readonly queueEntriesMax: number;
  readonly queueBytesMax: number;
  /** Bytes written and synced at once. */
  readonly batchBytesMax: number;
}

interface SequencerParts {
  readonly wal: Wal;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly halt: Halt;
  readonly settings: SequencerSettings;
  /** The writer's time, which never goes back. */
  readonly time: () => number;
  /** Receives each batch once it is durable, in order. */
  readonly sequenced: (batch: Batch) => void;
  /** Resolves when what follows can take more; undefined when it can. */
  readonly room: () => Promise<void> | undefined;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: DemarcError) => void;
}

/** Entries that are written and synced together, and who waits for that. */
interface Group {
  readonly batch: Batch;
  readonly waiters: Waiter[];
  /** Monotonic time of the first acknowledgement given ahead. */
  promisedAtMs: number | undefined;
}

/**
 * Gives entries their index and makes them durable: all that queued up while one sync ran is encoded and hashed already,
 * and goes out with the next one.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  readonly #pool = new BufferPool(8);
  /** Not durable yet; the first one may be on its way to the disk. */
  readonly #groups: Group[] = [];
  #committing: Group | undefined;
  #next: number;
  #durable: number;
  #queuedEntries = 0;
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  /** Sequenced and not handed on yet: that work is done while the next sync runs. */
  #held: Batch | undefined;
  #handedOn: number;
  #roomWaiters: Waiter[] = [];
  #settling: { readonly target: number; readonly waiter: Waiter }[] = [];
  /** Ends the wait for company. */
  #hurry: (() => void) | undefined;

  constructor(parts: SequencerParts, next: number) {
    this.#parts = parts;
    this.#next = this.#durable = this.#handedOn = next;
    parts.halt.onStop((error) => this.#reject(error));
  }

  /** Entries that are durable. */
  get size(): number {
    return this.#durable;
  }

  /** See `LogWriter.appendBatch`. One promise for all entries. */
  append(entries: readonly Uint8Array[], mode: AppendMode): Promise<Appended[]> {
    try {
      this.#parts.halt.check();
      const ahead = mode === 'async' && this.#windowIsOpen();
      const { group, appended } = this.#enqueue(entries);
      if (group === undefined) return Promise.resolve(appended);
      this.#start();
      if (!ahead)
        return new Promise((resolve, reject) => {
          group.waiters.push({ resolve: () => resolve(appended), reject });
          this.#hurry?.();
        });
      group.promisedAtMs ??= this.#parts.clock.monotonic();
      return Promise.resolve(appended);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Gives entries their index, all of them or none. @returns where they are and the last group they went to */
  #enqueue(entries: readonly Uint8Array[]): { group: Group | undefined; appended: Appended[] } {
    let bytes = 0;
    for (const entry of entries) {
      checkEntry(entry);
      bytes += 2 + entry.length;
    }
    if (!this.#fits(entries.length, bytes))
      throw new DemarcError('DMC_LEDGER_FULL', `${this.#queuedEntries} entries wait for the ledger already`, {
        hint: 'the entry was not recorded; wait until the writer is ready and hand it in again',
      });
    this.#queuedEntries += entries.length;
    this.#queuedBytes += bytes;
    const appended: Appended[] = [];
    let group: Group | undefined;
    for (const entry of entries) {
      group = this.#groupFor(2 + entry.length);
      appended.push({ index: this.#next++, leaf: group.batch.add(entry) });
    }
    return { group, appended };
  }

  /** Resolves when an entry of the largest size would be taken. */
  async ready(): Promise<void> {
    this.#parts.halt.check();
    while (!this.#fits(1, 2 + entryBytesMax))
      await new Promise<void>((resolve, reject) => {
        this.#roomWaiters.push({ resolve, reject });
        this.#hurry?.();
      });
  }

  /** Resolves when all that was appended so far is durable and handed on. */
  async settled(): Promise<void> {
    this.#parts.halt.check();
    const target = this.#next;
    if (this.#handedOn < target)
      await new Promise<void>((resolve, reject) => {
        this.#settling.push({ target, waiter: { resolve, reject } });
        this.#hurry?.();
      });
  }

  #fits(entries: number, bytes: number): boolean {
    const { queueEntriesMax, queueBytesMax } = this.#parts.settings;
    return this.#queuedEntries + entries <= queueEntriesMax && this.#queuedBytes + bytes <= queueBytesMax;
  }

  /** Whether the oldest acknowledgement that was given ahead of the disk is younger than the loss window. */
  #windowIsOpen(): boolean {
    const promised = [this.#committing, ...this.#groups].find((group) => group?.promisedAtMs !== undefined);
    const { clock, settings } = this.#parts;
    return promised?.promisedAtMs === undefined || clock.monotonic() - promised.promisedAtMs < settings.lossWindowMs;
  }

  #groupFor(bytes: number): Group {
    const last = this.#groups.at(-1);
    if (last !== undefined && last.batch.bytes + bytes <= this.#parts.settings.batchBytesMax) return last;
    const group: Group = { batch: new Batch(this.#next, this.#pool), waiters: [], promisedAtMs: undefined };
    if (this.#groups.push(group) > 1) this.#hurry?.();
    return group;
  }

  #start(): void {
    if (this.#running !== undefined || this.#parts.halt.error !== undefined) return;
    this.#running = this.#run().catch((error: unknown) => {
      this.#parts.halt.stop(storageFailure('the write-ahead log failed', error));
    });
  }

  /** Resolves when nothing is under way to the write-ahead log. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { wal, time, halt } = this.#parts;
    do {
      for (await this.#gathered(); this.#groups.length > 0; await this.#gathered()) await this.#commit();
      this.#handOn();
      halt.check();
      await wal.mark(this.#durable, time());
    } while (this.#groups.length > 0);
    this.#running = undefined;
  }

  /** Resolves when the next batch is to be closed: at the end of the turn, for who was told of the last sync may append now. */
  async #gathered(): Promise<void> {
    await nextTurn();
    if (this.#groups.length === 0 || this.#isWaitedFor()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#parts.settings.gatherMs);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#hurry = undefined;
  }

  /** Whether somebody waits for the disk, or more is there than is written at once. */
  #isWaitedFor(): boolean {
    const [first, second] = this.#groups;
    return (
      second !== undefined ||
      (first?.waiters.length ?? 0) > 0 ||
      this.#settling.length + this.#roomWaiters.length > 0 ||
      this.#parts.halt.error !== undefined
    );
  }

  async #commit(): Promise<void> {
    const { wal, lease, clock, halt, time, room } = this.#parts;
    const waiting = room();
    if (waiting !== undefined) {
      this.#handOn();
      await waiting;
    }
    halt.check();
    const group = this.#groups.shift();
    if (group === undefined) return;
    this.#committing = group;
    const committed = wal.commit(group.batch, time());
    this.#handOn();
    await committed;
    halt.check();
    if (clock.monotonic() >= lease.heldUntilMs) throw stopped('the lease of this ledger ran out before it was renewed');
    this.#committing = undefined;
    this.#held = group.batch;
    this.#acknowledge(group);
  }

  #acknowledge({ batch, waiters }: Group): void {
    this.#durable = batch.end;
    this.#queuedEntries -= batch.count;
    this.#queuedBytes -= batch.bytes;
    for (const { resolve } of waiters) resolve();
    const roomWaiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const { resolve } of roomWaiters) resolve();
  }

  #handOn(): void {
    const batch = this.#held;
    if (batch === undefined) return;
    this.#held = undefined;
    this.#parts.sequenced(batch);
    this.#handedOn = batch.end;
    const done = this.#settling.filter(({ target }) => target <= batch.end);
    this.#settling = this.#settling.filter(({ target }) => target > batch.end);
    for (const { waiter } of done) waiter.resolve();
  }

  #reject(error: DemarcError): void {
    const waiters = [this.#committing, ...this.#groups].flatMap((group) => group?.waiters ?? []);
    const settling = this.#settling.map(({ waiter }) => waiter);
    for (const { reject } of [...waiters, ...settling, ...this.#roomWaiters]) reject(error);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
