import { interpolate } from '../../../../../model/interpolate.ts';
import { Interpolated, isList, newProperties, Unknown, type Value } from '../../../../../model/value.ts';
import type { CallContext, TerraformFunction } from '../evaluator.ts';
import { Failure } from '../failure.ts';
import { toNumber } from '../operators.ts';
import { onTexts, toItems, toText } from './arguments.ts';
import { format } from './format.ts';
import { compilePattern } from './pattern.ts';

/** String functions (https://developer.hashicorp.com/terraform/language/functions). */
export const stringFunctions: Readonly<Record<string, TerraformFunction>> = {
  lower: onParts((text) => text.toLowerCase()),
  upper: onParts((text) => text.toUpperCase()),
  title: onTexts(([text = '']) =>
    text.replace(/(^|[^\p{L}\p{N}_])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
  ),
  chomp: onTexts(([text = '']) => text.replace(/[\r\n]{1,65536}$/, '')),
  trimspace: onTexts(([text = '']) => text.trim()),
  trim: onTexts(([text = '', set = '']) => trimEnd(trimStart(text, set), set)),
  trimprefix: onTexts(([text = '', prefix = '']) =>
    prefix !== '' && text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimsuffix: onTexts(([text = '', suffix = '']) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  startswith: (args, call) => affix(args, call, true),
  endswith: (args, call) => affix(args, call, false),
  strcontains: onTexts(([text = '', part = '']) => text.includes(part)),
  strrev: onTexts(([text = '']) => Array.from(text).reverse().join('')),
  split: onTexts(([separator = '', text = ''], call) => {
    call.charge(text.length);
    return text === '' && separator !== '' ? [''] : text.split(separator);
  }),
  join,
  indent: ([spaces = 0, text], call) => {
    const count = toNumber(spaces);
    if (count instanceof Unknown) return count;
    const known = toText(text, call);
    if (typeof known !== 'string') return known;
    if (count < 0 || count > 200) return new Failure('an indentation past the limit');
    return known.replaceAll('\n', `\n${' '.repeat(count)}`);
  },
  substr,
  replace,
  regex: onTexts(([pattern = '', text = ''], call) => {
    const compiled = compilePattern(pattern, text, call.charge);
    if (compiled instanceof Unknown) return compiled;
    const match = compiled.exec(text);
    return match === null ? new Failure('no match') : groupsOf(match);
  }),
  regexall: onTexts(([pattern = '', text = ''], call) => {
    const compiled = compilePattern(pattern, text, call.charge);
    return compiled instanceof Unknown ? compiled : [...text.matchAll(compiled)].map(groupsOf);
  }),
  format: ([spec, ...values], call) => {
    const text = toText(spec, call);
    return typeof text === 'string' ? format(text, values, call) : text;
  },
  formatlist: formatList,
};

/** A function that works on every part of a partly known text by itself. */
function onParts(run: (text: string) => string): TerraformFunction {
  return ([value], call) => {
    const text = toText(value, call);
    if (typeof text === 'string') return run(text);
    if (text instanceof Interpolated)
      return new Interpolated(text.parts.map((part) => (typeof part === 'string' ? run(part) : part)));
    return text;
  };
}

function trimStart(text: string, set: string): string {
  let at = 0;
  while (at < text.length && set.includes(text.charAt(at))) at++;
  return text.slice(at);
}

function trimEnd(text: string, set: string): string {
  let at = text.length;
  while (at > 0 && set.includes(text.charAt(at - 1))) at--;
  return text.slice(0, at);
}

function affix(args: readonly Value[], call: CallContext, atStart: boolean): Value {
  const text = toText(args[0], call);
  const part = toText(args[1], call);
  if (typeof part !== 'string')
    return part instanceof Unknown ? part : new Unknown('a text that is known only after deployment');
  if (typeof text === 'string') return atStart ? text.startsWith(part) : text.endsWith(part);
  const known = text instanceof Interpolated ? text.parts.at(atStart ? 0 : -1) : undefined;
  if (typeof known === 'string') {
    if (known.length >= part.length) return atStart ? known.startsWith(part) : known.endsWith(part);
    if (atStart ? !part.startsWith(known) : !part.endsWith(known)) return false;
  }
  return text instanceof Unknown ? text : new Unknown('a text that is known only after deployment');
}

function join(args: readonly Value[], call: CallContext): Value {
  const [separator = '', ...lists] = args;
  const parts: Value[] = [];
  for (const list of lists) {
    const items = toItems(list, call);
    if (items instanceof Unknown) return items;
    for (const item of items) {
      if (item === null) return new Failure('null in a list of texts');
      if (parts.length > 0) parts.push(separator);
      parts.push(toText(item, call));
    }
  }
  return interpolate(parts);
}

function substr(args: readonly Value[], call: CallContext): Value {
  const text = toText(args[0], call);
  const offset = toNumber(args[1] ?? 0);
  const length = toNumber(args[2] ?? -1);
  if (offset instanceof Unknown) return offset;
  if (length instanceof Unknown) return length;
  if (typeof text !== 'string') {
    // The beginning of a partly known text is often known far enough, or the text short enough as a whole.
    const first = text instanceof Interpolated ? text.parts[0] : undefined;
    if (typeof first === 'string' && offset >= 0 && length >= 0 && offset + length <= first.length)
      return first.slice(offset, offset + length);
    return offset === 0
      ? interpolate([...leading(text), new Unknown('the rest of a text that is cut')])
      : new Unknown('a text that is known only after deployment');
  }
  const characters = Array.from(text);
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset;
  return characters.slice(start, length < 0 ? undefined : start + length).join('');
}

function leading(text: Value): Value[] {
  return text instanceof Interpolated && typeof text.parts[0] === 'string' ? [] : [text];
}

function replace(args: readonly Value[], call: CallContext): Value {
  const search = toText(args[1], call);
  const replacement = toText(args[2], call);
  const text = toText(args[0], call);
  if (typeof search === 'string' && typeof replacement === 'string') {
    const isPattern = search.length > 1 && search.startsWith('/') && search.endsWith('/');
    if (typeof text === 'string')
      return isPattern
        ? replacePattern(text, search.slice(1, -1), replacement, call)
        : text.replaceAll(search, () => replacement);
    // A single character is never split over two parts.
    if (text instanceof Interpolated && search.length === 1) {
      return interpolate(
        text.parts.map((part) => (typeof part === 'string' ? part.replaceAll(search, () => replacement) : part)),
      );
    }
  }
  return onTexts(() => null)([text, search, replacement], call);
}

function replacePattern(text: string, pattern: string, replacement: string, call: CallContext): Value {
  const compiled = compilePattern(pattern, text, call.charge);
  if (compiled instanceof Unknown) return compiled;
  return text.replace(
    compiled,
    replacement.replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (_, braced?: string, bare?: string) => {
      const name = braced ?? bare ?? '';
      return /^\d+$/.test(name) ? `$${name}` : `$<${name}>`;
    }),
  );
}

/** What a match gives: the whole text, the list of its groups, or an object of its named groups. */
function groupsOf(match: RegExpExecArray): Value {
  if (match.groups !== undefined) {
    const named = newProperties();
    for (const [name, text] of Object.entries(match.groups)) named[name] = text ?? null;
    return named;
  }
  return match.length === 1 ? match[0] : match.slice(1).map((text) => text ?? null);
}

function formatList(args: readonly Value[], call: CallContext): Value {
  const spec = toText(args[0], call);
  if (typeof spec !== 'string') return spec;
  const rest = args.slice(1);
  const unknown = rest.find((arg) => arg instanceof Unknown);
  if (unknown !== undefined) return unknown;
  const lists = rest.filter(isList);
  const length = lists[0]?.length ?? 1;
  if (lists.some((list) => list.length !== length)) return new Failure('lists of different lengths');
  return Array.from({ length }, (_, index) =>
    format(
      spec,
      rest.map((arg) => (isList(arg) ? (arg[index] ?? null) : arg)),
      call,
    ),
  );
}
