import { hash } from 'node:crypto';
import type { Verdict } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { Rule } from '../model/rule.ts';

/** Outcomes of earlier evaluations, by what they depend on. */
export interface OutcomeMemory {
  find(key: string): string | undefined;
  store(key: string, outcomes: string): void;
}

/** What earlier runs found out, and by scope the key it is kept under (see islands.ts). */
export interface Remembered {
  readonly memory: OutcomeMemory;
  readonly keys: ReadonlyMap<string, string>;
}

type Outcome = 'absent' | Verdict['state'];
/** One letter for what a rule said of a resource. */
const letters: Readonly<Record<Outcome, string>> = { absent: '-', held: 'h', open: 'o', unknown: 'u' };
const outcomes = new Map(Object.entries(letters).map(([outcome, letter]) => [letter, outcome as Outcome]));

/** Outcomes by island, in the order of nodes and rules. */
export class Outcomes {
  readonly #remembered: Remembered;
  readonly #rules: string;
  readonly #byScope = new Map<string, IslandOutcomes>();
  readonly #islands = new Map<string, IslandOutcomes>();

  constructor(remembered: Remembered, rules: readonly Rule[]) {
    this.#remembered = remembered;
    this.#rules = hash(
      'sha256',
      JSON.stringify(rules.map(({ id, types, traits, when, expect }) => [id, types, traits, when, expect])),
      'hex',
    ).slice(0, 16);
  }

  of(scope: string): IslandOutcomes {
    let island = this.#byScope.get(scope);
    if (island === undefined) {
      const key = `${this.#remembered.keys.get(scope) ?? ''} ${this.#rules}`;
      island = this.#islands.get(key) ?? new IslandOutcomes(this.#remembered.memory.find(key));
      this.#islands.set(key, island);
      this.#byScope.set(scope, island);
    }
    return island;
  }

  store(): void {
    for (const [key, island] of this.#islands) {
      const text = island.text();
      if (text !== undefined) this.#remembered.memory.store(key, text);
    }
  }
}

/** Letters, and after a space a JSON list of the places of what is open: file, line, column, one after the other. */
class IslandOutcomes {
  readonly #known: string | undefined;
  readonly #places: readonly (string | number)[];
  readonly #letters: string[] = [];
  readonly #found: (string | number)[] = [];
  #at = 0;
  #placeAt = 0;

  constructor(known: string | undefined) {
    const cut = known?.indexOf(' ') ?? -1;
    this.#places = placesIn(known?.slice(cut + 1) ?? '');
    // Without its places it says nothing of what is open.
    this.#known = this.#places.length === 0 && known?.includes(letters.open) ? undefined : known?.slice(0, cut);
  }

  next(): Outcome | undefined {
    return outcomes.get(this.#known?.[this.#at++] ?? '');
  }

  /** Where the next open one stands. */
  place(): Location | undefined {
    const [file, line, column] = this.#places.slice(this.#placeAt, (this.#placeAt += 3));
    return typeof file === 'string' && typeof line === 'number' && typeof column === 'number'
      ? { file, line, column }
      : undefined;
  }

  note(verdict: Verdict | undefined): void {
    if (this.#known !== undefined) return;
    this.#letters.push(letters[verdict?.state ?? 'absent']);
    if (verdict?.state !== 'open') return;
    const { file, line, column } = verdict.finding.location;
    this.#found.push(file, line, column);
  }

  /** What to remember; undefined for what is remembered already. */
  text(): string | undefined {
    return this.#known === undefined ? `${this.#letters.join('')} ${JSON.stringify(this.#found)}` : undefined;
  }
}

function placesIn(text: string): readonly (string | number)[] {
  try {
    return text === '' ? [] : (JSON.parse(text) as (string | number)[]);
  } catch {
    return [];
  }
}
