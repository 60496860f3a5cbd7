import { hash } from 'node:crypto';
import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { append } from '../base/multimap.ts';
import { folderOf } from '../base/path.ts';
import type { Files } from '../base/ports.ts';
import type { Access, Fact, PlanSource } from '../model/collect.ts';
import { decodeText, Unreadable } from './source.ts';
import { joinRoot } from './walk.ts';

/** Characters of texts kept: a file is asked for by several collectors, first to plan and then to read. */
const keptCharactersMax = 48 * 1024 * 1024;

/** What is known of a file by its content. */
export interface KnownFile {
  /** SHA-256 (hex) of its bytes. */
  readonly hash: string;
  /** The bytes are no text (see `decodeText`). */
  unreadable?: true;
  /** What `fact` found in it, by name. */
  readonly facts: Record<string, Fact>;
}

/** What earlier runs remember. */
export interface SourceMemory {
  /** What was known of a file that did not change since. */
  recall(path: string): KnownFile | undefined;
  /** What was kept under a name. */
  kept(name: string, key: string): string | undefined;
  /** A key that starts with the hash of a file, and a dash, is of use as long as the file is; any other if it is asked for. */
  keep(name: string, key: string, text: string): void;
}

/**
 * `Source` over a walked tree. Refuses what is not in the tree (a path that climbs out, a refused link), what is too
 * large and what is not text. For a cache it notes what was asked and answered: whoever gets the same answers again
 * makes the same of them.
 */
export class TreeSource implements PlanSource {
  readonly #files: Files;
  readonly #root: string;
  readonly #names: ReadonlySet<string>;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #memory: SourceMemory | undefined;
  readonly #folders = new Map<string, string[]>();
  readonly #listings = new Map<string, string>();
  readonly #texts = new Map<string, string>();
  #keptCharacters = 0;
  readonly #known = new Map<string, KnownFile | undefined>();
  #asked = new Set<string>();
  /** Files that could not be read as text, and why: each is a gap, whoever asked. */
  readonly failures = new Map<string, Unreadable>();

  /**
   * @param sizes bytes of the files that were listed with their size
   * @param memory of a cache; undefined when there is none, and nothing is hashed then
   */
  constructor(
    files: Files,
    root: string,
    names: ReadonlySet<string>,
    sizes: ReadonlyMap<string, number>,
    memory: SourceMemory | undefined,
  ) {
    this.#files = files;
    this.#sizes = sizes;
    this.#root = root;
    this.#names = names;
    this.#memory = memory;
    for (const path of names) append(this.#folders, folderOf(path), path);
  }

  /** Forgets what was asked so far. */
  startTrace(): void {
    this.#asked = new Set();
  }

  /** Questions since `startTrace`: `=path` a file's text, `?path` whether it exists, `/path` a folder's list, `@path` its access. */
  get asked(): ReadonlySet<string> {
    return this.#asked;
  }

  /** The answer as a short text: equal answers are equal texts. `.path` asks for a file's bytes, whatever they are. */
  answerTo(question: string): string {
    const path = question.slice(1);
    if (question.startsWith('?')) return this.#names.has(path) ? '1' : '0';
    if (question.startsWith('/')) return this.#listing(path);
    if (question.startsWith('@')) {
      const access = this.#accessTo(path);
      return access === undefined ? '' : `${access.uid}:${access.mode}`;
    }
    const known = this.known(path);
    if (known === undefined) return '';
    return question.startsWith('=') && known.unreadable ? `!${known.hash}` : known.hash;
  }

  #listing(folder: string): string {
    let digest = this.#listings.get(folder);
    if (digest === undefined) {
      digest = hash('sha256', (this.#folders.get(folder) ?? []).join('\n'), 'hex').slice(0, 32);
      this.#listings.set(folder, digest);
    }
    return digest;
  }

  has(path: string): boolean {
    this.#asked.add(`?${path}`);
    return this.#names.has(path);
  }

  folder(path: string): readonly string[] {
    this.#asked.add(`/${path}`);
    return this.#folders.get(path) ?? [];
  }

  access(path: string): Access | undefined {
    // Owners in a copy or a check-out say nothing; on Windows these bits are made up, and the root is a drive.
    if (this.#root !== '/') return undefined;
    this.#asked.add(`@${path}`);
    return this.#accessTo(path);
  }

  #accessTo(path: string): Access | undefined {
    try {
      const { uid, mode } = this.#files.stat(this.#files.real(joinRoot(this.#root, path)));
      return { uid, mode };
    } catch {
      return undefined;
    }
  }

  text(path: string): string {
    this.#asked.add(`=${path}`);
    const failed = this.failures.get(path);
    if (failed !== undefined) throw failed;
    try {
      return this.#texts.get(path) ?? this.#load(path);
    } catch (thrown) {
      if (thrown instanceof Unreadable && this.#names.has(path)) this.failures.set(path, thrown);
      throw thrown;
    }
  }

  fact<T extends Fact>(path: string, name: string, look: (text: string) => T): T {
    const facts = this.#memory === undefined ? undefined : this.known(path)?.facts;
    // What is kept under a name was made by `look`: names are unique among all collectors.
    const found = facts?.[name] as T | undefined;
    if (found !== undefined) return found;
    const fact = look(this.text(path));
    if (facts !== undefined) facts[name] = fact;
    return fact;
  }

  kept(name: string, paths: readonly string[]): string | undefined {
    return this.#memory?.kept(name, this.#keyOf(paths));
  }

  keep(name: string, paths: readonly string[], make: () => string | undefined): void {
    const text = this.#memory === undefined ? undefined : make();
    if (text !== undefined) this.#memory?.keep(name, this.#keyOf(paths), text);
  }

  #keyOf(paths: readonly string[]): string {
    const hashes = paths.map((path) => this.known(path)?.hash ?? '');
    const [only = '', ...more] = paths;
    return more.length === 0
      ? `${hashes[0]}-${JSON.stringify(only)}`
      : hash('sha256', JSON.stringify([hashes, paths]), 'hex');
  }

  /** What is known of a file by its content; undefined when it cannot be read. */
  known(path: string): KnownFile | undefined {
    if (!this.#known.has(path)) {
      const recalled = this.#names.has(path) ? this.#memory?.recall(path) : undefined;
      this.#known.set(path, recalled);
      if (recalled === undefined) this.#look(path);
    }
    return this.#known.get(path);
  }

  #look(path: string): void {
    try {
      this.#load(path);
    } catch {
      // Whoever asks for its text is told why.
    }
  }

  /** Reads a text and keeps it, at the cost of those asked for longest ago. @throws Unreadable */
  #load(path: string): string {
    const text = this.#decode(path, this.bytes(path));
    this.#texts.set(path, text);
    this.#keptCharacters += text.length;
    for (const [oldest, { length }] of this.#texts) {
      if (this.#keptCharacters <= keptCharactersMax) break;
      this.#texts.delete(oldest);
      this.#keptCharacters -= length;
    }
    return text;
  }

  #decode(path: string, bytes: Uint8Array): string {
    try {
      return decodeText(bytes);
    } catch (thrown) {
      const known = this.#known.get(path);
      if (known !== undefined) known.unreadable = true;
      throw thrown;
    }
  }

  /** The bytes of a file. @throws Unreadable */
  bytes(path: string): Uint8Array {
    if (!this.#names.has(path)) throw new Unreadable('unresolved', 'no such file below the assessed path');
    const absolute = joinRoot(this.#root, path);
    try {
      if ((this.#sizes.get(path) ?? this.#files.size(absolute)) > limits.fileBytesMax)
        throw new Unreadable('too-large', `larger than ${limits.fileBytesMax} bytes`);
      const bytes = this.#files.read(absolute);
      if (this.#memory !== undefined) this.#learn(path, bytes);
      return bytes;
    } catch (thrown) {
      if (thrown instanceof Unreadable) throw thrown;
      throw new Unreadable('unreadable', messageOf(thrown).replace(absolute, `\`${path}\``));
    }
  }

  #learn(path: string, bytes: Uint8Array): void {
    const digest = hash('sha256', bytes, 'hex');
    const known = this.#known.get(path) ?? this.#memory?.recall(path);
    this.#known.set(path, known?.hash === digest ? known : { hash: digest, facts: {} });
  }
}
