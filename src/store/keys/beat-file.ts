import type { KeyFiles } from '../../base/ports.ts';
import { fileMode, type KeyPaths } from './key-folder.ts';

/**
 * The count of the last heartbeat, in a file. It is written after the heartbeat is durable: a crash in between repeats a
 * count, and never skips one, which would look like a heartbeat that was removed.
 */
export function beatFile(
  files: KeyFiles,
  paths: KeyPaths,
): { read(): Promise<number>; write(beat: number): Promise<void> } {
  return {
    read: async () => {
      const data = await files.read(paths.heartbeat);
      const text = data === undefined ? '' : Buffer.from(data).toString().trim();
      return /^\d{1,15}$/.test(text) ? Number(text) : 0;
    },
    write: (beat) => files.replace(paths.heartbeat, Buffer.from(`${beat}\n`), fileMode),
  };
}
