import { entryBytesMax, leafHash } from '../../ledger/hash.ts';
import { ledgerError } from '../../ledger/ledger-error.ts';
import { BufferPool } from './buffer-pool.ts';

const initialBytes = 64 * 1024;

/**
 * Consecutive entries on their way into the log: encoded as bundles are (16-bit big-endian length, bytes), so that the
 * write-ahead log and the bundles take slices of one buffer, and with their leaf hashes.
 */
export class Batch {
  /** Index of the first entry. */
  readonly first: number;
  /** Where in `body` each entry ends. */
  readonly ends: number[] = [];
  readonly leaves: Uint8Array[] = [];
  readonly #pool: BufferPool;
  #buffer: Buffer;
  #bytes = 0;

  /** @param pool where its memory comes from */
  constructor(first: number, pool: BufferPool, buffer: Buffer = pool.take(initialBytes)) {
    this.first = first;
    this.#pool = pool;
    this.#buffer = buffer;
  }

  get count(): number {
    return this.ends.length;
  }

  /** Index after the last entry. */
  get end(): number {
    return this.first + this.ends.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get body(): Uint8Array {
    return this.#buffer.subarray(0, this.#bytes);
  }

  /** Copies an entry in. @param entry at most 65,535 bytes @returns its leaf hash */
  add(entry: Uint8Array): Uint8Array {
    const end = this.#bytes + 2 + entry.length;
    if (end > this.#buffer.length) {
      const larger = this.#pool.take(Math.max(end, 2 * this.#buffer.length));
      larger.set(this.body);
      this.#pool.give(this.#buffer);
      this.#buffer = larger;
    }
    this.#buffer.writeUInt16BE(entry.length, this.#bytes);
    this.#buffer.set(entry, this.#bytes + 2);
    this.#bytes = end;
    this.ends.push(end);
    const leaf = leafHash(entry);
    this.leaves.push(leaf);
    return leaf;
  }

  /** Gives its memory back, once its bytes were written and copied: it has no body after this. */
  release(): void {
    this.#pool.give(this.#buffer);
    this.#buffer = Buffer.alloc(0);
  }

  /**
   * A batch around entries that are encoded already.
   *
   * @throws DemarcError `DMC_LEDGER_INVALID` when the bytes do not hold that many entries
   */
  static decode(first: number, count: number, body: Buffer): Batch {
    const batch = new Batch(first, new BufferPool(0), body);
    while (batch.#bytes + 2 <= body.length && batch.count < count) {
      const start = batch.#bytes + 2;
      const end = start + body.readUInt16BE(start - 2);
      if (end > body.length) break;
      batch.ends.push(end);
      batch.leaves.push(leafHash(body.subarray(start, end)));
      batch.#bytes = end;
    }
    if (batch.count !== count || batch.#bytes !== body.length) throw ledgerError('a batch of entries is malformed');
    return batch;
  }
}

/** @throws DemarcError `DMC_LEDGER_INVALID` for an entry over 65,535 bytes: bundles give its length in 16 bits */
export function checkEntry(entry: Uint8Array): void {
  if (entry.length > entryBytesMax)
    throw ledgerError(`an entry has ${entry.length} bytes, more than 65,535`, 'store the payload as a blob');
}
