/** The monitor, which keeps what it needs, agrees with looking at the whole history again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../src/base/errors.ts';
import { ConditionSet } from '../../src/decide/temporal/condition-set.ts';
import { requestFor } from '../../src/decide/temporal/fixtures/run.ts';
import { preprocess, type TemporalCondition } from '../../src/decide/temporal/preprocess.ts';
import { RunMonitor } from '../../src/decide/temporal/run-monitor.ts';
import { NaiveHistory } from './naive.ts';
import { ConditionWriter, Random, randomDoing, randomEvent } from './random-conditions.ts';

const cases = 20_000;

/** A condition that can be kept track of; those that cannot are refused when they are loaded, and counted. */
function accepted(random: Random, refused: { count: number }): { text: string; condition: TemporalCondition } {
  for (;;) {
    const text = new ConditionWriter(random).condition();
    try {
      const [condition] = preprocess(
        'random',
        `@id("c") permit (principal, action, resource) when temporal { ${text} };`,
      ).conditions;
      if (condition !== undefined) return { text, condition };
    } catch (error) {
      if (!(error instanceof DemarcError)) throw error;
      refused.count++;
    }
  }
}

describe('the monitor', () => {
  it(`agrees with the whole history, on ${cases} random conditions and runs, also over snapshots`, () => {
    const refused = { count: 0 };
    const answers = { true: 0, false: 0 };
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 14 }), (seed, length) => {
        const random = new Random(seed);
        const { text, condition } = accepted(random, refused);
        const set = new ConditionSet([condition]);
        let monitor = new RunMonitor(set);
        const naive = new NaiveHistory();
        let at = 0;
        for (let event = 0; event <= length; event++) {
          at += random.of(0, 500, 1_000, 1_000, 2_000, 30_000);
          const { tool, doing } = randomDoing(random, at);
          const request = requestFor(tool, doing);
          const values = monitor.valuesFor(request);
          const held = values.of('c');
          expect(values.failed).toEqual([]);
          expect([text, event, held]).toEqual([text, event, naive.holds(condition.formula, request)]);
          answers[held ? 'true' : 'false']++;
          const happened = randomEvent(random, at, `c${event}`);
          monitor.record(happened);
          naive.record(happened);
          if (random.chance(10)) monitor = RunMonitor.restore(set, JSON.parse(JSON.stringify(monitor.snapshot())), at);
        }
      }),
      { numRuns: cases },
    );
    // The test would prove little if it refused nearly everything, or if nearly every condition were false.
    expect(refused.count).toBeLessThan(3 * cases);
    expect(answers.true).toBeGreaterThan(cases);
    expect(answers.false).toBeGreaterThan(cases);
  }, 300_000);
});
