import type { AppendFile, DurableFiles } from '../base/ports.ts';

export interface LineFileParts {
  readonly files: Pick<DurableFiles, 'replace' | 'openAppend'>;
  /** Absolute. */
  readonly path: string;
  /** Every line that has to be there, without its break; of a file that says the same twice, the later one holds. */
  readonly all: () => Iterable<string>;
  /** Lines it may have before it is written anew; more than `all` ever gives. */
  readonly linesMax: number;
}

/**
 * A file of lines, readable by its owner only, that grows by what changes: a line is durable when its write resolves, and lines
 * that come while the disk is busy are synced together. It is written anew when it is opened, and when it has grown too long.
 */
export class LineFile {
  readonly #parts: LineFileParts;
  #file: AppendFile;
  #lines: number;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(parts: LineFileParts, { file, lines }: Written) {
    this.#parts = parts;
    this.#file = file;
    this.#lines = lines;
  }

  static async open(parts: LineFileParts): Promise<LineFile> {
    return new LineFile(parts, await write(parts));
  }

  /** @throws the platform's error: then the line is written with the next one */
  write(line: string): Promise<void> {
    this.#waiting.push(line);
    const after = this.#writing ?? Promise.resolve();
    const mine = after.then(() => this.#flush());
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      await (this.#lines + lines.length > this.#parts.linesMax ? this.#rewrite() : this.#append(lines));
    } catch (thrown) {
      this.#waiting = [...lines, ...this.#waiting];
      throw thrown;
    }
  }

  async #append(lines: readonly string[]): Promise<void> {
    // After a write that was torn, the line break keeps what it left apart.
    await this.#file.append([Buffer.from(`\n${textOf(lines)}`)]);
    await this.#file.sync();
    this.#lines += lines.length;
  }

  /** What waits is among all lines already. */
  async #rewrite(): Promise<void> {
    const { file, lines } = await write(this.#parts);
    const before = this.#file;
    this.#file = file;
    this.#lines = lines;
    await before.close();
  }
}

interface Written {
  readonly file: AppendFile;
  readonly lines: number;
}

async function write({ files, path, all }: LineFileParts): Promise<Written> {
  const lines = [...all()];
  await files.replace(path, Buffer.from(textOf(lines)), 0o600);
  return { file: await files.openAppend(path), lines: lines.length };
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The lines of a file. One that was cut off was never acknowledged, and is left out. */
export function linesOf(data: Uint8Array | undefined): readonly string[] {
  const text = Buffer.from(data ?? []).toString();
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
}
