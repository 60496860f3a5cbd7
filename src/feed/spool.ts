import { limits } from '../base/limits.ts';
import type { DurableFiles } from '../base/ports.ts';
import type { IndexedEntry } from '../ledger/log-files.ts';
import { decodeBundle, encodeBundle } from '../ledger/tile.ts';

/** A batch in the spool: consecutive entries, as the ledger has them. Payloads in it are as sealed as they are there. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly bytes: number;
}

/** Batches one feed has read ahead of its sink, one file each, bounded in number and bytes. */
export class Spool {
  readonly #files: DurableFiles;
  readonly #folder: string;
  readonly #batches: Batch[];

  private constructor(files: DurableFiles, folder: string, batches: Batch[]) {
    this.#files = files;
    this.#folder = folder;
    this.#batches = batches;
  }

  /**
   * The spool as it was left: the batches that follow on one another from an index on. Others are removed, for the ledger
   * has what they hold. Names are read only; the content of a batch when it is its turn.
   */
  static async open(files: DurableFiles, folder: string, from: number): Promise<Spool> {
    const found = (await files.list(folder)).flatMap((name) => {
      const [, first, count, bytes] = /^(\d{16})-(\d{1,6})-(\d{1,10})\.batch$/.exec(name) ?? [];
      return first === undefined ? [] : [{ first: Number(first), count: Number(count), bytes: Number(bytes) }];
    });
    const spool = new Spool(files, folder, []);
    let next = from;
    for (const batch of found.sort((a, b) => a.first - b.first)) {
      if (batch.first === next && batch.count > 0) {
        spool.#batches.push(batch);
        next += batch.count;
      } else await files.remove(spool.#path(batch));
    }
    return spool;
  }

  /** The batch that waits longest. */
  get oldest(): Batch | undefined {
    return this.#batches[0];
  }

  /** Index after the last entry in the spool; undefined when it is empty. */
  get end(): number | undefined {
    const last = this.#batches.at(-1);
    return last === undefined ? undefined : last.first + last.count;
  }

  /** Whether a further batch of so many bytes fits. An empty spool takes any. */
  hasRoom(bytes: number): boolean {
    const held = this.#batches.reduce((sum, batch) => sum + batch.bytes, 0);
    return (
      this.#batches.length === 0 ||
      (this.#batches.length < limits.feedSpoolBatchesMax && held + bytes <= limits.feedSpoolBytesMax)
    );
  }

  /** Adds a batch durably. @param entries consecutive, at least one */
  async add(entries: readonly IndexedEntry[]): Promise<void> {
    const bytes = entries.reduce((sum, { entry }) => sum + entry.length, 0);
    const batch = { first: entries[0]?.index ?? 0, count: entries.length, bytes };
    await this.#files.replace(this.#path(batch), encodeBundle(entries.map(({ entry }) => entry)), 0o600);
    this.#batches.push(batch);
  }

  /** The entries of a batch; undefined when its file is gone or broken: the ledger still has them. */
  async load(batch: Batch): Promise<readonly IndexedEntry[] | undefined> {
    const data = await this.#files.read(this.#path(batch));
    if (data === undefined) return undefined;
    try {
      return decodeBundle(data, batch.count).map((entry, at) => ({ index: batch.first + at, entry }));
    } catch {
      return undefined;
    }
  }

  /** Drops the oldest batch. */
  async dropOldest(): Promise<void> {
    const [batch] = this.#batches;
    if (batch === undefined) return;
    await this.#files.remove(this.#path(batch));
    this.#batches.shift();
  }

  #path({ first, count, bytes }: Batch): string {
    return `${this.#folder}/${String(first).padStart(16, '0')}-${count}-${bytes}.batch`;
  }
}
