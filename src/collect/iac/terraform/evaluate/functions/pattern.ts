import { Unknown } from '../../../../../model/value.ts';
import { Failure } from '../failure.ts';

const patternLengthMax = 200;
const inputLengthMax = 4_096;
/** Positions a backtracking search may try in the worst case. */
const searchStepsMax = 5_000_000;
const searchStepsPerStep = 25;

/**
 * A regular expression of a configuration, in JavaScript's form, or why it is not run. Terraform's engine (RE2) is linear and
 * ours is not: a repeated group is refused, and with r unbounded repetitions over n characters the worst case is bounded by
 * n^(r+1) / (r+1)!, which must stay small and is paid for in steps.
 *
 * @param charge pays for the search. @throws Exhausted
 */
export function compilePattern(pattern: string, input: string, charge: (steps: number) => void): RegExp | Unknown {
  if (pattern.length > patternLengthMax || input.length > inputLengthMax)
    return new Unknown('a regular expression over more than the limit');
  const flags = /^\(\?([ims]{1,3})\)/.exec(pattern);
  const body = flags === null ? pattern : pattern.slice(flags[0].length);
  const bare = body.replace(/\\./g, '_').replace(/\[[^\]]{0,100}\]/g, '_');
  const unsupported = /\)[*+{]|\(\?[^:P<]|\(\?<[=!]/.test(bare) || /\\[1-9zACpPQ]|\[\[:/.test(body);
  if (unsupported) return new Unknown('a regular expression that is not evaluated');
  const repetitions = (bare.match(/[*+]|\{\d{0,5},\d{0,5}\}/g) ?? []).length;
  let cost = input.length + 1;
  for (let at = 2; at <= repetitions + 1; at++) cost *= (input.length + at) / at;
  if (cost > searchStepsMax) return new Unknown('a regular expression that may take more steps than the limit');
  charge(Math.ceil(cost / searchStepsPerStep));
  try {
    return new RegExp(body.replace(/\(\?P</g, '(?<'), `g${[...new Set(flags?.[1] ?? '')].join('')}`);
  } catch {
    return new Failure('not a regular expression');
  }
}
