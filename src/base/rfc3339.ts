const shape = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:)(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** A point in time as RFC 3339 states it. */
export interface Instant {
  /** Milliseconds since the epoch; finer fractions are cut off. */
  readonly ms: number;
  /** Whether the milliseconds in UTC say all the text said: no other offset, no finer fraction. */
  readonly exact: boolean;
}

/**
 * Reads a date and time with offset (RFC 3339, section 5.6). A leap second is the last millisecond before it. Undefined
 * when the text is none, names a day that does not exist, or falls outside the years 0 to 9999 in UTC.
 */
export function parseRfc3339(text: string): Instant | undefined {
  const [, date = '', minutes = '', second = '', fraction = '', sign = '', hours = '0', offset = '0'] =
    shape.exec(text) ?? [];
  const leap = second === '60';
  const local = Date.parse(
    `${date}T${minutes}${leap ? '59.999' : `${second}.${fraction.slice(0, 3).padEnd(3, '0')}`}Z`,
  );
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(`${date}T${minutes}`)) return undefined;
  if (Number(hours) > 23 || Number(offset) > 59) return undefined;
  const shift = (Number(hours) * 60 + Number(offset)) * 60_000 * (sign === '-' ? -1 : 1);
  const ms = local - shift;
  if (ms < firstMs || ms > lastMs) return undefined;
  return { ms, exact: shift === 0 && !leap && /^0*$/.test(fraction.slice(3)) };
}

const firstMs = Date.parse('0000-01-01T00:00:00.000Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

/** The form times have in the ledger: RFC 3339 in UTC with milliseconds. */
export function formatRfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, -4);
    lastSecond = second;
  }
  return `${lastText}${String(Math.floor(ms) - second * 1000).padStart(3, '0')}Z`;
}

/** The second that was asked for last: events come many to a second. */
let lastSecond = Number.NaN;
let lastText = '';
