import { DemarcError, invariant } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Sql } from '../../base/ports.ts';
import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { emptyRoot, leafHash, sameBytes } from '../../ledger/hash.ts';
import { type LogFiles, readEntries } from '../../ledger/log-files.ts';
import { TileReader } from '../../ledger/tile-reader.ts';
import type { TileTree } from '../../ledger/tile-tree.ts';
import type { Envelope } from '../../model/event.ts';
import { treeAt } from './log-tree.ts';
import { migrate } from './migrate.ts';
import { type Batch, project } from './project.ts';
import { type Row, rowOf, searchable } from './row.ts';
import { inSchema, schemaOf } from './schema.ts';

/** How far the projection is. */
export interface Cursor {
  /** Index of the first entry that is not projected. */
  readonly next: number;
  /** Leaf hash of the entry before it. */
  readonly leaf: Uint8Array | undefined;
  /** Root of the tree up to it. */
  readonly root: Uint8Array;
  /** Whether the entries led to the root of the checkpoint when all of them were projected. */
  readonly agrees: boolean;
  /** Whether the operator permits payloads to be found by their words. */
  readonly texts: boolean;
}

export interface CatchUpOptions {
  /** The text of an entry's payload where it can be opened; asked only when the index covers texts. */
  readonly textOf?: ((envelope: Envelope) => Promise<string | undefined>) | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called for a text whose words behind the limit are not covered. */
  readonly onCut?: (() => void) | undefined;
  /**
   * Reads the log's checkpoint as it is now. An index that is further than the one given was brought on by another process
   * since that was read; only an index that is further than the latest as well does not follow from the log.
   */
  readonly latest?: (() => Promise<Checkpoint>) | undefined;
  /** Entries in one transaction; smaller ones are for tests. */
  readonly batchEntries?: number;
}

export interface CaughtUp {
  /** Entries projected now. */
  readonly projected: number;
  /** Why everything was projected again, when it was. */
  readonly rebuilt: string | undefined;
  /** Whether the entries lead to the root the checkpoint signs. If not, `ledger verify` tells where they differ. */
  readonly agrees: boolean;
}

/**
 * The index of one log: its entries projected into tables. It is never trusted over the log: what does not follow from the
 * log as it is now is dropped and made again.
 */
export class LedgerIndex {
  /** The database with `ix.` meaning this index. */
  readonly sql: Sql;
  readonly #schema: string;
  readonly #origin: string;

  private constructor(sql: Sql, origin: string) {
    this.#schema = schemaOf(origin);
    this.#origin = origin;
    this.sql = inSchema(sql, this.#schema);
  }

  /** Opens the index of a log and brings its schema up to date. @throws DemarcError `DMC_DATABASE` */
  static async open(sql: Sql, origin: string): Promise<LedgerIndex> {
    const index = new LedgerIndex(sql, origin);
    await index.#prepare(false);
    return index;
  }

  async #prepare(texts: boolean): Promise<void> {
    await migrate(this.sql, this.#schema);
    await this.sql.query(
      `insert into ix.cursor (origin, next, root, agrees, texts) values ($1, 0, $2, true, $3) on conflict do nothing`,
      [this.#origin, emptyRoot, texts],
    );
  }

  /** Drops everything. The next `catchUp` projects from zero. @param texts whether payloads may be found by their words */
  async drop(texts: boolean): Promise<void> {
    await this.sql.query(`drop schema if exists ${this.#schema} cascade`);
    await this.#prepare(texts);
  }

  async cursor(sql: Sql = this.sql, lock = false): Promise<Cursor> {
    const [row] = await sql.query(`select next, leaf, root, agrees, texts from ix.cursor${lock ? ' for update' : ''}`);
    if (row === undefined) throw new DemarcError('DMC_DATABASE', 'the index lost its cursor', { hint: 'try again' });
    return {
      next: Number(row['next']),
      leaf: row['leaf'] instanceof Uint8Array ? row['leaf'] : undefined,
      root: row['root'] as Uint8Array,
      agrees: row['agrees'] === true,
      texts: row['texts'] === true,
    };
  }

  /**
   * Projects what the log has and the index has not, batch by batch. Interrupted anywhere, it goes on from the last whole
   * batch; two processes that do it at once share the work.
   *
   * @param known opened and verified by the caller
   * @throws DemarcError `DMC_LEDGER_INVALID` when a bundle is missing, `DMC_DATABASE`
   */
  async catchUp(files: LogFiles, known: Checkpoint, options: CatchUpOptions = {}): Promise<CaughtUp> {
    let cursor = await this.cursor();
    let checkpoint = await covering(cursor, known, options);
    const rebuilt = await contradiction(files, checkpoint, cursor);
    if (rebuilt !== undefined) {
      await this.drop(cursor.texts);
      cursor = await this.cursor();
    }
    const from = cursor.next;
    let erased = 0;
    while (cursor.next < checkpoint.size) {
      const before = cursor.next;
      erased += await this.#projectFrom(files, checkpoint, cursor, options);
      cursor = await this.cursor();
      invariant(cursor.next > before, 'a projection moves its cursor');
    }
    checkpoint = await covering(cursor, checkpoint, options);
    // What erasures took must leave the files of the table too, not only its rows.
    if (erased > 0) await this.sql.query('vacuum full ix.texts');
    return { projected: cursor.next - from, rebuilt, agrees: await this.#settle(checkpoint, cursor) };
  }

  /** Projects until the end, or until another process turns out to be further. @returns texts that erasures took */
  async #projectFrom(files: LogFiles, { size }: Checkpoint, cursor: Cursor, options: CatchUpOptions): Promise<number> {
    const tree = await treeAt(files, size, cursor.next);
    let next = cursor.next;
    let erased = 0;
    for await (const batch of batches(files, size, next, tree, cursor.texts, options)) {
      const taken = await this.sql.transaction(async (sql) => {
        const now = await this.cursor(sql, true);
        return now.next === next ? project(sql, batch) : undefined;
      });
      if (taken === undefined) return erased;
      erased += taken;
      next += batch.rows.length;
      options.onProgress?.(next, size);
    }
    return erased;
  }

  /** Compares where the entries led with what the checkpoint signs, once all of them are in, and remembers it. */
  async #settle({ size, root }: Checkpoint, cursor: Cursor): Promise<boolean> {
    if (cursor.next !== size || sameBytes(cursor.root, root)) return cursor.agrees;
    await this.sql.query('update ix.cursor set agrees = false, root = $1 where next = $2', [root, size]);
    return false;
  }
}

/** A checkpoint that covers what the index has, where the log has one. */
async function covering(cursor: Cursor, known: Checkpoint, { latest }: CatchUpOptions): Promise<Checkpoint> {
  return cursor.next > known.size && latest !== undefined ? latest() : known;
}

/** Why the log does not continue what was projected, or undefined when it does. */
async function contradiction(files: LogFiles, checkpoint: Checkpoint, cursor: Cursor): Promise<string | undefined> {
  const { next } = cursor;
  if (next === 0) return undefined;
  if (!cursor.agrees && checkpoint.size !== next) return 'its entries did not lead to the root that was signed';
  if (checkpoint.size < next) return `the log has ${checkpoint.size} entries, the index had ${next}`;
  try {
    for await (const { entry } of readEntries(files, checkpoint.size, next - 1, next))
      if (cursor.leaf === undefined || !sameBytes(leafHash(entry), cursor.leaf))
        return `entry ${next - 1} is not the one that was indexed`;
    const root =
      checkpoint.size === next ? checkpoint.root : await new TileReader(files, checkpoint.size).root(0, next);
    return sameBytes(root, cursor.root) ? undefined : `the first ${next} entries are not those that were indexed`;
  } catch (thrown) {
    if (thrown instanceof DemarcError && thrown.code === 'DMC_LEDGER_INVALID') return thrown.message;
    throw thrown;
  }
}

/** Entries from an index on in batches, each with the root of the tree up to its end. */
async function* batches(
  files: LogFiles,
  size: number,
  from: number,
  tree: TileTree,
  withTexts: boolean,
  { textOf, onCut, batchEntries = limits.indexBatchEntriesMax }: CatchUpOptions,
): AsyncGenerator<Batch> {
  let rows: Row[] = [];
  let texts = new Map<number, string>();
  let length = 0;
  for await (const indexed of readEntries(files, size, from)) {
    const row = rowOf(indexed);
    tree.append(row.leaf);
    rows.push(row);
    length += indexed.entry.length;
    const text =
      withTexts && row.envelope !== undefined && row.event?.payload !== undefined
        ? await textOf?.(row.envelope)
        : undefined;
    if (text !== undefined && text !== '') {
      texts.set(row.index, searchable(text));
      if (text.length > limits.searchableTextLengthMax) onCut?.();
      length += Math.min(text.length, limits.searchableTextLengthMax);
    }
    if (rows.length < batchEntries && length < limits.indexBatchLengthMax) continue;
    yield { rows, texts, root: tree.root() };
    rows = [];
    texts = new Map();
    length = 0;
  }
  if (rows.length > 0) yield { rows, texts, root: tree.root() };
}
