import { limits } from '../base/limits.ts';
import { messageOf } from '../base/errors.ts';
import { matchesGlob } from '../base/glob.ts';
import type { Files } from '../base/ports.ts';
import type { SourceFile } from '../model/collect.ts';
import type { Gap } from '../model/gap.ts';

/** Folders that hold other people's code, build output or version control: never a workload's own source. */
const skippedFolders = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '.terraform',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.next',
  '.nuxt',
  '.turbo',
  '.gradle',
  'site-packages',
  'bower_components',
  '.pnpm-store',
  '.yarn',
  'target',
  'dist',
  '.cache',
  '.demarc',
]);

/** A file of the assessed tree with what the cache needs to tell whether it changed. */
export interface WalkedFile extends SourceFile {
  /** Changes whenever the file does: size, time and inode. */
  readonly stamp: string;
}

/**
 * Lists the files below a root, in a stable order. Symbolic links are followed only while they stay inside the root
 * and lead to a place not yet visited; everything refused is a gap.
 *
 * @param starts files and folders to read, relative to the root; `''` is the root itself
 * @param excludes globs relative to the root that are not read
 */
export function walk(
  files: Files,
  root: string,
  starts: readonly string[],
  excludes: readonly string[],
  claims: (path: string) => boolean,
): Walked {
  const walker = new Walker(files, root, excludes, claims);
  for (const start of starts) walker.start(start);
  return { files: walker.found, names: walker.names, gaps: walker.gaps };
}

export interface Walked {
  /** Files a collector claims. */
  readonly files: readonly WalkedFile[];
  /** Every file, also those only another file may refer to. */
  readonly names: ReadonlySet<string>;
  readonly gaps: readonly Gap[];
}

/** An absolute path below a root, which may be the root of the file system itself. */
export function joinRoot(root: string, path: string): string {
  return root.endsWith('/') ? `${root}${path}` : `${root}/${path}`;
}

class Walker {
  readonly found: WalkedFile[] = [];
  readonly names = new Set<string>();
  readonly gaps: Gap[] = [];
  readonly #files: Files;
  readonly #root: string;
  readonly #realRoot: string;
  readonly #excludes: readonly string[];
  readonly #claims: (path: string) => boolean;
  readonly #visited = new Set<string>();
  #full = false;

  constructor(files: Files, root: string, excludes: readonly string[], claims: (path: string) => boolean) {
    this.#files = files;
    this.#root = root;
    this.#realRoot = files.real(root);
    this.#excludes = excludes;
    this.#claims = claims;
  }

  start(path: string): void {
    try {
      if (this.#files.kind(this.#absolute(path)) === 'directory') this.folder(path, 0);
      else this.#file(path);
    } catch (thrown) {
      this.#gap('unreadable', messageOf(thrown).replace(this.#root, ''), path);
    }
  }

  folder(path: string, depth: number): void {
    if (depth > limits.directoryDepthMax) return this.#gap('too-large', 'folders nested deeper than the limit', path);
    let entries: ReturnType<Files['list']>;
    try {
      entries = this.#files.list(this.#absolute(path));
    } catch (thrown) {
      return this.#gap('unreadable', messageOf(thrown).replace(this.#root, ''), path);
    }
    for (const { name, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (this.#full) return;
      const child = path === '' ? name : `${path}/${name}`;
      if (this.#excludes.some((glob) => matchesGlob(glob, child))) continue;
      if (kind === 'directory') {
        if (!skippedFolders.has(name)) this.folder(child, depth + 1);
      } else if (kind === 'file') this.#file(child);
      else if (kind === 'symlink') this.#link(child, depth);
    }
  }

  #file(path: string): void {
    if (this.names.has(path)) return;
    this.names.add(path);
    if (!this.#claims(path)) return;
    if (this.found.length >= limits.filesMax) {
      this.#full = true;
      return this.#gap('too-large', `more than ${limits.filesMax} files`, path);
    }
    try {
      const stat = this.#files.stat(this.#absolute(path));
      this.found.push({ path, size: stat.size, stamp: `${stat.size}:${stat.modifiedMs}:${stat.inode}` });
    } catch (thrown) {
      this.#gap('unreadable', messageOf(thrown).replace(this.#root, ''), path);
    }
  }

  #link(path: string, depth: number): void {
    let real: string;
    try {
      real = this.#files.real(this.#absolute(path));
    } catch {
      return this.#claims(path) ? this.#gap('symlink', 'a link that leads nowhere or loops', path) : undefined;
    }
    if (real !== this.#realRoot && !real.startsWith(joinRoot(this.#realRoot, '')))
      return this.#gap('symlink', 'a link that leaves the assessed path is not followed', path);
    if (this.#visited.has(real) || `${this.#absolute(path)}/`.startsWith(`${real}/`))
      return this.#gap('symlink', 'a link to a place that is read already', path);
    this.#visited.add(real);
    const kind = this.#files.kind(real);
    if (kind === 'directory') this.folder(path, depth + 1);
    else if (kind === 'file') this.#file(path);
  }

  #absolute(path: string): string {
    return path === '' ? this.#root : joinRoot(this.#root, path);
  }

  #gap(kind: Gap['kind'], reason: string, file: string): void {
    this.gaps.push({ kind, reason, location: { file, line: 1, column: 1 } });
  }
}
