/** Milliseconds until a stream that ended is opened again, where its server does not say (2025-11-25, Streamable HTTP, `retry`). */
export const reopenMs = 1_000;

const leastMs = 100;
const mostMs = 3_600_000;
const backedOffMsMax = 60_000;

/** The same where the server says it: not at once, over and over, and not practically never. @param retry milliseconds */
export function statedReopenMs(retry: number): number {
  return Math.min(Math.max(retry, leastMs), mostMs);
}

/** The same after so many failures in a row. @param ms without one */
export function backedOffMs(ms: number, failures: number): number {
  return Math.max(ms, Math.min(ms * 2 ** Math.min(failures, 10), backedOffMsMax));
}
