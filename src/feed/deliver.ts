import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, DurableFiles, Http, Random, Timer } from '../base/ports.ts';
import type { IndexedEntry } from '../ledger/log-files.ts';
import { backoffMs } from './backoff.ts';
import { checkCursor, type Cursor, readCursor, writeCursor } from './cursor.ts';
import { appendDeadLetters, type DeadLetter } from './dead-letters.ts';
import type { LedgerSource } from './ledger-source.ts';
import { type FeedRecord, type Payloads, type PayloadSetting, positionOf, toRecord } from './record.ts';
import { type Attempt, sendRecords } from './send.ts';
import type { HttpSink, LineSink } from './sink.ts';
import { type Batch, Spool } from './spool.ts';

/** Takes lines: a file, standard output, a stream. Resolves when they are where they are to be. */
export interface LineOutput {
  write(text: string): Promise<void>;
}

/** One feed: what is sent, how, and where its state is kept. */
export interface Feed {
  readonly name: string;
  readonly target: { readonly sink: HttpSink } | { readonly sink: LineSink; readonly output: LineOutput };
  readonly payload: PayloadSetting;
  /** A batch is closed when it has so many events or bytes, or its first event has waited so long. */
  readonly batch: { readonly events: number; readonly bytes: number; readonly ageMs: number };
  /** Milliseconds one request may take. */
  readonly timeoutMs: number;
  /** Folder of the cursor, the spool and the dead letters. */
  readonly folder: string;
}

export interface FeedPorts {
  readonly source: LedgerSource;
  readonly payloads: Payloads;
  readonly files: DurableFiles;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly timer: Timer;
  /** Told what an operator should know: a sink that does not answer, a cursor that was lost. */
  readonly notice: (feed: string, text: string) => void;
}

export interface RunOptions {
  /** End when everything published is delivered, or the sink cannot be reached. */
  readonly once: boolean;
  /** How often to look for new events. */
  readonly pollMs: number;
  readonly stop: AbortSignal;
}

/** What a run of a feed came to. */
export interface FeedReport {
  readonly feed: string;
  readonly delivered: number;
  /** In the dead-letter file since the run began. */
  readonly rejected: number;
  /** Events published and neither delivered nor rejected. */
  readonly pending: number;
  readonly state: 'caught-up' | 'unreachable' | 'stopped' | 'failed';
  readonly reason?: string;
}

/**
 * Runs feeds beside one another until all have ended. None waits for another, and none touches the writer: they read what
 * is published. Delivery is at least once: an event is sent again when it is not known that it arrived.
 */
export async function runFeeds(
  feeds: readonly Feed[],
  ports: FeedPorts,
  options: RunOptions,
): Promise<readonly FeedReport[]> {
  return Promise.all(feeds.map((feed) => new FeedRun(feed, ports, options).run()));
}

/** Why a run ends, or a step has to be tried again. */
type Step =
  | 'done'
  | 'idle'
  | { readonly failed: string; readonly afterMs?: number | undefined; readonly progress?: boolean };

class FeedRun {
  readonly #feed: Feed;
  readonly #ports: FeedPorts;
  readonly #options: RunOptions;
  #cursor: Cursor;
  #spool: Spool | undefined;
  #size = 0;
  /** What is left of the oldest batch after an attempt. */
  #left: readonly IndexedEntry[] | undefined;
  /** Leaf hash of the oldest batch's last entry. */
  #lastLeaf: string | undefined;
  #letters: DeadLetter[] = [];
  #waitingSince: number | undefined;
  #delivered = 0;
  #rejected = 0;
  #failures = 0;
  #isWaiting = false;

  constructor(feed: Feed, ports: FeedPorts, options: RunOptions) {
    this.#feed = feed;
    this.#ports = ports;
    this.#options = options;
    this.#cursor = { origin: ports.source.origin, next: 0, accepted: false };
  }

  async run(): Promise<FeedReport> {
    const { once, pollMs, stop } = this.#options;
    for (;;) {
      if (stop.aborted) return this.#report('stopped');
      let step: Step;
      try {
        this.#spool ??= await this.#open();
        step = await this.#step(this.#spool);
      } catch (thrown) {
        // The ledger or the feed's own folder: a log that is not the one before does not become it by waiting.
        if (this.#spool === undefined) {
          this.#ports.notice(this.#feed.name, `stops: ${messageOf(thrown)}`);
          return this.#report('failed', messageOf(thrown));
        }
        step = { failed: messageOf(thrown) };
      }
      if (step === 'idle' && once) return this.#report('caught-up');
      if (step === 'idle') await this.#ports.timer.wait(pollMs, stop);
      else if (step === 'done') this.#recovered();
      else if (!(await this.#afterFailure(step))) return this.#report('unreachable', step.failed);
    }
  }

  /** Reads the state. @throws DemarcError `DMC_FEED` when the log is not the one the cursor was written for */
  async #open(): Promise<Spool> {
    const { files, source, notice } = this.#ports;
    const found = await readCursor(files, this.#cursorPath);
    this.#size = await source.size();
    if (found === 'corrupt')
      notice(this.#feed.name, 'the cursor is not readable: starting at the first event, events may arrive twice');
    else if (found !== undefined) {
      await checkCursor(found, source, this.#size);
      this.#cursor = found;
    }
    return Spool.open(files, `${this.#feed.folder}/spool`, this.#cursor.next);
  }

  get #cursorPath(): string {
    return `${this.#feed.folder}/cursor.json`;
  }

  async #step(spool: Spool): Promise<Step> {
    const filled = await this.#fill(spool);
    const batch = spool.oldest;
    if (batch === undefined) return filled ?? 'idle';
    const entries = this.#left ?? (await this.#load(spool, batch));
    if (this.#left === undefined)
      this.#lastLeaf = entries.slice(-1).map((entry) => positionOf(this.#ports.source.origin, entry).leaf)[0];
    const attempt = entries.length === 0 ? nothing : await this.#attempt(entries);
    this.#count(attempt);
    const leftIndices = new Set(attempt.left.map(({ log }) => log.index));
    this.#left = entries.filter(({ index }) => leftIndices.has(index));
    if (this.#left.length > 0)
      return {
        failed: attempt.wait?.reason ?? 'the sink did not take all events',
        afterMs: attempt.wait?.afterMs,
        progress: this.#left.length < entries.length,
      };
    return this.#settle(spool, batch);
  }

  /** Reads ahead until the spool is full or nothing more is published. @returns what went wrong, when nothing is spooled */
  async #fill(spool: Spool): Promise<Step | undefined> {
    const { batch } = this.#feed;
    const { source, clock } = this.#ports;
    try {
      this.#size = await source.size();
      let next = spool.end ?? this.#cursor.next;
      if (this.#size < next)
        return { failed: `the log has ${this.#size} entries, of ${next} that were read: it was rolled back` };
      while (next < this.#size && spool.hasRoom(batch.bytes)) {
        this.#waitingSince ??= clock.monotonic();
        const isDue = this.#options.once || clock.monotonic() - this.#waitingSince >= batch.ageMs;
        if (this.#size - next < batch.events && !isDue) break;
        const entries = await this.#read(next);
        await spool.add(entries);
        next += entries.length;
        this.#waitingSince = undefined;
      }
      return undefined;
    } catch (thrown) {
      return { failed: messageOf(thrown) };
    }
  }

  /** The entries of the next batch. */
  async #read(from: number): Promise<readonly IndexedEntry[]> {
    const { batch } = this.#feed;
    const entries: IndexedEntry[] = [];
    let bytes = 0;
    for await (const entry of this.#ports.source.read(this.#size, from, from + batch.events)) {
      bytes += entry.entry.length;
      if (entries.length > 0 && bytes > batch.bytes) break;
      entries.push(entry);
    }
    return entries;
  }

  async #load(spool: Spool, batch: Batch): Promise<readonly IndexedEntry[]> {
    const entries = await spool.load(batch);
    if (entries !== undefined) return entries;
    this.#ports.notice(
      this.#feed.name,
      `a batch of the spool is not readable: its ${batch.count} events are read from the ledger again`,
    );
    const again: IndexedEntry[] = [];
    for await (const entry of this.#ports.source.read(this.#size, batch.first, batch.first + batch.count))
      again.push(entry);
    return again;
  }

  /** One attempt: entries become records anew each time, so that what was erased meanwhile stays here. */
  async #attempt(entries: readonly IndexedEntry[]): Promise<Attempt> {
    const { source, payloads, clock } = this.#ports;
    const { target, payload, timeoutMs } = this.#feed;
    const records: FeedRecord[] = [];
    const letters: DeadLetter[] = [];
    for (const entry of entries) {
      const record = await toRecord(source.origin, entry, payload, payloads);
      if (typeof record !== 'string') records.push(record);
      else letters.push({ ...placeOf(source.origin, entry), reason: record, at: isoTime(clock) });
    }
    this.#letters.push(...letters);
    if (records.length === 0) return nothing;
    if (!('output' in target))
      return sendRecords(
        target.sink,
        records,
        { ...this.#ports, timeoutMs, stop: this.#options.stop },
        this.#cursor.accepted,
      );
    try {
      await target.output.write(records.map((record) => `${target.sink.line(record)}\n`).join(''));
      return { ...nothing, delivered: records.length };
    } catch (thrown) {
      return { ...nothing, left: records, wait: { reason: messageOf(thrown) } };
    }
  }

  #count({ delivered, rejected, unnamed }: Attempt): void {
    const at = isoTime(this.#ports.clock);
    this.#delivered += delivered;
    if (delivered > 0) this.#cursor = { ...this.#cursor, accepted: true };
    for (const { item, reason } of rejected)
      this.#letters.push({ index: item.log.index, leaf: item.log.leaf, reason, at });
    for (const { records, count } of unnamed)
      this.#letters.push({
        first: records[0]?.log.index ?? 0,
        last: records.at(-1)?.log.index ?? 0,
        unnamed: count,
        reason: 'rejected by the sink, which does not say which',
        at,
      });
  }

  /** Nothing is left of the oldest batch: dead letters first, then the cursor, then the batch goes. */
  async #settle(spool: Spool, batch: Batch): Promise<Step> {
    const { files } = this.#ports;
    if (!(await appendDeadLetters(files, `${this.#feed.folder}/dead-letters.jsonl`, this.#letters)))
      return { failed: 'the dead-letter file is full: look at it and move it away' };
    this.#rejected += this.#letters.reduce((sum, letter) => sum + ('unnamed' in letter ? letter.unnamed : 1), 0);
    this.#letters = [];
    const next = batch.first + batch.count;
    const cursor = { ...this.#cursor, next, leaf: this.#lastLeaf };
    await writeCursor(files, this.#cursorPath, cursor);
    this.#cursor = cursor;
    await spool.dropOldest();
    this.#left = undefined;
    return 'done';
  }

  #recovered(): void {
    if (this.#isWaiting) this.#ports.notice(this.#feed.name, 'delivers again');
    this.#isWaiting = false;
    this.#failures = 0;
  }

  /** Waits before the next attempt. @returns whether there is to be one */
  async #afterFailure({ failed, afterMs, progress }: Exclude<Step, string>): Promise<boolean> {
    const { random, timer, notice } = this.#ports;
    if (progress === true) this.#failures = 0;
    else if (!this.#isWaiting) {
      notice(this.#feed.name, `waits: ${failed}`);
      this.#isWaiting = true;
    }
    this.#failures++;
    if (this.#options.once) {
      if (this.#failures >= limits.feedAttemptsMax) return false;
      if ((afterMs ?? 0) > limits.feedRetryDelayMsMax) return false;
    }
    await timer.wait(backoffMs(this.#failures, afterMs, random), this.#options.stop);
    return true;
  }

  #report(state: FeedReport['state'], reason?: string): FeedReport {
    return {
      feed: this.#feed.name,
      delivered: this.#delivered,
      rejected: this.#rejected,
      pending: Math.max(0, this.#size - this.#cursor.next - this.#settledOfOldest()),
      state,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  /** Events of the oldest batch that need no further attempt, though the cursor stands before them. */
  #settledOfOldest(): number {
    const batch = this.#spool?.oldest;
    return batch === undefined || this.#left === undefined ? 0 : batch.count - this.#left.length;
  }
}

const nothing: Attempt = { delivered: 0, rejected: [], unnamed: [], left: [] };

function placeOf(origin: string, entry: IndexedEntry): { readonly index: number; readonly leaf: string } {
  const { index, leaf } = positionOf(origin, entry);
  return { index, leaf };
}

function isoTime(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
