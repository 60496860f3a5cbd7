import type { Checkpoint } from './checkpoint.ts';
import { emptyRoot, hashBytes, sameBytes } from './hash.ts';
import { widthOf } from './log-files.ts';
import { type LogProblem, reasonOf } from './log-problem.ts';
import { bundlePath, hashAt, partialWidth, tilePath, tileWidth } from './tile.ts';
import { type HashedBundle, joinSubtrees, subtreeRoot, subtreesOf } from './tile-hash.ts';
import type { TileReader } from './tile-reader.ts';

/** Hashes of one tile as they follow from what is below it; positions nothing is known of are not `known`. */
interface Computed {
  readonly index: number;
  readonly hashes: Buffer;
  readonly known: Uint8Array;
}

/**
 * Holds the stored tiles of a tree against what is below each, from the leaves of a run of bundles up to the root.
 *
 * Where the two disagree, what is above decides which one is at fault: the stored tile, or what is below it. The check goes
 * on with the other one, so that a single change is a single problem, named where it was made. Above the right edge is the
 * signed root.
 */
export class TreeCheck {
  readonly #tiles: TileReader;
  readonly #checkpoint: Checkpoint;
  readonly #report: (problem: LogProblem) => void;
  readonly #computed: (Computed | undefined)[] = [];
  /** The right edge: the partial tile of each level as it was found good; undefined where it is unknown. */
  readonly #edge = new Map<number, Uint8Array | undefined>();

  constructor(tiles: TileReader, checkpoint: Checkpoint, report: (problem: LogProblem) => void) {
    this.#tiles = tiles;
    this.#checkpoint = checkpoint;
    this.#report = report;
  }

  /**
   * Takes the next bundle.
   *
   * @param hashed undefined when the bundle cannot be hashed, which was reported
   * @param stored its level 0 tile, undefined when that cannot be read, which was reported
   */
  async leaves(bundle: number, hashed: HashedBundle | undefined, stored: Uint8Array | undefined): Promise<void> {
    if (hashed !== undefined && stored !== undefined && sameBytes(hashed.leaves, stored)) {
      if (hashed.root !== undefined) await this.#put(1, bundle, hashed.root);
      else this.#edge.set(0, hashed.leaves);
      return;
    }
    await this.#settle(0, bundle, hashed?.leaves, stored);
  }

  /** Checks what is left, and the right edge above the last bundle. The root, undefined when it cannot be told. */
  async finish(): Promise<Uint8Array | undefined> {
    const { size } = this.#tiles;
    const roots: Uint8Array[] = [];
    for (let level = 0; tileWidth ** level <= size; level++) {
      await this.#flush(level);
      const width = partialWidth(size, level);
      if (width === 0) continue;
      if (!this.#edge.has(level))
        this.#edge.set(level, await this.#stored(level, Math.floor(size / tileWidth ** (level + 1))));
      const tile = this.#edge.get(level);
      if (tile === undefined) return undefined;
      roots.unshift(...subtreesOf(tile, width));
    }
    return size === 0 ? emptyRoot : joinSubtrees(roots);
  }

  /** The n-th hash of a level, as it follows from below; undefined when that is not known. */
  async #put(level: number, n: number, hash: Uint8Array | undefined): Promise<void> {
    const index = Math.floor(n / tileWidth);
    if (this.#computed[level]?.index !== index) await this.#flush(level);
    const computed = (this.#computed[level] ??= {
      index,
      hashes: Buffer.alloc(tileWidth * hashBytes),
      known: new Uint8Array(tileWidth),
    });
    if (hash !== undefined) {
      computed.hashes.set(hash, (n % tileWidth) * hashBytes);
      computed.known[n % tileWidth] = 1;
    }
    if (n % tileWidth === tileWidth - 1) await this.#flush(level);
  }

  async #flush(level: number): Promise<void> {
    const computed = this.#computed[level];
    if (computed === undefined) return;
    this.#computed[level] = undefined;
    const { index, hashes, known } = computed;
    const width = widthOf(this.#tiles.size, level, index);
    const stored = await this.#stored(level, index);
    // What is not known from below is taken from the stored tile: what is above vouches for it.
    for (let position = 0; position < width && stored !== undefined; position++)
      if (known[position] === 0) hashes.set(hashAt(stored, position), position * hashBytes);
    const whole = stored !== undefined || !known.subarray(0, width).includes(0);
    await this.#settle(level, index, whole ? hashes.subarray(0, width * hashBytes) : undefined, stored);
  }

  /** Compares a tile as it follows from below with the stored one, and hands the good one up. */
  async #settle(
    level: number,
    index: number,
    below: Uint8Array | undefined,
    stored: Uint8Array | undefined,
  ): Promise<void> {
    const good =
      below !== undefined && stored !== undefined ? await this.#judge(level, index, below, stored) : (below ?? stored);
    if (widthOf(this.#tiles.size, level, index) < tileWidth) this.#edge.set(level, good);
    else await this.#put(level + 1, index, good === undefined ? undefined : subtreeRoot(good, 0, tileWidth));
  }

  async #judge(level: number, index: number, below: Uint8Array, stored: Uint8Array): Promise<Uint8Array> {
    if (sameBytes(below, stored)) return below;
    const wrong: number[] = [];
    for (let position = 0; position < stored.length / hashBytes; position++)
      if (!sameBytes(hashAt(below, position), hashAt(stored, position))) wrong.push(position);
    const storedIsGood = await this.#isGood(level, index, stored);
    if (storedIsGood)
      for (const position of level === 0 ? wrong.slice(0, 1) : wrong)
        this.#blameBelow(level, index, position, wrong.length);
    else this.#blameTile(level, index, wrong, await this.#isGood(level, index, below));
    return storedIsGood ? stored : below;
  }

  #blameBelow(level: number, index: number, position: number, count: number): void {
    const { size } = this.#tiles;
    const n = index * tileWidth + position;
    if (level > 0) {
      const path = tilePath(level - 1, n, widthOf(size, level - 1, n));
      this.#report({
        path,
        index: n * tileWidth ** level,
        what: 'the tile and all below it is not what the tree was made of',
      });
      return;
    }
    const more = count === 1 ? '' : `, nor are ${count - 1} more of this bundle`;
    this.#report({
      path: bundlePath(index, widthOf(size, 0, index)),
      index: n,
      what: `entry ${n} is not the one that was logged${more}`,
    });
  }

  #blameTile(level: number, index: number, wrong: readonly number[], belowIsGood: boolean): void {
    const { size } = this.#tiles;
    const first = wrong[0] ?? 0;
    const what = `hash ${first} is not that of what is below${wrong.length === 1 ? '' : `, nor are ${wrong.length - 1} more`}`;
    this.#report({
      path: tilePath(level, index, widthOf(size, level, index)),
      index: (index * tileWidth + first) * tileWidth ** level,
      what: belowIsGood ? what : `${what}; and neither is what the tree was made of`,
    });
  }

  /** Whether what is above a tile vouches for these hashes: the tile one level up, or at the right edge the signed root. */
  async #isGood(level: number, index: number, tile: Uint8Array): Promise<boolean> {
    const { size } = this.#tiles;
    try {
      if (widthOf(size, level, index) === tileWidth) {
        const above = await this.#tiles.tile(level + 1, Math.floor(index / tileWidth));
        return sameBytes(subtreeRoot(tile, 0, tileWidth), hashAt(above, index % tileWidth));
      }
      const roots: Uint8Array[] = [];
      for (let other = 0; tileWidth ** other <= size; other++) {
        const width = partialWidth(size, other);
        if (width === 0) continue;
        const edge =
          other === level
            ? tile
            : (this.#edge.get(other) ?? (await this.#tiles.tile(other, Math.floor(size / tileWidth ** (other + 1)))));
        roots.unshift(...subtreesOf(edge, width));
      }
      return sameBytes(joinSubtrees(roots), this.#checkpoint.root);
    } catch {
      // What is above is missing, too: that is a problem of its own.
      return false;
    }
  }

  async #stored(level: number, index: number): Promise<Uint8Array | undefined> {
    try {
      return await this.#tiles.tile(level, index);
    } catch (thrown) {
      const path = tilePath(level, index, widthOf(this.#tiles.size, level, index));
      this.#report({ path, index: index * tileWidth ** (level + 1), what: reasonOf(thrown) });
      return undefined;
    }
  }
}
