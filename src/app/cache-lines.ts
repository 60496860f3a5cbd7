import type { Context } from './context.ts';
import { inBatches } from './write-report.ts';

/**
 * Texts by key in one file, one `key<TAB>text` a line after a line that names the format. What is looked up or put in a
 * run is kept, the rest is dropped when it is saved; a file in another format, or one that cannot be read, is empty.
 */
export class LineStore {
  readonly #context: Context;
  readonly #path: string;
  readonly #format: string;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the text of each key stands in the file. */
  readonly #places = new Map<string, readonly [number, number]>();
  readonly #kept = new Set<string>();
  readonly #put = new Map<string, string>();

  constructor(context: Context, path: string, format: string) {
    this.#context = context;
    this.#path = path;
    this.#format = format;
    try {
      const bytes = context.files.read(path);
      this.#index(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    } catch {
      // There is none yet.
    }
  }

  #index(bytes: Buffer): void {
    let end = bytes.indexOf(10);
    if (end < 0 || bytes.toString('utf8', 0, end) !== this.#format) return;
    this.#bytes = bytes;
    for (let start = end + 1; start < bytes.length; start = end + 1) {
      end = bytes.indexOf(10, start);
      if (end < 0) return;
      const tab = bytes.indexOf(9, start);
      if (tab > start && tab < end) this.#places.set(bytes.toString('utf8', start, tab), [tab + 1, end]);
    }
  }

  find(key: string): string | undefined {
    const put = this.#put.get(key);
    if (put !== undefined) return put;
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#kept.add(key);
    return this.#bytes.toString('utf8', ...place);
  }

  /** @param text without line breaks */
  put(key: string, text: string): void {
    if (this.find(key) !== text) this.#put.set(key, text);
  }

  /** Writes the file where something changed. Throws what the platform throws. */
  save(): void {
    if (this.#put.size === 0 && this.#kept.size === this.#places.size) return;
    this.#context.writer.replaceAll(this.#path, inBatches(this.#lines()));
  }

  *#lines(): Generator<string> {
    yield `${this.#format}\n`;
    for (const key of this.#kept) {
      const place = this.#places.get(key);
      if (place !== undefined && !this.#put.has(key)) yield `${key}\t${this.#bytes.toString('utf8', ...place)}\n`;
    }
    for (const [key, text] of this.#put) yield `${key}\t${text}\n`;
  }
}
