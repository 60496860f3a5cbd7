import type { Clock } from '../../base/ports.ts';
import { Visibility } from '../../decide/analysis/visibility.ts';
import { Decider as PolicyDecider } from '../../decide/decider.ts';
import { toolId } from '../../decide/schema/vocabulary.ts';
import { ConditionSet } from '../../decide/temporal/condition-set.ts';
import { RunMonitor } from '../../decide/temporal/run-monitor.ts';
import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import type { Decider } from '../../gateway/pipeline/parts.ts';
import { loadWithConditions, type SetFolder } from '../policy/read-set.ts';

export interface PolicyParts {
  /** Reads the set as it is now. @throws DemarcError `DMC_POLICY` */
  readonly read: () => SetFolder;
  readonly clock: Pick<Clock, 'now'>;
  /** Verifier key: the set has to be signed by it. */
  readonly key: string | undefined;
  /** Told when another set took over, with the digests before and after, or why it did not. */
  readonly changed: (before: string, after: string) => void;
  readonly refused: (thrown: unknown) => void;
}

/** The policies that hold now. A set that cannot be loaded never takes over: the last good one stays. */
export class Policies {
  readonly #parts: PolicyParts;
  #tools: readonly SchemaTool[];
  #current: Decider;

  /** @throws DemarcError `DMC_POLICY` when the first set cannot be loaded: then nothing starts */
  constructor(parts: PolicyParts, tools: readonly SchemaTool[]) {
    this.#parts = parts;
    this.#tools = tools;
    this.#current = this.#load();
  }

  get current(): Decider {
    return this.#current;
  }

  /** Loads the set again, for the tools there are now. @returns whether it took over */
  reload(tools: readonly SchemaTool[] = this.#tools): boolean {
    const before = this.#current.digest;
    try {
      this.#tools = tools;
      this.#current = this.#load();
    } catch (thrown) {
      this.#parts.refused(thrown);
      return false;
    }
    if (this.#current.digest !== before) this.#parts.changed(before, this.#current.digest);
    return true;
  }

  #load(): Decider {
    const { read, key, clock } = this.#parts;
    const { set, conditions } = loadWithConditions(read(), { tools: this.#tools, key });
    const policies = new PolicyDecider(set);
    const temporal = new ConditionSet(conditions);
    const visibility = new Visibility(set);
    return {
      digest: set.digest,
      judge: (_run, knownFromMs) => {
        const monitor = new RunMonitor(temporal, knownFromMs);
        return {
          decide: (access) => decideWith(policies, monitor, access),
          record: (event) => monitor.record(event),
        };
      },
      visible: (principal, server, feature, name) =>
        feature !== 'tool' || visibility.of(principal, toolId(server, name), clock.now()),
    };
  }
}

/** Why a call is not allowed, besides what policies say: the history that a condition needs is not known. */
const unknownHistory = 'temporal.unknown';

function decideWith(policies: PolicyDecider, monitor: RunMonitor, access: AccessRequest): AccessDecision {
  const values = monitor.valuesFor(access);
  const decided = policies.decide(access, values.of);
  return values.failed.length === 0 || decided.decision === 'allow'
    ? decided
    : { ...decided, reasons: [...decided.reasons, unknownHistory] };
}
