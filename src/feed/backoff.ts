import { limits } from '../base/limits.ts';
import type { Random } from '../base/ports.ts';

const baseMs = 500;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that feeds which failed together do not
 * come back together. What the sink asked for stands, within a limit.
 *
 * @param failures attempts in a row that failed, 1 or more
 * @param askedMs what `Retry-After` said
 * @returns milliseconds
 */
export function backoffMs(failures: number, askedMs: number | undefined, random: Random): number {
  if (askedMs !== undefined) return Math.min(Math.max(askedMs, baseMs), limits.feedRetryAfterMsMax);
  const ceiling = Math.min(baseMs * 2 ** Math.min(failures, 30), limits.feedRetryDelayMsMax);
  const fraction = Buffer.from(random.bytes(4)).readUInt32BE(0) / 2 ** 32;
  return Math.round(baseMs + fraction * (ceiling - baseMs));
}
