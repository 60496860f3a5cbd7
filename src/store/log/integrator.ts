import { leafHash, sameBytes } from '../../ledger/hash.ts';
import { ledgerError } from '../../ledger/ledger-error.ts';
import { type LogFiles, readBundle } from '../../ledger/log-files.ts';
import { bundlePath, hashAt, partialWidth, tileWidth } from '../../ledger/tile.ts';
import { type TileFile, TileTree } from '../../ledger/tile-tree.ts';
import type { Batch } from './batch.ts';
import { BufferPool } from './buffer-pool.ts';

/** Bytes a bundle's memory begins with: entries of a kilobyte fit. */
const bundleBytes = tileWidth * 1_088;

/**
 * Turns sequenced entries into tiles and bundles. Deterministic: the same entries give the same files, so a crash before
 * they were synced costs nothing as long as the write-ahead log holds the entries.
 */
export class Integrator {
  readonly #tree: TileTree;
  /** Entries of the bundle that is not full, encoded. */
  readonly #pool = new BufferPool(32);
  #bundle = this.#pool.take(bundleBytes);
  #bundleBytes = 0;
  /** Memory of the bundles handed out last. */
  #lent: Buffer[] = [];

  private constructor(tree: TileTree) {
    this.#tree = tree;
  }

  /** Entries in the tree. */
  get size(): number {
    return this.#tree.size;
  }

  root(): Uint8Array {
    return this.#tree.root();
  }

  /** Adds a batch that begins where the tree ends. Returns the tiles and bundles that became full; see `written`. */
  add(batch: Batch): TileFile[] {
    this.#lent = [];
    const bundles: TileFile[] = [];
    const { body, ends, leaves } = batch;
    let copied = 0;
    for (let position = 0; position < leaves.length; position++) {
      const leaf = leaves[position];
      const end = ends[position];
      if (leaf === undefined || end === undefined) break;
      this.#tree.append(leaf);
      if (this.#tree.size % tileWidth !== 0) continue;
      this.#take(body.subarray(copied, end));
      copied = end;
      bundles.push({ path: bundlePath(this.#tree.size / tileWidth - 1, tileWidth), data: this.#bundleData() });
      this.#lent.push(this.#bundle);
      this.#bundle = this.#pool.take(bundleBytes);
      this.#bundleBytes = 0;
    }
    this.#take(body.subarray(copied));
    return [...bundles, ...this.#tree.takeFull()];
  }

  /** Takes the memory of the bundles back that `add` returned last: nobody looks at them any more. */
  written(): void {
    for (const buffer of this.#lent) this.#pool.give(buffer);
    this.#lent = [];
  }

  /** The partial bundle and tiles of the present size. They must exist before a checkpoint of this size does. */
  partials(): TileFile[] {
    const width = partialWidth(this.size, 0);
    const tiles = this.#tree.partials();
    if (width === 0) return tiles;
    const data = Uint8Array.from(this.#bundleData());
    return [{ path: bundlePath(Math.floor(this.size / tileWidth), width), data }, ...tiles];
  }

  #bundleData(): Uint8Array {
    return this.#bundle.subarray(0, this.#bundleBytes);
  }

  #take(encoded: Uint8Array): void {
    const bytes = this.#bundleBytes + encoded.length;
    if (bytes > this.#bundle.length) {
      const larger = this.#pool.take(Math.max(bytes, 2 * this.#bundle.length));
      larger.set(this.#bundleData());
      this.#pool.give(this.#bundle);
      this.#bundle = larger;
    }
    this.#bundle.set(encoded, this.#bundleBytes);
    this.#bundleBytes = bytes;
  }

  /**
   * Reads the right edge of a stored tree: one partial tile a level and one bundle, whatever its size.
   *
   * @throws DemarcError `DMC_LEDGER_INVALID` when files are missing or do not add up to the root
   */
  static async load(files: LogFiles, size: number, root: Uint8Array): Promise<Integrator> {
    const tree = await TileTree.load(size, async (path) => {
      const data = await files.read(path);
      if (data === undefined) throw ledgerError(`\`${path}\` is missing`);
      return data;
    });
    if (!sameBytes(tree.root(), root))
      throw ledgerError(`the tiles do not add up to the root of the checkpoint of size ${size}`);
    const integrator = new Integrator(tree);
    const width = partialWidth(size, 0);
    if (width === 0) return integrator;
    const entries = await readBundle(files, size, Math.floor(size / tileWidth));
    const leaves = tree.partials()[0]?.data ?? new Uint8Array();
    for (const [position, entry] of entries.entries()) {
      if (!sameBytes(leafHash(entry), hashAt(leaves, position)))
        throw ledgerError(`entry ${size - width + position} is not the one its tile is made of`);
      integrator.#take(Buffer.from([entry.length >> 8, entry.length & 0xff]));
      integrator.#take(entry);
    }
    return integrator;
  }
}
