import { hash } from 'node:crypto';

/** The name of a credential in memory: its SHA-256, so that no credential is kept. */
export function digestOf(credential: string): string {
  return hash('sha256', credential, 'binary');
}

interface Entry<T> {
  readonly value: T;
  readonly untilMs: number;
}

/**
 * A bounded map whose entries end at a time of their own. It has two halves: what is used is in the young one; when that is full it
 * becomes the old one, and what was not used since goes. So the last used half is always there, and a hit moves nothing.
 */
export class TokenCache<T> {
  readonly #halfMax: number;
  #young = new Map<string, Entry<T>>();
  #old = new Map<string, Entry<T>>();

  /** @param entriesMax an even number */
  constructor(entriesMax: number) {
    this.#halfMax = entriesMax / 2;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string, nowMs: number): T | undefined {
    const entry = this.#young.get(key) ?? this.#fromOld(key);
    return entry !== undefined && nowMs < entry.untilMs ? entry.value : undefined;
  }

  set(key: string, value: T, untilMs: number): void {
    this.#put(key, { value, untilMs });
  }

  #fromOld(key: string): Entry<T> | undefined {
    const entry = this.#old.get(key);
    if (entry !== undefined) this.#put(key, entry);
    return entry;
  }

  #put(key: string, entry: Entry<T>): void {
    if (this.#young.size >= this.#halfMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, entry);
  }
}
