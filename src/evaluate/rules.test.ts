import { describe, expect, it } from 'vitest';
import type { Resource } from '../model/resource.ts';
import type { Rule } from '../model/rule.ts';
import { newProperties, Ref, Secret, Unknown, type Value } from '../model/value.ts';
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
    within: [],
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

describe('the path of a finding', () => {
  const meaning = { when: undefined, service: undefined, party: 'builder', edges: {} } as const;
  const meanings = [
    { ...meaning, type: 'T', traits: ['agent'] as const },
    { ...meaning, type: 'Store', traits: ['data-store'] as const },
  ];
  const named = (name: string, type: string, properties: Record<string, Value>): Resource =>
    resource(properties, { id: name, name, type, address: name });
  const graph = Graph.build(
    [
      named('agent', 'T', { Uses: [new Ref('tool'), new Ref('open')] }),
      named('tool', 'Tool', { Table: new Ref('closed') }),
      named('open', 'Store', { Public: true }),
      named('closed', 'Store', { Public: false }),
    ],
    meanings,
  );
  const pathOf = (expression: string, type = 'T'): readonly string[] | undefined => {
    const [verdict] = evaluateRules(graph, [rule(expression, { types: [type], kind: 'path' })]);
    return verdict?.state === 'open' ? verdict.finding.path : undefined;
  };

  it('leads to what decided, not to everything that was looked at', () => {
    expect(pathOf('!reach("data-store").exists(s, s.Public)')).toEqual(['agent', 'open']);
    expect(pathOf('reach("data-store").all(s, s.Public)')).toEqual(['agent', 'tool', 'closed']);
  });

  it('leads to all of them when their number decided', () => {
    expect(new Set(pathOf('size(reach("data-store")) == 0'))).toEqual(new Set(['agent', 'open', 'tool', 'closed']));
  });

  it('runs from the user to the used, also when it was followed backwards', () => {
    expect(pathOf('size(reachedBy("agent")) == 0', 'Tool')).toEqual(['agent', 'tool']);
  });
});
