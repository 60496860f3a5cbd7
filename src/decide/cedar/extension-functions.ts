import { EvaluationError } from './evaluation-error.ts';
import { Datetime, Decimal, Duration, IpAddress } from './extension.ts';
import { parseDatetime, parseDecimal, parseDuration, parseIp } from './extension-parse.ts';
import { add, type Long, modulo, quotient, subtract } from './long.ts';
import { typeError, type Value } from './value.ts';

export type ExtensionFunction = (args: readonly Value[]) => Value;

const dayMs = 86_400_000;

function text(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  throw typeError('string', value ?? false);
}

function decimal(value: Value | undefined): Long {
  if (value instanceof Decimal) return value.units;
  throw typeError('decimal', value ?? false);
}

function datetime(value: Value | undefined): Long {
  if (value instanceof Datetime) return value.ms;
  throw typeError('datetime', value ?? false);
}

function duration(value: Value | undefined): Long {
  if (value instanceof Duration) return value.ms;
  throw typeError('duration', value ?? false);
}

function ip(value: Value | undefined): IpAddress {
  if (value instanceof IpAddress) return value;
  throw typeError('ipaddr', value ?? false);
}

const loopback = { 4: parseIp('127.0.0.0/8'), 6: parseIp('::1/128') };
const multicast = { 4: parseIp('224.0.0.0/4'), 6: parseIp('ff00::/8') };

const functions: ReadonlyMap<string, readonly [arity: number, run: ExtensionFunction]> = new Map<
  string,
  readonly [number, ExtensionFunction]
>([
  ['decimal', [1, ([a]) => parseDecimal(text(a))]],
  ['lessThan', [2, ([a, b]) => decimal(a) < decimal(b)]],
  ['lessThanOrEqual', [2, ([a, b]) => decimal(a) <= decimal(b)]],
  ['greaterThan', [2, ([a, b]) => decimal(a) > decimal(b)]],
  ['greaterThanOrEqual', [2, ([a, b]) => decimal(a) >= decimal(b)]],
  ['ip', [1, ([a]) => parseIp(text(a))]],
  ['isIpv4', [1, ([a]) => ip(a).version === 4]],
  ['isIpv6', [1, ([a]) => ip(a).version === 6]],
  ['isLoopback', [1, ([a]) => ip(a).isInRange(loopback[ip(a).version])]],
  ['isMulticast', [1, ([a]) => ip(a).isInRange(multicast[ip(a).version])]],
  ['isInRange', [2, ([a, b]) => ip(a).isInRange(ip(b))]],
  ['datetime', [1, ([a]) => parseDatetime(text(a))]],
  ['duration', [1, ([a]) => parseDuration(text(a))]],
  ['offset', [2, ([a, b]) => new Datetime(add(datetime(a), duration(b)))]],
  ['durationSince', [2, ([a, b]) => new Duration(subtract(datetime(a), datetime(b)))]],
  ['toDate', [1, ([a]) => new Datetime(subtract(datetime(a), modulo(datetime(a), dayMs)))]],
  ['toTime', [1, ([a]) => new Duration(modulo(datetime(a), dayMs))]],
  ['toMilliseconds', [1, ([a]) => duration(a)]],
  ['toSeconds', [1, ([a]) => quotient(duration(a), 1000)]],
  ['toMinutes', [1, ([a]) => quotient(duration(a), 60_000)]],
  ['toHours', [1, ([a]) => quotient(duration(a), 3_600_000)]],
  ['toDays', [1, ([a]) => quotient(duration(a), dayMs)]],
]);

/** An extension function by its name in Cedar's JSON form; undefined when Cedar 4.5 has none of that name. */
export function extensionFunction(name: string): ExtensionFunction | undefined {
  const [arity, run] = functions.get(name) ?? [];
  if (arity === undefined || run === undefined) return undefined;
  return (args) => {
    if (args.length !== arity) throw new EvaluationError(`\`${name}\` takes ${arity} arguments`);
    return run(args);
  };
}
