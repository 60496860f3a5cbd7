import { limits } from '../../../../base/limits.ts';
import { interpolate } from '../../../../model/interpolate.ts';
import { Interpolated, isList, isMarker, isProperties, newProperties, type Value } from '../../../../model/value.ts';
import { overTexts, type Pure } from './pure.ts';

/** Text functions that need nothing but their arguments. */
export const textFunctions: Readonly<Record<string, Pure>> = {
  tolower: (args) => casing(args[0], (text) => text.toLowerCase()),
  toupper: (args) => casing(args[0], (text) => text.toUpperCase()),
  trim: overTexts((text) => text.trim()),
  format: formatted,
  replace: overTexts((text, from, to) => {
    if (from === undefined || to === undefined || from === '') return undefined;
    const pieces = text.split(from);
    const length = text.length + (pieces.length - 1) * to.length;
    return length > limits.stringLengthMax ? undefined : pieces.join(to);
  }),
  split: ([text, by]) => {
    if (typeof text !== 'string') return undefined;
    const separators = isList(by) ? by : [by];
    let pieces = [text];
    for (const separator of separators) {
      if (typeof separator !== 'string' || separator === '') return undefined;
      pieces = pieces.flatMap((piece) => piece.split(separator));
    }
    return pieces;
  },
  join: ([items, by]) => {
    if (!isList(items) || typeof by !== 'string') return undefined;
    return interpolate(items.flatMap((item, index) => (index === 0 ? [item] : [by, item])));
  },
  substring: ([text, start, length]) => {
    if (typeof text !== 'string' || typeof start !== 'number' || start < 0) return undefined;
    if (length !== undefined && typeof length !== 'number') return undefined;
    return text.slice(start, length === undefined ? undefined : start + length);
  },
  startswith: ([text, start]) => edge(text, start, (a, b) => a.startsWith(b), 0),
  endswith: ([text, end]) => edge(text, end, (a, b) => a.endsWith(b), -1),
  indexof: overTexts((text, part) => text.toLowerCase().indexOf((part ?? '').toLowerCase())),
  lastindexof: overTexts((text, part) => text.toLowerCase().lastIndexOf((part ?? '').toLowerCase())),
  padleft: ([text, width, fill]) => {
    if ((typeof text !== 'string' && typeof text !== 'number') || typeof width !== 'number') return undefined;
    if (width > limits.stringLengthMax) return undefined;
    return String(text).padStart(width, typeof fill === 'string' ? fill : ' ');
  },
  string: ([value = null]) =>
    typeof value === 'string' || value instanceof Interpolated ? value : stringOfValue(value),
  int: ([value]) => {
    const number = typeof value === 'string' && /^-?[0-9]{1,18}$/.test(value.trim()) ? Number(value) : value;
    return typeof number === 'number' ? Math.trunc(number) : undefined;
  },
  float: ([value]) =>
    typeof value === 'number' ? value : typeof value === 'string' ? finite(Number(value)) : undefined,
  json: overTexts((text) => fromJson(text)),
  base64: overTexts((text) => Buffer.from(text, 'utf8').toString('base64')),
  base64tostring: overTexts((text) => Buffer.from(text, 'base64').toString('utf8')),
  base64tojson: overTexts((text) => fromJson(Buffer.from(text, 'base64').toString('utf8'))),
  uricomponent: overTexts((text) => safely(() => encodeURIComponent(text))),
  uricomponenttostring: overTexts((text) => safely(() => decodeURIComponent(text))),
  uri: overTexts((base, path) => (base.endsWith('/') ? base : `${base}/`) + (path ?? '').replace(/^\//, '')),
};

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function safely(compute: () => string): string | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

/** Changes the case of what is known of a text. */
function casing(value: Value | undefined, change: (text: string) => string): Value | undefined {
  if (typeof value === 'string') return change(value);
  if (!(value instanceof Interpolated)) return undefined;
  return new Interpolated(value.parts.map((part) => (typeof part === 'string' ? change(part) : part)));
}

/** Starts-with and ends-with (both ignore case); the known edge of a partly known text can decide. */
function edge(
  text: Value | undefined,
  part: Value | undefined,
  test: (text: string, part: string) => boolean,
  side: 0 | -1,
): boolean | undefined {
  if (typeof part !== 'string') return undefined;
  const known = text instanceof Interpolated ? text.parts.at(side) : text;
  if (typeof known !== 'string') return undefined;
  if (known !== text && known.length < part.length) return undefined;
  return test(known.toLowerCase(), part.toLowerCase());
}

/** `format('{0}-{1}', …)`: composite formatting without format specifiers. */
function formatted([pattern, ...values]: readonly Value[]): Value | undefined {
  if (typeof pattern !== 'string') return undefined;
  const parts: Value[] = [];
  let text = '';
  for (let at = 0; at < pattern.length; at++) {
    const here = pattern[at] ?? '';
    if ((here === '{' || here === '}') && pattern[at + 1] === here) {
      text += here;
      at++;
    } else if (here === '{') {
      const end = pattern.indexOf('}', at);
      const value = values[Number(pattern.slice(at + 1, end))];
      if (end === -1 || value === undefined) return undefined;
      parts.push(text, typeof value === 'boolean' ? (value ? 'True' : 'False') : value);
      text = '';
      at = end;
    } else text += here;
  }
  return interpolate([...parts, text]);
}

function stringOfValue(value: Value): Value | undefined {
  if (value === null) return '';
  if (typeof value !== 'object') return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  return isKnown(value) ? JSON.stringify(value) : undefined;
}

function isKnown(value: Value): boolean {
  if (isMarker(value)) return false;
  if (isList(value)) return value.every(isKnown);
  return isProperties(value) ? Object.values(value).every(isKnown) : true;
}

function fromJson(text: string): Value | undefined {
  try {
    return cleaned(JSON.parse(text) as Value, 0);
  } catch {
    return undefined;
  }
}

/** Parsed JSON as properties: objects without a prototype. */
function cleaned(value: Value, depth: number): Value {
  if (depth > limits.nestingDepthMax) throw new RangeError('nested deeper than the limit');
  if (isList(value)) return value.map((item) => cleaned(item, depth + 1));
  if (!isProperties(value)) return value;
  const result = newProperties();
  for (const [key, item] of Object.entries(value)) result[key] = cleaned(item, depth + 1);
  return result;
}
