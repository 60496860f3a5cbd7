import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isShipped, shippedSets } from '../../src/app/policy/shipped.ts';
import { readCases, runCases } from '../../src/decide/cases.ts';
import { Decider } from '../../src/decide/decider.ts';
import { loadPolicySet } from '../../src/decide/policy-set.ts';

const root = new URL('../../policies', import.meta.url).pathname;

describe('shipped policy sets', () => {
  it('are those that the commands know', () => {
    expect(readdirSync(root).sort()).toEqual([...shippedSets].sort());
    expect(readdirSync(root).every(isShipped)).toBe(true);
  });

  it.each(shippedSets)('%s decides its cases, and each of its policies decides one', (set) => {
    const folder = join(root, set);
    const cases = readCases(parse(readFileSync(join(folder, 'cases.yaml'), 'utf8')), set);
    const files = [`${set}.cedar`].map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
    const policies = loadPolicySet({ files, tools: cases.tools });
    expect(runCases(new Decider(policies), cases)).toEqual([]);
    expect(policies.warnings).toEqual([]);
    for (const left of policies.policies) {
      const without = { ...policies, policies: policies.policies.filter((policy) => policy !== left) };
      expect([left.id, runCases(new Decider(without), cases).length > 0]).toEqual([left.id, true]);
    }
  });
});
