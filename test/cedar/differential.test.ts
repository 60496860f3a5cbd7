import { describe, expect, it } from 'vitest';
import { compare } from './differential.ts';

describe('our evaluator and the one of cedar-wasm', () => {
  it('decide random requests on random policies alike, with the same reasons and the same errors', () => {
    // A fixed seed; `.ci/suites/cedar-differential.sh` takes a fresh one and asks many times as often.
    const tally = compare(20_261_128, 4_000, 40);
    expect(tally.disagreements).toEqual([]);
    // Neither side of the comparison is nearly empty.
    expect(tally.requests).toBe(4_000);
    expect(tally.allowed).toBeGreaterThan(400);
    expect(tally.withErrors).toBeGreaterThan(400);
  }, 60_000);
});
