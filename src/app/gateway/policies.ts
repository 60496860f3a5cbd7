import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import { append } from '../../base/multimap.ts';
import { Visibility } from '../../decide/analysis/visibility.ts';
import { Decider as PolicyDecider } from '../../decide/decider.ts';
import { refusal, retool } from '../../decide/policy-set.ts';
import { toolId } from '../../decide/schema/vocabulary.ts';
import { checkConditions } from '../../decide/temporal/check-names.ts';
import { ConditionSet } from '../../decide/temporal/condition-set.ts';
import { RunMonitor } from '../../decide/temporal/run-monitor.ts';
import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import { type SchemaTool, serversTooLarge } from '../../decide/schema/generate.ts';
import type { Decider, RunJudge } from '../../gateway/pipeline/parts.ts';
import { loadWithConditions, type SetFolder } from '../policy/read-set.ts';
import type { Signed } from './signed-times.ts';

export interface PolicyParts {
  /** Reads the set as it is now. @throws DemarcError `DMC_POLICY` */
  readonly read: () => SetFolder;
  readonly clock: Pick<Clock, 'now'>;
  /** Verifier key: the set has to be signed by it. */
  readonly key: string | undefined;
  /** When sets that held were signed. */
  readonly signed?: Signed | undefined;
  /** Told when another set took over, with the digests before and after, or why it did not. */
  readonly changed: (before: string, after: string) => void;
  readonly refused: (thrown: unknown) => void;
}

/** The policies that hold now. A set that cannot be loaded never takes over: the last good one stays. */
export class Policies {
  readonly #parts: PolicyParts;
  /** The tools that the policies fit. */
  #tools: readonly SchemaTool[];
  /** All there are. */
  #listed: readonly SchemaTool[];
  /** Tools that the policies do not fit: for them, what was there before holds. */
  #unfit = new WeakSet<SchemaTool>();
  #loaded: LoadedSet;
  #current: Decider;
  /** The conditions of the files that were loaded last: they are the same whatever the tools. */
  #temporal: { readonly digest: string; readonly conditions: ConditionSet } | undefined;
  readonly #heard = new WeakMap<RunJudge, { readonly conditions: ConditionSet; readonly monitor: RunMonitor }>();

  /** @throws DemarcError `DMC_POLICY` when the first set cannot be loaded: then nothing starts */
  constructor(parts: PolicyParts, tools: readonly SchemaTool[]) {
    this.#parts = parts;
    this.#tools = bounded(tools);
    this.#listed = tools;
    this.#loaded = this.#loadFirst(parts.read());
    this.#current = this.#deciderOf(this.#loaded);
    this.#parts.signed?.note(signedSet, this.#loaded.signedMs);
    this.retool(tools);
  }

  get current(): Decider {
    return this.#current;
  }

  /** Ids of the policies that can ask a person. */
  get asking(): readonly string[] {
    return this.#loaded.set.policies.flatMap(({ id, json }) => (json.annotations?.['ask'] === undefined ? [] : [id]));
  }

  /** Reads the set again. @returns whether it took over */
  reload(): boolean {
    const before = this.#current.digest;
    try {
      this.#reread();
    } catch (thrown) {
      this.#parts.refused(thrown);
      return false;
    }
    if (this.#current.digest !== before) this.#parts.changed(before, this.#current.digest);
    this.#unfit = new WeakSet();
    this.retool(this.#listed);
    return true;
  }

  /** Takes the set for the tools there are now; where it does not fit them all, for those that the set before fitted. */
  #reread(): void {
    const folder = this.#parts.read();
    const listed = bounded(this.#listed);
    const ids = new Set(listed.map(idOf));
    const all = [...this.#tools.filter((tool) => !ids.has(idOf(tool))), ...listed];
    try {
      this.#take(this.#load(folder, all), all);
    } catch (thrown) {
      try {
        this.#take(this.#load(folder, this.#tools), this.#tools);
      } catch {
        throw thrown;
      }
    }
  }

  /**
   * The same policies for the tools there are now. Where they do not fit what a server lists, all that it changed is as unknown
   * to them as before; other servers are not held up by that.
   */
  retool(tools: readonly SchemaTool[]): void {
    this.#listed = tools;
    const known = new Set(this.#tools);
    const changed = new Map<string, SchemaTool[]>();
    for (const tool of tools) if (!known.has(tool) && !this.#unfit.has(tool)) append(changed, tool.server, tool);
    for (const [server, own] of changed) {
      try {
        const ids = new Set(own.map(idOf));
        const all = [...this.#tools.filter((tool) => !ids.has(idOf(tool))), ...own];
        if (serversTooLarge(all.filter((tool) => tool.server === server)).size > 0) throw tooLarge(server);
        const set = retool(this.#loaded.set, all);
        const problems = checkConditions(this.#loaded.conditions, set.schema);
        if (problems.length > 0) throw refusal(problems);
        this.#take({ ...this.#loaded, set }, all);
      } catch (thrown) {
        for (const tool of own) this.#unfit.add(tool);
        this.#parts.refused(thrown);
      }
    }
  }

  #take(loaded: LoadedSet, tools: readonly SchemaTool[]): void {
    this.#current = this.#deciderOf(loaded);
    this.#loaded = loaded;
    this.#tools = tools;
    this.#parts.signed?.note(signedSet, loaded.signedMs);
  }

  #loadFirst(folder: SetFolder): LoadedSet {
    try {
      return this.#load(folder, this.#tools);
    } catch (thrown) {
      const [large] = serversTooLarge(this.#listed);
      if (large === undefined) throw thrown;
      throw tooLarge(large, `${messageOf(thrown)}; `);
    }
  }

  #load(folder: SetFolder, tools: readonly SchemaTool[]): LoadedSet {
    const { key, signed } = this.#parts;
    const loaded = loadWithConditions(folder, { tools, key });
    const whyNot = key === undefined ? undefined : signed?.whyNot(signedSet, loaded.signedMs);
    if (whyNot === undefined) return loaded;
    throw new DemarcError('DMC_POLICY', `the policy set is ${whyNot}`, {
      hint: 'if it is meant to hold again, sign it again with `demarc policy sign`',
    });
  }

  #deciderOf({ set, conditions: written }: LoadedSet): Decider {
    const { clock } = this.#parts;
    const policies = new PolicyDecider(set);
    const conditions = this.#conditionsOf(set.digest, written);
    const visibility = new Visibility(set);
    const judging = (monitor: RunMonitor): RunJudge => {
      const judge: RunJudge = {
        decide: (access) => decideWith(policies, monitor, access),
        record: (event) => monitor.record(event),
      };
      this.#heard.set(judge, { conditions, monitor });
      return judge;
    };
    return {
      digest: set.digest,
      judge: (_run, knownFromMs) => judging(new RunMonitor(conditions, knownFromMs)),
      goOn: (before) => {
        const heard = this.#heard.get(before);
        return heard?.conditions === conditions ? judging(heard.monitor) : undefined;
      },
      visible: (principal, server, feature, name) => visibility.of(principal, { server, feature, name }, clock.now()),
    };
  }

  #conditionsOf(digest: string, written: LoadedSet['conditions']): ConditionSet {
    if (this.#temporal?.digest !== digest) this.#temporal = { digest, conditions: new ConditionSet(written) };
    return this.#temporal.conditions;
  }
}

/** What signed times know the policies by. */
const signedSet = 'policies';

type LoadedSet = ReturnType<typeof loadWithConditions>;

/** Without servers whose tools nobody else is to wait for. */
function bounded(tools: readonly SchemaTool[]): readonly SchemaTool[] {
  const large = serversTooLarge(tools);
  return tools.filter(({ server }) => !large.has(server));
}

/** @param before what came of it */
function tooLarge(server: string, before = ''): DemarcError {
  return new DemarcError(
    'DMC_POLICY',
    `${before}the schemas of the tools of \`${server}\` have more than ${limits.schemaNodesServerMax} parts together`,
    { hint: 'what it lists anew is not used; let it list fewer tools' },
  );
}

const idOf = ({ server, name }: SchemaTool): string => toolId(server, name);

/** Why a call is not allowed, besides what policies say: the history that a condition needs is not known. */
const unknownHistory = 'temporal.unknown';

function decideWith(policies: PolicyDecider, monitor: RunMonitor, access: AccessRequest): AccessDecision {
  const values = monitor.valuesFor(access);
  const decided = policies.decide(access, values.of);
  return values.failed.length === 0 || decided.decision === 'allow'
    ? decided
    : { ...decided, reasons: [...decided.reasons, unknownHistory] };
}
