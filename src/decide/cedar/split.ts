import { limits } from '../../base/limits.ts';
import { tokensOf } from './source.ts';

/** One policy of a file: its text, from its first annotation or keyword on. */
export interface PolicyText {
  readonly text: string;
  /** Where it begins in the file, in characters. */
  readonly at: number;
  /** Why it is not handed to Cedar's parser. */
  readonly refused: string | undefined;
}

const operators: ReadonlySet<string> = new Set([
  '&&',
  '||',
  '!',
  '+',
  '-',
  '*',
  '.',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'has',
  'like',
  'is',
  'if',
]);

/** Cuts a file into policies, which end in semicolons, and measures each: Cedar's parser must not see what would break it. */
export function splitPolicies(text: string): PolicyText[] {
  const policies: PolicyText[] = [];
  let start = -1;
  let depth = 0;
  let deepest = 0;
  let count = 0;
  const finish = (end: number): void => {
    if (start >= 0) policies.push({ text: text.slice(start, end), at: start, refused: tooLarge(deepest, count) });
    start = -1;
    depth = deepest = count = 0;
  };
  for (const { kind, text: part, at } of tokensOf(text)) {
    if (kind === 'space' || kind === 'comment') continue;
    if (start < 0) start = at;
    if (kind === 'string') continue;
    // Each conditional nests, its end is no bracket: it counts for the whole policy.
    if ('([{'.includes(part) || part === 'if') deepest = Math.max(deepest, ++depth);
    else if (')]}'.includes(part)) depth--;
    if (operators.has(part)) count++;
    if (part === ';') finish(at + 1);
  }
  finish(text.length);
  return policies;
}

function tooLarge(nesting: number, operators: number): string | undefined {
  if (nesting > limits.policyNestingMax) return `nests deeper than ${limits.policyNestingMax}`;
  if (operators > limits.policyOperatorsMax) return `has more than ${limits.policyOperatorsMax} operators`;
  return undefined;
}
