import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isShipped, shippedSets } from '../../src/app/policy/shipped.ts';
import { readCases, runCases } from '../../src/decide/cases.ts';
import type { PolicyJson } from '../../src/decide/cedar/policy.ts';
import { Decider } from '../../src/decide/decider.ts';
import { loadPolicySet } from '../../src/decide/policy-set.ts';

/** A policy, each time with one part of its conditions left out or turned round. */
function* changed(part: unknown): Generator<unknown> {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, inner] of Object.entries(part)) {
    if (Array.isArray(part)) yield part.filter((one) => one !== inner);
    if (key === '&&' || key === '||') yield* Object.values(inner as object);
    const turned = { '==': '!=', '!=': '==', '<=': '<', '>=': '>', '<': '<=', '>': '>=' }[key];
    if (turned !== undefined) yield { [turned]: inner };
    for (const other of changed(inner))
      yield Array.isArray(part) ? part.map((one) => (one === inner ? other : one)) : { ...part, [key]: other };
  }
}

const root = new URL('../../policies', import.meta.url).pathname;

describe('shipped policy sets', () => {
  it('are those that the commands know', () => {
    expect(readdirSync(root).sort()).toEqual([...shippedSets].sort());
    expect(readdirSync(root).every(isShipped)).toBe(true);
  });

  it.each(shippedSets)('%s decides its cases, and each of its policies and each part of one decides one', (set) => {
    const folder = join(root, set);
    const cases = readCases(parse(readFileSync(join(folder, 'cases.yaml'), 'utf8')), set);
    const files = [`${set}.cedar`].map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
    const policies = loadPolicySet({ files, tools: cases.tools });
    expect(runCases(new Decider(policies), cases)).toEqual([]);
    expect(policies.warnings).toEqual([]);
    for (const left of policies.policies) {
      const without = { ...policies, policies: policies.policies.filter((policy) => policy !== left) };
      expect([left.id, runCases(new Decider(without), cases).length > 0]).toEqual([left.id, true]);
      for (const conditions of changed(left.json.conditions)) {
        const other = { ...left, json: { ...left.json, conditions } as PolicyJson };
        const set = { ...policies, policies: policies.policies.map((policy) => (policy === left ? other : policy)) };
        expect([left.id, conditions, runCases(new Decider(set), cases).length > 0]).toEqual([
          left.id,
          conditions,
          true,
        ]);
      }
    }
  });
});
