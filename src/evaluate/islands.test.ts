import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withSuppression } from '../model/finding.ts';
import type { Edge } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import type { Rule } from '../model/rule.ts';
import { newProperties, Ref, Unknown, type Value } from '../model/value.ts';
import { parseExpression } from './cel/parse.ts';
import { type CompiledMeaning, Graph } from './graph.ts';
import { islandKeys, type Origin } from './islands.ts';
import type { OutcomeMemory } from './outcomes.ts';
import { evaluateRules } from './rules.ts';

function resource(id: string, scope: string, properties: Record<string, Value> = {}, type = 'T'): Resource {
  return {
    id,
    type,
    name: id,
    dialect: 'terraform',
    address: id,
    scope,
    location: { file: `${scope}.tf`, line: 1, column: 1 },
    properties: Object.assign(newProperties(), properties),
    positions: {},
    confidence: 'active',
  };
}

const meaning = { when: undefined, service: undefined, party: 'builder', edges: {} } as const;
const meanings: readonly CompiledMeaning[] = [
  { ...meaning, type: 'T', traits: ['agent'] },
  { ...meaning, type: 'S', traits: ['data-store'] },
  { ...meaning, type: 'M', traits: ['tool'], when: parseExpression('r.on == true') },
];

function keysOf(origins: readonly Origin[], extra: readonly Edge[] = []): Map<string, string> {
  const resources = origins.flatMap((origin) => origin.resources);
  return islandKeys(
    Graph.build(resources, meanings, () => extra),
    origins,
  );
}

describe('the key of an island', () => {
  const first: Origin = { digest: '1', resources: [resource('a', 'one')] };
  const second: Origin = { digest: '2', resources: [resource('b', 'two')] };
  const apart = [first, second];
  const edge: Edge = { from: 'a', to: 'b', kind: 'endpoint', path: 'host' };

  it('does not depend on what no edge and no scope leads to', () => {
    const before = keysOf(apart);
    const after = keysOf([first, { ...second, digest: '3' }]);
    expect(after.get('one')).toBe(before.get('one'));
    expect(after.get('two')).not.toBe(before.get('two'));
  });

  it('depends on all that edges lead to, and on the edges', () => {
    const before = keysOf(apart, [edge]);
    expect(before.get('one')).toBe(before.get('two'));
    for (const other of [
      keysOf([first, { ...second, digest: '3' }], [edge]),
      keysOf(apart, [{ ...edge, path: 'other' }]),
      keysOf(apart, [{ ...edge, from: 'b', to: 'a' }]),
      keysOf([second, first], [edge]),
    ])
      expect(other.get('one')).not.toBe(before.get('one'));
  });

  it('depends on both places a resource came from twice', () => {
    const twice = [first, { digest: '2', resources: [resource('a', 'two')] }];
    const before = keysOf(twice);
    expect(before.get('one')).toBe(before.get('two'));
    expect(keysOf(twice.toReversed()).get('one')).not.toBe(before.get('one'));
  });

  it('tells islands of one origin apart', () => {
    const keys = keysOf([{ digest: '1', resources: [resource('a', 'one'), resource('b', 'two')] }]);
    expect(keys.get('one')).not.toBe(keys.get('two'));
  });
});

/** Rules that ask every question about the surroundings there is. */
const rules = [
  'linked(["S"]).all(s, s.open != true)',
  'size(peers(["S", "M"])) < 2 || peers(["T"]).exists(p, p.open == true)',
  'reach("data-store").all(s, s.open != true)',
  'size(reachedBy("agent")) < 2',
  'reach("tool").all(t, t.open != true)',
  'targetOf(r.to).open != true',
  'linked(["T", "S", "M"]).all(s, !names(s.to, r) || s.open != true)',
  'hasTrait("tool") || r.open == false',
].map(
  (text, at): Rule => ({
    id: `x.y.z${at}`,
    title: 't',
    control: 'c',
    severity: 'high',
    kind: 'path',
    status: 'stable',
    types: ['T', 'S', 'M'],
    traits: [],
    dialects: ['terraform'],
    postures: [],
    when: at % 3 === 0 ? parseExpression('r.skip != true') : undefined,
    expect: parseExpression(text),
    why: 'w',
    remediation: {},
    source: { url: 'https://example.com', read: '2026-11-20' },
    within: [],
    covers: [],
  }),
);

const value = fc.oneof(fc.boolean(), fc.constant(new Unknown('?')));
const id = fc.integer({ min: 0, max: 7 }).map((at) => `r${at}`);
const anyResource = fc
  .record({
    id,
    scope: fc.constantFrom('one', 'two', 'three', 'four'),
    type: fc.constantFrom('T', 'S', 'M'),
    open: value,
    on: value,
    skip: value,
    to: fc.option(id),
  })
  .map(({ id: name, scope, type, to, ...flags }) =>
    resource(name, scope, { ...flags, to: to === null ? null : new Ref(to) }, type),
  );
const edges = fc.array(
  fc.record({ from: id, to: id, kind: fc.constant('endpoint' as const), path: fc.constantFrom('a', 'b') }),
  { maxLength: 3 },
);
/** A state of a tree: what came from where, and edges that only the whole tree tells. */
const state = fc.record({
  origins: fc.array(fc.array(anyResource, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
  edges,
});

describe('outcomes that are remembered', () => {
  it('are those of an evaluation, whatever else changed', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 4 }), fc.nat(), (states, mixed) => {
        const kept = new Map<string, string>();
        const memory: OutcomeMemory = { find: (key) => kept.get(key), store: (key, text) => void kept.set(key, text) };
        // States that share origins: what is remembered of one is asked for by the next.
        const all = states.flatMap((one, at) => {
          const other = states[(at + mixed) % states.length] ?? one;
          return [
            one,
            { ...one, edges: other.edges },
            { origins: [...one.origins, ...other.origins.slice(0, 1)], edges: one.edges },
          ];
        });
        for (const { origins, edges: extra } of all) {
          const from = origins.map((resources) => ({ digest: JSON.stringify(resources), resources }));
          const graph = Graph.build(origins.flat(), meanings, (nodes) =>
            extra.filter((edge) => nodes.has(edge.from) && nodes.has(edge.to)),
          );
          const plain = (verdicts: ReturnType<typeof evaluateRules>): unknown =>
            verdicts.map((verdict) => [
              verdict.state,
              verdict.rule,
              verdict.resource,
              verdict.state === 'held' ? verdict.evidence : [],
              verdict.state === 'open' ? withSuppression(verdict.finding, undefined) : [],
              verdict.state === 'unknown' ? verdict.reason : '',
            ]);
          const fresh = plain(evaluateRules(graph, rules));
          for (let again = 0; again < 2; again++)
            expect(plain(evaluateRules(graph, rules, { memory, keys: islandKeys(graph, from) }))).toEqual(fresh);
        }
      }),
      { numRuns: 150 },
    );
  });
});
