import { describe, expect, it } from 'vitest';
import type { Resource } from '../model/resource.ts';
import type { Rule } from '../model/rule.ts';
import { newProperties, Secret, Unknown, type Value } from '../model/value.ts';
import { parseExpression } from './cel/parse.ts';
import { Graph } from './graph.ts';
import { evaluateRules } from './rules.ts';

function rule(expect: string, more: Partial<Rule> = {}): Rule {
  return {
    id: 'x.y.z',
    title: 'A title',
    control: 'data.retention',
    severity: 'high',
    kind: 'misconfiguration',
    status: 'stable',
    types: ['T'],
    traits: [],
    dialects: ['terraform'],
    postures: [],
    when: undefined,
    expect: parseExpression(expect),
    why: 'why',
    remediation: {},
    source: { url: 'https://example.com', read: '2026-11-20' },
    covers: [],
    ...more,
  };
}

function resource(properties: Record<string, Value>, more: Partial<Resource> = {}): Resource {
  return {
    id: 'main.tf#a',
    type: 'T',
    name: 'a',
    dialect: 'terraform',
    address: 'a',
    scope: '',
    confidence: 'active',
    location: { file: 'main.tf', line: 10, column: 1 },
    positions: { A: [12, 3], 'L[0].B': [15, 5] },
    properties: Object.assign(newProperties(), properties),
    ...more,
  };
}

const judge = (rules: readonly Rule[], ...resources: readonly Resource[]): ReturnType<typeof evaluateRules> =>
  evaluateRules(Graph.build(resources, []), rules);

describe('a verdict', () => {
  it('points at the property that decided', () => {
    const [verdict] = judge([rule('r.A == true')], resource({ A: false }));
    expect(verdict).toMatchObject({
      state: 'open',
      finding: { location: { file: 'main.tf', line: 12, column: 3 }, evidence: [{ path: 'A', value: 'false' }] },
    });
  });

  it('points at the resource when what is missing stands nowhere', () => {
    expect(judge([rule('has(r.Missing)')], resource({}))[0]).toMatchObject({ finding: { location: { line: 10 } } });
  });

  it('is unknown, with the reason, when what matters is not known', () => {
    expect(judge([rule('r.A == true')], resource({ A: new Unknown('var.a has no value') }))).toEqual([
      { state: 'unknown', rule: 'x.y.z', resource: 'main.tf#a', reason: 'var.a has no value' },
    ]);
  });

  it('is unknown when the condition is, and absent when the condition is false', () => {
    const conditional = rule('false', { when: parseExpression('r.A == 1') });
    expect(judge([conditional], resource({ A: new Unknown('x') }))[0]?.state).toBe('unknown');
    expect(judge([conditional], resource({ A: 2 }))).toEqual([]);
  });

  it('keeps its fingerprint when lines move, and tells rule, file and address apart', () => {
    const print = (changed: Partial<Resource>, id = 'x.y.z'): string | undefined => {
      const [verdict] = judge([rule('false', { id })], resource({}, changed));
      return verdict?.state === 'open' ? verdict.finding.fingerprint : undefined;
    };
    const same = print({});
    expect(print({ location: { file: 'main.tf', line: 99, column: 1 } })).toBe(same);
    for (const other of [
      print({ address: 'b' }),
      print({ location: { file: 'b.tf', line: 10, column: 1 } }),
      print({}, 'x.y.other'),
    ])
      expect(other).not.toBe(same);
  });

  it('never shows a secret', () => {
    const [verdict] = judge([rule('!isSecret(r.A)')], resource({ A: new Secret('token', '0123456789ab') }));
    expect(JSON.stringify(verdict)).toContain('[secret: token]');
  });

  it.each([
    ['active', 'high'],
    ['local', 'high'],
    ['template', 'low'],
    ['example', 'low'],
  ] as const)('in a file that is %s has the severity %s', (confidence, severity) => {
    expect(judge([rule('false')], resource({}, { confidence }))[0]).toMatchObject({ finding: { severity } });
  });
});
