import { EvaluationError } from './evaluation-error.ts';
import { Datetime, Decimal, Duration, IpAddress } from './extension.ts';
import { longOf } from './long.ts';

/**
 * Reads the texts that Cedar's extension constructors take (docs.cedarpolicy.com/policies/syntax-operators.html, read
 * 2026-11-28). All throw EvaluationError for any other text.
 */

export function parseDecimal(text: string): Decimal {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)\.(\d+)$/.exec(text) ?? [];
  if (whole === '') throw new EvaluationError(`\`${text}\` is no decimal`);
  if (fraction.length > 4) throw new EvaluationError(`\`${text}\` has more than four digits after the point`);
  const units = longOf(BigInt(`${sign}${whole}${fraction.padEnd(4, '0')}`));
  if (units === undefined) throw new EvaluationError(`\`${text}\` is too large for a decimal`);
  return new Decimal(units);
}

const dateShape = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?(?:Z|([+-])(\d{2})(\d{2})))?$/;

export function parseDatetime(text: string): Datetime {
  const parts = dateShape.exec(text);
  if (parts === null) throw new EvaluationError(`\`${text}\` is no datetime`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts
    .slice(1, 8)
    .map((part: string | undefined) => Number(part ?? 0));
  const [offsetHours, offsetMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59)
    throw new EvaluationError(`\`${text}\` is no time that exists`);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000 * (parts[8] === '-' ? -1 : 1);
  return new Datetime(date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + ms - offset);
}

const durationShape = /^(-?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const unitsMs = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n];

export function parseDuration(text: string): Duration {
  const parts = durationShape.exec(text);
  if (parts === null || text === '' || text === '-') throw new EvaluationError(`\`${text}\` is no duration`);
  const total = unitsMs.reduce((sum, unit, at) => sum + unit * BigInt(parts[at + 2] ?? 0), 0n);
  const ms = longOf(parts[1] === '-' ? -total : total);
  if (ms === undefined) throw new EvaluationError(`\`${text}\` is too long a duration`);
  return new Duration(ms);
}

export function parseIp(text: string): IpAddress {
  const [address = '', prefix, ...more] = text.split('/');
  const v4 = parseV4(address);
  const bits = v4 ?? parseV6(address);
  if (bits === undefined || more.length > 0) throw new EvaluationError(`\`${text}\` is no address or range`);
  const [version, width] = v4 === undefined ? ([6, 128] as const) : ([4, 32] as const);
  if (prefix === undefined) return new IpAddress(version, bits, width);
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > width)
    throw new EvaluationError(`\`${text}\` has no prefix of up to ${width} bits`);
  return new IpAddress(version, bits, Number(prefix));
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

/** RFC 4291, section 2.2, forms 1 and 2: an IPv4 address inside an IPv6 one is refused, as Cedar does. */
function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((bits, group) => bits * 65_536n + BigInt(`0x${group}`), 0n);
}
