import { type RecordedCall, joinCalls } from '../../model/recorded-call.ts';
import type { PayloadState } from '../../ledger/read.ts';
import type { Decision } from '../../model/event.ts';
import type { RecordedEntry } from '../../model/recorded-event.ts';

/** One event of a run as a reader may see it. Everything in it may be hostile. */
export interface TimelineEntry extends RecordedEntry {
  readonly payload: PayloadState;
  /** A C2SP tlog-proof of the entry, where one was made. */
  readonly proof?: string | undefined;
}

/** A run and what it was. */
export interface TimelineRun {
  readonly run: string;
  readonly parentRun?: string | undefined;
  readonly agent?: string | undefined;
  /** Pseudonym of the person on whose behalf it ran. */
  readonly subject?: string | undefined;
  readonly outcome?: string | undefined;
}

/** What a timeline shows: one run with its child runs, from one log. */
export interface Timeline {
  /** The run asked for, then its child runs. */
  readonly runs: readonly TimelineRun[];
  /** In order of the log. */
  readonly entries: readonly TimelineEntry[];
  /** Whether limits left events out. */
  readonly truncated: boolean;
  readonly log: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
  /** Whether the entries lead to the root the checkpoint signs. */
  readonly agrees: boolean;
  /** Names of people by pseudonym, as far as the reader may know them. */
  readonly people: ReadonlyMap<string, string>;
  /** Version of the program that made it. */
  readonly demarc: string;
}

/** A timeline with what every form of it needs worked out once. */
export interface ReadTimeline extends Timeline {
  /** How the run asked for ended; undefined when that is not recorded. */
  readonly ended: string | undefined;
  readonly calls: readonly RecordedCall<TimelineEntry>[];
  /** Milliseconds since the epoch of the first event that has a time. */
  readonly start: number | undefined;
  /** Milliseconds since `start` by index; absent where an event has no time. Never runs backwards. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** Works out calls and times. A clock that went back does not move an event before the one recorded earlier. */
export function readTimeline(timeline: Timeline): ReadTimeline {
  const offsets = new Map<number, number>();
  let start: number | undefined;
  let latest = 0;
  for (const { index, event } of timeline.entries) {
    const at = event === undefined ? Number.NaN : Date.parse(event.time);
    if (Number.isNaN(at)) continue;
    start ??= at;
    latest = Math.max(latest, at - start);
    offsets.set(index, latest);
  }
  return { ...timeline, ended: endOf(timeline), calls: joinCalls(timeline.entries), start, offsets };
}

/** What was called: tools and data, not models. */
export function calledTools({ calls }: ReadTimeline): readonly RecordedCall<TimelineEntry>[] {
  return calls.filter(({ asked, answered }) => !(asked ?? answered)?.event?.kind.startsWith('model.'));
}

function endOf({ runs: [run], entries }: Timeline): string | undefined {
  const ends = entries.some(({ event }) => event?.kind === 'run.end' && event.run === run?.run);
  return run?.outcome ?? (ends ? 'without a stated outcome' : undefined);
}

/** Calls that were decided so, wherever that stands: in a decision, an approval, or the call itself. Each counts once. */
export function decidedSo({ entries }: Timeline, decision: Decision): number {
  const decided = entries.filter(({ event }) => event?.decision === decision);
  return new Set(decided.map(({ index, event }) => (event?.call === undefined ? index : `${event.run}\n${event.call}`)))
    .size;
}
