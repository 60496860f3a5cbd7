import { DemarcError } from '../../../base/errors.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as people write it (`30m`, `24h`, `7d`), in milliseconds; undefined when it is none. */
export function parseLength(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unitMs[unit] ?? 0);
}

/**
 * A time as people write it: RFC 3339, a date (its beginning in UTC), or an age (`30m`, `24h`, `7d`).
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds since the epoch
 * @throws DemarcError `DMC_USAGE`
 */
export function parseInstant(text: string, now: number): number {
  const age = parseLength(text);
  if (age !== undefined) return now - age;
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/i.test(text);
  const at = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new DemarcError('DMC_USAGE', `\`${text}\` is no time`, {
      hint: 'write 2026-11-20, 2026-11-20T10:00:00Z, or an age such as 30m, 24h or 7d',
    });
  return at;
}

/** A time range of flags. */
export function parseRange(
  { since, until }: { readonly since?: string; readonly until?: string },
  now: number,
): { readonly since?: number; readonly until?: number } {
  return {
    ...(since === undefined ? {} : { since: parseInstant(since, now) }),
    ...(until === undefined ? {} : { until: parseInstant(until, now) }),
  };
}
