import { DemarcError, messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Random } from '../base/ports.ts';
import { formatRfc3339 } from '../base/rfc3339.ts';
import { formatParts } from '../ledger/entry.ts';
import { entryBytesMax } from '../ledger/hash.ts';
import { ivBytes, sealContext, sealPayload } from '../ledger/seal.ts';
import type { Acknowledgement, Envelope, EventInput } from '../model/event.ts';
import { EventIds } from './event-id.ts';
import type { AcceptedEvent } from './event-input.ts';
import type { Erasure, ErasureRequest } from './keys/erasures.ts';
import type { KeyStore, Sealing } from './keys/key-store.ts';

/** Where entries go: the writer of a log. Calls to `append` take effect in the order they are made. */
export interface EntryWriter {
  append(
    entry: Uint8Array,
    mode: Acknowledgement['mode'],
  ): Promise<{ readonly index: number; readonly leaf: Uint8Array }>;
  /** Durable when it resolves to the SHA-256 of the bytes in hex. */
  putBlob(bytes: Uint8Array): Promise<string>;
}

/** Remembers the count of the last heartbeat over restarts. */
export interface BeatCount {
  read(): Promise<number>;
  /** Durable when it resolves. */
  write(beat: number): Promise<void>;
}

export interface RecorderParts {
  readonly writer: EntryWriter;
  readonly keys: Pick<KeyStore, 'sealFor' | 'erase' | 'unrecordedErasures' | 'recorded'>;
  readonly beats: BeatCount;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** The source of events that name none. */
  readonly source: string;
  /** What a crash may lose of events acknowledged ahead, as the writer promises; events of mode `async` state it. */
  readonly lossWindowMs: number;
}

/** Where an event stands in the ledger. */
export interface Recorded {
  /** The event's id. */
  readonly id: string;
  readonly index: number;
  /** Hash of its leaf. */
  readonly leaf: Uint8Array;
}

/**
 * Turns events into sealed entries and appends them, in the order `record` was called. An entry is appended only after the
 * keys and the blob it names are durable.
 */
export class Recorder {
  readonly #parts: RecorderParts;
  readonly #ids = new EventIds();
  /** Recorded in this turn of the event loop, and sealed together at its end. */
  #turn: Unsealed[] = [];
  /** Settles when the entry recorded last was handed to the writer, or failed before. */
  #last: Promise<unknown> = Promise.resolve();
  /** Entries that are not with the writer yet: what comes behind them waits. */
  #waiting = 0;
  #beating: Promise<Recorded> | undefined;
  #random: Uint8Array = new Uint8Array();
  #randomAt = 0;

  private constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** Starts recording. Erasures that a crash cut short are finished, and recorded, before anything else. */
  static async open(parts: RecorderParts): Promise<Recorder> {
    const recorder = new Recorder(parts);
    for (const erasure of await parts.keys.unrecordedErasures()) await recorder.#recordErasure(erasure);
    return recorder;
  }

  /**
   * Records an event, which must not change until it is: it is read at the end of this turn of the event loop.
   *
   * @param mode `durable` resolves when a crash cannot lose the event: to be used before side effects. `async` resolves at
   * once; the event says how long a crash may lose it
   * @throws DemarcError `DMC_EVENT_INVALID` when the payload is no JSON or too large; what keys and writer throw
   */
  record(event: AcceptedEvent, mode: Acknowledgement['mode'] = 'durable'): Promise<Recorded> {
    return this.#record({ event, mode });
  }

  /** Hands what was recorded in this turn to the writer now; to be called before the writer is closed. */
  flush(): void {
    const turn = this.#turn;
    this.#turn = [];
    for (const unsealed of turn) this.#append(unsealed).then(unsealed.resolve, unsealed.reject);
  }

  /** Sealing many at a time takes less than half the processor time each: what it needs stays in the processor's caches. */
  #record(what: Omit<Unsealed, 'resolve' | 'reject'>): Promise<Recorded> {
    const { event, mode, pseudonym } = what;
    return new Promise((resolve, reject) => {
      if (this.#turn.push({ event, mode, pseudonym, resolve, reject }) === 1) setImmediate(() => this.flush());
    });
  }

  /** Records a heartbeat: silence in a log without them is a gap. While one is under way, it is that one. */
  beat(): Promise<Recorded> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined;
    });
    return this.#beating;
  }

  async #beat(): Promise<Recorded> {
    const beat = (await this.#parts.beats.read()) + 1;
    const event: EventInput = { kind: 'heartbeat', source: 'ledger', beat };
    const recorded = await this.#record({ event, mode: 'durable' });
    await this.#parts.beats.write(beat);
    return recorded;
  }

  /**
   * Destroys the keys of a person and records that it happened.
   *
   * @returns where that stands; nothing when nothing is kept about the person
   * @throws DemarcError `DMC_LEDGER_HELD` under a legal hold
   */
  async erase(request: ErasureRequest): Promise<(Erasure & Recorded)[]> {
    const recorded: (Erasure & Recorded)[] = [];
    for (const erasure of await this.#parts.keys.erase(request))
      recorded.push({ ...erasure, ...(await this.#recordErasure(erasure)) });
    return recorded;
  }

  async #recordErasure(erasure: Erasure): Promise<Recorded> {
    const { pseudonym, ...payload } = erasure;
    const event: EventInput = { kind: 'erasure', source: 'ledger', outcome: 'ok', payload };
    const recorded = await this.#record({ event, mode: 'durable', pseudonym });
    await this.#parts.keys.recorded(erasure);
    return recorded;
  }

  async #append({ event, mode, pseudonym }: Unsealed): Promise<Recorded> {
    const sealed = this.#entryOf(event, mode, pseudonym);
    if (!(sealed instanceof Promise) && this.#waiting === 0) return this.#appended(sealed, mode);
    this.#waiting++;
    const handedOver = this.#handOver(sealed, this.#last, mode).finally(() => this.#waiting--);
    this.#last = handedOver.catch(() => undefined);
    return handedOver.then(({ recorded }) => recorded);
  }

  async #appended({ id, entry }: SealedEntry, mode: Acknowledgement['mode']): Promise<Recorded> {
    const { index, leaf } = await this.#parts.writer.append(entry, mode);
    return { id, index, leaf };
  }

  /** @returns once it was handed to the writer, in its turn */
  async #handOver(
    sealed: SealedEntry | Promise<SealedEntry>,
    before: Promise<unknown>,
    mode: Acknowledgement['mode'],
  ): Promise<{ recorded: Promise<Recorded> }> {
    try {
      await sealed;
    } finally {
      await before;
    }
    return { recorded: this.#appended(await sealed, mode) };
  }

  /** @returns no promise where all is at hand */
  #entryOf(
    event: EventInput,
    mode: Acknowledgement['mode'],
    pseudonym: string | undefined,
  ): SealedEntry | Promise<SealedEntry> {
    const { subject, alsoAbout, payload } = event;
    const plaintext = payload === undefined ? undefined : plaintextOf(payload);
    const others = plaintext === undefined ? undefined : alsoAbout;
    const people = subject === undefined ? (others ?? []) : others === undefined ? [subject] : [subject, ...others];
    const sealing = plaintext === undefined && people.length === 0 ? undefined : this.#parts.keys.sealFor(people);
    const nowMs = this.#parts.clock.now();
    const id = this.#ids.next(nowMs, this.#take(10));
    const finish = (ready: Sealing | undefined): SealedEntry | Promise<SealedEntry> => {
      const about = pseudonym ?? (subject === undefined ? undefined : ready?.pseudonyms[0]);
      const clear = this.#clear(event, id, nowMs, mode, about);
      if (plaintext === undefined || ready === undefined) return { id, entry: formatParts(clear, undefined) };
      return this.#sealed(clear, plaintext, ready);
    };
    return sealing instanceof Promise ? sealing.then(finish) : finish(sealing);
  }

  /** What of an event is in clear. */
  #clear(
    event: EventInput,
    id: string,
    nowMs: number,
    mode: Acknowledgement['mode'],
    about: string | undefined,
  ): Omit<Envelope, 'payload'> {
    const { kind, time, source, subject: _subject, alsoAbout: _alsoAbout, payload: _payload, ...facts } = event;
    const clear = {
      v: 1 as const,
      id,
      time: time ?? formatRfc3339(nowMs),
      kind,
      source: source ?? this.#parts.source,
      acknowledged: mode === 'durable' ? { mode } : { mode, lossWindowMs: this.#parts.lossWindowMs },
    };
    return Object.assign(clear, about === undefined ? undefined : { subject: about }, facts);
  }

  #sealed(
    clear: Omit<Envelope, 'payload'>,
    plaintext: Uint8Array,
    sealing: Sealing,
  ): SealedEntry | Promise<SealedEntry> {
    const context = sealContext(clear);
    const secret = sealing.secret(context);
    const finish = (ready: Uint8Array): SealedEntry | Promise<SealedEntry> => {
      const { sealed, commitment } = sealPayload(plaintext, context, ready, this.#take(ivBytes));
      const payload = { bytes: plaintext.length, commitment: base64(commitment), keys: sealing.names };
      if (sealed.length < entryBytesMax * 0.75) {
        const entry = formatParts(clear, { sealed: base64(sealed), ...payload });
        if (entry.length <= entryBytesMax) return { id: clear.id, entry };
      }
      return this.#parts.writer
        .putBlob(sealed)
        .then((blob) => ({ id: clear.id, entry: formatParts(clear, { blob, ...payload }) }));
    };
    return secret instanceof Promise ? secret.then(finish) : finish(secret);
  }

  /** Random bytes, each handed out once; drawn in larger pieces because a draw costs more than a kilobyte of them. */
  #take(count: number): Uint8Array {
    if (this.#randomAt + count > this.#random.length) {
      this.#random = this.#parts.random.bytes(4096);
      this.#randomAt = 0;
    }
    this.#randomAt += count;
    return this.#random.subarray(this.#randomAt - count, this.#randomAt);
  }
}

/** An event on its way to be an entry. */
interface Unsealed {
  readonly event: EventInput;
  readonly mode: Acknowledgement['mode'];
  /** Whom the event is about, where their keys are not to be used. */
  readonly pseudonym?: string | undefined;
  readonly resolve: (recorded: Recorded) => void;
  readonly reject: (thrown: unknown) => void;
}

interface SealedEntry {
  readonly id: string;
  readonly entry: Uint8Array;
}

function plaintextOf(payload: unknown): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(payload);
  } catch (thrown) {
    throw new DemarcError('DMC_EVENT_INVALID', `the payload is no JSON: ${messageOf(thrown)}`, { cause: thrown });
  }
  if (text === undefined) throw new DemarcError('DMC_EVENT_INVALID', 'the payload is no JSON');
  const plaintext = Buffer.from(text);
  if (plaintext.length <= limits.payloadBytesMax) return plaintext;
  throw new DemarcError('DMC_EVENT_INVALID', `the payload has ${plaintext.length} bytes`, {
    hint: `at most ${limits.payloadBytesMax} are recorded`,
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
