import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decodeText } from '../collect/source.ts';
import type { UnitCache } from '../collect/run.ts';
import { decodeResource, encodeResource, type EncodedResource } from '../model/encoding.ts';
import type { Collected, Collector, Unit } from '../model/collect.ts';
import type { Gap } from '../model/gap.ts';
import type { Context } from './context.ts';
import { readData } from './data.ts';
import { version } from './version.ts';

/** A cache that can be written back. */
export interface DiskCache extends UnitCache {
  save(): void;
}

interface Entry {
  readonly key: string;
  /** Path → SHA-256 of the content the result was made from. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly resources: readonly EncodedResource[];
  readonly gaps: readonly Gap[];
}

interface Header {
  readonly format: string;
  /** Path → [stamp, SHA-256]. */
  readonly hashes: Readonly<Record<string, readonly [string, string]>>;
}

/**
 * The cache of one assessed root, in the user's cache folder (`$XDG_CACHE_HOME/demarc`). It holds results of collectors by
 * the content they were made from, secrets already sealed. A cache that cannot be read is no cache, never an error.
 */
export function openCache(context: Context, root: string): DiskCache {
  const base = context.environment.variables['XDG_CACHE_HOME'] ?? join(context.environment.homeDirectory, '.cache');
  const path = join(base, 'demarc', `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.jsonl`);
  const { digest } = readData('version.json') as { digest: string };
  return new JsonLinesCache(context, path, `1 ${version} ${digest}`);
}

class JsonLinesCache implements DiskCache {
  readonly #context: Context;
  readonly #path: string;
  readonly #format: string;
  readonly #entries = new Map<string, string>();
  readonly #used = new Map<string, string>();
  readonly #hashes = new Map<string, readonly [string, string]>();
  readonly #seen = new Map<string, readonly [string, string]>();
  #changed = false;

  constructor(context: Context, path: string, format: string) {
    this.#context = context;
    this.#path = path;
    this.#format = format;
    try {
      this.#load(decodeText(context.files.read(path)));
    } catch {
      this.#changed = true;
    }
  }

  #load(text: string): void {
    const [first = '', ...lines] = text.split('\n');
    const header = JSON.parse(first) as Header;
    if (header.format !== this.#format) {
      this.#changed = true;
      return;
    }
    for (const file of Object.keys(header.hashes)) {
      const hash = header.hashes[file];
      if (hash !== undefined) this.#hashes.set(file, hash);
    }
    // `key<TAB>entry`: an entry is parsed only when its unit is asked for.
    for (const line of lines) {
      const cut = line.indexOf('\t');
      if (cut > 0) this.#entries.set(line.slice(0, cut), line.slice(cut + 1));
    }
  }

  find(collector: Collector, unit: Unit, hashOf: (path: string) => string | undefined): Collected | undefined {
    const key = keyOf(collector, unit);
    const line = this.#entries.get(key);
    if (line === undefined) return undefined;
    try {
      const entry = JSON.parse(line) as Entry;
      const paths = Object.keys(entry.dependencies);
      if (unit.files.some((file) => entry.dependencies[file.path] === undefined)) return undefined;
      if (paths.some((path) => hashOf(path) !== entry.dependencies[path])) return undefined;
      this.#used.set(key, line);
      return { resources: entry.resources.map(decodeResource), gaps: entry.gaps };
    } catch {
      return undefined;
    }
  }

  store(collector: Collector, unit: Unit, dependencies: ReadonlyMap<string, string>, collected: Collected): void {
    const key = keyOf(collector, unit);
    const entry: Entry = {
      key,
      dependencies: Object.fromEntries(dependencies),
      resources: collected.resources.map(encodeResource),
      gaps: collected.gaps,
    };
    this.#used.set(key, JSON.stringify(entry));
    this.#changed = true;
  }

  hashOf(path: string, stamp: string): string | undefined {
    const known = this.#hashes.get(path);
    if (known?.[0] !== stamp) return undefined;
    this.#seen.set(path, known);
    return known[1];
  }

  remember(path: string, stamp: string, hash: string): void {
    if (this.#hashes.get(path)?.[0] !== stamp) this.#changed = true;
    this.#seen.set(path, [stamp, hash]);
  }

  save(): void {
    if (!this.#changed && this.#used.size === this.#entries.size) return;
    const header: Header = { format: this.#format, hashes: Object.fromEntries(this.#seen) };
    const lines = [JSON.stringify(header), ...[...this.#used].map(([key, line]) => `${key}\t${line}`)];
    try {
      this.#context.writer.write(this.#path, lines.join('\n'));
    } catch {
      // A cache that cannot be written (a read-only home in CI) only costs time on the next run.
    }
  }
}

function keyOf(collector: Collector, unit: Unit): string {
  return createHash('sha256').update(`${collector.id}\n${collector.version}\n${unit.id}`).digest('hex').slice(0, 32);
}
