/**
 * What the outside world is to Demarc. Real implementations are made in `app/wire.ts` only; everything else
 * receives them as arguments, so that tests can put faults behind them.
 */

/** Milliseconds since the epoch (`now`) and a monotonic reading in milliseconds (`monotonic`). */
export interface Clock {
  now(): number;
  monotonic(): number;
}

/** Waits; returns earlier, without an error, when told to stop. */
export interface Timer {
  wait(ms: number, stop?: AbortSignal): Promise<void>;
}

export type FileKind = 'file' | 'directory' | 'symlink' | 'other';

export interface FileStat {
  readonly kind: FileKind;
  readonly size: number;
  readonly modifiedMs: number;
  /** When content, owner, mode or links last changed: unlike `modifiedMs` nobody can set it back. */
  readonly changedMs: number;
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
  writeAll(path: string, pieces: Iterable<string | Uint8Array>): void;
  /** As `writeAll`, but whoever reads the file meanwhile sees all of the old one or all of the new one. */
  replaceAll(path: string, pieces: Iterable<string | Uint8Array>): void;
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

/** Random bytes from a cryptographic source. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** A file that only grows. Calls are not concurrent: the owner waits for one before the next. */
export interface AppendFile {
  /** Bytes in the file. */
  readonly size: number;
  /** Resolves when the operating system has the bytes; they are durable only after `sync`. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** Resolves when all appended bytes outlive a power loss (fdatasync). After an error nothing about them is known. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Files that hold what must not be lost. Paths are absolute; missing parent folders are made. */
export interface DurableFiles {
  /** The content, or undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Names in a folder; empty when there is no such folder. */
  list(directory: string): Promise<readonly string[]>;
  /** Writes a file without promising that it outlives a power loss before `sync`. An existing file is replaced whole. */
  write(path: string, data: Uint8Array): Promise<void>;
  /** Resolves when these files and their names in their folders outlive a power loss. */
  sync(paths: readonly string[]): Promise<void>;
  /** Replaces a file atomically and durably: write, fsync, rename, fsync of the folder. @param mode permission bits */
  replace(path: string, data: Uint8Array, mode?: number): Promise<void>;
  /** Makes a file durably unless there is one; resolves to whether it was made. */
  create(path: string, data: Uint8Array, mode?: number): Promise<boolean>;
  openAppend(path: string): Promise<AppendFile>;
  remove(path: string): Promise<void>;
}

/** Files that hold keys: readable by their owner only, and destroyed for good. Every call is durable when it resolves. */
export interface KeyFiles extends Pick<DurableFiles, 'read' | 'list' | 'create' | 'replace' | 'openAppend'> {
  /** Permission bits of a file or folder; undefined when there is none, or the platform keeps none. */
  permissions(path: string): Promise<number | undefined>;
  /** Makes a folder and its parents unless there is one. @param mode permission bits of what is made */
  makeDirectory(path: string, mode: number): Promise<void>;
  /** Overwrites a file in place, syncs it, removes it and syncs its folder. Resolves when there is no such file. */
  destroy(path: string): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  readonly timeoutMs: number;
  /** A longer answer is an error. */
  readonly responseBytesMax: number;
  /**
   * Asked about every address the host stands for; a connection is made only to one it allows, so the name cannot mean
   * another address by then. A name that a proxy resolves is out of its reach; an address in the URL never is.
   */
  readonly allowsAddress?: ((address: string) => boolean) | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Requests to other machines. Follows no redirect. Rejects when there is no answer in time; any status is an answer. */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
}

/** One SQL database: PGlite in process or PostgreSQL, the same statements on both. Parameters are `$1`, `$2`, … */
export interface Sql {
  query(text: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Runs the work in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
