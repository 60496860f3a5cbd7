/**
 * Every rule is proven on its own fixtures with the real collectors: it fires, it stays silent on a well-configured
 * resource (and says *held* there), and each part of its condition matters (mutation check).
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadMeanings, loadRules } from '../../src/app/data.ts';
import { nodeFiles } from '../../src/app/node-ports.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import { collectTree } from '../../src/collect/run.ts';
import { correlate } from '../../src/evaluate/correlate.ts';
import { Graph } from '../../src/evaluate/graph.ts';
import { evaluateRules } from '../../src/evaluate/rules.ts';
import type { Collector } from '../../src/model/collect.ts';
import type { Verdict } from '../../src/model/finding.ts';
import type { Rule } from '../../src/model/rule.ts';

const rulesFolder = new URL('../../rules/', import.meta.url).pathname;
const only = process.env['DEMARC_RULES'];
const rules = loadRules().filter((rule) => only === undefined || rule.id.startsWith(only));
const meanings = loadMeanings();

interface Fixture {
  readonly name: string;
  readonly dialect: string;
}

function fixturesOf(rule: Rule, kind: 'fires' | 'silent' | 'unknown'): Fixture[] {
  try {
    return readdirSync(join(rulesFolder, rule.id.replaceAll('.', '/'), kind)).map((name) => ({
      name,
      dialect: name.replace(/\..*$/s, '').replace(/-\d+$/, ''),
    }));
  } catch {
    return [];
  }
}

let collectors: readonly Collector[] = [];
const graphs = new Map<string, Graph>();

async function graphOf(rule: Rule, kind: string, fixture: Fixture): Promise<Graph> {
  const folder = join(rulesFolder, rule.id.replaceAll('.', '/'), kind);
  const key = join(folder, fixture.name);
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const isFolder = nodeFiles.kind(key) === 'directory';
  const tree = await collectTree(nodeFiles, isFolder ? key : folder, collectors, {
    starts: [isFolder ? '' : fixture.name],
    excludes: [],
    cache: undefined,
    onProgress: undefined,
  });
  const broken = tree.gaps.filter((gap) => gap.kind === 'syntax');
  expect(broken, `${key} parses`).toEqual([]);
  const graph = Graph.build(tree.resources, meanings, correlate);
  graphs.set(key, graph);
  return graph;
}

async function verdicts(rule: Rule, kind: string, fixture: Fixture): Promise<Verdict[]> {
  return evaluateRules(await graphOf(rule, kind, fixture), [rule]);
}

function states(found: readonly Verdict[]): Set<string> {
  return new Set(found.map((verdict) => verdict.state));
}

/** Whether every fixture still gives what it must. */
async function fixturesPass(rule: Rule): Promise<boolean> {
  for (const fixture of fixturesOf(rule, 'fires'))
    if (!states(await verdicts(rule, 'fires', fixture)).has('open')) return false;
  const held = new Set<string>();
  for (const fixture of fixturesOf(rule, 'silent')) {
    const found = states(await verdicts(rule, 'silent', fixture));
    if (found.has('open')) return false;
    if (found.has('held')) held.add(fixture.dialect);
  }
  return rule.dialects.every((dialect) => held.has(dialect));
}

beforeAll(() => {
  collectors = makeCollectors();
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  it('fires, and stays silent, in every dialect it claims', async () => {
    const fires = fixturesOf(rule, 'fires');
    const silent = fixturesOf(rule, 'silent');
    expect(new Set(fires.map(({ dialect }) => dialect)), 'dialects with a firing fixture').toEqual(
      new Set(rule.dialects),
    );
    expect(new Set(silent.map(({ dialect }) => dialect)), 'dialects with a silent fixture').toEqual(
      new Set(rule.dialects),
    );
    for (const fixture of fires)
      expect([...states(await verdicts(rule, 'fires', fixture))], `fires/${fixture.name}`).toContain('open');
    const held = new Set<string>();
    for (const fixture of silent) {
      const found = await verdicts(rule, 'silent', fixture);
      expect(
        found.filter((verdict) => verdict.state === 'open').map((verdict) => verdict.resource),
        `silent/${fixture.name}`,
      ).toEqual([]);
      if (states(found).has('held')) held.add(fixture.dialect);
    }
    expect(held, 'dialects whose silent fixture is held').toEqual(new Set(rule.dialects));
    for (const fixture of fixturesOf(rule, 'unknown'))
      expect([...states(await verdicts(rule, 'unknown', fixture))], `unknown/${fixture.name}`).toEqual(['unknown']);
  });

  it('has a fixture that fails when its expectation is replaced', async () => {
    expect(await fixturesPass({ ...rule, expect: { op: 'value', args: true } }), 'expect: true').toBe(false);
    expect(await fixturesPass({ ...rule, expect: { op: 'value', args: false } }), 'expect: false').toBe(false);
  });
});
