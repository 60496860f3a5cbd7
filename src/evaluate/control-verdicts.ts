import type { Verdict } from '../model/finding.ts';
import type { Rule } from '../model/rule.ts';

/** As much of a verdict as decides the state of a control. */
export type Said = { readonly state: 'held' | 'open' } | { readonly state: 'unknown'; readonly reason: string };

/** In the order in which they count: of several verdicts on a control the first of these decides. */
const letterOf: Readonly<Record<Verdict['state'], string>> = { open: 'O', unknown: 'U', held: 'H' };
const order = Object.values(letterOf);
const byLetter: Readonly<Record<string, Said>> = {
  O: { state: 'open' },
  U: { state: 'unknown', reason: '' },
  H: { state: 'held' },
};

/** Rules by what a record needs of them. */
export class RulePlaces {
  readonly #places: ReadonlyMap<string, number>;
  /** By the place of a rule that of the first one with its control. */
  readonly #controls: readonly number[];

  constructor(rules: readonly Rule[]) {
    this.#places = new Map(rules.map(({ id }, at) => [id, at]));
    const first = new Map<string, number>();
    for (const [at, { control }] of rules.entries()) if (!first.has(control)) first.set(control, at);
    this.#controls = rules.map(({ control }) => first.get(control) ?? -1);
  }

  /** Place of a rule in the list. */
  of(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  /** What verdicts say of each control, in the order of their controls: equal texts say the same. `controlsIn` reads it. */
  controlsText(verdicts: Iterable<Verdict>): string {
    const letters = new Map<number, string>();
    for (const { rule, state } of verdicts) {
      const control = this.#controls[this.of(rule)] ?? -1;
      const [known, letter] = [letters.get(control), letterOf[state]];
      if (known === undefined || order.indexOf(letter) < order.indexOf(known)) letters.set(control, letter);
    }
    let text = '';
    for (const [control, letter] of letters) text += control.toString(36) + letter;
    return text;
  }
}

/**
 * What `controlsText` wrote: by control, all that its state needs.
 *
 * @param rules those it was written with
 */
export function controlsIn(text: string, rules: readonly Rule[]): Map<string, readonly [Said]> {
  const controls = new Map<string, readonly [Said]>();
  for (const [, at = '', letter = ''] of text.matchAll(/([0-9a-z]+)([A-Z])/g)) {
    const [rule, said] = [rules[Number.parseInt(at, 36)], byLetter[letter]];
    if (rule !== undefined && said !== undefined) controls.set(rule.control, [said]);
  }
  return controls;
}
