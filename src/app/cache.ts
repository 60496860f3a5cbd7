import { createHash, hash } from 'node:crypto';
import { join } from 'node:path';
import type { KnownUnit, UnitCache } from '../collect/run.ts';
import type { KnownFile } from '../collect/tree-source.ts';
import type { OutcomeMemory } from '../evaluate/outcomes.ts';
import type { Collected, Collector, Unit } from '../model/collect.ts';
import { decodeResource, encodeResource, type EncodedResource } from '../model/encoding.ts';
import type { Gap } from '../model/gap.ts';
import type { AssessmentCache } from './assess.ts';
import { LineStore } from './cache-lines.ts';
import type { Context } from './context.ts';
import { readData } from './data.ts';
import { version } from './version.ts';

/** A cache that can be written back. */
export interface DiskCache extends AssessmentCache {
  save(): void;
}

interface Entry {
  /** What was asked of the tree to make it, and what the answers were. */
  readonly answers: readonly (readonly [string, string])[];
  readonly resources: readonly EncodedResource[];
  readonly gaps: readonly Gap[];
}

/** Results lie in so many files, so that one changed unit does not rewrite them all. */
const shardsOfUnits = 16;

/**
 * The cache of one assessed root, in the user's cache folder (`$XDG_CACHE_HOME/demarc`): what is known of files by their
 * content, results of collectors, secrets already sealed, and outcomes of rules. A cache that cannot be read is no cache,
 * never an error; it is safe to delete.
 */
export function openCache(context: Context, root: string): DiskCache {
  const base = context.environment.variables['XDG_CACHE_HOME'] ?? join(context.environment.homeDirectory, '.cache');
  const prefix = join(base, 'demarc', createHash('sha256').update(root).digest('hex').slice(0, 24));
  const { digest, code } = readData('version.json') as { digest: string; code?: string };
  const format = `2 ${version} ${digest} ${code}`;
  const open = (name: string): LineStore => new LineStore(context, `${prefix}-${name}.jsonl`, format);
  const files = new KnownFiles(open('files'));
  const units = Array.from({ length: shardsOfUnits }, (_, at) => open(`units-${at.toString(16)}`));
  const outcomes = open('outcomes');
  return {
    units: new KnownUnits(units, files),
    outcomes: rememberedOutcomes(outcomes),
    save() {
      try {
        for (const store of [...units, outcomes, files.store]) store.save();
      } catch {
        // A cache that cannot be written (a read-only home in CI) only costs time on the next run.
      }
    },
  };
}

class KnownFiles {
  readonly store: LineStore;

  constructor(store: LineStore) {
    this.store = store;
  }

  recall(path: string, stamp: string): KnownFile | undefined {
    const [of, known] = parsed<[string, KnownFile]>(this.store.find(keyOfPath(path))) ?? [];
    return of === stamp ? known : undefined;
  }

  remember(path: string, stamp: string, known: KnownFile): void {
    this.store.put(keyOfPath(path), JSON.stringify([stamp, known]));
  }
}

class KnownUnits implements UnitCache {
  readonly #stores: readonly LineStore[];
  readonly #files: KnownFiles;

  constructor(stores: readonly LineStore[], files: KnownFiles) {
    this.#stores = stores;
    this.#files = files;
  }

  find(collector: Collector, unit: Unit, answerTo: (question: string) => string): KnownUnit | undefined {
    const key = keyOf(collector, unit);
    const entry = parsed<Entry>(this.#storeOf(key)?.find(key));
    if (entry === undefined) return undefined;
    const { answers, resources, gaps } = entry;
    // Every question is put again: an answer may be a gap.
    const changed = answers.filter(([question, answer]) => answerTo(question) !== answer);
    if (changed.length > 0) return undefined;
    return { digest: digestOf(key, answers), collected: { resources: resources.map(decodeResource), gaps } };
  }

  store(collector: Collector, unit: Unit, answers: Entry['answers'], { resources, gaps }: Collected): string {
    const key = keyOf(collector, unit);
    const entry: Entry = { answers, resources: resources.map(encodeResource), gaps };
    this.#storeOf(key)?.put(key, JSON.stringify(entry));
    return digestOf(key, answers);
  }

  recall(path: string, stamp: string): KnownFile | undefined {
    return this.#files.recall(path, stamp);
  }

  remember(path: string, stamp: string, known: KnownFile): void {
    this.#files.remember(path, stamp, known);
  }

  #storeOf(key: string): LineStore | undefined {
    return this.#stores[Number.parseInt(key.slice(0, 4), 16) % this.#stores.length];
  }
}

function rememberedOutcomes(store: LineStore): OutcomeMemory {
  return {
    find: (key) => store.find(key),
    store: (key, outcomes) => store.put(key, outcomes),
  };
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
  return hash('sha256', parts.join('\n'), 'hex').slice(0, 32);
}

function keyOfPath(path: string): string {
  return JSON.stringify(path);
}

function digestOf(key: string, answers: Entry['answers']): string {
  return hash('sha256', `${key}\n${JSON.stringify(answers)}`, 'hex').slice(0, 32);
}
