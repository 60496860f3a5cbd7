import type { Gap } from './gap.ts';
import type { Resource } from './resource.ts';

/** What every collector returns: what was found, and what could not be read (invariant 1). */
export interface Collected {
  readonly resources: readonly Resource[];
  readonly gaps: readonly Gap[];
}

/** A file as a collector sees it: its path relative to the root (with `/`) and its size in bytes. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
}

/** Files that must be read together: a Terraform root module with its local modules, or a single template. */
export interface Unit {
  /** Stable name, unique within the collector: mostly the path of the file or folder. */
  readonly id: string;
  readonly files: readonly SourceFile[];
}

/**
 * Text of files below the root. `text` throws `Unreadable` (see collect/source.ts) for what is missing, too large or
 * not text; decoding is strict UTF-8 (a byte order mark is dropped), UTF-16 with a mark is accepted.
 */
export interface Source {
  text(path: string): string;
  /** Whether the path exists among the collected files. */
  has(path: string): boolean;
  /** Paths of all files directly in a folder ('' is the root). */
  folder(path: string): readonly string[];
  /** Who owns a file or folder, and who may write it; undefined unless the tree is this machine's own file system. */
  access?(path: string): Access | undefined;
  /**
   * What `keep` was given when the files had the content they have now, if it is still there. Names are unique among all
   * collectors: a new name when the same texts give something else.
   */
  kept?(name: string, paths: readonly string[]): string | undefined;
  /** Keeps what is long to make of files and short to tell, in one line and without secrets; nothing for undefined. */
  keep?(name: string, paths: readonly string[], make: () => string | undefined): void;
}

/** POSIX owner and mode bits, links followed. */
export interface Access {
  readonly uid: number;
  readonly mode: number;
}

/** What looking at one file's text gave: plain JSON. */
export type Fact = string | number | boolean | null | readonly Fact[];

/** The source while units are planned. */
export interface PlanSource extends Source {
  /**
   * What `look` makes of a file's text. Kept with the file's content, so that an unchanged file need not be read again to
   * plan. Throws what `text` throws.
   *
   * @param name what is looked for, unique among all collectors; a new name when the same text gives another answer
   */
  fact<T extends Fact>(path: string, name: string, look: (text: string) => T): T;
}

/**
 * An adapter from one kind of source to resources. `plan` looks at names only (and may read files it claims, through
 * `source`, to find what belongs together); `collect` reads one unit and never throws for what the files hold.
 */
export interface Collector {
  readonly id: string;
  /** Bumped when the same input gives another output; part of the cache key. */
  readonly version: number;
  /** Whether the file name alone makes it worth planning. Cheap: called for every file. */
  claims(path: string): boolean;
  plan(files: readonly SourceFile[], source: PlanSource): readonly Unit[];
  collect(unit: Unit, source: Source): Collected | Promise<Collected>;
}
