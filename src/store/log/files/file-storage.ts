import type { DurableFiles } from '../../../base/ports.ts';
import { checkpointPath, type LogStorage } from '../log-storage.ts';
import { stopped } from '../stopped.ts';

/** More would hold up the write-ahead log in the thread pool, and the disk. */
const parallelWrites = 2;

/** A log in a folder. @param directory absolute path */
export function fileStorage(files: DurableFiles, directory: string): LogStorage {
  const place = (path: string): string => `${directory}/${path}`;
  return {
    parallelWrites,
    read: (path) => files.read(place(path)),
    write: (path, data) => files.write(place(path), data),
    sync: (paths) => files.sync(paths.map(place)),
    async replaceCheckpoint(text, previous) {
      const data = await files.read(place(checkpointPath));
      const stored = data === undefined ? undefined : Buffer.from(data).toString();
      if (stored !== previous)
        throw stopped('the checkpoint is not the one this writer wrote: somebody else writes or restored this ledger');
      await files.replace(place(checkpointPath), Buffer.from(text), 0o644);
    },
    async removePartials(path) {
      const folder = place(`${path}.p`);
      for (const name of await files.list(folder)) await files.remove(`${folder}/${name}`);
      await files.remove(folder);
    },
  };
}
