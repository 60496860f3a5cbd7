import { Authorizer, type Evaluation } from '../cedar/authorizer.ts';
import { kleene } from '../cedar/logic.ts';
import type { CompiledPolicy } from '../cedar/policy.ts';
import { compileSet, type PolicySet } from '../policy-set.ts';
import { type Cell, CellEnvironments } from './domain.ts';

export const outcomes = ['allow', 'ask', 'deny'] as const;
export type Outcome = (typeof outcomes)[number];

/** What can be decided in a cell: one outcome, or several where policies look at what the cell does not say. */
export interface CellResult {
  readonly possible: readonly Outcome[];
  readonly evaluation: Evaluation;
}

const asks = ({ annotations }: CompiledPolicy): boolean => annotations.has('ask');

/**
 * The possible decisions, from what holds, what fails and what is open. Sound: what is not listed cannot happen, save that a
 * policy that cannot be evaluated always denies.
 */
export function possibleOutcomes({ permits, forbids, errors, open }: Evaluation): Outcome[] {
  const openPermits = open.filter(({ effect }) => effect === 'permit');
  const openForbids = open.filter(({ effect }) => effect === 'forbid');
  const denied =
    errors.length > 0 || forbids.some((policy) => !asks(policy)) || (permits.length === 0 && openPermits.length === 0);
  if (denied) return ['deny'];
  const found: Outcome[] = [];
  if (!forbids.some(asks)) found.push('allow');
  if (forbids.some(asks) || openForbids.some(asks)) found.push('ask');
  if (permits.length === 0 || openForbids.some((policy) => !asks(policy))) found.push('deny');
  return found;
}

/** Decides cells of the abstract domain by one set. */
export class CellDecider {
  readonly #authorizer: Authorizer;
  readonly #environments: CellEnvironments;

  constructor(set: PolicySet) {
    this.#authorizer = new Authorizer(compileSet(set, kleene.partial));
    this.#environments = new CellEnvironments(set);
  }

  decide(cell: Cell): CellResult {
    const evaluation = this.#authorizer.evaluate(this.#environments.of(cell));
    return { possible: possibleOutcomes(evaluation), evaluation };
  }
}
