import { type FileHandle, link, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppendFile, DurableFiles } from '../base/ports.ts';

/** Files that were written and are kept open until they are synced, so that no error of their write-back is missed. */
const openFilesMax = 256;
/** Files synced at once; more would hold up other work in the thread pool. */
const parallelSyncs = 2;
/** Of the process: two that write one file at once have temporary files of their own. */
let temporary = 0;

/**
 * Durable files on the local disk: fsync of a file before it is relied on, of its folder when its name is new, of the
 * folders above when they are new.
 */
export function nodeDurableFiles(): DurableFiles {
  const disk = new UnsyncedDisk();
  return {
    read: (path) => readFile(path).catch(unlessMissing(undefined)),
    list: (directory) => readdir(directory).catch(unlessMissing([])),
    write: (path, data) => disk.write(path, data),
    async sync(paths) {
      await inPairs(paths, (path) => disk.syncFile(path));
      await disk.syncFolders(paths);
    },
    async replace(path, data, mode) {
      const beside = `${path}.${process.pid}.${temporary++}.tmp`;
      try {
        await disk.writeSynced(beside, data, mode);
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
      await disk.syncFolders([path]);
    },
    async create(path, data, mode) {
      // Whole under its name or not at all: whoever is cut short here leaves no half of a key.
      const beside = `${path}.${process.pid}.${temporary++}.tmp`;
      try {
        await disk.writeSynced(beside, data, mode);
        await link(beside, path);
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        await rm(beside, { force: true });
      }
      await disk.syncFolders([path]);
      return true;
    },
    openAppend: async (path) => appendFile(await disk.open(path, 'a')),
    remove: (path) => disk.remove(path),
  };
}

/** What was changed and not synced. */
class UnsyncedDisk {
  readonly #written = new Map<string, FileHandle>();
  /** Folders with names in them that may not be durable. */
  readonly #folders = new Set<string>();
  #foldersSynced: Promise<void> = Promise.resolve();

  /** Opens a file; makes the folders it needs. */
  async open(path: string, flags: string, mode?: number): Promise<FileHandle> {
    try {
      return await open(path, flags, mode);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      const first = (await mkdir(dirname(path), { recursive: true })) ?? path;
      for (let made = dirname(path); made.length >= first.length; made = dirname(made))
        this.#folders.add(dirname(made));
      return open(path, flags, mode);
    }
  }

  async write(path: string, data: Uint8Array): Promise<void> {
    const [oldest] = this.#written.keys();
    if (this.#written.size >= openFilesMax && oldest !== undefined) await this.syncFile(oldest);
    await this.#forget(path);
    const file = await this.open(path, 'w');
    this.#written.set(path, file);
    this.#folders.add(dirname(path));
    await file.writeFile(data).catch(async (error: unknown) => {
      await this.#forget(path);
      throw error;
    });
  }

  /** Writes a file that must not exist yet, and syncs it. */
  async writeSynced(path: string, data: Uint8Array, mode: number | undefined): Promise<void> {
    const file = await this.open(path, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async syncFile(path: string): Promise<void> {
    const file = this.#written.get(path) ?? (await open(path, 'r+'));
    this.#written.delete(path);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /**
   * Syncs the names of these files, and of whatever else is new. One call after the other: a folder that one of them has
   * taken over is not durable for the next one before that call has ended well.
   */
  async syncFolders(paths: readonly string[]): Promise<void> {
    const before = this.#foldersSynced;
    const synced = before.then(async () => {
      const folders = new Set([...this.#folders, ...paths.map((path) => dirname(path))]);
      this.#folders.clear();
      try {
        for (const folder of folders) await syncFolder(folder);
      } catch (error) {
        for (const folder of folders) this.#folders.add(folder);
        throw error;
      }
    });
    this.#foldersSynced = synced;
    await synced.catch((error: unknown) => {
      // Who waits already fails as well; who comes later tries anew.
      if (this.#foldersSynced === synced) this.#foldersSynced = Promise.resolve();
      throw error;
    });
  }

  async remove(path: string): Promise<void> {
    await this.#forget(path);
    await rm(path).catch((error: unknown) =>
      hasCode(error, 'ERR_FS_EISDIR') ? removeEmpty(path) : unlessMissing(undefined)(error),
    );
  }

  async #forget(path: string): Promise<void> {
    const file = this.#written.get(path);
    this.#written.delete(path);
    await file?.close();
  }
}

async function appendFile(file: FileHandle): Promise<AppendFile> {
  let { size } = await file.stat();
  return {
    get size() {
      return size;
    },
    async append(pieces) {
      let rest = pieces.filter(({ length }) => length > 0);
      while (rest.length > 0) {
        const { bytesWritten } = await file.writev(rest);
        size += bytesWritten;
        rest = after(rest, bytesWritten);
      }
    },
    sync: () => file.datasync(),
    async truncate(to) {
      await file.truncate(to);
      size = to;
    },
    close: () => file.close(),
  };
}

/** What of the pieces is left once their first bytes were written. */
function after(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  let skip = bytes;
  for (const piece of pieces) {
    if (skip < piece.length) rest.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return rest;
}

async function inPairs(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  const queue = paths.values();
  const worker = async (): Promise<void> => {
    for (const path of queue) await work(path);
  };
  const ended = await Promise.allSettled(Array.from({ length: parallelSyncs }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/** Resolves when the names in a folder outlive a power loss. */
export async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A folder with something in it stays. */
async function removeEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch((error: unknown) => {
    if (!hasCode(error, 'ENOTEMPTY')) throw error;
  });
}

function unlessMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return value;
    throw error;
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
