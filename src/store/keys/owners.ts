import type { KeyFiles, Random } from '../../base/ports.ts';
import { hmac, joinKeys, keyBytes } from '../../ledger/seal.ts';
import { fileMode, hex, keyError, type KeyPaths, requirePrivate } from './key-folder.ts';
import { formatHeader, formatKey, formatShared, parseOwnerFile } from './owner-file.ts';

/** The owner of keys for payloads about nobody. */
export const logOwner = 'log';
export const pseudonymShape = /^s_[0-9a-f]{16}$/;

/** One owner's keys, as far as this process has read or made them. */
export interface Owner {
  readonly name: string;
  readonly subject: string | undefined;
  readonly keys: Map<string, Uint8Array>;
  /** What `joinKeys` gives for one key, by period: nearly every payload is about one person. */
  readonly joined: Map<string, Uint8Array>;
  readonly sharedWith: Set<string>;
  /** Whether the keys were destroyed since they were read. */
  gone: boolean;
  /** Monotonic reading (ms) when it was last looked whether another process destroyed them. */
  lookedAtMs: number;
}

/** The owners of keys in a folder: who they are, their files, and what of them is in memory. */
export class Owners {
  readonly #files: KeyFiles;
  readonly #random: Random;
  readonly #paths: KeyPaths;
  readonly #nameSecret: Uint8Array;
  readonly #cachedMax: number;
  readonly #byName = new Map<string, Owner>();
  /** Owners whose keys this process set out to destroy. */
  readonly #gone = new Set<string>();
  readonly #tails = new Map<string, Promise<unknown>>();

  /** @param cachedMax owners kept in memory */
  constructor(files: KeyFiles, random: Random, paths: KeyPaths, nameSecret: Uint8Array, cachedMax: number) {
    this.#files = files;
    this.#random = random;
    this.#paths = paths;
    this.#nameSecret = nameSecret;
    this.#cachedMax = cachedMax;
  }

  /** The name of the file of a person: HMAC-SHA-256 of their name under a secret, in hex. */
  fileNameOf(subject: string): string {
    return hex(hmac(this.#nameSecret, Buffer.from(subject)));
  }

  /** Runs work on one owner or person after all earlier work on it. */
  async oneAfterTheOther<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const result = before.then(work, work);
    const tail = result.catch(() => undefined);
    this.#tails.set(name, tail);
    try {
      return await result;
    } finally {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    }
  }

  /**
   * The pseudonym a person's file names, whether or not its keys still exist.
   *
   * @param fileName what `fileNameOf` gave
   * @throws DemarcError `DMC_LEDGER_KEY` for a damaged one: with another pseudonym, an erasure would miss the keys of this one
   */
  async linked(fileName: string): Promise<string | undefined> {
    const path = `${this.#paths.people}/${fileName}`;
    const data = await this.#files.read(path);
    // Zeros, or none of it: a crash cut its destruction short.
    if (data === undefined || data.length === 0 || data.includes(0)) return undefined;
    const text = Buffer.from(data).toString().trim();
    if (!pseudonymShape.test(text)) throw keyError(`\`${path}\` is damaged`, restore);
    return text;
  }

  /**
   * The pseudonym whose keys hold a person's name, where no link leads to it: an incomplete backup that was put back. Reads
   * the keys of everybody.
   */
  async unlinked(fileName: string): Promise<string | undefined> {
    for (const name of await this.#files.list(this.#paths.owners)) {
      const data = pseudonymShape.test(name) ? await this.#files.read(this.#path(name)) : undefined;
      const file = data === undefined ? 'unused' : parseOwnerFile(data);
      if (typeof file === 'object' && file.subject !== undefined && this.fileNameOf(file.subject) === fileName)
        return name;
    }
    return undefined;
  }

  /** Destroys the link from a person to a pseudonym, unless it leads to another one by now. */
  async unlink(fileName: string, pseudonym: string): Promise<void> {
    if ((await this.linked(fileName)) === pseudonym) await this.#files.destroy(`${this.#paths.people}/${fileName}`);
  }

  async isErased(name: string): Promise<boolean> {
    return (await this.#files.read(`${this.#paths.erased}/${name}`)) !== undefined;
  }

  /** Whether the keys of an owner are about to be destroyed. */
  async isErasing(name: string): Promise<boolean> {
    return (await this.#files.read(`${this.#paths.erasing}/${name}`)) !== undefined;
  }

  /** An owner in memory. */
  cached(name: string): Owner | undefined {
    return this.#byName.get(name);
  }

  /** Forgets an owner whose keys are about to be destroyed. (Not wiped: a seal under way must not end up under zeros.) */
  forget(name: string): void {
    const owner = this.#byName.get(name);
    if (owner !== undefined) owner.gone = true;
    this.#byName.delete(name);
    this.#gone.add(name);
  }

  /**
   * An owner's keys; `erased` when they were destroyed, even if a backup brought them back.
   *
   * @throws DemarcError `DMC_LEDGER_KEY` when others may read the file
   */
  async load(name: string): Promise<Owner | 'erased' | 'damaged' | undefined> {
    if (await this.isErased(name)) return 'erased';
    const path = this.#path(name);
    const data = await this.#files.read(path);
    if (data === undefined) return undefined;
    await requirePrivate(this.#files, path);
    const file = parseOwnerFile(data);
    if (file === 'unused') return undefined;
    if (file === 'damaged' || file.owner !== name) return 'damaged';
    if (this.#gone.has(name)) {
      // The file may have been read just before its keys were destroyed; or the erasure failed before it was begun.
      if (await this.isErased(name)) return 'erased';
      if (await this.isErasing(name)) return undefined;
      this.#gone.delete(name);
    }
    const { subject, keys, sharedWith } = file;
    return this.#keep({ name, subject, keys, joined: new Map(), sharedWith, gone: false, lookedAtMs: -Infinity });
  }

  /**
   * Makes an owner with a first key, durably; only for whom no keys are in use. A person gets a pseudonym nobody had. The
   * link goes first: a crash then leaves a pseudonym that is never used, and no file with a person's name that nothing
   * leads to. What such a crash left of the file, or a backup brought back, is destroyed.
   */
  async make(subject: string | undefined, period: string): Promise<Owner> {
    const person = subject === undefined ? undefined : this.fileNameOf(subject);
    const leftover = person === undefined ? logOwner : await this.linked(person);
    if (leftover !== undefined) await this.#files.destroy(this.#path(leftover));
    const name = person === undefined ? logOwner : `s_${hex(this.#random.bytes(8))}`;
    if (person !== undefined)
      await this.#files.replace(`${this.#paths.people}/${person}`, Buffer.from(`${name}\n`), fileMode);
    const key = this.#random.bytes(keyBytes);
    const file = Buffer.from(formatHeader(name, subject) + formatKey(period, key));
    if ((await this.isErased(name)) || !(await this.#files.create(this.#path(name), file, fileMode)))
      throw keyError(`there are keys of \`${name}\` already`);
    const keys = new Map([[period, key]]);
    return this.#keep({
      name,
      subject,
      keys,
      joined: new Map(),
      sharedWith: new Set(),
      gone: false,
      lookedAtMs: -Infinity,
    });
  }

  /**
   * Sees to it that an owner has a key for a period and a note of who else its payloads are about, durably. What others
   * added to the file in the meantime is read first. Not for an owner whose keys are gone.
   */
  async extend(owner: Owner, period: string, others: readonly string[] = []): Promise<void> {
    const path = this.#path(owner.name);
    const file = parseOwnerFile((await this.#files.read(path)) ?? new Uint8Array());
    if (typeof file === 'string') throw keyError(`the keys in \`${path}\` are damaged`, restore);
    for (const [older, key] of file.keys) if (!owner.keys.has(older)) owner.keys.set(older, key);
    for (const other of file.sharedWith) owner.sharedWith.add(other);
    const key = owner.keys.has(period) ? undefined : this.#random.bytes(keyBytes);
    const added = others.filter((other) => other !== owner.name && !owner.sharedWith.has(other));
    const text = (key === undefined ? '' : formatKey(period, key)) + added.map(formatShared).join('');
    if (text !== '') await this.#append(path, file.size, text);
    if (key !== undefined) owner.keys.set(period, key);
    for (const other of added) owner.sharedWith.add(other);
  }

  /** What `joinKeys` gives for the key of one period. */
  joinedKey(owner: Owner, period: string, key: Uint8Array): Uint8Array {
    let joined = owner.joined.get(period);
    if (joined === undefined) owner.joined.set(period, (joined = joinKeys([key])));
    return joined;
  }

  async #append(path: string, size: number, text: string): Promise<void> {
    const file = await this.#files.openAppend(path);
    try {
      // What a failed append left behind goes before the next one.
      if (file.size > size) await file.truncate(size);
      await file.append([Buffer.from(text)]);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #path(name: string): string {
    return `${this.#paths.owners}/${name}`;
  }

  #keep(owner: Owner): Owner {
    for (const [oldest] of this.#byName) {
      if (this.#byName.size < this.#cachedMax) break;
      this.#byName.delete(oldest);
    }
    this.#byName.set(owner.name, owner);
    return owner;
  }
}

export const restore = 'restore the folder of keys from a backup';
