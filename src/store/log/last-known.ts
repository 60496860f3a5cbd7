import type { DurableFiles } from '../../base/ports.ts';

/**
 * The last checkpoint the writer published, kept where a copy or a restored backup of the log does not bring an old one
 * along: beside the signing key.
 */
export interface LastKnownCheckpoint {
  read(): Promise<string | undefined>;
  /** Durable when it resolves. */
  write(text: string): Promise<void>;
}

/** Kept in a file. @param path absolute */
export function lastKnownFile(files: DurableFiles, path: string): LastKnownCheckpoint {
  return {
    read: async () => {
      const data = await files.read(path);
      return data === undefined ? undefined : Buffer.from(data).toString();
    },
    write: (text) => files.replace(path, Buffer.from(text), 0o600),
  };
}
