import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeResource } from '../model/encoding.ts';
import { type Finding, type Verdict, withSuppression } from '../model/finding.ts';
import type { Workload } from '../model/graph.ts';
import type { Resource } from '../model/resource.ts';
import { type Rule, severities } from '../model/rule.ts';
import { newProperties, Ref, Unknown, type Value } from '../model/value.ts';
import { parseExpression } from './cel/parse.ts';
import { correlateNames } from './correlate.ts';
import { FindingList } from './finding-list.ts';
import { findingsOf } from './findings.ts';
import { type CompiledMeaning, Graph } from './graph.ts';
import { findIslands, partsOf } from './islands.ts';
import { type Group, judgeAll, type Judged, type Memory } from './judge.ts';
import { evaluateRules } from './rules.ts';
import { tiedEdges, tiesOf } from './ties.ts';
import { findWorkloads, orderWorkloads } from './workloads.ts';

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
    confidence: id.endsWith('r0') ? 'example' : 'active',
  };
}

const meaning = { when: undefined, service: undefined, party: 'builder', edges: {} } as const;
const meanings: readonly CompiledMeaning[] = [
  { ...meaning, type: 'T', traits: ['agent', 'ai'] },
  { ...meaning, type: 'S', traits: ['data-store', 'shared'] },
  { ...meaning, type: 'M', traits: ['tool'], when: parseExpression('r.on == true') },
];

const islandsOf = (...groups: readonly (readonly Resource[])[]): (readonly number[])[] =>
  findIslands(groups.map(tiesOf)).list.map(({ groups: own }) => own);
const host = (id: string, scope: string, name: string, type = 'compose.service'): Resource =>
  ({ ...resource(id, scope, { host: name }, type), name: id }) as Resource;

describe('islands', () => {
  it('join what has a scope, a realm of ids or a reference in common', () => {
    const [one, two, other] = [
      resource('a#1', 'a'),
      resource('a#2', 'x'),
      resource('b#1', 'b', { to: new Ref('a#9') }),
    ];
    expect(islandsOf([one], [two])).toEqual([[0, 1]]);
    expect(islandsOf([one], [resource('b#1', 'b')], [resource('c#1', 'b')])).toEqual([[0], [1, 2]]);
    expect(islandsOf([other], [one])).toEqual([[0, 1]]);
    expect(islandsOf([other])).toEqual([[0]]);
  });

  it('join what a name agrees on, and nothing when two things answer to it', () => {
    const user = host('u', 'one', 'db', 'T');
    const [db, twin] = [host('db', 'two', 'x'), host('db', 'three', 'x')];
    expect(islandsOf([user], [db])).toEqual([[0, 1]]);
    const { list } = findIslands([user, db, twin].map((each) => tiesOf([{ ...each, id: `${each.scope}#${each.id}` }])));
    expect(list).toEqual([0, 1, 2].map((at) => ({ groups: [at], edges: [] })));
  });

  it('hold their resources', () => {
    const islands = findIslands([[resource('a#1', 'a')], [resource('b#1', 'b')]].map(tiesOf));
    expect([islands.of('a#1'), islands.of('b#other'), islands.of('c#1')]).toEqual([0, 1, undefined]);
  });

  it('are the parts of what was read together, in its order', () => {
    const all = [
      resource('a#1', 'a'),
      resource('b#1', 'b'),
      resource('a#2', 'a'),
      resource('c#1', 'c', { to: new Ref('b#1') }),
    ];
    expect(partsOf(all).map(({ resources }) => resources.map(({ id }) => id))).toEqual([
      ['a#1', 'a#2'],
      ['b#1', 'c#1'],
    ]);
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
    severity: at % 2 === 0 ? 'high' : 'medium',
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
    within: at === 1 ? ['x.y.z0'] : [],
    covers: [],
  }),
);

const value = fc.oneof(fc.boolean(), fc.constant(new Unknown('?')));
const scope = fc.constantFrom('one', 'two', 'three', 'four');
const id = fc.tuple(scope, fc.integer({ min: 0, max: 2 })).map(([realm, at]) => `${realm}#r${at}`);
const anyResource = fc
  .record({
    id,
    scope,
    type: fc.constantFrom('T', 'S', 'M', 'compose.service', 'code.application', 'dockerfile.image'),
    open: value,
    on: value,
    skip: value,
    to: fc.option(id),
    host: fc.option(fc.constantFrom('p', 'q')),
    name: fc.constantFrom('p', 'q', 'z'),
  })
  .map(({ id: own, scope: of, type, to, name, ...flags }): Resource => {
    const found = resource(own, of, { ...flags, name, to: to === null ? null : new Ref(to) }, type);
    return { ...found, name };
  });
/** A state of a tree: what was read together. */
const state = fc.array(fc.array(anyResource, { minLength: 1, maxLength: 4 }), { maxLength: 5 });

/** What is said of a tree, in no order. */
function plain(verdicts: readonly Verdict[]): unknown[] {
  return verdicts
    .map((verdict) =>
      JSON.stringify([
        verdict.state,
        verdict.rule,
        verdict.resource,
        verdict.state === 'held' ? verdict.evidence : [],
        verdict.state === 'open' ? withSuppression(verdict.finding, undefined) : [],
        verdict.state === 'unknown' ? verdict.reason : '',
      ]),
    )
    .sort();
}

/** The findings of islands as their list tells them, in each way it does. */
function listOf(islands: Judged['islands'], of: readonly Rule[]): { all: readonly Finding[]; rest: unknown } {
  const list = new FindingList(islands, of, undefined);
  const { bySeverity, byWorkload, suppressed } = list;
  const all = list.all().map((finding) => withSuppression(finding, undefined));
  return { all, rest: { bySeverity, byWorkload, suppressed, open: JSON.stringify(list.openRules(2)) } };
}

/** All that an assessment takes from what was judged, and from each of its records. */
function told(judged: Judged, of: readonly Rule[], ids: readonly string[]): unknown {
  return judged.islands.map((island) => [
    island.record,
    listOf([island], of),
    orderWorkloads(island.workloads()).map((workload) => [
      JSON.stringify(workload),
      workload.size,
      workload.controls(),
    ]),
    plain(island.detail().verdicts),
    ids.map((each) => judged.of(each) === island),
  ]);
}

/** What the list of findings should count, from the findings themselves. */
function countedOf(all: readonly Finding[], workloads: readonly Workload[]): unknown {
  const bySeverity = Object.fromEntries(
    severities.map((severity) => [severity, all.filter((finding) => finding.severity === severity).length]),
  );
  const byWorkload = new Map(
    workloads
      .map(({ id: of, resources }) => [of, all.filter(({ resource: on }) => resources.includes(on)).length] as const)
      .filter(([, count]) => count > 0),
  );
  const open = [...new Set(all.map(({ rule }) => rule))].map((rule) => {
    const own = all.filter((finding) => finding.rule === rule);
    return { rule, count: own.length, first: own.slice(0, 2) };
  });
  return { bySeverity, byWorkload, suppressed: 0, open: JSON.stringify(open) };
}

function groupsOf(read: readonly (readonly Resource[])[]): Group[] {
  return read.flatMap(partsOf).map(({ resources, ties }) => ({
    digest: JSON.stringify(resources.map(encodeResource)),
    count: resources.length,
    ties,
    resources: () => resources,
  }));
}

describe('what is judged island by island', () => {
  it('is what is judged of all at once', () => {
    fc.assert(
      fc.property(state, (read) => {
        const groups = groupsOf(read);
        const resources = groups.flatMap((group) => group.resources());
        // Of two resources with one id the first counts; but what both are called and what both use does.
        const graph = Graph.build(resources, meanings, (nodes) => [
          ...correlateNames(nodes),
          ...tiedEdges([tiesOf(resources)]).map(({ edge }) => edge),
        ]);
        const { islands } = judgeAll(groups, meanings, rules, undefined);
        const each = islands.map(({ detail }) => detail());
        expect(plain(each.flatMap(({ verdicts }) => verdicts))).toEqual(plain(evaluateRules(graph, rules)));
        expect(new Set(each.flatMap((island) => island.graph.edges))).toEqual(new Set(graph.edges));
        const workloads = orderWorkloads(islands.flatMap((island) => island.workloads()));
        expect(new Set(workloads.map((workload) => JSON.stringify(workload)))).toEqual(
          new Set(findWorkloads(graph).map((workload) => JSON.stringify(workload))),
        );
        const findings = findingsOf(evaluateRules(graph, rules), rules);
        const { all, rest } = listOf(islands, rules);
        expect(all.map((finding) => JSON.stringify(finding)).sort()).toEqual(
          findings.map((finding) => JSON.stringify(withSuppression(finding, undefined))).sort(),
        );
        expect(rest).toEqual(countedOf(all, workloads));
      }),
      { numRuns: 400 },
    );
  });

  it('is the same from what is remembered, whatever else changed', () => {
    fc.assert(
      fc.property(fc.array(state, { minLength: 1, maxLength: 4 }), fc.nat(), (states, mixed) => {
        const kept = new Map<string, string>();
        const memory: Memory = { find: (key) => kept.get(key), store: (key, text) => void kept.set(key, text) };
        // States that share what was read: what is remembered of one is asked for by the next.
        const all = states.flatMap((one, at) => {
          const other = states[(at + mixed) % states.length] ?? one;
          return [one, [...one, ...other.slice(0, 1)], one.toReversed()];
        });
        for (const read of all) {
          const groups = groupsOf(read);
          const ids = groups.flatMap(({ resources }) => resources().map((each) => each.id));
          const fresh = told(judgeAll(groups, meanings, rules, undefined), rules, ids);
          for (const some of [rules, rules.slice(1), rules.map((rule): Rule => ({ ...rule, severity: 'low' }))]) {
            const again = told(judgeAll(groups, meanings, some, memory), some, ids);
            if (some === rules) expect(again).toEqual(fresh);
            else expect(again).toEqual(told(judgeAll(groups, meanings, some, undefined), some, ids));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
