/** Disjoint sets of the numbers below `count`: each by itself until it is joined with another. */
export class Joined {
  readonly #parent: number[];

  constructor(count: number) {
    this.#parent = Array.from({ length: count }, (_, at) => at);
  }

  /** The least of the set a number is in. */
  root(of: number): number {
    let root = of;
    for (let up = this.#parent[root] ?? root; up !== root; up = this.#parent[root] ?? root) root = up;
    this.#parent[of] = root;
    return root;
  }

  join(a: number, b: number): void {
    const [first, second] = [this.root(a), this.root(b)];
    if (first !== second) this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}
