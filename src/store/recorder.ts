import { DemarcError, messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Random } from '../base/ports.ts';
import { formatRfc3339 } from '../base/rfc3339.ts';
import { formatEntry } from '../ledger/entry.ts';
import { entryBytesMax } from '../ledger/hash.ts';
import { ivBytes, keyBytes, sealContext, sealPayload } from '../ledger/seal.ts';
import type { Acknowledgement, Envelope, EventInput, SealedPayload } from '../model/event.ts';
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
  /** Settles when the entry recorded last was handed to the writer, or failed before. */
  #last: Promise<unknown> = Promise.resolve();
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
   * Records an event.
   *
   * @param mode `durable` resolves when a crash cannot lose the event: to be used before side effects. `async` resolves at
   * once; the event says how long a crash may lose it
   * @throws DemarcError `DMC_EVENT_INVALID` when the payload is no JSON or too large; what keys and writer throw
   */
  record(event: AcceptedEvent, mode: Acknowledgement['mode'] = 'durable'): Promise<Recorded> {
    return this.#append(this.#entryOf(event, mode), mode);
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
    const recorded = await this.#append(this.#entryOf(event, 'durable'), 'durable');
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
    const recorded = await this.#append(this.#entryOf(event, 'durable', pseudonym), 'durable');
    await this.#parts.keys.recorded(erasure);
    return recorded;
  }

  async #append(entry: Promise<SealedEntry>, mode: Acknowledgement['mode']): Promise<Recorded> {
    const before = this.#last;
    const handedOver = this.#handOver(entry, before, mode);
    this.#last = handedOver.catch(() => undefined);
    const { id, appended } = await handedOver;
    const { index, leaf } = await appended;
    return { id, index, leaf };
  }

  async #handOver(
    sealed: Promise<SealedEntry>,
    before: Promise<unknown>,
    mode: Acknowledgement['mode'],
  ): Promise<{ id: string; appended: ReturnType<EntryWriter['append']> }> {
    try {
      await sealed;
    } finally {
      await before;
    }
    const { id, entry } = await sealed;
    return { id, appended: this.#parts.writer.append(entry, mode) };
  }

  /** @param pseudonym whom the event is about, where their keys are not to be used */
  async #entryOf(event: EventInput, mode: Acknowledgement['mode'], pseudonym?: string): Promise<SealedEntry> {
    const { kind, time, source, subject, alsoAbout, payload, ...facts } = event;
    const nowMs = this.#parts.clock.now();
    const id = this.#ids.next(nowMs, this.#take(10));
    const plaintext = payload === undefined ? undefined : plaintextOf(payload);
    const people = [...(subject === undefined ? [] : [subject]), ...(plaintext === undefined ? [] : (alsoAbout ?? []))];
    const sealing = plaintext === undefined && people.length === 0 ? undefined : await this.#parts.keys.sealFor(people);
    const about = pseudonym ?? (subject === undefined ? undefined : sealing?.pseudonyms[0]);
    const clear: Envelope = {
      v: 1,
      id,
      time: time ?? formatRfc3339(nowMs),
      kind,
      source: source ?? this.#parts.source,
      acknowledged: mode === 'durable' ? { mode } : { mode, lossWindowMs: this.#parts.lossWindowMs },
      ...(about === undefined ? {} : { subject: about }),
      ...facts,
    };
    if (plaintext === undefined || sealing === undefined) return { id, entry: formatEntry(clear) };
    return { id, entry: await this.#sealed(clear, plaintext, sealing) };
  }

  async #sealed(clear: Envelope, plaintext: Uint8Array, sealing: Sealing): Promise<Uint8Array> {
    const context = sealContext(clear);
    const { sealed, commitment, secret } = sealPayload(plaintext, context, this.#take(2 * keyBytes + ivBytes));
    const payload = {
      bytes: plaintext.length,
      commitment: base64(commitment),
      keys: sealing.names,
      wrapped: base64(await sealing.wrap(secret, context, this.#take(ivBytes))),
    };
    if (sealed.length < entryBytesMax * 0.75) {
      const entry = formatEntry({ ...clear, payload: { ...payload, sealed: base64(sealed) } satisfies SealedPayload });
      if (entry.length <= entryBytesMax) return entry;
    }
    return formatEntry({ ...clear, payload: { ...payload, blob: await this.#parts.writer.putBlob(sealed) } });
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
