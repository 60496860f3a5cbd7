/** How long one key of a person is used: a payload's key name ends in the period it was sealed in. */
export type PeriodLength = 'day' | 'month' | 'year';

const digits = { day: 10, month: 7, year: 4 } as const;

/**
 * The period a time falls into (`2026-08`, UTC), with a count behind a dot when keys were rotated within it.
 *
 * @param rotation the content of the rotation file: `<period> <count>`
 */
export function periodAt(timeMs: number, length: PeriodLength, rotation: string | undefined): string {
  const period = new Date(timeMs).toISOString().slice(0, digits[length]);
  const count = rotationOf(period, rotation);
  return count === 0 ? period : `${period}.${count}`;
}

/** The content of the rotation file after one more rotation. */
export function rotated(timeMs: number, length: PeriodLength, rotation: string | undefined): string {
  const period = new Date(timeMs).toISOString().slice(0, digits[length]);
  return `${period} ${rotationOf(period, rotation) + 1}`;
}

function rotationOf(period: string, rotation: string | undefined): number {
  const [rotatedPeriod, count] = (rotation ?? '').trim().split(' ');
  return rotatedPeriod === period ? Number(count) : 0;
}
