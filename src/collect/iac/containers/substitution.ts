import { interpolate } from '../../../model/interpolate.ts';
import { Interpolated, Ref, Unknown, type Value } from '../../../model/value.ts';

/** What a variable holds: a value, `undefined` for one that is not set. */
export type Lookup = (name: string) => Value | undefined;

export interface SubstitutionOptions {
  readonly lookup: Lookup;
  /** The character that takes a following `$` literally; Compose doubles the `$` instead. */
  readonly escape: '\\' | '`' | '$';
  /** What an unset variable without a default gives. */
  readonly unset: (name: string) => Value;
}

const depthMax = 8;

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+alternative}` and `${NAME:?message}`, defaults
 * nested. A required variable is known to be set although its text is not.
 *
 * https://docs.docker.com/reference/dockerfile/#environment-replacement,
 * https://docs.docker.com/reference/compose-file/interpolation/
 */
export function substitute(text: string, options: SubstitutionOptions, depth = 0): Value {
  if (!text.includes('$') && !(options.escape !== '$' && text.includes(options.escape))) return text;
  if (depth > depthMax) return new Unknown('defaults nested deeper than the limit');
  const parts: Value[] = [];
  let plain = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === options.escape && text[at + 1] === '$') {
      plain += '$';
      at++;
      continue;
    }
    const found = char === '$' ? variableAt(text, at) : undefined;
    if (found === undefined) {
      plain += char;
      continue;
    }
    parts.push(plain, expand(found, options, depth));
    plain = '';
    at = found.end - 1;
  }
  parts.push(plain);
  const [only, ...others] = parts.filter((part) => part !== '');
  // A single value stays what it is: that a required variable is set must not get lost.
  return only !== undefined && others.length === 0 ? only : interpolate(parts);
}

interface Variable {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  /** Offset after the variable. */
  readonly end: number;
}

function variableAt(text: string, at: number): Variable | undefined {
  const plain = /^[A-Za-z_]\w{0,200}/.exec(text.slice(at + 1, at + 220));
  if (plain !== null) return { name: plain[0], operator: '', operand: '', end: at + 1 + plain[0].length };
  const braced = /^\{([A-Za-z_]\w{0,200})(:?[-+?]|\})/.exec(text.slice(at + 1, at + 220));
  if (braced === null) return undefined;
  const [whole, name = '', operator = ''] = braced;
  const start = at + 1 + whole.length;
  if (operator === '}') return { name, operator: '', operand: '', end: start };
  let open = 1;
  for (let end = start; end < text.length; end++) {
    if (text[end] === '{') open++;
    else if (text[end] === '}' && --open === 0)
      return { name, operator, operand: text.slice(start, end), end: end + 1 };
  }
  return undefined;
}

function expand({ name, operator, operand }: Variable, options: SubstitutionOptions, depth: number): Value {
  const value = options.lookup(name);
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  const replacement = (): Value => substitute(operand, options, depth + 1);
  switch (operator.at(-1) ?? '') {
    case '-':
      return isSet ? value : replacement();
    case '+':
      if (value instanceof Unknown) return value;
      return isSet ? replacement() : '';
    case '?':
      if (isSet && !(value instanceof Unknown)) return value;
      // Required and not empty: set for certain, and its text unknown. That is what a reference is.
      if (operator === ':?') return new Ref(`shell#${name}`);
      return new Interpolated([new Unknown(`\`${name}\` is given when it is started`)]);
    default:
      return value ?? options.unset(name);
  }
}
