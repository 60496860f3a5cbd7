import type { Verdict } from '../model/finding.ts';
import type { Location } from '../model/location.ts';

type Outcome = 'absent' | Verdict['state'];
/** One letter for what a rule said of a resource. */
const letterOf: Readonly<Record<Outcome, string>> = { absent: '-', held: 'h', open: 'o', unknown: 'u' };
const outcomeOf = new Map(Object.entries(letterOf).map(([outcome, letter]) => [letter, outcome as Outcome]));

/** What rules said of the resources of a graph: a letter for each that looked, in order, and where what is open stands. */
export interface Outcomes {
  readonly letters: string;
  readonly places: readonly Location[];
}

/** Notes outcomes in the order of nodes and rules. */
export class OutcomeNotes implements Outcomes {
  #letters = '';
  readonly places: Location[] = [];

  get letters(): string {
    return this.#letters;
  }

  note(verdict: Verdict | undefined): void {
    this.#letters += letterOf[verdict?.state ?? 'absent'];
    if (verdict?.state === 'open') this.places.push(verdict.finding.location);
  }
}

/** Tells outcomes that an earlier run noted, in the same order. */
export class KnownOutcomes {
  readonly #known: Outcomes;
  #at = 0;
  #placeAt = 0;

  constructor(known: Outcomes) {
    this.#known = known;
  }

  /** Undefined at the end of what is known. */
  next(): Outcome | undefined {
    return outcomeOf.get(this.#known.letters[this.#at++] ?? '');
  }

  /** Where the next open one stands. */
  place(): Location | undefined {
    return this.#known.places[this.#placeAt++];
  }
}
