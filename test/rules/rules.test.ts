/**
 * Every rule is proven on its own fixtures with the real collectors: it fires, it stays silent on a well-configured
 * resource (and says *held* there), and its condition matters (mutation check). `DEMARC_RULES=aws.bedrock` limits the run.
 */
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/app/data.ts';
import { evaluateRules } from '../../src/evaluate/rules.ts';
import type { Verdict } from '../../src/model/finding.ts';
import type { Rule } from '../../src/model/rule.ts';
import { collectFixture, type Fixture, fixturesOf, graphOf } from './fixtures.ts';

const only = process.env['DEMARC_RULES'];
const rules = loadRules().filter((rule) => only === undefined || rule.id.startsWith(only));

async function verdicts(rule: Rule, fixture: Fixture): Promise<Verdict[]> {
  return evaluateRules(await graphOf(fixture), [rule]);
}

async function states(rule: Rule, fixture: Fixture): Promise<Set<string>> {
  return new Set((await verdicts(rule, fixture)).map((verdict) => verdict.state));
}

/** Whether every fixture still gives what it must. */
async function fixturesPass(rule: Rule): Promise<boolean> {
  for (const fixture of fixturesOf(rule, 'fires')) if (!(await states(rule, fixture)).has('open')) return false;
  const held = new Set<string>();
  for (const fixture of fixturesOf(rule, 'silent')) {
    const found = await states(rule, fixture);
    if (found.has('open')) return false;
    if (found.has('held')) held.add(fixture.dialect);
  }
  return rule.dialects.every((dialect) => held.has(dialect));
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it('fires, and stays silent, in every dialect it claims', async () => {
    const [fires, silent, unknown] = [
      fixturesOf(rule, 'fires'),
      fixturesOf(rule, 'silent'),
      fixturesOf(rule, 'unknown'),
    ];
    expect(new Set(fires.map(({ dialect }) => dialect)), 'dialects with a firing fixture').toEqual(
      new Set(rule.dialects),
    );
    expect(new Set(silent.map(({ dialect }) => dialect)), 'dialects with a silent fixture').toEqual(
      new Set(rule.dialects),
    );
    for (const fixture of [...fires, ...silent]) {
      const broken = (await collectFixture(fixture)).gaps.filter((gap) => gap.kind === 'syntax');
      expect(broken, `${fixture.kind}/${fixture.name} parses`).toEqual([]);
    }
    for (const fixture of fires) expect([...(await states(rule, fixture))], `fires/${fixture.name}`).toContain('open');
    const held = new Set<string>();
    for (const fixture of silent) {
      const found = await verdicts(rule, fixture);
      expect(
        found.filter((verdict) => verdict.state === 'open').map((verdict) => verdict.resource),
        `silent/${fixture.name}`,
      ).toEqual([]);
      if (found.some((verdict) => verdict.state === 'held')) held.add(fixture.dialect);
    }
    expect(held, 'dialects whose silent fixture is held').toEqual(new Set(rule.dialects));
    for (const fixture of unknown)
      expect([...(await states(rule, fixture))], `unknown/${fixture.name}`).toEqual(['unknown']);
  });

  it('has a fixture that fails when its expectation is replaced', async () => {
    expect(await fixturesPass({ ...rule, expect: { op: 'value', args: true } }), 'expect: true').toBe(false);
    expect(await fixturesPass({ ...rule, expect: { op: 'value', args: false } }), 'expect: false').toBe(false);
  });
});
