import { append } from '../base/multimap.ts';
import { createHash } from 'node:crypto';
import { limits } from '../base/limits.ts';
import { messageOf } from '../base/errors.ts';
import { folderOf } from '../base/path.ts';
import type { Files } from '../base/ports.ts';
import type { Access, Source } from '../model/collect.ts';
import { decodeText, Unreadable } from './source.ts';
import { joinRoot } from './walk.ts';

const textsKept = 64;
/** What is remembered of a file for the cache besides its content: no path begins like this. */
const accessMark = '\0access:';

/**
 * `Source` over a walked tree. Refuses what is not in the tree (a path that climbs out, a refused link), what is too
 * large and what is not text. Keeps the texts read last, and remembers what was read for the cache.
 */
export class TreeSource implements Source {
  readonly #files: Files;
  readonly #root: string;
  readonly #names: ReadonlySet<string>;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #hashing: boolean;
  readonly #folders = new Map<string, string[]>();
  readonly #texts = new Map<string, string>();
  /** SHA-256 (hex) of the bytes of each file read so far. */
  readonly hashes = new Map<string, string>();
  /** Paths asked for since the last `startTrace`. */
  #trace = new Set<string>();
  /** Files that could not be read as text, and why: each is a gap, whoever asked. */
  readonly failures = new Map<string, Unreadable>();

  /**
   * @param sizes bytes of the files that were listed with their size
   * @param hashing whether somebody asks for `hashes`: only a cache does
   */
  constructor(
    files: Files,
    root: string,
    names: ReadonlySet<string>,
    sizes: ReadonlyMap<string, number>,
    hashing: boolean,
  ) {
    this.#hashing = hashing;
    this.#files = files;
    this.#sizes = sizes;
    this.#root = root;
    this.#names = names;
    for (const path of names) {
      const folder = folderOf(path);
      append(this.#folders, folder, path);
    }
  }

  startTrace(): void {
    this.#trace = new Set();
  }

  get trace(): readonly string[] {
    return [...this.#trace];
  }

  has(path: string): boolean {
    return this.#names.has(path);
  }

  folder(path: string): readonly string[] {
    return this.#folders.get(path) ?? [];
  }

  access(path: string): Access | undefined {
    // Owners in a copy or a check-out say nothing; on Windows these bits are made up, and the root is a drive.
    if (this.#root !== '/') return undefined;
    this.#trace.add(accessMark + path);
    try {
      const { uid, mode } = this.#files.stat(this.#files.real(joinRoot(this.#root, path)));
      this.#remember(accessMark + path, `${uid}:${mode}`);
      return { uid, mode };
    } catch {
      return undefined;
    }
  }

  #remember(path: string, content: string | Uint8Array): void {
    if (this.#hashing && !this.hashes.has(path))
      this.hashes.set(path, createHash('sha256').update(content).digest('hex'));
  }

  text(path: string): string {
    this.#trace.add(path);
    const kept = this.#texts.get(path);
    if (kept !== undefined) return kept;
    const text = this.#decode(path);
    if (this.#texts.size >= textsKept) {
      const [oldest] = this.#texts.keys();
      if (oldest !== undefined) this.#texts.delete(oldest);
    }
    this.#texts.set(path, text);
    return text;
  }

  #decode(path: string): string {
    const failed = this.failures.get(path);
    if (failed !== undefined) throw failed;
    try {
      return decodeText(this.bytes(path));
    } catch (thrown) {
      if (thrown instanceof Unreadable && this.#names.has(path)) this.failures.set(path, thrown);
      throw thrown;
    }
  }

  /** Reads what a path of the trace stands for, so that its hash is known. @throws Unreadable */
  reread(path: string): void {
    if (path.startsWith(accessMark)) this.access(path.slice(accessMark.length));
    else this.bytes(path);
  }

  /** The bytes of a file. @throws Unreadable */
  bytes(path: string): Uint8Array {
    if (!this.#names.has(path)) throw new Unreadable('unresolved', 'no such file below the assessed path');
    const absolute = joinRoot(this.#root, path);
    try {
      if ((this.#sizes.get(path) ?? this.#files.size(absolute)) > limits.fileBytesMax)
        throw new Unreadable('too-large', `larger than ${limits.fileBytesMax} bytes`);
      const bytes = this.#files.read(absolute);
      this.#remember(path, bytes);
      return bytes;
    } catch (thrown) {
      if (thrown instanceof Unreadable) throw thrown;
      throw new Unreadable('unreadable', messageOf(thrown).replace(absolute, `\`${path}\``));
    }
  }
}
