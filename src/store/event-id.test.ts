import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventIds } from './event-id.ts';

describe('ids of events', () => {
  it('are UUIDs of version 7 whose first 48 bits are the time', () => {
    const nowMs = Date.parse('2022-02-22T19:22:22Z');
    const id = new EventIds().next(nowMs, randomBytes(10));
    // RFC 9562, appendix A.6: this time gives 017F22E2-79B0.
    expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('rise, whatever the clock does and whatever is drawn', () => {
    const clock = fc.array(fc.tuple(fc.integer({ min: -5, max: 3 }), fc.uint8Array({ minLength: 10, maxLength: 10 })), {
      maxLength: 500,
    });
    fc.assert(
      fc.property(clock, (steps) => {
        const ids = new EventIds();
        let nowMs = 1_785_578_400_000;
        const made = steps.map(([step, random]) => ids.next((nowMs += step), random));
        expect(made).toEqual([...new Set(made)].sort());
      }),
    );
  });

  it('rise when more than 4,096 are made within a millisecond', () => {
    const ids = new EventIds();
    const made = Array.from({ length: 20_000 }, () => ids.next(1_785_578_400_000, new Uint8Array(10).fill(255)));
    expect(made).toEqual([...new Set(made)].sort());
  });
});
