import { interpolate } from '../../../../../model/interpolate.ts';
import { isMarker, Unknown, type Value } from '../../../../../model/value.ts';
import type { CallContext } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { toNumber } from '../operators.ts';
import { jsonText, textPart } from '../text.ts';

const verb = /%(?:%|([-+0# ]{0,5})(\d{0,4})(?:\.(\d{0,4}))?(?:\[(\d{1,4})\])?([a-zA-Z]))/g;

/** `format`: printf verbs over values; unknown values stay as parts of the text. */
export function format(spec: string, values: readonly Value[], call: CallContext): Value {
  const parts: Value[] = [];
  let at = 0;
  let next = 0;
  for (const match of spec.matchAll(verb)) {
    call.charge(1);
    parts.push(spec.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[0] === '%%') {
      parts.push('%');
      continue;
    }
    const index = match[4] === undefined ? next : Number(match[4]) - 1;
    next = index + 1;
    const value = values[index];
    if (value === undefined) return new Failure('too few arguments of `format`');
    const text = formatted(value, match[5] ?? 'v', match[3], call);
    if (text instanceof Failure) return text;
    parts.push(typeof text === 'string' ? pad(text, match[1] ?? '', Number(match[2] ?? 0)) : text);
  }
  parts.push(spec.slice(at));
  return interpolate(parts);
}

function formatted(value: Value, letter: string, precision: string | undefined, call: CallContext): Value {
  if (isMarker(value)) return value;
  switch (letter) {
    case 's':
      return value === null ? new Failure('null in `format`') : asText(value, call);
    case 'v':
      return value === null ? 'null' : asText(value, call);
    case 'q':
      return typeof value === 'object' ? new Failure('a text is expected') : JSON.stringify(String(value));
    case 't':
      return typeof value === 'boolean' ? String(value) : new Failure('a truth value is expected');
    case 'd':
    case 'b':
    case 'o':
    case 'x':
    case 'X':
    case 'f':
    case 'g':
    case 'e':
      return formattedNumber(toNumber(value), letter, precision);
    default:
      return new Failure('an unknown verb of `format`');
  }
}

function asText(value: Value, call: CallContext): Value {
  const text = textPart(value, call.charge);
  return text !== null && typeof text === 'object' ? text : String(text);
}

function formattedNumber(number: number | Unknown, letter: string, precision: string | undefined): Value {
  if (number instanceof Unknown) return number;
  switch (letter) {
    case 'd':
      return String(Math.trunc(number));
    case 'b':
      return number.toString(2);
    case 'o':
      return number.toString(8);
    case 'x':
      return number.toString(16);
    case 'X':
      return number.toString(16).toUpperCase();
    case 'f':
      return number.toFixed(Math.min(100, Number(precision ?? 6)));
    case 'e':
      return number.toExponential(Math.min(100, Number(precision ?? 6))).replace(/([+-])(\d)$/, '$10$2');
    default:
      return String(number);
  }
}

function pad(text: string, flags: string, width: number): string {
  if (text.length >= width) return text;
  if (flags.includes('-')) return text.padEnd(width);
  return flags.includes('0') ? text.padStart(width, '0') : text.padStart(width);
}

/** `jsonencode` of what is not kept as a structure: the JSON text of a scalar. */
export function scalarJson(value: Value, call: CallContext): Value {
  return (
    jsonText(value, call.charge) ??
    (value instanceof Unknown ? value : new Unknown('a text that is known only after deployment'))
  );
}
