import type { Environment } from './environment.ts';
import type { Evaluate, Test } from './compile.ts';
import { EvaluationError } from './evaluation-error.ts';
import { isEqual } from './value.ts';

/** Thrown where a value is read that is not known: it may be anything. Only requests known in part have such values. */
export class UnknownValue extends Error {
  override readonly name = 'UnknownValue';
}

/** How the operators that do not look at all their operands combine. */
export interface Logic {
  all(tests: readonly Test[]): Test;
  any(tests: readonly Test[]): Test;
  choose(test: Test, then: Evaluate, otherwise: Evaluate): Evaluate;
}

const cedar: Logic = {
  all(tests) {
    const [first, second, ...more] = tests;
    if (first === undefined || second === undefined || more.length > 0)
      return (environment) => {
        for (const test of tests) if (!test(environment)) return false;
        return true;
      };
    return (environment) => first(environment) && second(environment);
  },
  any(tests) {
    const [first, second, ...more] = tests;
    if (first === undefined || second === undefined || more.length > 0)
      return (environment) => {
        for (const test of tests) if (test(environment)) return true;
        return false;
      };
    return (environment) => first(environment) || second(environment);
  },
  choose: (test, then, otherwise) => (environment) => (test(environment) ? then(environment) : otherwise(environment)),
};

/** The value, or the unknown that was met on the way to it. Behind an unknown, an error may never be reached. */
function attempt<T>(
  evaluate: (environment: Environment) => T,
  environment: Environment,
  before?: UnknownValue,
): T | UnknownValue {
  try {
    return evaluate(environment);
  } catch (thrown) {
    if (thrown instanceof UnknownValue) return thrown;
    if (thrown instanceof EvaluationError && before !== undefined) return before;
    throw thrown;
  }
}

/** Decides when any part is `decisive`, whatever the unknown parts are; is unknown when only unknown parts could. */
function untilDecided(tests: readonly Test[], decisive: boolean): Test {
  return (environment) => {
    let unknown: UnknownValue | undefined;
    for (const test of tests) {
      const value = attempt(test, environment, unknown);
      if (value === decisive) return decisive;
      if (value instanceof UnknownValue) unknown ??= value;
    }
    if (unknown !== undefined) throw unknown;
    return !decisive;
  };
}

const partial: Logic = {
  all: (tests) => untilDecided(tests, false),
  any: (tests) => untilDecided(tests, true),
  choose: (test, then, otherwise) => (environment) => {
    const value = attempt(test, environment);
    if (value === true) return then(environment);
    if (value === false) return otherwise(environment);
    const left = attempt(then, environment, value);
    const right = attempt(otherwise, environment, value);
    if (left instanceof UnknownValue || right instanceof UnknownValue || !isEqual(left, right)) throw value;
    return left;
  },
};

/** Cedar's own logic, and Kleene's over values of which some are unknown. */
export const kleene = { cedar, partial };
