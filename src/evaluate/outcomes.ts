import { hash } from 'node:crypto';
import type { Rule } from '../model/rule.ts';

/** Outcomes of earlier evaluations, by what they depend on. */
export interface OutcomeMemory {
  find(key: string): string | undefined;
  store(key: string, outcomes: string): void;
}

/** One letter for what a rule said of a resource, as it is remembered. */
export type Outcome = 'absent' | 'held' | 'open' | 'unknown';
export const letters: Readonly<Record<Outcome, string>> = { absent: '-', held: 'h', open: 'o', unknown: 'u' };

/** What earlier runs found out, and by scope the key it is kept under (see islands.ts). */
export interface Remembered {
  readonly memory: OutcomeMemory;
  readonly keys: ReadonlyMap<string, string>;
}

/** Outcomes by island, in the order of nodes and rules. */
export class Outcomes {
  readonly #remembered: Remembered;
  readonly #rules: string;
  readonly #islands = new Map<string, IslandOutcomes>();

  constructor(remembered: Remembered, rules: readonly Rule[]) {
    this.#remembered = remembered;
    this.#rules = hash(
      'sha256',
      JSON.stringify(rules.map(({ id, types, traits, when, expect }) => [id, types, traits, when, expect])),
      'hex',
    );
  }

  of(scope: string): IslandOutcomes {
    const key = `${this.#remembered.keys.get(scope) ?? ''} ${this.#rules.slice(0, 16)}`;
    let island = this.#islands.get(key);
    if (island === undefined) {
      island = new IslandOutcomes(this.#remembered.memory.find(key));
      this.#islands.set(key, island);
    }
    return island;
  }

  store(): void {
    for (const [key, { fresh }] of this.#islands)
      if (fresh !== undefined) this.#remembered.memory.store(key, fresh.join(''));
  }
}

export class IslandOutcomes {
  readonly #known: string | undefined;
  #at = 0;
  /** Outcomes of this run; undefined where they are known already. */
  readonly fresh: string[] | undefined;

  constructor(known: string | undefined) {
    this.#known = known;
    this.fresh = known === undefined ? [] : undefined;
  }

  next(): string | undefined {
    return this.#known?.[this.#at++];
  }

  note(letter: string): void {
    this.fresh?.push(letter);
  }
}
