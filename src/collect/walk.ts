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
  /** Changes whenever the file does: size, both times, inode and mode. Undefined where that cannot be relied on. */
  readonly stamp: string | undefined;
}

/** A file changed so shortly before the run may be changed again at what its clock calls the same time. */
const settledMs = 2_000;

export interface WalkOptions {
  /** Files and folders to read, relative to the root; `''` is the root itself. */
  readonly starts: readonly string[];
  /** Globs relative to the root that are not read. */
  readonly excludes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Lists the files below a root, in a stable order. Symbolic links are followed only while they stay inside the root
 * and lead to a place not yet visited; everything refused is a gap.
 */
export function walk(files: Files, root: string, options: WalkOptions, claims: (path: string) => boolean): Walked {
  const walker = new Walker(files, root, options, claims);
  for (const start of options.starts) walker.start(start);
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
  readonly #settledBefore: number;
  readonly #claims: (path: string) => boolean;
  readonly #visited = new Set<string>();
  #full = false;

  constructor(files: Files, root: string, { excludes, now }: WalkOptions, claims: (path: string) => boolean) {
    this.#settledBefore = now - settledMs;
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
      this.found.push(this.#listed(path));
    } catch (thrown) {
      this.#gap('unreadable', messageOf(thrown).replace(this.#root, ''), path);
    }
  }

  #listed(path: string): WalkedFile {
    const absolute = this.#absolute(path);
    const { kind, size, modifiedMs, changedMs, inode, mode } = this.#files.stat(absolute);
    // What a link leads to may change without the link.
    if (kind === 'symlink') return { path, size: this.#files.size(absolute), stamp: undefined };
    return {
      path,
      size,
      stamp:
        Math.max(modifiedMs, changedMs) < this.#settledBefore
          ? `${size}:${modifiedMs}:${changedMs}:${inode}:${mode}`
          : undefined,
    };
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
