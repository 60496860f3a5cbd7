import { createHash } from 'node:crypto';
import type { Context } from './context.ts';
import { inBatches } from './write-report.ts';

const [tab, lineBreak] = [9, 10];
const digestLength = 64;

/**
 * Texts by key in one file, one `key<TAB>text` a line after a line that names the format and the digest of the rest. A file
 * in another format, or one that was not written whole by `save`, is empty. The file is read when a text is first asked for.
 */
export class LineStore {
  readonly #context: Context;
  readonly #path: string;
  readonly #format: string;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the line of each key starts, where its text does, and where it ends. */
  #places: Map<string, readonly [number, number, number]> | undefined;
  readonly #used = new Set<string>();
  readonly #put = new Map<string, string>();

  /** @param anew takes what was saved for nothing */
  constructor(context: Context, path: string, format: string, anew = false) {
    this.#context = context;
    this.#path = path;
    this.#format = format;
    if (anew) this.#places = new Map();
  }

  #index(): Map<string, readonly [number, number, number]> {
    if (this.#places !== undefined) return this.#places;
    const places = new Map<string, readonly [number, number, number]>();
    this.#places = places;
    try {
      const bytes = this.#context.files.read(this.#path);
      this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch {
      // There is none yet.
      return places;
    }
    let end = this.#bytes.indexOf(lineBreak);
    const head = end < 0 ? '' : this.#bytes.toString('utf8', 0, end);
    if (head.slice(0, -digestLength) !== `${this.#format} `) return places;
    if (
      head.slice(-digestLength) !==
      createHash('sha256')
        .update(this.#bytes.subarray(end + 1))
        .digest('hex')
    )
      return places;
    for (let start = end + 1; start < this.#bytes.length; start = end + 1) {
      end = this.#bytes.indexOf(lineBreak, start);
      const cut = this.#bytes.indexOf(tab, start);
      places.set(this.#bytes.toString('utf8', start, cut), [start, cut + 1, end]);
    }
    return places;
  }

  find(key: string): string | undefined {
    const put = this.#put.get(key);
    if (put !== undefined) return put;
    const place = this.#index().get(key);
    if (place === undefined) return undefined;
    this.#used.add(key);
    const [, start, end] = place;
    return this.#bytes.toString('utf8', start, end);
  }

  /** @param text without line breaks */
  put(key: string, text: string): void {
    this.#put.set(key, text);
  }

  /**
   * Writes the file where something was put, or lines went out of use.
   *
   * @param isUsed whether the text of a key is to be kept besides what was asked for or put since it was opened
   * @throws what the platform throws
   */
  save(isUsed: (key: string) => boolean = () => false): void {
    if (this.#places === undefined && this.#put.size === 0) return;
    const kept = [...this.#index()].filter(([key]) => !this.#put.has(key) && (this.#used.has(key) || isUsed(key)));
    if (this.#put.size === 0 && kept.length === this.#index().size) return;
    const body = createHash('sha256');
    const lines = [...this.#lines(kept.map(([, place]) => place))];
    for (const line of lines) body.update(line);
    this.#context.writer.replaceAll(this.#path, [`${this.#format} ${body.digest('hex')}\n`, ...lines]);
  }

  /** Lines that are kept are copied as they are, those beside each other at once. */
  *#lines(kept: readonly (readonly [number, number, number])[]): Generator<string | Uint8Array> {
    let [from, to] = [0, 0];
    for (const [start, , end] of kept) {
      if (start !== to) {
        if (to > from) yield this.#bytes.subarray(from, to);
        from = start;
      }
      to = end + 1;
    }
    if (to > from) yield this.#bytes.subarray(from, to);
    yield* inBatches(this.#newLines());
  }

  *#newLines(): Generator<string> {
    for (const [key, text] of this.#put) yield `${key}\t${text}\n`;
  }
}
