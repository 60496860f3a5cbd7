import type { Clock, Random } from '../../base/ports.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { AccessDecision, AccessRequest, Feature, RunEvent } from '../../model/access.ts';
import type { Acknowledgement, EventInput } from '../../model/event.ts';
import type { Principal } from '../../model/principal.ts';
import type { Choices } from '../../provenance/choices.ts';
import type { ToolManifestEntry } from '../../model/tool-labels.ts';
import type { ApprovalGate } from '../../store/approvals/approval-gate.ts';
import type { ApprovalKind, ApproverRule } from '../../store/approvals/approval.ts';
import type { Budgets } from '../../store/budgets/budget.ts';
import type { KillSwitch, Running } from '../../store/kill-switch/kill-switch.ts';
import { killNameLengthMax } from '../../store/kill-switch/kill.ts';
import type { ClientContext } from '../interceptor.ts';
import type { RunLabels } from './runs.ts';

/** Decides for one run, with what happened in it. Synchronous: nothing can happen between a decision and its record. */
export interface RunJudge {
  decide(request: AccessRequest): AccessDecision;
  record(event: RunEvent): void;
}

/** One loaded policy set. */
export interface Decider {
  /** Digest of the policy set. */
  readonly digest: string;
  /**
   * @param knownFromMs since when every event of this run is known, where some are not: conditions that look further back fail
   * closed
   */
  judge(run: string, knownFromMs: number | undefined): RunJudge;
  /** Goes on with what another judge heard of the same run; undefined where that one kept something else. */
  goOn?(before: RunJudge): RunJudge | undefined;
  /** Whether any call of this name could be allowed or asked for, whatever its arguments: else it is not shown. */
  visible(principal: Principal, server: string, feature: Feature, name: string): boolean;
}

export interface Approvals {
  readonly gate: Pick<ApprovalGate, 'pass' | 'carry' | 'clean' | 'release'>;
  /** Who may answer what these policies ask, and until when. */
  readonly ruleOf: (
    decision: AccessDecision,
    kind: ApprovalKind,
  ) => { readonly rule: ApproverRule; readonly lifetimeMs: number };
}

export interface Loops {
  /** Takes note of a call. @param digest of the arguments @returns what the call repeats */
  observe(run: string, server: string, name: string, digest: string): string | undefined;
  /** As `observe`, of a call that may not go out yet: no note is taken. */
  peek(run: string, server: string, name: string, digest: string): string | undefined;
}

export interface Credentials {
  /** Headers for the upstream; what the client is told where a person has to consent first. */
  headersFor(
    server: string,
    principal: Principal,
    signal: StopSignal,
  ): Promise<
    | {
        readonly kind: 'headers';
        readonly headers: Readonly<Record<string, string>>;
        readonly events: readonly EventInput[];
      }
    | { readonly kind: 'refused'; readonly text: string; readonly reason: string }
  >;
}

/** What is known of a definition that a server lists. */
export interface JudgedDefinition {
  readonly labels: ToolManifestEntry;
  /** What the tool's schema allows for its arguments. */
  readonly choices?: Choices | undefined;
  /** Stable reason codes for which it is not offered: changed since it was approved, poisoned, shadows another. */
  readonly blocked: readonly string[];
}

/** What servers offer, looked at for each principal. */
export interface Integrity {
  list(
    server: string,
    principal: Principal,
    feature: Feature,
    definitions: readonly unknown[],
  ): readonly (JudgedDefinition | undefined)[];
  /** Asks the server for its lists, where this principal was shown none that has the name, and not all there is. */
  listed(context: ClientContext, feature: Feature, name: string): Promise<void> | undefined;
  /** What a server says of itself as a whole. @returns reason codes for which it is not passed on */
  instructions(server: string, text: string): readonly string[];
  /** What the list said of one name, as this principal saw it; undefined when it was never listed. */
  get(server: string, principal: Principal, feature: Feature, name: string): JudgedDefinition | undefined;
  /** @returns reason codes for which a name that was never listed is not used */
  unlisted(server: string, feature: Feature, name: string): readonly string[];
}

/** How one server is treated. */
export interface ServerTerms {
  readonly secretsInArguments: 'deny' | 'redact' | 'allow';
  readonly secretsInResults: 'redact' | 'deny' | 'allow';
  /** Whether the server may ask the client's model. */
  readonly sampling: boolean;
  readonly elicitation: boolean;
}

const unchanged: ServerTerms = {
  secretsInArguments: 'allow',
  secretsInResults: 'allow',
  sampling: true,
  elicitation: true,
};

/** The terms that hold now: in shadow mode nothing is changed. */
export function termsOf(parts: PipelineParts, server: string): ServerTerms {
  return parts.mode() === 'shadow' ? unchanged : parts.terms(server);
}

/** Everything the pipeline needs; made in `app/`. */
export interface PipelineParts {
  readonly clock: Clock;
  readonly random: Random;
  /** The policies that hold now. */
  readonly decider: () => Decider;
  /** `shadow` records what would have been decided and lets everything pass. */
  readonly mode: () => 'enforce' | 'shadow';
  /** Rejects when it cannot be recorded: then nothing with an effect is done. */
  readonly record: (event: EventInput, mode: Acknowledgement['mode']) => Promise<unknown>;
  /** Whether uses that only read go on while the ledger takes no events. */
  readonly readsWithoutRecord: () => 'deny' | 'allow';
  /** Whether what clients say of their users' words is taken for that. */
  readonly userWords: 'ignore' | 'client';
  /** Finds the run a message of a client belongs to. */
  readonly runOf: (context: ClientContext) => string;
  readonly labels: RunLabels;
  readonly approvals: Approvals;
  readonly budgets: Budgets;
  readonly loops: Loops;
  readonly kill: Pick<KillSwitch, 'check' | 'enter'>;
  readonly credentials: Credentials;
  readonly integrity: Integrity;
  readonly terms: (server: string) => ServerTerms;
}

/** A name for a call: it joins what is recorded of it. */
export function newCall({ random }: Pick<PipelineParts, 'random'>): string {
  return Buffer.from(random.bytes(12)).toString('base64url');
}

/** What the kill switch goes by: no order has a longer name, and a task is in flight for long. */
export function runningOf(run: string, { principal, named }: ClientContext): Running {
  const isNameable = named !== undefined && named.length <= killNameLengthMax;
  return { run, agent: principal.agent, named: isNameable ? named : undefined };
}
