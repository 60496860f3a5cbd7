/** A share of counted things, with its 95 % Wilson score interval (Wilson 1927, doi:10.2307/2276774). */
export interface Share {
  readonly count: number;
  readonly of: number;
  /** From 0 to 1; null where nothing was counted. */
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const z = 1.959964;

export function wilson(count: number, of: number): Share {
  if (of === 0) return { count, of, share: null, low: null, high: null };
  const share = count / of;
  const scale = 1 + (z * z) / of;
  const middle = (share + (z * z) / (2 * of)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { count, of, share, low: count === 0 ? 0 : middle - half, high: count === of ? 1 : middle + half };
}
