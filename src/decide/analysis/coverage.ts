import type { CompiledPolicy } from '../cedar/policy.ts';
import type { PolicySet } from '../policy-set.ts';
import { type Cell, cellsOf, isAboutOthers, subjectsOf } from './domain.ts';
import { CellDecider, type Outcome } from './outcomes.ts';

export interface CoveredCell extends Cell {
  readonly possible: readonly Outcome[];
}

/** Who can reach what, and which policies do nothing. */
export interface Coverage {
  readonly cells: readonly CoveredCell[];
  /** Policies that hold in no cell and are open in none, but for those about resources and prompts: there are no cells of these. */
  readonly unreachable: readonly string[];
  /** Permits that a forbid without `@ask` overrides wherever they could hold. */
  readonly shadowed: readonly string[];
}

export function coverageOf(set: PolicySet): Coverage {
  const decider = new CellDecider(set);
  const reached = new Set<string>();
  const effective = new Set<string>();
  const cells = [...cellsOf(subjectsOf([set]), set.schema.tools.keys())].map((cell): CoveredCell => {
    const { possible, evaluation } = decider.decide(cell);
    const { permits, forbids, open, errors } = evaluation;
    const live: readonly CompiledPolicy[] = [...permits, ...forbids, ...open, ...errors.map(({ policy }) => policy)];
    for (const { id } of live) reached.add(id);
    if (possible[0] !== 'deny') for (const { id } of live) effective.add(id);
    return { ...cell, possible };
  });
  const permits = set.policies.filter(({ id, json }) => json.effect === 'permit' && reached.has(id));
  return {
    cells,
    unreachable: set.policies.filter(({ id, json }) => !reached.has(id) && !isAboutOthers(json)).map(({ id }) => id),
    shadowed: permits.filter(({ id }) => !effective.has(id)).map(({ id }) => id),
  };
}
