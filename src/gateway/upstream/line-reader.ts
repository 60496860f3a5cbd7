/** Cuts a stream of bytes into lines, each bounded. */
export class LineReader {
  readonly #bytesMax: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;
  /** The line is too long: what comes of it is thrown away. */
  #isSkipping = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** @returns the lines this chunk completes, without their ends; undefined for one that was too long */
  push(chunk: Uint8Array): (Uint8Array | undefined)[] {
    const lines: (Uint8Array | undefined)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#isSkipping ? undefined : this.#line());
      this.#clear();
      this.#isSkipping = false;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length;
    if (this.#length > this.#bytesMax) {
      this.#clear();
      this.#isSkipping = true;
    }
    if (!this.#isSkipping && piece.length > 0) this.#pieces.push(piece);
  }

  #line(): Uint8Array {
    const [only] = this.#pieces;
    const line = this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    return line.at(-1) === 0x0d ? line.subarray(0, -1) : line;
  }

  #clear(): void {
    this.#pieces.length = 0;
    this.#length = 0;
  }
}
