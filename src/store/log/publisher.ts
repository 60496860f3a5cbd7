import { signCheckpoint } from '../../ledger/checkpoint.ts';
import type { TileFile } from '../../ledger/tile-tree.ts';
import type { Batch } from './batch.ts';
import { eachOf } from './each-of.ts';
import type { Integrator } from './integrator.ts';
import type { Lease } from './lease.ts';
import type { LogParts, Published, Recovered } from './open-log.ts';
import { type Halt, storageFailure, stopped } from './stopped.ts';

/** Full tiles and bundles that are synced together between checkpoints. */
const syncFiles = 64;

interface PublisherParts extends LogParts {
  readonly lease: Lease;
  readonly halt: Halt;
  readonly recovered: Recovered;
}

/** Brings sequenced batches into tiles and bundles, and covers them with checkpoints. */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #integrator: Integrator;
  #published: Published;
  #known: string | undefined;
  /** Partial tiles of the last checkpoint. They are not written again: that could tear what is relied on. */
  #edge: ReadonlySet<string>;
  /** Tiles, by the path of the full one, that have partial ones stored. */
  readonly #withPartials: Set<string>;
  #unsynced: string[];
  #syncing: Promise<void> = Promise.resolve();
  #integration: Promise<void> = Promise.resolve();
  #publication: Promise<unknown> = Promise.resolve();
  #backlogBytes = 0;
  #covered: (size: number) => Promise<void> = () => Promise.resolve();

  /** A publisher that goes on from the stored checkpoint. */
  constructor(parts: PublisherParts) {
    this.#parts = parts;
    const { integrator, published, known, written, edge } = parts.recovered;
    this.#integrator = integrator;
    this.#published = published;
    this.#known = known;
    this.#unsynced = [...written];
    this.#edge = new Set(edge);
    this.#withPartials = new Set(edge.map(fullPath));
  }

  /** What is done with the entries that a durable checkpoint covers. */
  onCovered(drop: (size: number) => Promise<void>): void {
    this.#covered = drop;
  }

  get published(): Published {
    return this.#published;
  }

  /** Entries in tiles and bundles. */
  get size(): number {
    return this.#integrator.size;
  }

  /** Bytes of batches that were handed in and are not in bundles yet. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /** Takes the next batch. Its work is done in the background; a failure stops the writer. */
  integrate(batch: Batch): void {
    this.#backlogBytes += batch.bytes;
    this.#integration = this.#integration.then(async () => {
      if (this.#parts.halt.error !== undefined) return;
      try {
        this.#unsynced.push(...(await writeFiles(this.#parts, this.#integrator.add(batch))));
        this.#integrator.written();
        batch.release();
      } catch (error) {
        this.#parts.halt.stop(storageFailure('tiles could not be written', error));
      }
      this.#backlogBytes -= batch.bytes;
      if (this.#unsynced.length >= syncFiles) this.#syncSome();
    });
  }

  /** Resolves when all batches handed in so far are in tiles and bundles. */
  integrated(): Promise<void> {
    return this.#integration;
  }

  /**
   * Publishes a checkpoint of everything handed in so far.
   *
   * @throws DemarcError when the writer stopped, or stops over this
   */
  publish(): Promise<Published> {
    const publication = this.#publication.then(async () => {
      this.#parts.halt.check();
      try {
        return await this.#publish();
      } catch (error) {
        throw this.#parts.halt.stop(storageFailure('the checkpoint could not be published', error));
      }
    });
    this.#publication = publication.catch(() => undefined);
    return publication;
  }

  async #publish(): Promise<Published> {
    const { storage, signer, origin, halt } = this.#parts;
    // Between two batches the files written are those of the tree's size.
    const snapshot = await this.#betweenBatches(() => ({
      size: this.#integrator.size,
      root: this.#integrator.root(),
      partials: this.#integrator.partials(),
      unsynced: this.#unsynced.splice(0),
    }));
    halt.check();
    const { size, root } = snapshot;
    const partials = snapshot.partials.filter(({ path }) => !this.#edge.has(path));
    await this.#syncing;
    await this.#sync([...snapshot.unsynced, ...(await writeFiles(this.#parts, partials))]);
    await this.#checkSole();
    const text = size === this.#published.size ? this.#published.text : signCheckpoint({ origin, size, root }, signer);
    await storage.replaceCheckpoint(text, this.#published.text);
    this.#published = { text, size, root };
    this.#edge = new Set(snapshot.partials.map(({ path }) => path));
    await this.#parts.lastKnown?.write(text);
    this.#known = text;
    await this.#covered(size);
    await this.#removePartials();
    return this.#published;
  }

  /** Nobody else holds the lease, and nobody continued this log from a copy of it. */
  async #checkSole(): Promise<void> {
    const { lease, lastKnown, halt } = this.#parts;
    halt.check();
    if (!(await lease.confirm())) throw stopped('another process took over the lease of this ledger');
    if (lastKnown !== undefined && (await lastKnown.read()) !== this.#known)
      throw stopped('another copy of this ledger published a checkpoint with the same key');
  }

  async #betweenBatches<T>(look: () => T): Promise<T> {
    const looked = this.#integration.then(look);
    this.#integration = looked.then(() => undefined);
    return looked;
  }

  /** Partial tiles go once the full one is covered by a checkpoint. A crash in between leaves some behind: no harm. */
  async #removePartials(): Promise<void> {
    const edge = new Set([...this.#edge].map(fullPath));
    for (const full of this.#withPartials) if (!edge.has(full)) await this.#parts.storage.removePartials(full);
    this.#withPartials.clear();
    for (const full of edge) this.#withPartials.add(full);
  }

  #syncSome(): void {
    const paths = this.#unsynced.splice(0);
    const before = this.#syncing;
    this.#syncing = before
      .then(() => this.#sync(paths))
      .catch((error: unknown) => {
        this.#parts.halt.stop(storageFailure('tiles could not be synced', error));
      });
  }

  async #sync(paths: readonly string[]): Promise<void> {
    this.#parts.halt.check();
    if (paths.length > 0) await this.#parts.storage.sync(paths);
  }
}

/** Writes files, unsynced. @returns their paths */
export async function writeFiles({ storage }: LogParts, files: readonly TileFile[]): Promise<string[]> {
  await eachOf(files, storage.parallelWrites, ({ path, data }) => storage.write(path, data));
  return files.map(({ path }) => path);
}

/** The path of the full tile a partial one is the front of. */
function fullPath(partial: string): string {
  return partial.slice(0, partial.lastIndexOf('.p/'));
}
