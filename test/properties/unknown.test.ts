/**
 * Unknown is never a pass (invariant 1), as a property of every rule: hiding any value of any fixture may make a verdict unknown, and
 * may never turn held into open or open into held. Kleene's logic is monotone; this holds that every rule and function is.
 */
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/app/data.ts';
import { correlate } from '../../src/evaluate/correlate.ts';
import { Graph } from '../../src/evaluate/graph.ts';
import { evaluateRules } from '../../src/evaluate/rules.ts';
import type { Resource } from '../../src/model/resource.ts';
import type { Rule } from '../../src/model/rule.ts';
import {
  Interpolated,
  isList,
  isProperties,
  newProperties,
  Ref,
  Secret,
  Unknown,
  type Value,
} from '../../src/model/value.ts';
import { collectFixture, type Fixture, fixturesOf, meanings } from '../rules/fixtures.ts';

const hidden = new Unknown('hidden by the test');

/**
 * Every variant of a value with one part hidden. References stay: hiding one also hides an edge, which is another question.
 * Secrets stay: `isSecret` asks what stands in the file, and a value that comes from elsewhere is no literal.
 */
function* variants(value: Value): Generator<Value> {
  if (value instanceof Unknown) return;
  if (!mustStay(value)) yield hidden;
  if (isList(value)) {
    for (const [index, item] of value.entries())
      for (const variant of variants(item)) yield value.map((other, at) => (at === index ? variant : other));
  } else if (isProperties(value)) {
    for (const key of Object.keys(value).filter((name) => !name.startsWith('$'))) {
      for (const variant of variants(value[key] ?? null))
        yield Object.assign(newProperties(), value, { [key]: variant });
    }
  }
}

function mustStay(value: Value): boolean {
  if (value instanceof Ref || value instanceof Secret) return true;
  if (value instanceof Interpolated) return value.parts.some((part) => part instanceof Ref || part instanceof Secret);
  if (isList(value)) return value.some(mustStay);
  return isProperties(value) && Object.keys(value).some((key) => mustStay(value[key] ?? null));
}

function judge(rule: Rule, resources: readonly Resource[]): Map<string, string> {
  return new Map(
    evaluateRules(Graph.build(resources, meanings, correlate), [rule]).map((verdict) => [
      verdict.resource,
      verdict.state,
    ]),
  );
}

async function flips(rule: Rule, fixture: Fixture): Promise<string[]> {
  const { resources } = await collectFixture(fixture);
  const known = judge(rule, resources);
  const found: string[] = [];
  for (const [index, resource] of resources.entries()) {
    for (const properties of variants(resource.properties)) {
      if (!isProperties(properties)) continue;
      const changed = resources.map((other, at) => (at === index ? { ...other, properties } : other));
      for (const [id, state] of judge(rule, changed)) {
        const before = known.get(id);
        if (state !== 'unknown' && before !== undefined && before !== 'unknown' && before !== state)
          found.push(`${fixture.kind}/${fixture.name}: ${id} ${before} -> ${state}`);
      }
    }
  }
  return [...new Set(found)];
}

describe('hiding a value', () => {
  it.each(
    loadRules()
      .filter((rule) => rule.traits.length === 0)
      .map((rule) => [rule.id, rule] as const),
  )('never flips a verdict of %s', async (_id, rule) => {
    const found: string[] = [];
    for (const fixture of [...fixturesOf(rule, 'fires'), ...fixturesOf(rule, 'silent')])
      found.push(...(await flips(rule, fixture)));
    expect(found).toEqual([]);
  });
});
