import { RE2JS } from 're2js';
import { limits } from '../../base/limits.ts';
import { networkTest } from '../../base/network-address.ts';
import { sigmaError } from './sigma-error.ts';

/** A scalar of a rule or an event. */
export type Scalar = string | number | boolean | null;
/** Whether a value of an event matches one value of a rule. */
export type ValueMatcher = (value: Scalar) => boolean;

/** Modifiers that say how a value is compared; at most one stands on a field. */
const comparisons = ['contains', 'startswith', 'endswith', 're', 'cidr', 'lt', 'lte', 'gt', 'gte'] as const;
type Comparison = (typeof comparisons)[number];
const transforms = ['base64', 'base64offset', 'wide', 'utf16le', 'utf16be', 'windash'] as const;
type Transform = (typeof transforms)[number];

/** How the values of a field are compared: its modifiers, taken apart. */
export interface Comparing {
  readonly comparison: Comparison | undefined;
  readonly transforms: readonly Transform[];
  readonly cased: boolean;
  /** Flags of `re`: `i`, `m`, `s`. */
  readonly flags: string;
}

export function isComparison(modifier: string): modifier is Comparison {
  return (comparisons as readonly string[]).includes(modifier);
}

export function isTransform(modifier: string): modifier is Transform {
  return (transforms as readonly string[]).includes(modifier);
}

/**
 * Compiles one value of a rule (Sigma specification 2.1, appendix "Modifiers"). Strings compare without regard to case
 * unless `cased`; `*` and `?` are wildcards, a backslash in front of them takes that away. Regular expressions run on
 * RE2, in time linear in the text.
 *
 * @throws DemarcError `DMC_RULE_INVALID`
 */
export function compileValue(value: Scalar, how: Comparing): ValueMatcher {
  if (value === null) return (found) => found === null;
  switch (how.comparison) {
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return compileOrder(value, how.comparison);
    case 're':
      return compileExpression(String(value), how.flags);
    case 'cidr':
      return compileNetwork(String(value));
    case 'contains':
    case 'startswith':
    case 'endswith':
    case undefined:
      return compileText(value, how);
  }
}

function compileOrder(value: Scalar, comparison: 'lt' | 'lte' | 'gt' | 'gte'): ValueMatcher {
  if (typeof value !== 'number') throw sigmaError(`\`${comparison}\` needs a number`);
  const holds = {
    lt: (found: number) => found < value,
    lte: (found: number) => found <= value,
    gt: (found: number) => found > value,
    gte: (found: number) => found >= value,
  }[comparison];
  return (found) => typeof found === 'number' && holds(found);
}

function compileExpression(pattern: string, flags: string): ValueMatcher {
  let bits = 0;
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) bits |= RE2JS.MULTILINE;
  if (flags.includes('s')) bits |= RE2JS.DOTALL;
  try {
    const expression = RE2JS.compile(pattern, bits);
    return (found) => found !== null && expression.matcher(String(found).slice(0, limits.matchLengthMax)).find();
  } catch {
    throw sigmaError(`\`${pattern}\` is not a regular expression of RE2`, 'no look-around and no back-references');
  }
}

function compileText(value: Exclude<Scalar, null>, how: Comparing): ValueMatcher {
  const variants = how.transforms.reduce<readonly string[]>(
    (texts, transform) => texts.flatMap(applying(transform)),
    [String(value)],
  );
  if (typeof value !== 'string' && how.comparison === undefined) return (found) => sameScalar(found, value);
  const fold = (text: string): string => (how.cased ? text : text.toLowerCase());
  const patterns = variants.map((text) => wildcardPattern(fold(text), how.comparison));
  if (patterns.every((parts) => parts.length === 1 && !parts[0]?.includes(anyCharacter))) {
    const exact = new Set(patterns.flat());
    return (found) => found !== null && exact.has(fold(String(found)));
  }
  return (found) => {
    if (found === null) return false;
    const text = fold(String(found));
    return patterns.some((parts) => matchesParts(text, parts));
  };
}

function sameScalar(found: Scalar, value: number | boolean): boolean {
  return found === value || (typeof found === 'string' && found.toLowerCase() === String(value));
}

function applying(transform: Transform): (text: string) => readonly string[] {
  switch (transform) {
    case 'base64':
      return (text) => [Buffer.from(text, 'latin1').toString('base64')];
    case 'base64offset':
      return (text) => [0, 1, 2].map((offset) => base64At(text, offset));
    case 'wide':
    case 'utf16le':
      return (text) => [Buffer.from(text, 'utf16le').toString('latin1')];
    case 'utf16be':
      return (text) => [Buffer.from(text, 'utf16le').swap16().toString('latin1')];
    case 'windash':
      return (text) => ['-', '/', '–', '—', '―'].map((dash) => text.replace(/(^|\s)[-/–—―]/g, `$1${dash}`));
  }
}

/** What of a text's Base64 does not depend on its surroundings when it starts `offset` bytes into a group of three. */
function base64At(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text, 'latin1')]);
  const encoded = bytes.toString('base64').replace(/=+$/, '');
  const from = [0, 2, 3][offset] ?? 0;
  const inTail = bytes.length % 3;
  return encoded.slice(from, inTail === 0 ? encoded.length : encoded.length - 1);
}

/** A pattern as texts between wildcards: `*` stands for anything between two parts, `?` is the character U+0000. */
function wildcardPattern(text: string, comparison: Comparison | undefined): string[] {
  const parts = [''];
  const add = (more: string): void => void (parts[parts.length - 1] += more);
  if (comparison === 'contains' || comparison === 'endswith') parts.push('');
  for (let at = 0; at < text.length; at++) {
    const [char = '', next = ''] = [text[at], text[at + 1]];
    if (char === '\\' && (next === '*' || next === '?' || (next === '\\' && /[*?]/.test(text[at + 2] ?? '')))) {
      add(next);
      at++;
    } else if (char === '*') parts.push('');
    else add(char === '?' ? anyCharacter : char);
  }
  if (comparison === 'contains' || comparison === 'startswith') parts.push('');
  return parts;
}

const anyCharacter = '\u0000';

/** Greedy from the left, the last part at the end: linear for the first fit of each part. */
function matchesParts(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (!fits(text, first, 0)) return false;
  if (parts.length === 1) return text.length === first.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = indexOfPart(text, part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && fits(text, last, text.length - last.length);
}

function indexOfPart(text: string, part: string, from: number): number {
  if (!part.includes(anyCharacter)) return text.indexOf(part, from);
  for (let at = from; at + part.length <= text.length; at++) if (fits(text, part, at)) return at;
  return -1;
}

function fits(text: string, part: string, at: number): boolean {
  if (at < 0 || at + part.length > text.length) return false;
  if (!part.includes(anyCharacter)) return text.startsWith(part, at);
  for (let i = 0; i < part.length; i++) if (part[i] !== anyCharacter && part[i] !== text[at + i]) return false;
  return true;
}

function compileNetwork(cidr: string): ValueMatcher {
  const isInside = networkTest(cidr);
  if (isInside === undefined) throw sigmaError(`\`${cidr}\` is not a network`);
  return (found) => typeof found === 'string' && isInside(found);
}
