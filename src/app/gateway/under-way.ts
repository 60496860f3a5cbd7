/** Work that has to end before what it needs is closed. */
export class UnderWay {
  readonly #works = new Set<Promise<unknown>>();

  /** @returns the same */
  add<T>(work: Promise<T>): Promise<T> {
    const left = (): boolean => this.#works.delete(ended);
    const ended: Promise<boolean> = work.then(left, left);
    this.#works.add(ended);
    return work;
  }

  /** Resolves when there is none. */
  async ended(): Promise<void> {
    while (this.#works.size > 0) await Promise.all(this.#works);
  }
}
