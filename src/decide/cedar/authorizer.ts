import { append } from '../../base/multimap.ts';
import { dataOf, type Environment } from './environment.ts';
import { EvaluationError } from './evaluation-error.ts';
import { UnknownValue } from './logic.ts';
import { type CompiledPolicy, type Constraint, satisfies } from './policy.ts';
import type { EntityUid } from './value.ts';

/** A policy that could not be evaluated: Cedar skips it, whoever asks decides what that means. */
export interface PolicyError {
  readonly policy: CompiledPolicy;
  readonly message: string;
}

/** Every policy that says something about a request, in the order of the set. */
export interface Evaluation {
  readonly permits: readonly CompiledPolicy[];
  readonly forbids: readonly CompiledPolicy[];
  readonly errors: readonly PolicyError[];
  /** Those that depend on what is not known of the request; empty for a whole one. */
  readonly open: readonly CompiledPolicy[];
}

/** Policies that can apply to one action, by the entity that their scope names. */
interface Group {
  /** Each stands in one place: under the resource it names, else under the principal, else here. */
  readonly everywhere: readonly CompiledPolicy[];
  readonly byResource: ReadonlyMap<EntityUid, readonly CompiledPolicy[]>;
  readonly byPrincipal: ReadonlyMap<EntityUid, readonly CompiledPolicy[]>;
}

/**
 * Evaluates the policies of a set that can apply to a request. Policies are found by the action, resource and principal
 * that their scope names, so that those about others cost nothing; what a scope excludes cannot have been an error.
 */
export class Authorizer {
  readonly policies: readonly CompiledPolicy[];
  readonly #order: ReadonlyMap<CompiledPolicy, number>;
  readonly #groups = new WeakMap<EntityUid, Group>();

  constructor(policies: readonly CompiledPolicy[]) {
    this.policies = policies;
    this.#order = new Map(policies.map((policy, at) => [policy, at]));
  }

  /** Evaluates one request. Faster when requests share the object of their action. */
  evaluate(environment: Environment): Evaluation {
    const { action, resource, principal } = environment;
    let group = this.#groups.get(action);
    if (group === undefined) {
      group = this.#group(environment);
      this.#groups.set(action, group);
    }
    const found = new Findings(environment);
    found.look(group.everywhere);
    const places =
      lookUp(group.byResource, resource, environment, found) + lookUp(group.byPrincipal, principal, environment, found);
    if (places > 0) found.sort(this.#order);
    return found;
  }

  #group(environment: Environment): Group {
    const everywhere: CompiledPolicy[] = [];
    const byResource = new Map<EntityUid, CompiledPolicy[]>();
    const byPrincipal = new Map<EntityUid, CompiledPolicy[]>();
    for (const policy of this.policies) {
      if (!satisfies(environment.action, policy.action, environment)) continue;
      if (namesOne(policy.resource)) append(byResource, policy.resource.entities[0], policy);
      else if (namesOne(policy.principal)) append(byPrincipal, policy.principal.entities[0], policy);
      else everywhere.push(policy);
    }
    return { everywhere, byResource, byPrincipal };
  }
}

function namesOne(constraint: Constraint): constraint is Constraint & { readonly entities: readonly [EntityUid] } {
  return constraint.entities?.length === 1;
}

/** Looks at what stands under an entity and under everything above it. @returns how many places held something */
function lookUp(
  places: ReadonlyMap<EntityUid, readonly CompiledPolicy[]>,
  uid: EntityUid,
  environment: Environment,
  found: Findings,
): number {
  if (places.size === 0) return 0;
  let held = 0;
  const look = (name: EntityUid): void => {
    const policies = places.get(name.name);
    if (policies === undefined) return;
    held++;
    found.look(policies);
  };
  look(uid);
  for (const above of dataOf(uid, environment)?.ancestors ?? []) look(above);
  return held;
}

class Findings implements Evaluation {
  readonly permits: CompiledPolicy[] = [];
  readonly forbids: CompiledPolicy[] = [];
  readonly errors: PolicyError[] = [];
  readonly open: CompiledPolicy[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  look(policies: readonly CompiledPolicy[]): void {
    const environment = this.#environment;
    for (const policy of policies) {
      if (!satisfies(environment.principal, policy.principal, environment)) continue;
      if (!satisfies(environment.resource, policy.resource, environment)) continue;
      try {
        if (policy.conditions(environment)) (policy.effect === 'permit' ? this.permits : this.forbids).push(policy);
      } catch (thrown) {
        if (thrown instanceof UnknownValue) this.open.push(policy);
        else if (thrown instanceof EvaluationError) this.errors.push({ policy, message: thrown.message });
        else throw thrown;
      }
    }
  }

  sort(order: ReadonlyMap<CompiledPolicy, number>): void {
    const by = (a: CompiledPolicy, b: CompiledPolicy): number => (order.get(a) ?? 0) - (order.get(b) ?? 0);
    this.permits.sort(by);
    this.forbids.sort(by);
    this.errors.sort((a, b) => by(a.policy, b.policy));
    this.open.sort(by);
  }
}
