import { messageOf } from '../../base/errors.ts';
import type { DurableFiles } from '../../base/ports.ts';

export interface KeptFileParts {
  readonly files: Pick<DurableFiles, 'replace'>;
  /** Absolute. */
  readonly path: string;
  /** The whole text as it is now. */
  readonly text: () => string;
  /** Told when it could not be written; then it is written with the next change. */
  readonly tell: (line: string) => void;
}

/** A file of the state folder that follows what is in memory: changes that come together, or while it is written, are written together. */
export class KeptFile {
  readonly #parts: KeptFileParts;
  #writing: Promise<void> | undefined;
  #isStale = false;

  constructor(parts: KeptFileParts) {
    this.#parts = parts;
  }

  changed(): void {
    this.#isStale = true;
    this.#writing ??= Promise.resolve().then(() => this.#write());
  }

  async close(): Promise<void> {
    await this.#writing;
    if (this.#isStale) await this.#write();
  }

  async #write(): Promise<void> {
    const { files, path, text, tell } = this.#parts;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await files.replace(path, Buffer.from(text()), 0o600);
      }
    } catch (thrown) {
      this.#isStale = true;
      tell(`${path} could not be written: ${messageOf(thrown)}`);
    }
    // With the last look at what is stale, so that no change comes between.
    this.#writing = undefined;
  }
}
