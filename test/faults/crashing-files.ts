import { dirname } from 'node:path';
import type { AppendFile, KeyFiles } from '../../src/base/ports.ts';

/** What a crash or a failing disk does in a test. */
export class Crash extends Error {}

type Content = Uint8Array | undefined;

/**
 * Files of keys on a disk that can fail or lose power at every step: before a step the call throws; after a power loss each
 * file is in one of the states that what was not synced allows.
 */
export class CrashingFiles implements KeyFiles {
  /** Steps taken so far. */
  steps = 0;
  /** The step before which the machine stops: that call and all later ones throw `Crash`. */
  crashAt = -1;
  /** The step that fails once. */
  failAt = -1;
  readonly #now = new Map<string, Uint8Array>();
  /** States a file may be in after a power loss; a file that is not here is as it is now. */
  readonly #possible = new Map<string, Content[]>();
  #temporary = 0;

  #step(): void {
    const step = this.steps++;
    if (this.crashAt >= 0 && step >= this.crashAt) throw new Crash('the machine stopped');
    if (step === this.failAt) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }

  /** Power comes back. @param choose which of so many states a file is in */
  powerLoss(choose: (states: number, path: string) => number): void {
    for (const [path, states] of this.#possible) this.#put(path, states[choose(states.length, path)]);
    this.#possible.clear();
    this.crashAt = -1;
    this.failAt = -1;
  }

  /** Everything the disk holds. */
  all(): ReadonlyMap<string, Uint8Array> {
    return this.#now;
  }

  #put(path: string, content: Content): void {
    if (content === undefined) this.#now.delete(path);
    else this.#now.set(path, content);
  }

  /** A change that is not synced: before, after, and what lies between. */
  #change(path: string, content: Content, between: readonly Content[] = []): void {
    const before = this.#possible.get(path) ?? [this.#now.get(path)];
    this.#possible.set(path, [...before, ...between, content]);
    this.#put(path, content);
  }

  read(path: string): Promise<Content> {
    return this.#do(() => this.#now.get(path));
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#do(() =>
      [...this.#now.keys()]
        .filter((path) => dirname(path) === directory)
        .map((path) => path.slice(directory.length + 1)),
    );
  }

  permissions(): Promise<number | undefined> {
    return Promise.resolve(0o600);
  }

  makeDirectory(): Promise<void> {
    return this.#do(() => undefined);
  }

  async create(path: string, data: Uint8Array): Promise<boolean> {
    if ((await this.read(path)) !== undefined) return false;
    await this.#writeNew(path, data);
    await this.#sync(path, [this.#now.get(path)]);
    return true;
  }

  async replace(path: string, data: Uint8Array): Promise<void> {
    const beside = `${path}.${this.#temporary++}.tmp`;
    await this.#writeNew(beside, data);
    await this.#do(() => {
      this.#change(path, data);
      this.#change(beside, undefined);
    });
    await this.#sync(path, [data]);
    await this.#sync(beside, [undefined]);
  }

  /** A new file: empty, then written, then synced, while its name is not. */
  async #writeNew(path: string, data: Uint8Array): Promise<void> {
    await this.#do(() => this.#change(path, new Uint8Array()));
    await this.#do(() => this.#change(path, data, torn(new Uint8Array(), data)));
    await this.#sync(path, [undefined, data]);
  }

  async openAppend(path: string): Promise<AppendFile> {
    await this.#do(() => {
      if (!this.#now.has(path)) this.#change(path, new Uint8Array());
    });
    const content = (): Uint8Array => this.#now.get(path) ?? new Uint8Array();
    return {
      size: content().length,
      append: (pieces) =>
        this.#do(() =>
          this.#change(path, Buffer.concat([content(), ...pieces]), torn(content(), Buffer.concat(pieces))),
        ),
      sync: () => this.#sync(path, [content()]),
      truncate: (size) => this.#do(() => this.#change(path, content().subarray(0, size))),
      close: () => Promise.resolve(),
    };
  }

  async destroy(path: string): Promise<void> {
    const size = (await this.read(path))?.length;
    if (size === undefined) return;
    const zeros = new Uint8Array(size);
    const half = Buffer.concat([zeros.subarray(size / 2), this.#now.get(path)?.subarray(size / 2) ?? zeros]);
    await this.#do(() => this.#change(path, zeros, [half]));
    await this.#sync(path, [zeros]);
    await this.#do(() => this.#change(path, undefined));
    await this.#sync(path, [undefined]);
  }

  #sync(path: string, states: readonly Content[]): Promise<void> {
    return this.#do(() => {
      if (states.length === 1) this.#possible.delete(path);
      else this.#possible.set(path, [...states]);
    });
  }

  /** One step of the disk, which takes its time. */
  async #do<T>(work: () => T): Promise<T> {
    this.#step();
    await Promise.resolve();
    return work();
  }
}

/** What a write that was not synced can leave: its beginning, or its length in zeros. */
function torn(before: Uint8Array, data: Uint8Array): Uint8Array[] {
  const half = data.subarray(0, data.length / 2);
  return [Buffer.concat([before, half]), Buffer.concat([before, new Uint8Array(data.length)])];
}
