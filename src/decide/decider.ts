import { limits } from '../base/limits.ts';
import type { AccessDecision, AccessRequest } from '../model/access.ts';
import type { Principal } from '../model/principal.ts';
import { Authorizer, type Evaluation } from './cedar/authorizer.ts';
import type { Environment } from './cedar/environment.ts';
import type { EntityStore } from './cedar/entity-store.ts';
import type { CompiledPolicy } from './cedar/policy.ts';
import { CedarRecord, emptyRecord, type EntityUid, MapRecord } from './cedar/value.ts';
import { type PrincipalEntities, principalEntities, RequestContext, type TemporalValues } from './context.ts';
import { compileSet, type PolicySet } from './policy-set.ts';
import { emptyRecordType, type RecordType } from './schema/cedar-type.ts';
import {
  actionGroups,
  entityType,
  getPromptAction,
  groupsOf,
  readResourceAction,
  toolId,
} from './schema/vocabulary.ts';

/** Reasons of the decider itself; all others are `@reason` and `@ask` of policies. */
export const deciderReasons = {
  /** No policy permits it: the default. */
  noPermit: 'policy.no-permit',
  /** A policy without `@reason` forbids it. */
  forbidden: 'policy.forbidden',
  /** A policy could not be evaluated; nothing is allowed on half an answer. */
  error: 'policy.error',
  /** The tool is not in the schema that the policies were validated against. */
  unknownTool: 'policy.unknown-tool',
} as const;

/** What decided a request, in full. */
export interface Explanation {
  readonly decision: AccessDecision;
  /** Undefined for a tool that the schema does not have. */
  readonly evaluation: Evaluation | undefined;
  readonly environment: Environment | undefined;
}

const noTemporal: TemporalValues = () => false;

/** Decides requests by one policy set. Makes no I/O and keeps nothing of a request but its principal's entities. */
export class Decider {
  /** Digest of the policy set. */
  readonly digest: string;
  readonly #authorizer: Authorizer;
  readonly #entities: RequestEntities;

  constructor(set: PolicySet) {
    this.digest = set.digest;
    this.#authorizer = new Authorizer(compileSet(set));
    this.#entities = new RequestEntities(set);
  }

  /**
   * A forbid denies unless all that hold carry `@ask`; an approval then lifts them, but never replaces a missing permit. Any
   * policy that cannot be evaluated denies.
   */
  decide(request: AccessRequest, temporal: TemporalValues = noTemporal): AccessDecision {
    return this.explain(request, temporal).decision;
  }

  explain(request: AccessRequest, temporal: TemporalValues = noTemporal): Explanation {
    const environment = this.#entities.environment(request, temporal);
    if (environment === undefined)
      return { decision: this.#as('deny', [deciderReasons.unknownTool], []), evaluation: undefined, environment };
    const evaluation = this.#authorizer.evaluate(environment);
    return { decision: this.#conclude(evaluation), evaluation, environment };
  }

  #conclude({ permits, forbids, errors }: Evaluation): AccessDecision {
    if (errors.length > 0)
      return this.#as('deny', [deciderReasons.error], [...new Set(errors.map(({ policy }) => policy))]);
    const final = forbids.filter(({ annotations }) => !annotations.has('ask'));
    if (final.length > 0) return this.#as('deny', final.map(reasonOf), forbids);
    if (permits.length === 0) return this.#as('deny', [deciderReasons.noPermit], []);
    if (forbids.length > 0) return this.#as('ask', forbids.map(askOf), forbids);
    const reasons = permits.map(({ annotations }) => annotations.get('reason'));
    return this.#as(
      'allow',
      reasons.filter((reason) => reason !== undefined),
      permits,
    );
  }

  #as(
    decision: AccessDecision['decision'],
    reasons: readonly string[],
    policies: readonly CompiledPolicy[],
  ): AccessDecision {
    return {
      decision,
      reasons: [...new Set(reasons)].slice(0, limits.reasonsMax),
      policies: policies.slice(0, limits.reasonsMax).map(({ id }) => id),
      policySet: this.digest,
    };
  }
}

const reasonOf = ({ annotations }: CompiledPolicy): string => annotations.get('reason') ?? deciderReasons.forbidden;
const askOf = ({ annotations }: CompiledPolicy): string => annotations.get('ask') ?? deciderReasons.forbidden;

/** A tool as policies see it. */
interface KnownTool {
  readonly input: RecordType;
  readonly resource: EntityUid;
  readonly server: EntityUid;
  readonly actions: ActionEntities;
}

/** Makes the entities of requests. */
class RequestEntities {
  readonly #set: PolicySet;
  readonly #store: EntityStore;
  readonly #tools = new Map<string, KnownTool>();
  readonly #servers = new Map<string, EntityUid>();
  readonly #readResource: ActionEntities;
  readonly #getPrompt: ActionEntities;
  readonly #principals = new WeakMap<Principal, PrincipalEntities>();

  constructor(set: PolicySet) {
    this.#set = set;
    this.#store = set.store;
    this.#readResource = new ActionEntities(readResourceAction, set.store);
    this.#getPrompt = new ActionEntities(getPromptAction, set.store);
    for (const [id, { tool, input }] of set.schema.tools) {
      const server = this.#server(tool.server);
      const resource = this.#used(entityType.tool, id, { name: tool.name }, server);
      this.#tools.set(id, { input, resource, server, actions: new ActionEntities(id, set.store) });
    }
  }

  /** @returns undefined for a tool that is not in the schema */
  environment(request: AccessRequest, temporal: TemporalValues): Environment | undefined {
    const used = this.#known(request);
    if (used === undefined) return undefined;
    const { input, resource, server, actions } = used;
    const { agent, person } = this.#principal(request);
    return {
      principal: agent,
      action: actions.of(request.call.labels),
      resource,
      context: new RequestContext(request, { input, conditions: this.#set.conditions, temporal }),
      brought: [agent, resource, server, person],
    };
  }

  #known({ feature, server: serverName, name }: AccessRequest): KnownTool | undefined {
    switch (feature) {
      case 'tool':
        return this.#tools.get(toolId(serverName, name));
      case 'resource': {
        const server = this.#server(serverName);
        const resource = this.#used(entityType.resource, toolId(serverName, name), { uri: name }, server);
        return { input: emptyRecordType, resource, server, actions: this.#readResource };
      }
      case 'prompt': {
        const server = this.#server(serverName);
        const resource = this.#used(entityType.prompt, toolId(serverName, name), { name }, server);
        return { input: emptyRecordType, resource, server, actions: this.#getPrompt };
      }
    }
  }

  #principal({ principal, timeMs }: AccessRequest): PrincipalEntities {
    const known = this.#principals.get(principal);
    if (known !== undefined && timeMs < known.untilMs) return known;
    const made = principalEntities(principal, timeMs, this.#store);
    this.#principals.set(principal, made);
    return made;
  }

  #server(name: string): EntityUid {
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const above = this.#store.uid(entityType.server, name).data?.ancestors ?? new Set<EntityUid>();
    const made = this.#store.bring(entityType.server, name, {
      attributes: new MapRecord(new Map([['name', name]])),
      tags: emptyRecord,
      ancestors: above,
    });
    this.#servers.set(name, made);
    return made;
  }

  #used(type: string, id: string, attributes: Readonly<Record<string, string>>, server: EntityUid): EntityUid {
    const record: CedarRecord = new MapRecord(
      new Map<string, string | EntityUid>([...Object.entries(attributes), ['server', server]]),
    );
    return this.#store.bring(type, id, {
      attributes: record,
      tags: emptyRecord,
      ancestors: new Set([server.name, ...(server.data?.ancestors ?? [])]),
    });
  }
}

/** The entities of one action: one for each combination of groups, so that a call is judged by the labels it has now. */
class ActionEntities {
  readonly #id: string;
  readonly #store: EntityStore;
  readonly #made: (EntityUid | undefined)[] = [];

  constructor(id: string, store: EntityStore) {
    this.#id = id;
    this.#store = store;
  }

  of(labels: AccessRequest['call']['labels']): EntityUid {
    const groups = groupsOf(labels);
    const mask = groups.reduce((bits, group) => bits | (1 << actionGroups.indexOf(group)), 0);
    return (this.#made[mask] ??= this.#store.bring(entityType.action, this.#id, {
      attributes: emptyRecord,
      tags: emptyRecord,
      ancestors: new Set(groups.map((group) => this.#store.uid(entityType.action, group).name)),
    }));
  }
}
