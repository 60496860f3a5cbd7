/** The monitor, which keeps what it needs, agrees with looking at the whole history again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../src/base/errors.ts';
import { ConditionSet } from '../../src/decide/temporal/condition-set.ts';
import { requestFor } from '../../src/decide/temporal/fixtures/run.ts';
import { preprocess, type TemporalCondition } from '../../src/decide/temporal/preprocess.ts';
import { RunMonitor } from '../../src/decide/temporal/run-monitor.ts';
import { UnknownCondition } from '../../src/decide/temporal/unknown.ts';
import type { AccessRequest } from '../../src/model/access.ts';
import { NaiveHistory } from './naive.ts';
import { ConditionWriter, Random, randomDoing, randomEvent } from './random-conditions.ts';

const cases = Number(process.env['DEMARC_TEMPORAL_CASES'] ?? 8_000);

/** Conditions that can be kept track of; those that cannot are refused when they are loaded, and counted. */
function accepted(random: Random, refused: { count: number }): readonly TemporalCondition[] {
  const count = random.of(1, 1, 1, 2, 4);
  const conditions: TemporalCondition[] = [];
  const writer = new ConditionWriter(random);
  while (conditions.length < count) {
    const text = `@id("c${conditions.length}") permit (principal, action, resource) when temporal { ${writer.condition()} };`;
    try {
      conditions.push(...preprocess('random', text).conditions);
    } catch (error) {
      if (!(error instanceof DemarcError)) throw error;
      refused.count++;
    }
  }
  return conditions;
}

/** Undefined when it cannot be told. */
function naively(naive: NaiveHistory, { formula }: TemporalCondition, request: AccessRequest): boolean | undefined {
  try {
    return naive.holds(formula, request);
  } catch (error) {
    if (error instanceof UnknownCondition) return undefined;
    throw error;
  }
}

interface Answer {
  readonly condition: TemporalCondition;
  readonly held: boolean;
  readonly failed: boolean;
  readonly naive: boolean | undefined;
}

/** Asks the conditions before each event of a random run, and goes on from a snapshot now and then. */
function* answersOf(
  random: Random,
  length: number,
  conditions: readonly TemporalCondition[],
  wild: boolean,
): Generator<Answer> {
  const set = new ConditionSet(conditions);
  let monitor = new RunMonitor(set);
  const naive = new NaiveHistory();
  let at = 0;
  for (let event = 0; event <= length; event++) {
    at += random.of(0, 500, 1_000, 1_000, 2_000, 30_000);
    const { tool, doing } = randomDoing(random, at, wild);
    const request = requestFor(tool, doing);
    const values = monitor.valuesFor(request);
    for (const condition of conditions) {
      const held = values.of(condition.name);
      const failed = values.failed.some(({ name }) => name === condition.name);
      yield { condition, held, failed, naive: naively(naive, condition, request) };
    }
    const happened = randomEvent(random, at, `c${event}`, wild);
    monitor.record(happened);
    naive.record(happened);
    if (random.chance(10)) monitor = RunMonitor.restore(set, JSON.parse(JSON.stringify(monitor.snapshot())), at);
  }
}

const textOf = ({ source }: TemporalCondition): string => source.text;

describe('the monitor', () => {
  it(`agrees with the whole history, on ${cases} random sets and runs, also over snapshots`, () => {
    const refused = { count: 0 };
    const answers = { true: 0, false: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 14 }), (seed, length) => {
        const random = new Random(seed);
        for (const { condition, held, failed, naive } of answersOf(random, length, accepted(random, refused), false)) {
          expect([textOf(condition), held, failed]).toEqual([textOf(condition), naive, false]);
          answers[held ? 'true' : 'false']++;
        }
      }),
      { numRuns: cases },
    );
    // The test would prove little if it refused nearly everything, or if nearly every condition were false.
    expect(refused.count).toBeLessThan(5 * cases);
    expect(answers.true).toBeGreaterThan(cases);
    expect(answers.false).toBeGreaterThan(cases);
  }, 300_000);

  it('with values of other types, agrees or fails closed', () => {
    const refused = { count: 0 };
    const answers = { told: 0, failed: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 14 }), (seed, length) => {
        const random = new Random(seed);
        for (const { condition, held, failed, naive } of answersOf(random, length, accepted(random, refused), true)) {
          if (failed) expect(held).toBe(false);
          else if (naive !== undefined) expect([textOf(condition), held]).toEqual([textOf(condition), naive]);
          answers[failed ? 'failed' : 'told']++;
        }
      }),
      { numRuns: cases / 4 },
    );
    expect(answers.failed).toBeGreaterThan(cases / 100);
    expect(answers.told).toBeGreaterThan(cases);
  }, 300_000);
});
