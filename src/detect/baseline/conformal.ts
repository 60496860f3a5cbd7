/**
 * How unusual a number is among earlier ones, without a model of them: the share of samples that are at least as large,
 * counting the number itself. For exchangeable samples the result is at most `p` with probability `p`, so a threshold on
 * it *is* the rate of false alarms (conformal p-value: Vovk, Gammerman, Shafer, Algorithmic Learning in a Random World,
 * 2005, chapter 2).
 *
 * @returns between 1 / (n + 1) and 1: with fewer than 1/p - 1 samples nothing can be unusual at p
 */
export function upperTail(samples: readonly number[], value: number): number {
  return (1 + samples.filter((sample) => sample >= value).length) / (samples.length + 1);
}

/**
 * The probability that the next value is one not seen before, as Good and Turing estimate it: the share of values seen
 * exactly once (I. J. Good, Biometrika 40, 1953).
 *
 * @param counts how often each value was seen
 * @returns 1 when nothing was seen; never below 1 / (n + 1), since absence of surprise is no proof
 */
export function unseenProbability(counts: Iterable<number>): number {
  let total = 0;
  let once = 0;
  for (const count of counts) {
    total += count;
    if (count === 1) once++;
  }
  return total === 0 ? 1 : Math.max(once / total, 1 / (total + 1));
}
