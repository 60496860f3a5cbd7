import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadMeanings } from '../../src/app/data.ts';
import { nodeFiles } from '../../src/app/node-ports.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import type { Files } from '../../src/base/ports.ts';
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

/** Owner and mode of paths, in a fixture that stands for a whole machine; everything else is root's own. */
const accessFile = '.access.json';

/** The file system of a machine that a fixture holds; undefined when the fixture says nothing about owners. */
function machineIn(folder: string): Files | undefined {
  let stated: Readonly<Record<string, { readonly uid?: number; readonly mode?: string }>>;
  try {
    stated = JSON.parse(readFileSync(join(folder, accessFile), 'utf8')) as typeof stated;
  } catch {
    return undefined;
  }
  const at = (path: string): string => join(folder, path);
  return {
    list: (path) => nodeFiles.list(at(path)).filter(({ name }) => name !== accessFile),
    stat(path) {
      const stat = nodeFiles.stat(at(path));
      const { uid = 0, mode = stat.kind === 'directory' ? '755' : '644' } = stated[path] ?? {};
      return { ...stat, uid, mode: Number.parseInt(mode, 8) };
    },
    kind: (path) => nodeFiles.kind(at(path)),
    real: (path) => path,
    size: (path) => nodeFiles.size(at(path)),
    read: (path) => nodeFiles.read(at(path)),
  };
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
  const machine = isFolder ? machineIn(path) : undefined;
  const root = machine !== undefined ? '/' : isFolder ? path : path.slice(0, path.lastIndexOf('/'));
  const tree = await collectTree(machine ?? nodeFiles, root, collectors, {
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
