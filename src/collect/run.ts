import { append } from '../base/multimap.ts';
import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Files } from '../base/ports.ts';
import { redactText } from '../base/secrets.ts';
import type { Collected, Collector, Unit } from '../model/collect.ts';
import type { Gap } from '../model/gap.ts';
import type { Resource } from '../model/resource.ts';
import { sealResource } from '../model/seal.ts';
import { Unreadable } from './source.ts';
import { type KnownFile, TreeSource } from './tree-source.ts';
import { walk, type WalkedFile, type WalkOptions } from './walk.ts';

/** A result of a unit, and a digest of all it was made from: equal digests mean equal results. */
export interface KnownUnit {
  readonly digest: string;
  readonly collected: Collected;
}

/** Results of units by the content they were made from. */
export interface UnitCache {
  /** A stored result to all of whose questions the answer is the same again (see `TreeSource.asked`), or undefined. */
  find(collector: Collector, unit: Unit, answerTo: (question: string) => string): KnownUnit | undefined;
  /** @returns the digest of what the result was made from */
  store(
    collector: Collector,
    unit: Unit,
    answers: readonly (readonly [string, string])[],
    collected: Collected,
  ): string;
  /** What was remembered of a file with this stamp. */
  recall(path: string, stamp: string): KnownFile | undefined;
  remember(path: string, stamp: string, known: KnownFile): void;
}

export interface CollectOptions extends WalkOptions {
  readonly cache: UnitCache | undefined;
  readonly onProgress: ((done: number, total: number, what: string) => void) | undefined;
}

/** What came from one unit. The digest tells what it was made from; it is empty without a cache. */
export interface CollectedUnit {
  readonly digest: string;
  readonly resources: readonly Resource[];
}

export interface CollectedTree extends Collected {
  readonly units: readonly CollectedUnit[];
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
    cache && ((path) => withStamp(stamps.get(path), (stamp) => cache.recall(path, stamp))),
  );
  const gaps: Gap[] = [...walked.gaps];
  const work = planWork(collectors, walked.files, claimants, source, gaps);
  const units: CollectedUnit[] = [];
  for (const [index, { collector, unit }] of work.entries()) {
    const { collected, digest } = await runUnit(collector, unit, source, cache);
    if (collected.resources.length > 0) units.push({ digest, resources: collected.resources });
    gaps.push(...collected.gaps);
    options.onProgress?.(index + 1, work.length, unit.id);
  }
  const told = new Set(gaps.map((gap) => gap.location.file));
  for (const [path, failure] of [...source.failures].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!told.has(path)) gaps.push(gapOf(failure, path, ''));
  if (cache !== undefined) rememberFiles(walked.files, source, cache);
  return {
    resources: units.flatMap(({ resources }) => resources),
    units,
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
): Promise<KnownUnit> {
  const known = cache?.find(collector, unit, (question) => answerAgain(question, source));
  if (known !== undefined) return known;
  source.startTrace();
  const collected = await collectUnit(collector, unit, source);
  const sealed = {
    resources: collected.resources.map(sealResource),
    gaps: collected.gaps.map((gap) => ({ ...gap, reason: redactText(gap.reason) })),
  };
  if (cache === undefined) return { digest: '', collected: sealed };
  const questions = new Set([...unit.files.map((file) => `.${file.path}`), ...source.asked]);
  const answers = [...questions].map((question) => [question, source.answerTo(question)] as const);
  return { digest: cache.store(collector, unit, answers, sealed), collected: sealed };
}

/** A file that cannot be read as text is a gap of every run, also of one that takes the result from the cache. */
function answerAgain(question: string, source: TreeSource): string {
  const answer = source.answerTo(question);
  const path = question.slice(1);
  if (question.startsWith('=') && (answer === '' || answer.startsWith('!'))) {
    try {
      source.text(path);
    } catch {
      // The source keeps the failure.
    }
  }
  return answer;
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
