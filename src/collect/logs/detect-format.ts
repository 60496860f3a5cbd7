import { asObject, type Json, parseJson } from './fields.ts';
import type { LogFormat } from './log-format.ts';
import { RecordSplitter } from './split-records.ts';
import { salvage } from './salvage.ts';

/** Records after which the format of a file is decided, and the bytes it is decided on when they hold one. */
const recordsEnough = 20;
const bytesEnough = 256 * 1024;

/** The format that most of the first records of a file have; undefined when none is known or two are as likely. */
export function detectFormat(records: readonly unknown[], formats: readonly LogFormat[]): LogFormat | undefined {
  const scores = formats
    .map((format) => ({ format, count: records.filter((record) => recognised(format, record)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const [best, second] = scores;
  return best === undefined || best.count === second?.count ? undefined : best.format;
}

function recognised(format: LogFormat, record: unknown): boolean {
  const object = asObject(record);
  return object !== undefined && format.recognises(object);
}

/**
 * Looks at the beginning of a file until its format can be told. Feed it with `push` until that returns true or the file
 * ends, then ask for `format`.
 */
export class FormatDetector {
  readonly #formats: readonly LogFormat[];
  readonly #bytesMax: number;
  readonly #splitter: RecordSplitter;
  readonly #head: Uint8Array[] = [];
  readonly #records: Json[] = [];
  #size = 0;

  constructor(formats: readonly LogFormat[], bytesMax: number) {
    this.#formats = formats;
    this.#bytesMax = bytesMax;
    this.#splitter = new RecordSplitter(
      formats.flatMap((format) => format.containers),
      bytesMax,
    );
  }

  /** @returns whether enough was seen */
  push(chunk: Uint8Array): boolean {
    this.#head.push(chunk);
    this.#size += chunk.length;
    for (const piece of this.#splitter.push(chunk)) this.#look(piece.bytes.toString());
    return (
      this.#records.length >= recordsEnough ||
      (this.#size >= bytesEnough && this.#records.length > 0) ||
      this.#size > this.#bytesMax
    );
  }

  #look(text: string): void {
    const whole = asObject(parseJson(text));
    if (whole !== undefined) this.#records.push(whole);
    else {
      const known = (record: Json): boolean => this.#formats.some((format) => format.recognises(record));
      this.#records.push(...salvage(text, known).map(({ record }) => record));
    }
  }

  /** The format and the notation, from what was seen. */
  format(): { readonly format: LogFormat | undefined; readonly isOtherSyntax: boolean } {
    const head = Buffer.concat(this.#head).subarray(0, bytesEnough).toString();
    const written = this.#formats.find((format) => format.syntax?.isWritten(head) === true);
    if (written !== undefined) return { format: written, isOtherSyntax: true };
    for (const piece of this.#splitter.end()) this.#look(piece.bytes.toString());
    return { format: detectFormat(this.#records, this.#formats), isOtherSyntax: false };
  }

  /** The bytes it was fed, to be read again. */
  head(): readonly Uint8Array[] {
    return this.#head;
  }
}
