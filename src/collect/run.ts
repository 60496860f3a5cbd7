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
import { TreeSource } from './tree-source.ts';
import { walk, type WalkedFile } from './walk.ts';

/** Results of units by the content they were made from. */
export interface UnitCache {
  /** A stored result whose every file is unchanged, or undefined. */
  find(collector: Collector, unit: Unit, hashOf: (path: string) => string | undefined): Collected | undefined;
  store(collector: Collector, unit: Unit, dependencies: ReadonlyMap<string, string>, collected: Collected): void;
  /** The hash of a file's content remembered under its stamp, or undefined. */
  hashOf(path: string, stamp: string): string | undefined;
  remember(path: string, stamp: string, hash: string): void;
}

export interface CollectOptions {
  /** Files and folders to read, relative to the root; `''` is the root itself. */
  readonly starts: readonly string[];
  readonly excludes: readonly string[];
  readonly cache: UnitCache | undefined;
  readonly onProgress: ((done: number, total: number, what: string) => void) | undefined;
}

export interface CollectedTree extends Collected {
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
  const walked = walk(files, root, options.starts, options.excludes, (path) =>
    collectors.some((collector) => collector.claims(path)),
  );
  const source = new TreeSource(
    files,
    root,
    walked.names,
    new Map(walked.files.map((file) => [file.path, file.size])),
    options.cache !== undefined,
  );
  const byPath = new Map(walked.files.map((file) => [file.path, file]));
  const gaps: Gap[] = [...walked.gaps];
  const work: { collector: Collector; unit: Unit }[] = [];
  for (const collector of collectors) {
    const claimed = walked.files.filter((file) => collector.claims(file.path));
    try {
      for (const unit of collector.plan(claimed, source)) work.push({ collector, unit });
    } catch (thrown) {
      gaps.push(gapOf(thrown, claimed[0]?.path ?? '', `the ${collector.id} collector failed`));
    }
  }
  const runner = new UnitRunner(source, byPath, options.cache);
  const resources: Resource[] = [];
  for (const [index, { collector, unit }] of work.entries()) {
    const collected = await runner.run(collector, unit);
    for (const resource of collected.resources) resources.push(resource);
    gaps.push(...collected.gaps);
    options.onProgress?.(index + 1, work.length, unit.id);
  }
  const told = new Set(gaps.map((gap) => gap.location.file));
  for (const [path, failure] of source.failures) if (!told.has(path)) gaps.push(gapOf(failure, path, ''));
  return {
    resources,
    gaps: boundGaps(gaps),
    files: walked.files.length,
    bytes: walked.files.reduce((sum, file) => sum + file.size, 0),
    source,
  };
}

class UnitRunner {
  readonly #source: TreeSource;
  readonly #files: ReadonlyMap<string, WalkedFile>;
  readonly #cache: UnitCache | undefined;

  constructor(source: TreeSource, files: ReadonlyMap<string, WalkedFile>, cache: UnitCache | undefined) {
    this.#source = source;
    this.#files = files;
    this.#cache = cache;
  }

  async run(collector: Collector, unit: Unit): Promise<Collected> {
    const known = this.#cache?.find(collector, unit, (path) => this.#hash(path));
    if (known !== undefined) return known;
    this.#source.startTrace();
    const collected = await collectUnit(collector, unit, this.#source);
    const sealed = {
      resources: collected.resources.map(sealResource),
      gaps: collected.gaps.map((gap) => ({ ...gap, reason: redactText(gap.reason) })),
    };
    if (this.#cache !== undefined) {
      const dependencies = new Map<string, string>();
      for (const path of new Set([...unit.files.map((file) => file.path), ...this.#source.trace])) {
        const hash = this.#hash(path);
        if (hash !== undefined) dependencies.set(path, hash);
      }
      this.#cache.store(collector, unit, dependencies, sealed);
    }
    return sealed;
  }

  #hash(path: string): string | undefined {
    const known = this.#source.hashes.get(path);
    const stamp = this.#files.get(path)?.stamp;
    if (known !== undefined) {
      if (stamp !== undefined) this.#cache?.remember(path, stamp, known);
      return known;
    }
    const remembered = stamp === undefined ? undefined : this.#cache?.hashOf(path, stamp);
    if (remembered !== undefined) return remembered;
    try {
      this.#source.reread(path);
    } catch {
      return undefined;
    }
    return this.#source.hashes.has(path) ? this.#hash(path) : undefined;
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
