import { Compiler, type Test } from './compile.ts';
import { type EntityStore, type TypeAndId, type UidJson, typeAndId } from './entity-store.ts';
import type { Environment } from './environment.ts';
import { isIn } from './environment.ts';
import { kleene, type Logic } from './logic.ts';
import type { EntityUid } from './value.ts';

/** A scope constraint of Cedar's JSON form. */
interface ConstraintJson {
  readonly op: 'All' | '==' | 'in' | 'is';
  readonly entity?: UidJson;
  readonly entities?: readonly UidJson[];
  readonly entity_type?: string;
  readonly in?: { readonly entity?: UidJson };
}

/** A static policy in Cedar's JSON form. */
export interface PolicyJson {
  readonly effect: 'permit' | 'forbid';
  readonly principal: ConstraintJson;
  readonly action: ConstraintJson;
  readonly resource: ConstraintJson;
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: unknown }[];
  readonly annotations?: Readonly<Record<string, string | null>>;
}

/** What one variable of a policy's scope has to be. */
export interface Constraint {
  /** The entities it has to be, or be below; undefined where any will do. */
  readonly entities: readonly EntityUid[] | undefined;
  /** Whether below is enough. */
  readonly below: boolean;
  readonly type: string | undefined;
}

/** A policy as it is evaluated. */
export interface CompiledPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly annotations: ReadonlyMap<string, string>;
  readonly principal: Constraint;
  readonly action: Constraint;
  readonly resource: Constraint;
  /** Whether its conditions hold; the scope is not part of it. @throws EvaluationError */
  readonly conditions: Test;
}

/** Compiles a policy. @throws DemarcError `DMC_POLICY` for what Cedar 4.5 does not have */
export function compilePolicy(
  id: string,
  json: PolicyJson,
  store: EntityStore,
  logic: Logic = kleene.cedar,
): CompiledPolicy {
  const compiler = new Compiler(store, logic);
  const tests = json.conditions.map(({ kind, body }): Test => {
    const test = compiler.test(body);
    return kind === 'when' ? test : (environment) => !test(environment);
  });
  const [only, ...more] = tests;
  return {
    id,
    effect: json.effect,
    annotations: new Map(Object.entries(json.annotations ?? {}).map(([name, value]) => [name, value ?? ''])),
    principal: constraintOf(json.principal, store),
    action: constraintOf(json.action, store),
    resource: constraintOf(json.resource, store),
    conditions: only !== undefined && more.length === 0 ? only : logic.all(tests),
  };
}

function constraintOf(json: ConstraintJson, store: EntityStore): Constraint {
  const intern = (uid: TypeAndId): EntityUid => store.intern(uid);
  const named = json.in?.entity ?? json.entity;
  const entities = json.entities ?? (named === undefined ? undefined : [named]);
  return {
    entities: entities?.map((uid) => intern(typeAndId(uid))),
    below: json.op !== '==',
    type: json.entity_type,
  };
}

export function satisfies(uid: EntityUid, { entities, below, type }: Constraint, environment: Environment): boolean {
  if (type !== undefined && uid.type !== type) return false;
  if (entities === undefined) return true;
  for (const entity of entities) if (below ? isIn(uid, entity, environment) : uid.is(entity)) return true;
  return false;
}
