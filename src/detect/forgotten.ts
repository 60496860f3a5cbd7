/** What detection lets go of, or does not judge, when a limit on its memory is reached. */
export type Forgettable =
  | 'groups of correlations dropped'
  | 'events of correlations dropped'
  | 'runs dropped before they ended'
  | 'profiles dropped'
  | 'values not compared, for their profile is full';

/** Counts what the limits on memory cost, so that it can be told: an alert that could not be raised is no silence. */
export class Forgotten {
  readonly #counts = new Map<Forgettable, number>();

  add(what: Forgettable): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** How many of what; empty when no limit was reached. */
  lines(): string[] {
    return [...this.#counts].map(([what, count]) => `${count} ${what}`);
  }
}
