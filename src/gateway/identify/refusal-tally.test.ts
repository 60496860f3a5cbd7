import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { EventInput } from '../../model/event.ts';
import { parseEventInput } from '../../store/event-input.ts';
import { RefusalTally } from './refusal-tally.ts';

const countOf = (events: readonly EventInput[]): number =>
  events.reduce((sum, { payload }) => sum + (payload as { count: number }).count, 0);

describe('refusals in the ledger', () => {
  it('the first at once, the next of a minute by number', () => {
    const tally = new RefusalTally();
    const event = {
      kind: 'decision',
      decision: 'deny',
      reasons: ['identity.expired'],
      payload: { address: 'a', count: 1 },
    };
    expect(tally.note('identity.expired', 'a', 0)).toEqual([event]);
    expect(parseEventInput(event, 0).problems).toEqual([]);
    expect(tally.note('identity.expired', 'a', 1)).toEqual([]);
    expect(tally.note('identity.audience', 'a', 1)).toHaveLength(1);
    expect(tally.note('identity.expired', 'b', 1)).toHaveLength(1);
    expect(tally.note('identity.expired', 'a', limits.refusalTallyMs - 1)).toEqual([]);
    const { refusalTallyMs } = limits;
    expect(tally.note('identity.expired', 'a', refusalTallyMs)).toEqual([
      { ...event, payload: { address: 'a', count: 3 } },
    ]);
    expect(tally.note('identity.expired', 'a', limits.refusalTallyMs + 1)).toEqual([]);
    expect(tally.flush(2 * refusalTallyMs - 1)).toEqual([]);
    expect(tally.flush(2 * refusalTallyMs)).toEqual([event]);
  });

  it('tell every one, whatever comes when', () => {
    const step = fc.record({
      cause: fc.constantFrom('identity.expired' as const, 'identity.scope' as const),
      address: fc.constantFrom('a', 'b', 'c'),
      wait: fc.nat(limits.refusalTallyMs),
      flush: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tally = new RefusalTally();
        let [now, told] = [0, 0];
        for (const { cause, address, wait, flush } of steps) {
          now += wait;
          told += countOf(tally.note(cause, address, now));
          if (flush) told += countOf(tally.flush(now));
        }
        expect(told + countOf(tally.flush())).toBe(steps.length);
        expect(tally.flush()).toEqual([]);
      }),
    );
  });

  it('of so many causes and addresses at a time; the oldest is told before its minute is over', () => {
    const tally = new RefusalTally();
    for (let at = 0; at < limits.refusalTalliesMax; at++) tally.note('identity.scope', `${at}`, 0);
    expect(tally.note('identity.scope', '0', 0)).toEqual([]);
    for (let at = limits.refusalTalliesMax; at < limits.refusalTalliesMax + 1; at++)
      expect(tally.note('identity.scope', `${at}`, 0)).toMatchObject([
        { payload: { address: '0', count: 1 } },
        { payload: { address: `${at}`, count: 1 } },
      ]);
    // The oldest now is one of which nothing is untold.
    expect(tally.note('identity.scope', 'another', 0)).toMatchObject([{ payload: { address: 'another', count: 1 } }]);
  });
});
