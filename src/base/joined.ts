/** Disjoint sets of the numbers below `count`: each by itself until it is joined with another. */
export class Joined {
  readonly #parent: number[];

  constructor(count: number) {
    this.#parent = Array.from({ length: count }, (_, at) => at);
  }

  /** The least of the set a number is in. */
  root(of: number): number {
    // Each is put two steps further up on the way, so that no way stays long.
    for (let at = of; ; ) {
      const up = this.#parent[at] ?? at;
      if (up === at) return at;
      this.#parent[at] = at = this.#parent[up] ?? up;
    }
  }

  join(a: number, b: number): void {
    const [first, second] = [this.root(a), this.root(b)];
    if (first !== second) this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}
