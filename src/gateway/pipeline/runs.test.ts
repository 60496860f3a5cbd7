import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { RunEvent, RunLabel } from '../../model/access.ts';
import type { Decider } from './parts.ts';
import { Runs } from './runs.ts';

const none = { read: (): RunLabel | undefined => undefined, write: (): Promise<void> => Promise.resolve() };

/** A policy set that notes what its judges hear. */
function decider(): Decider & { readonly heard: RunEvent[]; readonly forgotten: boolean[] } {
  const heard: RunEvent[] = [];
  const forgotten: boolean[] = [];
  return {
    heard,
    forgotten,
    digest: 'x',
    judge: (_run, lost) => {
      forgotten.push(lost);
      return {
        decide: () => ({ decision: 'deny', reasons: [], policies: [], policySet: 'x' }),
        record: (e) => heard.push(e),
      };
    },
    visible: () => true,
  };
}

describe('runs', () => {
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

  it.each([0, 1])('a new policy set hears the history, or that some of it is forgotten: limit + %i', (more) => {
    const run = new Runs(none).get('r', 0);
    const [before, after] = [decider(), decider()];
    run.judge(before);
    const event = { kind: 'request', call: 'c', request: {} } as unknown as RunEvent;
    for (let at = 0; at < limits.gatewayRunEventsMax + more; at++) run.record(event);
    run.judge(after);
    expect([before.heard.length, after.heard.length]).toEqual([
      limits.gatewayRunEventsMax + more,
      limits.gatewayRunEventsMax,
    ]);
    expect([before.forgotten, after.forgotten]).toEqual([[false], [more === 1]]);
  });
});
