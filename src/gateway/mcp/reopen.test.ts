import { describe, expect, it } from 'vitest';
import { backedOffMs, reopenMs, statedReopenMs } from './reopen.ts';

describe('when a stream is opened again', () => {
  it.each([
    [0, 100],
    [500, 500],
    [120_000, 120_000],
    [999_999_999, 3_600_000],
  ])('where its server says %d ms: %d', (retry, expected) => expect(statedReopenMs(retry)).toBe(expected));

  it.each([
    [reopenMs, 0, 1_000],
    [reopenMs, 3, 8_000],
    [reopenMs, 10_000, 60_000],
    // Not sooner than the server said.
    [120_000, 5, 120_000],
  ])('%d ms, after %d failures: %d', (ms, failures, expected) => expect(backedOffMs(ms, failures)).toBe(expected));
});
