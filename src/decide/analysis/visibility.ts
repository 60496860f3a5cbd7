import type { Principal } from '../../model/principal.ts';
import { Authorizer } from '../cedar/authorizer.ts';
import { kleene } from '../cedar/logic.ts';
import { principalEntities } from '../context.ts';
import { compileSet, type PolicySet } from '../policy-set.ts';
import { toolId } from '../schema/vocabulary.ts';
import { CellEnvironments, type NamedUse } from './domain.ts';
import { possibleOutcomes } from './outcomes.ts';

/** Tells what a principal could ever use, whatever the arguments and the run: anything else need not be shown. */
export class Visibility {
  readonly #set: PolicySet;
  readonly #authorizer: Authorizer;
  readonly #environments: CellEnvironments;

  constructor(set: PolicySet) {
    this.#set = set;
    this.#authorizer = new Authorizer(compileSet(set, kleene.partial));
    this.#environments = new CellEnvironments(set);
  }

  /** A tool that the set does not know is not visible; a template of resources is no one resource, and is. @param nowMs milliseconds since the epoch */
  of(principal: Principal, used: NamedUse, nowMs: number): boolean {
    const { server, feature, name } = used;
    if (feature === 'tool' && !this.#set.schema.tools.has(toolId(server, name))) return false;
    if (feature === 'resource' && name.includes('{')) return true;
    const entities = principalEntities(principal, nowMs, this.#set.store);
    const evaluation = this.#authorizer.evaluate(this.#environments.ofPrincipal(entities, used));
    return possibleOutcomes(evaluation).some((outcome) => outcome !== 'deny');
  }
}
