/** A piece of a log file: a record, the rest of a document whose list was taken out, or what is no record. */
export interface Piece {
  /** `broken`: cut off or not JSON by its structure. `too-large`: over the limit, its start only. */
  readonly kind: 'record' | 'shell' | 'broken' | 'too-large';
  readonly bytes: Buffer;
  /** Line on which it starts, from 1. */
  readonly line: number;
}

const tab = 0x09;
const newline = 0x0a;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
const returnByte = 0x0d;

/** Documents and lists inside one another before a record begins: `[{"data": [` is three. */
const framesMax = 4;
const keyLengthMax = 32;

/** A list whose elements are records, or a document such a list was found in. */
type Frame = { readonly kind: 'list' } | { readonly kind: 'shell'; readonly parts: Buffer[]; readonly line: number };

/**
 * Cuts a stream of bytes into records, whatever form an export has: JSON lines, a list, a document with a list in it, one
 * line or indented, several after one another. Linear, and nothing is parsed.
 *
 * A broken record ends at the next line that begins an object at or left of its own column, so that it costs no other
 * one: JSON has no raw line break inside a string, and what is nested stands further right.
 */
export class RecordSplitter {
  readonly #containers: ReadonlySet<string>;
  readonly #bytesMax: number;
  readonly #quotes: ReadonlySet<number>;
  readonly #frames: Frame[] = [];
  #found: Piece[] = [];

  #state: 'between' | 'inside' | 'string' | 'escape' | 'skip' | 'junk' | 'seek' = 'between';
  /** Bytes of the current element from earlier chunks. */
  #parts: Buffer[] = [];
  #size = 0;
  #startLine = 1;
  #startColumn = 0;
  /** Whether the line the element began on holds its bracket alone, and whether its second line is not indented. */
  #lone = false;
  #flat = false;

  #depth = 0;
  #quoteByte = quote;
  #key = '';
  #isKey = false;

  #line = 1;
  #column = 0;
  /** Column of the first byte of the line that is no white space; -1 before it. */
  #indent = -1;
  #previous = 0;
  #beforePrevious = 0;

  /**
   * @param containers keys whose list holds the records when it stands in the outermost object of a document
   * @param bytesMax bytes of one record
   * @param quotes characters that open a string
   */
  constructor(containers: Iterable<string>, bytesMax: number, quotes = '"') {
    this.#containers = new Set(containers);
    this.#bytesMax = bytesMax;
    this.#quotes = new Set(Buffer.from(quotes));
  }

  /** Takes the next bytes. @returns the pieces that ended in them */
  push(bytes: Uint8Array): Piece[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const fresh = this.#indent < 0 && byte !== space && byte !== tab && byte !== returnByte && byte !== newline;
      if (fresh) this.#indent = this.#column;
      if ((fresh && this.#endsBefore(byte)) || (this.#state === 'junk' && byte === openObject)) {
        this.#close('broken', chunk.subarray(from, at));
        this.#frames.length = 0;
      }
      const idle = this.#isIdle();
      const cut = this.#step(byte);
      if (idle && !this.#isIdle()) from = at;
      if (!this.#isIdle() && this.#size + at + 1 - from > this.#bytesMax) {
        this.#close('too-large', chunk.subarray(from, at + 1));
        this.#state = 'seek';
      } else if (cut !== undefined) {
        this.#take(cut, chunk.subarray(from, at + 1));
        from = at + 1;
      }
      this.#advance(byte);
    }
    if (!this.#isIdle()) this.#keep(chunk.subarray(from));
    return this.#flush();
  }

  /** Ends the stream. @returns the last pieces: what is open is broken */
  end(): Piece[] {
    if (!this.#isIdle()) this.#close('broken', Buffer.alloc(0));
    else if (this.#frames.length > 0) this.#found.push({ kind: 'broken', bytes: Buffer.alloc(0), line: this.#line });
    this.#frames.length = 0;
    return this.#flush();
  }

  /** Whether no element is in progress. */
  #isIdle(): boolean {
    return this.#state === 'between' || this.#state === 'seek';
  }

  #flush(): Piece[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Whether the element in progress must have been cut off because a line begins with this byte. */
  #endsBefore(byte: number): boolean {
    if (this.#isIdle()) return false;
    if (
      this.#lone &&
      this.#line === this.#startLine + 1 &&
      this.#column <= this.#startColumn &&
      this.#state === 'inside'
    )
      this.#flat = byte !== openObject;
    const mayBeNested = this.#flat && this.#state === 'inside';
    return byte === openObject && this.#line > this.#startLine && this.#column <= this.#startColumn && !mayBeNested;
  }

  /** One byte of the automaton. @returns what ends with this byte */
  #step(byte: number): 'record' | 'shell' | 'container' | 'junk' | undefined {
    switch (this.#state) {
      case 'between':
        return this.#stepBetween(byte);
      case 'string':
        if (byte === backslash) this.#state = 'escape';
        else if (byte === this.#quoteByte) this.#state = 'inside';
        else if (byte === newline) this.#state = 'skip';
        else if (this.#isKey && this.#key.length < keyLengthMax) this.#key += String.fromCharCode(byte);
        return undefined;
      case 'escape':
        this.#state = byte === newline ? 'skip' : 'string';
        return undefined;
      case 'inside':
        return this.#stepInside(byte);
      case 'skip':
        return undefined;
      case 'junk':
        return byte === newline ? 'junk' : undefined;
      case 'seek':
        // Past a record that was too large: the next one begins on its own line or after `},`.
        if (byte === openObject && (this.#indent === this.#column || this.#isAfterSibling())) {
          this.#begin('inside', 1);
        }
        return undefined;
    }
  }

  #isAfterSibling(): boolean {
    return this.#previous === comma && this.#beforePrevious === closeObject;
  }

  #stepBetween(byte: number): 'junk' | undefined {
    const top = this.#frames.at(-1);
    if (byte === openObject || (byte === openList && this.#frames.length >= framesMax)) {
      this.#begin('inside', 1);
    } else if (byte === openList) {
      this.#frames.push({ kind: 'list' });
    } else if (byte === closeList) {
      if (top?.kind === 'list') this.#frames.pop();
      if (this.#frames.at(-1)?.kind === 'shell') this.#resumeShell();
    } else if (byte > space && byte !== comma && byte !== closeObject) {
      this.#begin('junk', 0);
    }
    return undefined;
  }

  #begin(state: 'inside' | 'junk', depth: number): void {
    this.#state = state;
    this.#depth = depth;
    this.#isKey = false;
    this.#key = '';
    this.#startLine = this.#line;
    this.#startColumn = this.#indent;
    this.#lone = state === 'inside';
    this.#flat = false;
  }

  #stepInside(byte: number): 'record' | 'shell' | 'container' | undefined {
    if (this.#quotes.has(byte)) {
      this.#isKey = this.#depth === 1 && (this.#previous === openObject || this.#previous === comma);
      if (this.#isKey) this.#key = '';
      this.#quoteByte = byte;
      this.#state = 'string';
    } else if (byte === openObject) {
      this.#depth++;
    } else if (byte === openList) {
      if (this.#isContainer()) return 'container';
      this.#depth++;
    } else if (byte === closeObject || byte === closeList) {
      this.#depth--;
      if (this.#depth === 0) return this.#frames.at(-1)?.kind === 'shell' ? 'shell' : 'record';
    }
    if (this.#lone && byte > space && this.#line === this.#startLine) this.#lone = false;
    return undefined;
  }

  #isContainer(): boolean {
    const opens = this.#depth === 1 && this.#previous === colon && this.#containers.has(this.#key);
    return opens && this.#frames.length < framesMax && this.#frames.at(-1)?.kind !== 'shell';
  }

  /** Back in a document after its list. */
  #resumeShell(): void {
    this.#state = 'inside';
    this.#depth = 1;
    this.#isKey = false;
    this.#lone = false;
  }

  #take(ended: 'record' | 'shell' | 'container' | 'junk', last: Buffer): void {
    if (ended === 'container') {
      const parts = [...this.#parts, Buffer.from(last)];
      this.#frames.push({ kind: 'shell', parts, line: this.#startLine }, { kind: 'list' });
      this.#reset();
      return;
    }
    if (ended === 'shell') {
      const shell = this.#frames.pop();
      if (shell?.kind === 'shell') this.#parts.unshift(...shell.parts);
      this.#close('shell', last, shell?.kind === 'shell' ? shell.line : this.#startLine);
    } else this.#close(ended === 'junk' ? 'broken' : 'record', last);
  }

  #close(kind: Piece['kind'], last: Buffer, line: number = this.#startLine): void {
    const bytes = Buffer.concat([...this.#parts, last]);
    if (bytes.some((byte) => byte > space)) this.#found.push({ kind, bytes, line });
    this.#reset();
  }

  #reset(): void {
    this.#parts = [];
    this.#size = 0;
    this.#state = 'between';
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#parts.push(Buffer.from(bytes));
    this.#size += bytes.length;
  }

  #advance(byte: number): void {
    if (byte === newline) {
      this.#line++;
      this.#column = 0;
      this.#indent = -1;
      return;
    }
    this.#column++;
    if (byte <= space) return;
    this.#beforePrevious = this.#previous;
    this.#previous = byte;
  }
}
