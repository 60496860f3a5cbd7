import { append } from '../../../base/multimap.ts';
import { type Observations, slotMs } from './observe.ts';
import type { Silence } from './report-model.ts';

/** Where sources said nothing although they should have, by their own counts and by what others did meanwhile. */
export function silences(seen: Observations, silentMs: number): Silence[] {
  return [...sequenceHoles(seen), ...heartbeatHoles(seen), ...withoutHeartbeat(seen), ...quietTimes(seen, silentMs)];
}

interface Numbered {
  readonly number: number;
  readonly time: number;
}

const iso = (time: number): string => new Date(time).toISOString();

/**
 * Numbers a source's own count skips. The count is of a process: where it falls back, a new process began; and numbers
 * another session of the source has at that time were that session's.
 */
function* sequenceHoles(seen: Observations): Generator<Silence> {
  const bySource = new Map<string, (Numbered & { readonly run: string })[]>();
  for (const [key, list] of seen.sequences) {
    const [source = '', run = ''] = key.split('\n');
    for (const item of list) append(bySource, source, { ...item, run });
  }
  for (const [key, list] of seen.sequences) {
    const [source = '', run = ''] = key.split('\n');
    let previous: Numbered | undefined;
    for (const item of [...list].sort((a, b) => a.time - b.time || a.number - b.number)) {
      // The first number seen of a process must be its first: 0, or 1 where a version began there.
      const from: Numbered =
        previous !== undefined && item.number > previous.number ? previous : { number: 0, time: item.time };
      const isSame = previous?.number === item.number;
      const missing = isSame ? 0 : item.number - from.number - 1;
      if (missing > 0) {
        const others = (bySource.get(source) ?? []).filter(
          (other) =>
            other.run !== run && other.number > from.number && other.number < item.number && other.time <= item.time,
        );
        const count = missing - new Set(others.map((other) => other.number)).size;
        if (count > 0) yield { code: 'sequence-hole', source, run, from: iso(from.time), to: iso(item.time), count };
      }
      previous = item;
    }
  }
}

function* heartbeatHoles(seen: Observations): Generator<Silence> {
  for (const [source, list] of seen.beats) {
    let previous: Numbered | undefined;
    for (const item of [...list].sort((a, b) => a.number - b.number)) {
      const count = item.number - (previous?.number ?? item.number - 1) - 1;
      if (count > 0 && previous !== undefined)
        yield { code: 'heartbeat-hole', source, run: undefined, from: iso(previous.time), to: iso(item.time), count };
      previous = item;
    }
  }
}

/** Times without any entry, longer than heartbeats allow: the recorder was off, or events went past it. */
function withoutHeartbeat(seen: Observations): Silence[] {
  const { silences: times, intervalSeconds = 0 } = seen.silence.report();
  return times.map(({ from, to, seconds }) => ({
    code: 'no-heartbeat',
    source: 'ledger',
    run: undefined,
    from,
    to,
    count: Math.floor(seconds / intervalSeconds),
  }));
}

/** Times without an event of a source that otherwise reports, while others had some. */
function* quietTimes(seen: Observations, silentMs: number): Generator<Silence> {
  const all = new Map<number, number>();
  for (const slots of seen.activity.values())
    for (const [slot, count] of slots) all.set(slot, (all.get(slot) ?? 0) + count);
  const every = [...all.keys()].sort((a, b) => a - b);
  const start = every[0];
  const end = every.at(-1);
  if (start === undefined || end === undefined || seen.activity.size < 2) return;
  for (const [source, slots] of seen.activity) {
    const own = [...slots.keys()].sort((a, b) => a - b);
    const edges = [start - 1, ...own, end + 1];
    for (let at = 1; at < edges.length; at++) {
      const from = (edges[at - 1] ?? 0) + 1;
      const to = edges[at] ?? 0;
      if ((to - from) * slotMs < silentMs) continue;
      const count = every.reduce((sum, slot) => (slot >= from && slot < to ? sum + (all.get(slot) ?? 0) : sum), 0);
      if (count === 0) continue;
      const code = at === 1 ? 'begins-late' : at === edges.length - 1 ? 'ends-early' : 'silent';
      yield { code, source, run: undefined, from: iso(from * slotMs), to: iso(to * slotMs), count };
    }
  }
}
