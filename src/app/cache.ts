import { createHash, hash } from 'node:crypto';
import { join } from 'node:path';
import { folderOf, nameOf } from '../base/path.ts';
import type { CollectedUnit, UnitCache } from '../collect/run.ts';
import type { KnownFile } from '../collect/tree-source.ts';
import type { Part } from '../evaluate/islands.ts';
import type { Group } from '../evaluate/judge.ts';
import type { Ties } from '../evaluate/ties.ts';
import type { Collector, Unit } from '../model/collect.ts';
import { decodeResource, encodeResource, type EncodedResource } from '../model/encoding.ts';
import type { Gap } from '../model/gap.ts';
import type { Resource } from '../model/resource.ts';
import type { AssessmentCache } from './assess.ts';
import { LineStore } from './cache-lines.ts';
import type { Context } from './context.ts';
import { readData } from './data.ts';
import { userCacheFolder } from './user-folders.ts';
import { version } from './version.ts';

/** A cache that can be written back. */
export interface DiskCache extends AssessmentCache {
  save(): void;
}

export interface CacheOptions {
  /** Nothing that an earlier run kept is used. */
  readonly anew?: boolean;
  /** Resources are read with the rest, for a report that shows them all: what is damaged is then only collected again. */
  readonly whole: boolean;
}

/** A part of the cache that was relied on turned out to be damaged: assess again, without what was kept. */
export class CacheDamaged extends Error {
  override readonly name = 'CacheDamaged';
}

/** Resources lie in so many files, so that one changed unit rewrites, and one shown workload reads, but a small part. */
const shardsOfResources = 256;

/**
 * The cache of one assessed root, in the user's cache folder (`$XDG_CACHE_HOME/demarc`): what is known of files by their
 * content, what units depend on and what they hold (secrets already sealed), and what rules said of islands. A cache that
 * cannot be read is no cache, never an error; it is safe to delete.
 */
export function openCache(context: Context, root: string, { anew = false, whole }: CacheOptions): DiskCache {
  const prefix = join(
    userCacheFolder(context.environment),
    'demarc',
    createHash('sha256').update(root).digest('hex').slice(0, 24),
  );
  const { digest, code } = readData('version.json') as { digest: string; code?: string };
  const format = `3 ${version} ${digest} ${code}`;
  const open = (name: string): LineStore => new LineStore(context, `${prefix}-${name}`, format, anew);
  const files = new KnownFiles(open('files'));
  const units = new KnownUnits(open, files, whole);
  const records = open('records');
  return {
    units,
    records: { find: (key) => records.find(key), store: (key, text) => records.put(key, text) },
    save() {
      try {
        files.save();
        units.save();
        records.save();
      } catch {
        // A cache that cannot be written (a read-only home in CI) only costs time on the next run.
      }
    },
  };
}

/** What is kept of a file: its name, its stamp, what is known. */
type FileEntry = readonly [name: string, stamp: string, known: KnownFile];

/** What is known of files, a line for each folder. */
class KnownFiles {
  readonly #store: LineStore;
  readonly #earlier = new Map<string, ReadonlyMap<string, FileEntry>>();
  readonly #now = new Map<string, FileEntry[]>();
  readonly #hashes = new Set<string>();

  constructor(store: LineStore) {
    this.#store = store;
  }

  recall(path: string, stamp: string): KnownFile | undefined {
    const [, of, known] = this.#folder(folderOf(path)).get(nameOf(path)) ?? [];
    return of === stamp ? known : undefined;
  }

  /** Whether a file of this run has the hash. */
  has(hashed: string): boolean {
    return this.#hashes.has(hashed);
  }

  remember(path: string, stamp: string, known: KnownFile): void {
    this.#hashes.add(known.hash);
    const folder = folderOf(path);
    const entries = this.#now.get(folder);
    const entry: FileEntry = [nameOf(path), stamp, known];
    if (entries === undefined) this.#now.set(folder, [entry]);
    else entries.push(entry);
  }

  #folder(folder: string): ReadonlyMap<string, FileEntry> {
    let entries = this.#earlier.get(folder);
    if (entries === undefined) {
      const list = parsed<readonly FileEntry[]>(this.#store.find(keyOfFolder(folder))) ?? [];
      entries = new Map(list.map((entry) => [entry[0], entry]));
      this.#earlier.set(folder, entries);
    }
    return entries;
  }

  save(): void {
    for (const [folder, entries] of this.#now) {
      const text = JSON.stringify(entries);
      if (this.#store.find(keyOfFolder(folder)) !== text) this.#store.put(keyOfFolder(folder), text);
    }
    this.#store.save((key) => this.#now.has(JSON.parse(key) as string));
  }
}

/** What is kept of a unit: what it was made from, and which parts it has. */
interface UnitEntry {
  /** What was asked of the tree to make it, besides its files. */
  readonly asked: readonly string[];
  /** Digest of the answers. */
  readonly answers: string;
  readonly gaps: readonly Gap[];
  readonly parts: readonly KnownPart[];
}

/** What is kept of resources that have to do with each other: the digest of their text, how many they are. */
type KnownPart = readonly [digest: string, count: number, ties: Ties];

class KnownUnits implements UnitCache {
  readonly #entries: LineStore;
  readonly #open: (name: string) => LineStore;
  readonly #shards = new Map<string, LineStore>();
  readonly #kept = new Map<string, LineStore>();
  readonly #files: KnownFiles;
  readonly #whole: boolean;
  /** Digests of this run's parts. */
  readonly #used = new Set<string>();

  constructor(open: (name: string) => LineStore, files: KnownFiles, whole: boolean) {
    this.#entries = open('units');
    this.#open = open;
    this.#files = files;
    this.#whole = whole;
  }

  find(collector: Collector, unit: Unit, answerTo: (question: string) => string): CollectedUnit | undefined {
    const key = keyOf(collector, unit);
    const entry = parsed<UnitEntry>(this.#entries.find(key));
    if (entry === undefined) return undefined;
    const { asked, answers, gaps, parts } = entry;
    // Every question is put again: an answer may be a gap.
    if (digestOfAnswers(unit, asked, answerTo) !== answers) return undefined;
    const groups = parts.map((part) => this.#group(part));
    return groups.includes(undefined) ? undefined : { groups: groups.flatMap((group) => group ?? []), gaps };
  }

  /** The group a part stands for; undefined where its resources are to be read now and cannot be. */
  #group([digest, count, ties]: KnownPart): Group | undefined {
    const resources = this.#whole ? this.#resources(digest) : undefined;
    if (this.#whole && resources === undefined) return undefined;
    this.#used.add(digest);
    return { digest, count, ties, resources: () => resources ?? this.#resourcesOrThrow(digest) };
  }

  store(
    collector: Collector,
    unit: Unit,
    asked: readonly string[],
    answerTo: (question: string) => string,
    parts: readonly Part[],
    gaps: readonly Gap[],
  ): string[] {
    const known = parts.map(({ resources, ties }): KnownPart => {
      const text = JSON.stringify(resources.map(encodeResource));
      const digest = digestOf(text);
      if (this.#shard(digest).find(digest) === undefined) this.#shard(digest).put(digest, text);
      this.#used.add(digest);
      return [digest, resources.length, ties];
    });
    const entry: UnitEntry = { asked, answers: digestOfAnswers(unit, asked, answerTo), gaps, parts: known };
    this.#entries.put(keyOf(collector, unit), JSON.stringify(entry));
    return known.map(([digest]) => digest);
  }

  recall(path: string, stamp: string): KnownFile | undefined {
    return this.#files.recall(path, stamp);
  }

  remember(path: string, stamp: string, known: KnownFile): void {
    this.#files.remember(path, stamp, known);
  }

  kept(name: string, key: string): string | undefined {
    return this.#keptUnder(name).find(key);
  }

  keep(name: string, key: string, text: string): void {
    this.#keptUnder(name).put(key, text);
  }

  /** What a name stands for may be long, and is not read unless somebody asks for it. */
  #keptUnder(name: string): LineStore {
    const store = this.#kept.get(name) ?? this.#open(name.replaceAll(' ', '-'));
    this.#kept.set(name, store);
    return store;
  }

  save(): void {
    for (const store of this.#kept.values()) store.save((key) => this.#files.has(key.split('-', 1)[0] ?? ''));
    // What an entry stands for is there before the entry is.
    for (const shard of this.#shards.values()) shard.save((digest) => this.#used.has(digest));
    this.#entries.save();
  }

  #resources(digest: string): readonly Resource[] | undefined {
    return parsed<readonly EncodedResource[]>(this.#shard(digest).find(digest))?.map(decodeResource);
  }

  #resourcesOrThrow(digest: string): readonly Resource[] {
    const found = this.#resources(digest);
    if (found === undefined) throw new CacheDamaged('resources that were kept are gone');
    return found;
  }

  #shard(digest: string): LineStore {
    const name = (Number.parseInt(digest.slice(0, 4), 16) % shardsOfResources).toString(16).padStart(2, '0');
    const shard = this.#shards.get(name) ?? this.#open(`resources-${name}`);
    this.#shards.set(name, shard);
    return shard;
  }
}

/** What was written as JSON; undefined for nothing, and for a line that something else damaged. */
function parsed<T>(text: string | undefined): T | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** The list of files belongs to the key: a unit that lost a file is another one. */
function keyOf(collector: Collector, unit: Unit): string {
  const parts = [collector.id, collector.version, unit.id, ...unit.files.map(({ path }) => path)];
  return digestOf(JSON.stringify(parts));
}

function digestOfAnswers({ files }: Unit, asked: readonly string[], answerTo: (question: string) => string): string {
  return digestOf(JSON.stringify([files.map(({ path }) => answerTo(`.${path}`)), asked.map(answerTo)]));
}

/** Names may hold tabs and line breaks. */
function keyOfFolder(folder: string): string {
  return JSON.stringify(folder);
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}
