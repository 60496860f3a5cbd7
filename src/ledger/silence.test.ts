import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import type { Envelope } from '../model/event.ts';
import { EventIds } from '../store/event-id.ts';
import { SilenceCheck, type SilenceReport } from './silence.ts';

function reportOf(
  events: readonly (readonly [second: number, beat?: number | undefined, source?: string, claimed?: string])[],
): SilenceReport {
  const check = new SilenceCheck();
  const ids = new EventIds();
  for (const [index, [second, beat, source = 'gateway', claimed]] of events.entries()) {
    const facts: Pick<Envelope, 'kind' | 'beat'> =
      beat === undefined ? { kind: 'tool.call' } : { kind: 'heartbeat', beat };
    const atMs = Date.UTC(2026, 0, 1) + second * 1000;
    const id = ids.next(atMs, new Uint8Array(10));
    const time = claimed ?? new Date(atMs).toISOString();
    check.add({ v: 1, id, time, source, acknowledged: { mode: 'durable' }, ...facts }, index);
  }
  return check.report();
}

const beats = (from: number, count: number, first = 1): (readonly [number, number])[] =>
  Array.from({ length: count }, (_, at) => [from + at * 60, first + at] as const);

describe('silence', () => {
  it('there is none while heartbeats come', () => {
    const report = reportOf(beats(0, 10));
    expect(report).toMatchObject({ heartbeats: 10, intervalSeconds: 60, missingBeats: 0, silences: [] });
    expect(report.last).toBe('2026-01-01T00:09:00.000Z');
  });

  it('a recorder that was off for an hour', () => {
    expect(reportOf([...beats(0, 5), ...beats(4 * 60 + 3600, 5, 6)]).silences).toEqual([
      { from: '2026-01-01T00:04:00.000Z', to: '2026-01-01T01:04:00.000Z', seconds: 3600, index: 5 },
    ]);
  });

  it('events without heartbeats fill a time; three intervals are not yet silence', () => {
    expect(reportOf([...beats(0, 5), [300], [400], [500], ...beats(600, 3, 6)]).silences).toEqual([]);
    expect(reportOf([...beats(0, 5), ...beats(240 + 180, 3, 6)]).silences).toEqual([]);
    expect(reportOf([...beats(0, 5), ...beats(240 + 181, 3, 6)]).silences).toHaveLength(1);
  });

  it('counts that are missing', () => {
    expect(reportOf([...beats(0, 5), ...beats(300, 5, 9)]).missingBeats).toBe(3);
  });

  it('nothing can be said without heartbeats', () => {
    expect(reportOf([[0], [10_000]])).toMatchObject({ heartbeats: 0, intervalSeconds: undefined, silences: [] });
  });

  it('no event hides it by the time it claims', () => {
    const claims = (claimed: string): SilenceReport =>
      reportOf([...beats(0, 5), [250, undefined, 'gateway', claimed], ...beats(4000, 5, 6)]);
    for (const claimed of ['2026-01-01T00:30:00.000Z', '2031-01-01T00:00:00.000Z', '1999-01-01T00:00:00.000Z'])
      expect(claims(claimed).silences).toMatchObject([{ seconds: 3750, index: 6 }]);
  });

  it('imported events neither fill a silence nor make one', () => {
    const report = reportOf([...beats(0, 5), [2000, undefined, 'import:cloudtrail'], ...beats(4000, 5, 6)]);
    expect(report.silences).toHaveLength(1);
  });

  it.each([0, 1])('at most the longest are kept (limit + %d)', (more) => {
    const gaps = Array.from({ length: limits.silencesMax + more }, (_, at) => beats(at * 10_000, 3, 1 + at * 3)).flat();
    // The last run of heartbeats ends the last silence.
    const { silences, silencesOmitted } = reportOf([...gaps, ...beats(10 ** 7, 1, 10 ** 6)]);
    expect([silences.length, silencesOmitted]).toEqual([limits.silencesMax, more > 0]);
  });

  it.each([0, 1])('the interval is that of the first heartbeats (limit + %d)', (more) => {
    // Half of the intervals within the limit are of a minute, and one more of an hour tips the median.
    const half = limits.heartbeatIntervalsMax / 2;
    const quick = beats(0, half + 1);
    const slow = Array.from(
      { length: half - 1 + more + 1 },
      (_, at) => [half * 60 + (at + 1) * 3600, half + 2 + at] as const,
    );
    expect(quick.length + slow.length - 1).toBe(limits.heartbeatIntervalsMax + more);
    expect(reportOf([...quick, ...slow]).intervalSeconds).toBe(3600);
    expect(reportOf([...quick, ...slow.slice(0, -1)]).intervalSeconds).toBe(more === 0 ? 60 : 3600);
  });
});
