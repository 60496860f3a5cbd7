import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadMeanings } from '../../src/app/data.ts';
import { nodeFiles } from '../../src/app/node-ports.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import { collectTree } from '../../src/collect/run.ts';
import { correlate } from '../../src/evaluate/correlate.ts';
import { Graph } from '../../src/evaluate/graph.ts';
import type { Collector } from '../../src/model/collect.ts';
import type { Gap } from '../../src/model/gap.ts';
import type { Resource } from '../../src/model/resource.ts';
import type { Rule } from '../../src/model/rule.ts';

const rulesFolder = new URL('../../rules/', import.meta.url).pathname;
export const meanings = loadMeanings();

export type FixtureKind = 'fires' | 'silent' | 'unknown';

/** One entry directly under `fires/`, `silent/` or `unknown/` of a rule. */
export interface Fixture {
  readonly kind: FixtureKind;
  readonly name: string;
  /** The name up to its first dot, without a number: `terraform-2.tf` is `terraform`. */
  readonly dialect: string;
  readonly path: string;
}

export function fixturesOf(rule: Rule, kind: FixtureKind): Fixture[] {
  const folder = join(rulesFolder, rule.id.replaceAll('.', '/'), kind);
  try {
    return readdirSync(folder).map((name) => ({
      kind,
      name,
      dialect: name.replace(/\..*$/s, '').replace(/-\d+$/, ''),
      path: join(folder, name),
    }));
  } catch {
    return [];
  }
}

let collectors: readonly Collector[] | undefined;
const read = new Map<string, { resources: readonly Resource[]; gaps: readonly Gap[] }>();

/** What the real collectors make of a fixture; read once. */
export async function collectFixture({
  path,
}: Fixture): Promise<{ resources: readonly Resource[]; gaps: readonly Gap[] }> {
  const known = read.get(path);
  if (known !== undefined) return known;
  collectors ??= makeCollectors();
  const isFolder = nodeFiles.kind(path) === 'directory';
  const root = isFolder ? path : path.slice(0, path.lastIndexOf('/'));
  const tree = await collectTree(nodeFiles, root, collectors, {
    starts: [isFolder ? '' : path.slice(root.length + 1)],
    excludes: [],
    now: 0,
    cache: undefined,
    onProgress: undefined,
  });
  const result = { resources: tree.resources, gaps: tree.gaps };
  read.set(path, result);
  return result;
}

const graphs = new Map<string, Graph>();

export async function graphOf(fixture: Fixture): Promise<Graph> {
  const known = graphs.get(fixture.path);
  if (known !== undefined) return known;
  const graph = Graph.build((await collectFixture(fixture)).resources, meanings, correlate);
  graphs.set(fixture.path, graph);
  return graph;
}
