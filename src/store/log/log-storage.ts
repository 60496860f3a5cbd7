import type { LogFiles } from '../../ledger/log-files.ts';

/** The checkpoint's path below a log's prefix. */
export const checkpointPath = 'checkpoint';

/**
 * Where the public part of a log lives: tiles, bundles, blobs and the checkpoint, by their path below its prefix. A folder
 * and an object store are two drivers. All methods reject when the place cannot be reached or refuses; the writer then stops.
 */
export interface LogStorage extends LogFiles {
  /** Writes that make sense at once. */
  readonly parallelWrites: number;
  /**
   * Writes a file that never changes: a tile, a bundle, a blob. It may be lost in a crash before `sync`. Writing the same
   * content again is fine; a driver that can tell refuses other content.
   */
  write(path: string, data: Uint8Array): Promise<void>;
  /** Resolves when these files outlive a power loss. */
  sync(paths: readonly string[]): Promise<void>;
  /**
   * Replaces the checkpoint atomically and durably if it still is `previous`.
   *
   * @param previous text last written or read; undefined where there must be none
   * @throws DemarcError `DMC_LEDGER_STOPPED` when another text stands there: somebody else writes this log
   */
  replaceCheckpoint(text: string, previous: string | undefined): Promise<void>;
  /** Removes all partial tiles (`<path>.p/<width>`) of a full tile. A crash may bring them back. */
  removePartials(path: string): Promise<void>;
}
