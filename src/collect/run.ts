import { append } from '../base/multimap.ts';
import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Files } from '../base/ports.ts';
import { redactText } from '../base/secrets.ts';
import { type Part, partsOf } from '../evaluate/islands.ts';
import type { Group } from '../evaluate/judge.ts';
import type { Collected, Collector, Unit } from '../model/collect.ts';
import type { Gap } from '../model/gap.ts';
import { sealResource } from '../model/seal.ts';
import { Unreadable } from './source.ts';
import { type KnownFile, TreeSource } from './tree-source.ts';
import { walk, type WalkedFile, type WalkOptions } from './walk.ts';

/** What came from one unit: resources in groups that have nothing to do with each other. */
export interface CollectedUnit {
  readonly groups: readonly Group[];
  readonly gaps: readonly Gap[];
}

/** Results of units by the content they were made from. */
export interface UnitCache {
  /**
   * A stored result to all of whose questions the answer is the same again (see `TreeSource.asked`), or undefined. Its
   * resources may be read when somebody asks for them.
   */
  find(collector: Collector, unit: Unit, answerTo: (question: string) => string): CollectedUnit | undefined;
  /**
   * @param asked what was asked besides the bytes of the unit's files
   * @returns the digests of the parts, in order: equal digests mean equal resources
   */
  store(
    collector: Collector,
    unit: Unit,
    asked: readonly string[],
    answerTo: (question: string) => string,
    parts: readonly Part[],
    gaps: readonly Gap[],
  ): readonly string[];
  /** What was remembered of a file with this stamp. */
  recall(path: string, stamp: string): KnownFile | undefined;
  remember(path: string, stamp: string, known: KnownFile): void;
  /** See `SourceMemory`. */
  kept(name: string, key: string): string | undefined;
  keep(name: string, key: string, text: string): void;
}

export interface CollectOptions extends WalkOptions {
  readonly cache: UnitCache | undefined;
  readonly onProgress: ((done: number, total: number, what: string) => void) | undefined;
}

export interface CollectedTree extends Collected {
  /** The same resources, by what they may have to do with each other. */
  readonly groups: readonly Group[];
  readonly files: number;
  readonly bytes: number;
  /** Source of the tree, for excerpts. */
  readonly source: TreeSource;
}

/**
 * Reads one assessed tree with every collector. Whatever a collector throws is a gap of its unit: one broken file
 * never takes the rest with it. Literal secrets are sealed here, before anything else sees a resource.
 *
 * @param root absolute path without a trailing slash
 */
export async function collectTree(
  files: Files,
  root: string,
  collectors: readonly Collector[],
  options: CollectOptions,
): Promise<CollectedTree> {
  const { cache } = options;
  const claimants = new Claimants(collectors);
  const walked = walk(files, root, options, (path) => claimants.of(path).length > 0);
  const stamps = new Map(walked.files.map(({ path, stamp }) => [path, stamp]));
  const source = new TreeSource(
    files,
    root,
    walked.names,
    new Map(walked.files.map((file) => [file.path, file.size])),
    cache && {
      recall: (path) => withStamp(stamps.get(path), (stamp) => cache.recall(path, stamp)),
      kept: (name, key) => cache.kept(name, key),
      keep: (name, key, text) => cache.keep(name, key, text),
    },
  );
  const gaps: Gap[] = [...walked.gaps];
  const work = planWork(collectors, walked.files, claimants, source, gaps);
  const groups: Group[] = [];
  for (const [index, { collector, unit }] of work.entries()) {
    const collected = await runUnit(collector, unit, source, cache);
    groups.push(...collected.groups);
    gaps.push(...collected.gaps);
    options.onProgress?.(index + 1, work.length, unit.id);
  }
  const told = new Set(gaps.map((gap) => gap.location.file));
  for (const [path, failure] of [...source.failures].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!told.has(path)) gaps.push(gapOf(failure, path, ''));
  if (cache !== undefined) rememberFiles(walked.files, source, cache);
  return {
    get resources() {
      return groups.flatMap(({ resources }) => resources());
    },
    groups,
    gaps: boundGaps(gaps),
    files: walked.files.length,
    bytes: walked.files.reduce((sum, file) => sum + file.size, 0),
    source,
  };
}

/** Which collectors want a file, asked once for each. */
class Claimants {
  readonly #collectors: readonly Collector[];
  readonly #known = new Map<string, readonly Collector[]>();

  constructor(collectors: readonly Collector[]) {
    this.#collectors = collectors;
  }

  of(path: string): readonly Collector[] {
    let claimants = this.#known.get(path);
    if (claimants === undefined) {
      claimants = this.#collectors.filter((collector) => collector.claims(path));
      this.#known.set(path, claimants);
    }
    return claimants;
  }
}

function withStamp<T>(stamp: string | undefined, use: (stamp: string) => T): T | undefined {
  return stamp === undefined ? undefined : use(stamp);
}

interface Work {
  readonly collector: Collector;
  readonly unit: Unit;
}

function planWork(
  collectors: readonly Collector[],
  files: readonly WalkedFile[],
  claimants: Claimants,
  source: TreeSource,
  gaps: Gap[],
): Work[] {
  const claimed = new Map<Collector, WalkedFile[]>();
  for (const file of files) for (const collector of claimants.of(file.path)) append(claimed, collector, file);
  return collectors.flatMap((collector) => {
    const own = claimed.get(collector) ?? [];
    try {
      return collector.plan(own, source).map((unit) => ({ collector, unit }));
    } catch (thrown) {
      gaps.push(gapOf(thrown, own[0]?.path ?? '', `the ${collector.id} collector failed`));
      return [];
    }
  });
}

async function runUnit(
  collector: Collector,
  unit: Unit,
  source: TreeSource,
  cache: UnitCache | undefined,
): Promise<CollectedUnit> {
  const known = cache?.find(collector, unit, (question) => answerAgain(question, source));
  if (known !== undefined) return known;
  source.startTrace();
  const collected = await collectUnit(collector, unit, source);
  const parts = partsOf(collected.resources.map(sealResource));
  const gaps = collected.gaps.map((gap) => ({ ...gap, reason: redactText(gap.reason) }));
  let digests: readonly string[] = [];
  if (cache !== undefined) {
    // The same bytes are the same text; that they are none is asked again.
    const own = new Set(unit.files.map(({ path }) => `=${path}`));
    const answerTo = (question: string): string => source.answerTo(question);
    const asked = [...source.asked].filter((question) => !own.has(question) || isNoText(answerTo(question)));
    digests = cache.store(collector, unit, asked, answerTo, parts, gaps);
  }
  const groups = parts.map(({ resources, ties }, at) => ({
    digest: digests[at] ?? '',
    count: resources.length,
    ties,
    resources: () => resources,
  }));
  return { groups, gaps };
}

/** A file that cannot be read as text is a gap of every run, also of one that takes the result from the cache. */
function answerAgain(question: string, source: TreeSource): string {
  const answer = source.answerTo(question);
  const path = question.slice(1);
  if (question.startsWith('=') && isNoText(answer)) {
    try {
      source.text(path);
    } catch {
      // The source keeps the failure.
    }
  }
  return answer;
}

function isNoText(answer: string): boolean {
  return answer === '' || answer.startsWith('!');
}

function rememberFiles(files: readonly WalkedFile[], source: TreeSource, cache: UnitCache): void {
  for (const { path, stamp } of files) {
    const known = stamp === undefined ? undefined : source.known(path);
    if (stamp !== undefined && known !== undefined) cache.remember(path, stamp, known);
  }
}

async function collectUnit(collector: Collector, unit: Unit, source: TreeSource): Promise<Collected> {
  try {
    return await collector.collect(unit, source);
  } catch (thrown) {
    return {
      resources: [],
      gaps: [gapOf(thrown, unit.files[0]?.path ?? unit.id, `the ${collector.id} collector failed`)],
    };
  }
}

function gapOf(thrown: unknown, file: string, what: string): Gap {
  const location = { file, line: 1, column: 1 };
  if (thrown instanceof Unreadable) return { kind: thrown.kind, reason: thrown.message, location };
  if (thrown instanceof RangeError) return { kind: 'too-large', reason: 'nested deeper than the limit', location };
  return { kind: 'unsupported', reason: `${what}: ${messageOf(thrown)}`, location };
}

/** At most a limited number of gaps for one file; the rest are counted in one more. */
function boundGaps(gaps: readonly Gap[]): Gap[] {
  const byFile = new Map<string, Gap[]>();
  for (const gap of gaps) {
    append(byFile, gap.location.file, gap);
  }
  return [...byFile.values()].flatMap((list) => {
    if (list.length <= limits.gapsPerFileMax) return list;
    const more: Gap = {
      kind: 'too-large',
      reason: `${list.length - limits.gapsPerFileMax} more gaps in this file`,
      location: { file: list[0]?.location.file ?? '', line: 1, column: 1 },
    };
    return [...list.slice(0, limits.gapsPerFileMax), more];
  });
}
