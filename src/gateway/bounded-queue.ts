/** What waits for whoever takes it, bounded by number and by length together; what waits alone may be as long as it is. */
export class BoundedQueue<T> {
  readonly #items: { readonly item: T; readonly length: number }[] = [];
  readonly #countMax: number;
  readonly #lengthMax: number;
  #length = 0;

  /** @param lengthMax characters of all that wait */
  constructor(countMax: number, lengthMax: number) {
    this.#countMax = countMax;
    this.#lengthMax = lengthMax;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  /** False where there is no room. @param isForced takes it all the same */
  push(item: T, length: number, isForced = false): boolean {
    const isFull = this.#items.length >= this.#countMax || (!this.isEmpty && this.#length + length > this.#lengthMax);
    if (isFull && !isForced) return false;
    this.#items.push({ item, length });
    this.#length += length;
    return true;
  }

  /** The one that waits for longest. */
  shift(): T | undefined {
    return this.#take(0);
  }

  /** Takes one out. @returns whether it was there */
  remove(item: T): boolean {
    return this.removeFirst((one) => one === item);
  }

  /** Takes out the first one that is meant. @returns whether there was one */
  removeFirst(isMeant: (item: T) => boolean): boolean {
    const at = this.#items.findIndex(({ item }) => isMeant(item));
    return at >= 0 && this.#take(at) !== undefined;
  }

  #take(at: number): T | undefined {
    const [taken] = this.#items.splice(at, 1);
    this.#length -= taken?.length ?? 0;
    return taken?.item;
  }
}
