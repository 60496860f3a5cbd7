/** What a rule says is read alone, in a list, by somebody in a hurry: its texts are held to a few plain rules. */
import { describe, expect, it } from 'vitest';
import { loadRules } from '../../src/app/data.ts';

const rules = loadRules();

/** `posture:aws-bedrock-agent-guardrail`, `config:MCP-09`, `prowler:bedrock_agent_guardrail_enabled`, `checkov:CKV_AWS_383`. */
const coverage = /^(?:posture:[a-z0-9]+(?:-[a-z0-9]+)+|config:[A-Z]{3}-[0-9]{2}|[a-z]+:[A-Za-z0-9._-]+)$/;

/** Two texts that differ in case, spaces and punctuation alone say the same. */
function essence(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** Ids of rules grouped by a text they share. */
function shared(textOf: (rule: (typeof rules)[number]) => string): string[][] {
  const groups = new Map<string, string[]>();
  for (const rule of rules) {
    const text = essence(textOf(rule));
    groups.set(text, [...(groups.get(text) ?? []), rule.id]);
  }
  return [...groups.values()].filter((ids) => ids.length > 1);
}

describe('texts of rules', () => {
  it('have no title twice', () => {
    expect(rules.length).toBeGreaterThan(0);
    expect(shared((rule) => rule.title)).toEqual([]);
  });

  it('give no reason twice', () => {
    expect(shared((rule) => rule.why)).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
    expect(rule.title.length, 'title').toBeGreaterThanOrEqual(8);
    expect(rule.title.length, 'title').toBeLessThanOrEqual(110);
    expect(rule.title, 'title').toMatch(/^[^\s].*[^\s.]$/);
    expect(essence(rule.why), 'why says more than the title').not.toBe(essence(rule.title));
    const told = Object.keys(rule.remediation);
    const untold = told.includes('any') ? [] : rule.dialects.filter((dialect) => !told.includes(dialect));
    expect(untold, 'dialects without a remediation').toEqual([]);
    expect(
      told.filter((key) => key !== 'any' && !rule.dialects.includes(key)),
      'remediation of dialects not claimed',
    ).toEqual([]);
    expect(new Set(rule.covers).size, 'covers names an id once').toBe(rule.covers.length);
    expect(
      rule.covers.filter((id) => !coverage.test(id)),
      'malformed coverage ids',
    ).toEqual([]);
    if (rule.severity === 'critical')
      expect(rule.kind, 'a default that nobody decided is not critical').not.toBe('undecided');
  });
});
