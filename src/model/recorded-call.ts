import type { RecordedEntry, RecordedEvent } from './recorded-event.ts';

/** One call of a run put together: what was asked, what was decided about it, and how it ended. */
export interface RecordedCall<Entry extends RecordedEntry = RecordedEntry> {
  /** The event that asked: a tool call, a query of data, a request to a model. */
  readonly asked: Entry | undefined;
  readonly decisions: readonly Entry[];
  readonly approvals: readonly Entry[];
  /** The event that answered. A data query that carries its own outcome answers itself. */
  readonly answered: Entry | undefined;
}

/**
 * Events joined by the call they name within their run, in the order the calls began. An event that asks and names no call
 * is a call of its own; others without a call are left out.
 */
export function joinCalls<Entry extends RecordedEntry>(entries: readonly Entry[]): readonly RecordedCall<Entry>[] {
  const calls = new Map<string, Entry[]>();
  for (const [at, entry] of entries.entries()) {
    const { event } = entry;
    if (event === undefined || (event.call === undefined && !asks(event))) continue;
    const key = JSON.stringify([event.run, event.call ?? at]);
    const known = calls.get(key);
    if (known === undefined) calls.set(key, [entry]);
    else known.push(entry);
  }
  return [...calls.values()].map((all) => ({
    asked: all.find(({ event }) => event !== undefined && asks(event)),
    decisions: all.filter(({ event }) => event?.kind === 'decision'),
    approvals: all.filter(({ event }) => event?.kind === 'approval'),
    answered: all.findLast(({ event }) => event !== undefined && answers(event)),
  }));
}

function asks({ kind }: RecordedEvent): boolean {
  return kind === 'tool.call' || kind === 'data.query' || kind === 'model.request';
}

function answers({ kind, outcome }: RecordedEvent): boolean {
  return kind === 'tool.result' || kind === 'model.response' || (kind === 'data.query' && outcome !== undefined);
}

/** Milliseconds a call took: as its answer states it, or between the two events. */
export function callDurationMs({ asked, answered }: RecordedCall): number | undefined {
  if (answered?.event === undefined) return undefined;
  if (answered.event.durationMs !== undefined) return answered.event.durationMs;
  if (asked?.event === undefined || asked === answered) return undefined;
  const took = Date.parse(answered.event.time) - Date.parse(asked.event.time);
  return took >= 0 ? took : undefined;
}
