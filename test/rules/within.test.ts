/** A rule within a wider one: both are open somewhere in the fixtures, and then one finding is told. */
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/app/data.ts';
import { findingsOf } from '../../src/evaluate/findings.ts';
import { evaluateRules } from '../../src/evaluate/rules.ts';
import type { Rule } from '../../src/model/rule.ts';
import { fixturesOf, graphOf } from './fixtures.ts';

const rules = loadRules();
const byId = new Map(rules.map((rule) => [rule.id, rule]));
const pairs = rules.flatMap((rule) => rule.within.map((id) => [rule.id, id, rule, byId.get(id) ?? rule] as const));

/** Resources of the wider rule's firing fixtures for which both are open, with the rules whose findings are told. */
async function told(narrow: Rule, wide: Rule): Promise<string[][]> {
  const found: string[][] = [];
  for (const fixture of fixturesOf(wide, 'fires')) {
    const verdicts = evaluateRules(await graphOf(fixture), [narrow, wide]);
    const open = (rule: Rule): string[] =>
      verdicts.flatMap((verdict) => (verdict.state === 'open' && verdict.rule === rule.id ? [verdict.resource] : []));
    const findings = findingsOf(verdicts, rules);
    for (const resource of open(wide))
      if (open(narrow).includes(resource))
        found.push(findings.filter((finding) => finding.resource === resource).map(({ rule }) => rule));
  }
  return found;
}

describe('a rule within a wider one', () => {
  it.each(pairs)('%s within %s', async (_narrow, id, narrow, wide) => {
    const found = await told(narrow, wide);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.flat())).toEqual(new Set([id]));
  });

  it('is told where the wider one counts for less, or was not run', async () => {
    const [, , narrow, wide] = pairs[0] ?? [];
    const fixture = wide && fixturesOf(wide, 'fires')[0];
    if (narrow === undefined || wide === undefined || fixture === undefined) throw new Error('no pair');
    const graph = await graphOf(fixture);
    const lower = { ...wide, severity: 'info' as const };
    const rulesTold = (run: readonly Rule[]): string[] =>
      findingsOf(evaluateRules(graph, run), run).map(({ rule }) => rule);
    expect(rulesTold([narrow, lower]).sort()).toEqual([narrow.id, wide.id].sort());
    expect(rulesTold([narrow])).toEqual([narrow.id]);
  });
});
