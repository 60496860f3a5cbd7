import type { Principal } from '../../model/principal.ts';
import { Authorizer } from '../cedar/authorizer.ts';
import { kleene } from '../cedar/logic.ts';
import { principalEntities } from '../context.ts';
import { compileSet, type PolicySet } from '../policy-set.ts';
import { CellEnvironments } from './domain.ts';
import { possibleOutcomes } from './outcomes.ts';

/** Tells which tools a principal could ever use, whatever the arguments and the run: others need not be shown. */
export class Visibility {
  readonly #set: PolicySet;
  readonly #authorizer: Authorizer;
  readonly #environments: CellEnvironments;

  constructor(set: PolicySet) {
    this.#set = set;
    this.#authorizer = new Authorizer(compileSet(set, kleene.partial));
    this.#environments = new CellEnvironments(set);
  }

  /** @param tool `<server>/<tool>`; one that the set does not know is not visible @param nowMs milliseconds since the epoch */
  of(principal: Principal, tool: string, nowMs: number): boolean {
    if (!this.#set.schema.tools.has(tool)) return false;
    const entities = principalEntities(principal, nowMs, this.#set.store);
    const evaluation = this.#authorizer.evaluate(this.#environments.ofPrincipal(entities, tool));
    return possibleOutcomes(evaluation).some((outcome) => outcome !== 'deny');
  }
}
