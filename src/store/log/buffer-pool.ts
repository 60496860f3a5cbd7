/**
 * Buffers that are used again: memory outside the heap that comes and goes makes the garbage collector run far more often
 * than the few objects of the writer would.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #kept: number;

  /** @param kept buffers that lie ready at most */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer {
    const position = this.#free.findIndex(({ length }) => length >= bytes);
    return position < 0 ? Buffer.allocUnsafeSlow(bytes) : (this.#free.splice(position, 1)[0] ?? Buffer.alloc(bytes));
  }

  /** Takes a buffer back that nobody looks at any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < this.#kept) this.#free.push(buffer);
  }
}
