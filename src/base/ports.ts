/**
 * What the outside world is to Demarc. Real implementations are made in `app/wire.ts` only; everything else
 * receives them as arguments, so that tests can put faults behind them.
 */

/** Milliseconds since the epoch (`now`) and a monotonic reading in milliseconds (`monotonic`). */
export interface Clock {
  now(): number;
  monotonic(): number;
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'other';

export interface FileStat {
  readonly kind: FileKind;
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
  /** POSIX mode bits (owner, group, other and the file type). */
  readonly mode: number;
  readonly uid: number;
}

/** Read access to files. Every method throws the platform's error; callers turn it into a gap. */
export interface Files {
  list(directory: string): readonly { readonly name: string; readonly kind: FileKind }[];
  /** Does not follow a symbolic link. */
  stat(path: string): FileStat;
  /** What the path leads to, links followed. */
  kind(path: string): FileKind;
  /** The canonical path behind symbolic links. */
  real(path: string): string;
  /** Size in bytes of the file behind the path, links followed. */
  size(path: string): number;
  read(path: string): Uint8Array;
}

/** Write access, used for reports and the cache. */
export interface FileWriter {
  write(path: string, data: string | Uint8Array): void;
  /** Writes pieces one after the other; the file is complete or the call throws. */
  writeAll(path: string, pieces: Iterable<string>): void;
  makeDirectory(path: string): void;
  remove(path: string): void;
}

/** The environment a command runs in. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
}
