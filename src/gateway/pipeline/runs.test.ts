import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { RunEvent, RunLabel } from '../../model/access.ts';
import type { Decider } from './parts.ts';
import { Runs } from './runs.ts';

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

describe('runs', () => {
  it('what a run did before this process began is not known, and what it did since is', () => {
    const judged = decider();
    const run = new Runs({ ...none, read: () => ({ confidentiality: 'internal', tainted: true }) }).get('r', 5_000);
    run.judge(judged);
    run.record({ kind: 'request', call: 'c', request: { timeMs: 9_000 } } as unknown as RunEvent);
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

  it.each([0, 1, 5])('a new policy set hears the history, and since when it is whole: limit + %i', (more) => {
    const run = new Runs(none).get('r', 0);
    const [before, after] = [decider(), decider()];
    run.judge(before);
    for (let at = 0; at < limits.gatewayRunEventsMax + more; at++)
      run.record({ kind: 'request', call: 'c', request: { timeMs: 1_000 + at } } as unknown as RunEvent);
    run.judge(after);
    expect([before.heard.length, after.heard.length]).toEqual([
      limits.gatewayRunEventsMax + more,
      limits.gatewayRunEventsMax,
    ]);
    expect([before.known, after.known]).toEqual([[undefined], [more === 0 ? undefined : 1_000 + more]]);
  });
});
