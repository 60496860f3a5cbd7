import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DurableFiles, KeyFiles } from '../base/ports.ts';
import { syncFolder } from './node-durable-files.ts';

/** Files that hold keys on the local disk. Windows keeps no permission bits: there, the folder's own protection counts. */
export function nodeKeyFiles(files: DurableFiles, platform: string): KeyFiles {
  return {
    read: (path) => files.read(path),
    list: (directory) => files.list(directory),
    create: (path, data, mode) => files.create(path, data, mode),
    replace: (path, data, mode) => files.replace(path, data, mode),
    openAppend: (path) => files.openAppend(path),
    async permissions(path) {
      if (platform === 'win32') return undefined;
      return await stat(path).then(({ mode }) => mode & 0o7777, unlessMissing);
    },
    async makeDirectory(path, mode) {
      await mkdir(path, { recursive: true, mode });
      await syncFolder(dirname(path));
    },
    async destroy(path) {
      const file = await open(path, 'r+').catch(unlessMissing);
      if (file === undefined) return;
      try {
        const { size } = await file.stat();
        await file.writeFile(new Uint8Array(size));
        await file.sync();
      } finally {
        await file.close();
      }
      await rm(path);
      await syncFolder(dirname(path));
    },
  };
}

/** Stricter than for other files: a key whose place is no folder is an error, not a missing key. */
function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
