import { limits } from '../base/limits.ts';
import type { Envelope } from '../model/event.ts';
import { recordedAtMs } from './entry.ts';

/** A time without any entry, longer than the recorder's heartbeat allows. RFC 3339. */
export interface Silence {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Index of the first entry after it. */
  readonly index: number;
}

/** What heartbeats say of a log's completeness in time. */
export interface SilenceReport {
  readonly heartbeats: number;
  /** Median seconds between heartbeats that follow each other, of a limited number; undefined with fewer than three. */
  readonly intervalSeconds: number | undefined;
  /** Counts that heartbeats should have had and none has: a recorder lost its own, or another log was spliced in. */
  readonly missingBeats: number;
  /** Times without any entry longer than three intervals, longest first; a limited number. */
  readonly silences: readonly Silence[];
  /** Whether there were more. */
  readonly silencesOmitted: boolean;
  /** When the last entry was recorded. */
  readonly last: string | undefined;
}

/**
 * Looks for silence: heartbeats come at an interval, so a longer time without any entry means that nothing was recorded
 * then: the recorder was off, or events went past it. Takes envelopes in order, keeps little of them.
 */
export class SilenceCheck {
  #heartbeats = 0;
  #missing = 0;
  #lastBeat: { readonly beat: number; readonly atMs: number } | undefined;
  #lastMs: number | undefined;
  readonly #intervals: number[] = [];
  /** The longest times without an entry, longest first. */
  #longest: { readonly fromMs: number; readonly toMs: number; readonly index: number }[] = [];
  /** The longest time that is not among them, in milliseconds. */
  #omittedMs = 0;

  add(envelope: Envelope, index: number): void {
    // Imported events say nothing of whether anybody was there to record what happened then.
    if (envelope.source.startsWith('import:')) return;
    // The ledger's own time: what an event claims of when it happened could hide a silence, or all that follow.
    const atMs = recordedAtMs(envelope);
    if (this.#lastMs !== undefined && atMs > this.#lastMs) this.#gap(this.#lastMs, atMs, index);
    this.#lastMs = Math.max(this.#lastMs ?? atMs, atMs);
    if (envelope.kind === 'heartbeat' && envelope.beat !== undefined) this.#beat(envelope.beat, atMs);
  }

  #gap(fromMs: number, toMs: number, index: number): void {
    const shortest = this.#longest.at(-1);
    if (this.#longest.length === limits.silencesMax && shortest !== undefined) {
      const omittedMs = Math.min(toMs - fromMs, shortest.toMs - shortest.fromMs);
      this.#omittedMs = Math.max(this.#omittedMs, omittedMs);
      if (toMs - fromMs <= shortest.toMs - shortest.fromMs) return;
    }
    this.#longest.push({ fromMs, toMs, index });
    this.#longest.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
    this.#longest = this.#longest.slice(0, limits.silencesMax);
  }

  #beat(beat: number, atMs: number): void {
    this.#heartbeats++;
    const last = this.#lastBeat;
    if (last !== undefined && beat > last.beat + 1) this.#missing += beat - last.beat - 1;
    if (last?.beat === beat - 1 && this.#intervals.length < limits.heartbeatIntervalsMax)
      this.#intervals.push(atMs - last.atMs);
    this.#lastBeat = { beat, atMs };
  }

  report(): SilenceReport {
    const sorted = [...this.#intervals].sort((a, b) => a - b);
    const interval = sorted.length < 2 ? undefined : sorted[Math.floor(sorted.length / 2)];
    return {
      heartbeats: this.#heartbeats,
      intervalSeconds: interval === undefined ? undefined : interval / 1000,
      missingBeats: this.#missing,
      silences:
        interval === undefined
          ? []
          : this.#longest
              .filter(({ fromMs, toMs }) => toMs - fromMs > 3 * interval)
              .map(({ fromMs, toMs, index }) => ({
                from: iso(fromMs),
                to: iso(toMs),
                seconds: (toMs - fromMs) / 1000,
                index,
              })),
      silencesOmitted: interval !== undefined && this.#omittedMs > 3 * interval,
      last: this.#lastMs === undefined ? undefined : iso(this.#lastMs),
    };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
