import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { RunEvent, RunLabel } from '../../model/access.ts';
import type { Decider } from './parts.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import { keepLabel, Runs } from './runs.ts';

const none = { read: (): RunLabel | undefined => undefined, write: (): Promise<void> => Promise.resolve() };

/** A policy set that notes what its judges hear. */
function decider(): Decider & { readonly heard: RunEvent[]; readonly known: (number | undefined)[] } {
  const heard: RunEvent[] = [];
  const known: (number | undefined)[] = [];
  return {
    heard,
    known,
    digest: 'x',
    judge: (_run, knownFromMs) => {
      known.push(knownFromMs);
      return {
        decide: () => ({ decision: 'deny', reasons: [], policies: [], policySet: 'x' }),
        record: (e) => heard.push(e),
      };
    },
    visible: () => true,
  };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

let words = 0;
const distinct = (): string => (++words).toString(36);

describe('runs', () => {
  it('what a run did before this process began is not known, and what it did since is', () => {
    const judged = decider();
    const run = new Runs({ ...none, read: () => ({ confidentiality: 'internal', tainted: true }) }).get('r', 5_000);
    run.judge(judged);
    run.record({ kind: 'request', call: 'c', request: { timeMs: 9_000 } } as unknown as RunEvent, 10);
    const later = decider();
    run.judge(later);
    expect([judged.known, later.known]).toEqual([[5_000], [5_000]]);
  });

  it.each([0, 1])('the ones used last are known in full: limit + %i', (more) => {
    const runs = new Runs(none);
    const first = runs.get('r-0', 0);
    const second = runs.get('r-1', 0);
    for (let at = 2; at < limits.gatewayRunsMax + more; at++) {
      expect(runs.get('r-0', at)).toBe(first);
      runs.get(`r-${at}`, at);
    }
    expect(runs.get('r-1', 0) === second).toBe(more === 0);
  });

  const free = { labels: unknownTool, reviewed: false };
  const event = (kind: 'request' | 'response'): RunEvent =>
    ({ kind, call: 'c', request: {}, timeMs: 1 }) as unknown as RunEvent;
  it.each([0, 1])('what is kept of all of them together: limit + %i', (more) => {
    const runs = new Runs(none);
    const names = Array.from(
      { length: limits.gatewayRunsBytesMax / limits.gatewayRunEventsBytesMax },
      (_, at) => `r-${at}`,
    );
    const [first] = names.map((name) => {
      const run = runs.get(name, 0);
      run.record(event('response'), limits.gatewayRunEventsBytesMax);
      return run;
    });
    const last = runs.get('last', 0);
    const left = limits.gatewayRunsBytesMax + more - names.length * limits.gatewayRunEventsBytesMax;
    last.tracer.result(free, 'x'.repeat(left));
    // What a run took in counts with its next call.
    for (const name of [...names, 'last']) runs.get(name, 1);
    expect(runs.get('r-0', 2) === first).toBe(more === 0);
    expect(runs.get('last', 2)).toBe(last);
  });

  it('a run that is used once counts once its call is answered', () => {
    const runs = new Runs(none);
    const first = runs.get('r-0', 0);
    for (let at = 0; at < limits.gatewayRunsBytesMax / limits.gatewayRunEventsBytesMax + 1; at++) {
      const run = runs.get(`r-${at}`, 0);
      run.record(event('request'), 0);
      run.record(event('response'), limits.gatewayRunEventsBytesMax);
    }
    expect(runs.get('r-0', 1)).not.toBe(first);
  });

  const counted = (text: string): { readonly size: number; readonly bytes: number } => {
    const runs = new Runs(none);
    const before = heapBytes();
    const kept = Array.from({ length: 2 }, (_, at) => {
      const run = runs.get(`r-${at}`, at);
      for (let count = 0; count < 6; count++)
        run.tracer.result(
          free,
          text.replaceAll('%', () => distinct()),
        );
      const result = { rows: JSON.parse(`[${'[],'.repeat(50_000)}0]`) as unknown };
      run.record({ ...event('response'), result } as RunEvent, 150_000);
      return run;
    });
    return { size: kept.reduce((sum, { size }) => sum + size, 0), bytes: heapBytes() - before };
  };
  it.each([
    ['words', JSON.stringify({ text: '% '.repeat(20_000) })],
    ['fields', JSON.stringify(Array.from({ length: 10_000 }, () => '%'))],
    ['short texts', JSON.stringify(Array.from({ length: 10_000 }, () => 'the %'))],
    ['addresses', JSON.stringify(Array.from({ length: 4_000 }, () => '%@%.example'))],
  ])('memory that %s take is what is counted, roughly', (_, text) => {
    const { size, bytes } = counted(text);
    expect(bytes / size).toBeGreaterThan(0.5);
    expect(bytes / size).toBeLessThan(1.6);
  });

  it('texts with nothing in them take none', () => {
    const { tracer } = new Runs(none).get('r', 0);
    const before = heapBytes();
    for (let count = 0; count < 100_000; count++) tracer.result(free, '');
    expect(tracer.label.tainted).toBe(true);
    expect(heapBytes() - before).toBeLessThan(1_000_000);
  });

  it('a run whose call is under way is not dropped: its answer has to taint it', () => {
    const runs = new Runs(none);
    const busy = runs.get('busy', 0);
    busy.record(event('request'), 10);
    for (let at = 0; at < limits.gatewayRunsMax + 10; at++) runs.get(`r-${at}`, at);
    expect(runs.get('busy', 0)).toBe(busy);
    busy.record(event('response'), 10);
    for (let at = 0; at < limits.gatewayRunsMax + 10; at++) runs.get(`s-${at}`, at);
    expect(runs.get('busy', 0)).not.toBe(busy);
  });

  it.each([0, 1])('bytes of the events that are kept: limit + %i', (more) => {
    const run = new Runs(none).get('r', 0);
    const after = decider();
    run.record(event('response'), 100);
    run.record(event('response'), limits.gatewayRunEventsBytesMax + more - 100);
    run.judge(after);
    expect(after.heard).toHaveLength(2 - more);
    expect(after.known).toEqual([more === 0 ? undefined : 2]);
  });

  it('a new policy set that asks the same of the history goes on with what was heard', () => {
    const run = new Runs(none).get('r', 0);
    const [before, after, other] = [decider(), decider(), decider()];
    const judge = run.judge(before);
    run.record(event('response'), 10);
    expect(run.judge({ ...after, goOn: (heard) => heard })).toBe(judge);
    expect(run.judge({ ...other, goOn: () => undefined })).not.toBe(judge);
    expect([after.heard, other.heard]).toMatchObject([[], [{ kind: 'response' }]]);
  });

  it.each<RunLabel>([
    { tainted: true, confidentiality: 'public' },
    { tainted: false, confidentiality: 'internal' },
  ])('a label is kept where it is another: %j', async (label) => {
    const run = new Runs({ ...none, read: () => label }).get('r', 0);
    const kept: RunLabel[] = [];
    const labels = { ...none, write: async (_run: string, written: RunLabel) => void kept.push(written) };
    await keepLabel(labels, run, run.label);
    await keepLabel(labels, run, { tainted: false, confidentiality: 'public' });
    expect(kept).toEqual([label]);
  });

  it.each([0, 1, 5])('a new policy set hears the history, and since when it is whole: limit + %i', (more) => {
    const run = new Runs(none).get('r', 0);
    const [before, after] = [decider(), decider()];
    run.judge(before);
    for (let at = 0; at < limits.gatewayRunEventsMax + more; at++)
      run.record({ kind: 'request', call: 'c', request: { timeMs: 1_000 + at } } as unknown as RunEvent, 10);
    run.judge(after);
    expect([before.heard.length, after.heard.length]).toEqual([
      limits.gatewayRunEventsMax + more,
      limits.gatewayRunEventsMax,
    ]);
    expect([before.known, after.known]).toEqual([[undefined], [more === 0 ? undefined : 1_000 + more]]);
  });
});
