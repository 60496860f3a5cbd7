import { DemarcError } from '../../base/errors.ts';
import type { AccessDecision, AccessRequest, Feature, RunLabel } from '../../model/access.ts';
import {
  failureOf,
  rpcErrors,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
} from '../../model/mcp.ts';
import type { Acknowledgement, EventInput, Outcome } from '../../model/event.ts';
import { documentLabels, unknownTool } from '../../model/tool-labels.ts';
import { principalKey } from '../../model/principal.ts';
import { asJsonObject, isJsonObject } from '../../base/json-object.ts';
import type { Approval } from '../../store/approvals/approval.ts';
import type { Amounts, Reservation } from '../../store/budgets/budget.ts';
import type { InFlight } from '../../store/kill-switch/kill-switch.ts';
import type { ActingLabels } from '../../provenance/run-tracer.ts';
import type { CallEnd, ClientContext, Interception, MessageFilter } from '../interceptor.ts';
import { isAnswerTo } from '../mcp/message.ts';
import { refusal, unknownName } from './answers.ts';
import { asksForSecrets } from './asks-for-secrets.ts';
import { besideArguments, withBeside, withoutBeside } from './beside.ts';
import { canonicalJson, textDigest } from '../../base/canonical-json.ts';
import { callEvent, resultEvent } from './events.ts';
import type { Used } from './methods.ts';
import { type JudgedDefinition, newCall, type PipelineParts, runningOf, termsOf } from './parts.ts';
import { holdsMore, textsOf } from './result-texts.ts';
import { keepLabel, type Run } from './runs.ts';
import { redactSecrets, secretKindsIn } from '../../base/json-secrets.ts';
import { taskHold } from './task-hold.ts';
import { mayGoUnrecorded, Unrecorded, unrecordedAnswer } from './unrecorded.ts';

/** How long a client may take to answer what a server asks in the middle of an approved call. */
const inputLifetimeMs = 10 * 60_000;

/** One use of a tool, resource or prompt, from the request to the record of its answer. */
export async function useOf(
  parts: PipelineParts,
  run: Run,
  { feature, name, args, isCompletion }: Used,
  request: JsonRpcRequest,
  context: ClientContext,
  others: MessageFilter,
): Promise<Interception> {
  if (typeof name !== 'string')
    return {
      kind: 'answer',
      response: failureOf(request.id, rpcErrors.invalidParams, `Invalid params: ${feature} is not named`),
    };
  if (!isJsonObject(args) && parts.mode() !== 'shadow')
    return {
      kind: 'answer',
      response: failureOf(request.id, rpcErrors.invalidParams, 'Invalid params: arguments are no object'),
    };
  const use = new Use({ parts, run, feature, request, context, name, args, isCompletion });
  return use.begin(others);
}

interface UseOf {
  readonly parts: PipelineParts;
  readonly run: Run;
  readonly feature: Feature;
  readonly request: JsonRpcRequest;
  readonly context: ClientContext;
  readonly name: string;
  /** An object, but in shadow mode. */
  readonly args: unknown;
  /** It asks what an argument could be: nobody is asked to approve that, and typing repeats itself. */
  readonly isCompletion: boolean;
}

class Use {
  readonly #of: UseOf;
  readonly #call: string;
  /** The arguments as canonical JSON, and how many bytes they are. */
  readonly #canonical: string;
  readonly #sent: number;
  readonly #beside: Readonly<Record<string, unknown>> | undefined;
  /** Kinds of the secrets in both. */
  readonly #secrets: readonly string[];
  readonly #shadow: boolean;
  #isCounted = false;

  constructor(of: UseOf) {
    this.#of = of;
    this.#call = newCall(of.parts);
    this.#canonical = canonicalJson(of.args ?? {});
    this.#beside = besideArguments(of.request.params);
    this.#sent = Buffer.byteLength(this.#canonical) + (this.#beside === undefined ? 0 : bytesOf(this.#beside));
    this.#secrets = secretKindsIn([of.args, this.#beside]);
    this.#shadow = of.parts.mode() === 'shadow';
  }

  async begin(others: MessageFilter): Promise<Interception> {
    const { parts, run, feature, context, name, isCompletion } = this.#of;
    const { server, principal } = context;
    const shadow = this.#shadow;
    const definition = parts.integrity.get(server, principal, feature, name);
    const access = this.#access(definition);
    const decider = parts.decider();
    const judge = run.judge(decider);
    const blocked = definition?.blocked ?? parts.integrity.unlisted(server, feature, name);
    let decided = blockedBy(blocked, decider.digest) ?? judge.decide(access);
    const carries = this.#secrets.length > 0 && access.call.labels.sendsOut;
    if (carries && decided.decision !== 'deny' && parts.terms(server).secretsInArguments === 'deny')
      decided = { ...decided, decision: 'deny', reasons: ['guard.secret-in-arguments'], policies: [] };
    if (isCompletion && decided.decision === 'ask') decided = { ...decided, decision: 'deny' };
    if (decided.decision === 'deny' && !shadow) {
      await this.#recordUnsent(access, decided);
      return {
        kind: 'answer',
        response: this.#denied(decided, definition, decider.visible(principal, server, feature, name)),
      };
    }
    const asks = decided.decision === 'ask' && !shadow;
    // Nothing comes between the decision and its place in the history: calls that are decided at once see each other.
    if (!asks) this.#counts(access);
    let reservation: Reservation | undefined;
    try {
      const reserved = await this.#reserve(access, asks, feature === 'tool' && definition !== undefined);
      if (!('refused' in reserved)) reservation = reserved;
      else if (shadow && decided.decision !== 'deny')
        decided = { ...decided, decision: 'deny', reasons: [reserved.refused], policies: [] };
      else if (!shadow) {
        this.#fails(access);
        return await this.#refused(access, { ...decided, reasons: [reserved.refused] }, reserved.budget);
      }
      if (asks) return await this.#afterApproval(access, decided, definition, { reservation, others });
      const message = parts.approvals.gate.clean(this.#of.request, access, decider.digest);
      return await this.#forward(access, decided, { reservation, others, message, approval: undefined });
    } catch (thrown) {
      void reservation?.release();
      this.#fails(access);
      throw thrown;
    }
  }

  /** Goes on once a person approved. What the run did meanwhile is decided about again: an approval lifts what it was given for. */
  async #afterApproval(
    asked: AccessRequest,
    before: AccessDecision,
    definition: JudgedDefinition | undefined,
    more: Omit<Forwarding, 'message' | 'approval'>,
  ): Promise<Interception> {
    const gated = await this.#approved(asked, before);
    if (gated.kind === 'answer') {
      void more.reservation?.release();
      return gated;
    }
    let interception: Interception | undefined;
    try {
      const isProven = (await this.#of.context.isProven?.()) ?? true;
      const access = this.#access(definition);
      const against = this.#against(access, before, isProven);
      if (against !== undefined) return await this.#refused(access, against);
      this.#counts(access);
      const { decided, approval } = gated;
      const message = { ...gated.message, params: withoutBeside(gated.message.params) };
      return (interception = await this.#forward(access, decided, { ...more, message, approval }));
    } finally {
      // Nothing was sent, so what a person approved was not done.
      if (interception?.kind !== 'forward') {
        void more.reservation?.release();
        await this.#of.parts.approvals.gate.release(gated.approval, this.#call);
      }
    }
  }

  /** What stands against a call by the time it was approved. */
  #against(access: AccessRequest, before: AccessDecision, isProven: boolean): AccessDecision | undefined {
    const { parts, run, context } = this.#of;
    const now = run.judge(parts.decider()).decide(access);
    const isOther =
      now.policySet !== before.policySet || now.policies.some((policy) => !before.policies.includes(policy));
    if (now.decision === 'deny') return now;
    if (now.decision === 'ask' && isOther) return { ...now, reasons: ['approval.other-policy'] };
    // Its answer would reach nobody, who would ask for it again.
    if (context.signal.aborted) return { ...now, reasons: ['client.gone'] };
    const stopped = isProven ? parts.kill.check(runningOf(run.id, context)) : 'identity.expired';
    return stopped === undefined ? undefined : { ...now, reasons: [stopped] };
  }

  /** The call has its place in the history of the run, in flight from now on. */
  #counts(access: AccessRequest): void {
    this.#isCounted = true;
    this.#of.run.record({ kind: 'request', call: this.#call, request: access }, this.#sent);
  }

  #fails(access: AccessRequest): void {
    if (!this.#isCounted) return;
    this.#isCounted = false;
    this.#of.run.record(this.#ended('error', access, undefined), 0);
  }

  async #refused(access: AccessRequest, decided: AccessDecision, budget?: string): Promise<Interception> {
    await this.#recordUnsent(access, { ...decided, decision: 'deny', policies: [] }, budget);
    return this.#answer(`Refused: ${decided.reasons.join(', ')}. Reference ${this.#call}.`);
  }

  async #recordUnsent(access: AccessRequest, decided: AccessDecision, budget?: string): Promise<void> {
    const event = this.#event(access, decided, { sent: false, beside: this.#beside, budget });
    await recordUse(this.#of.parts, access, event, 'async');
  }

  #event(
    access: AccessRequest,
    decided: AccessDecision,
    { sent, beside, budget }: Pick<Parameters<typeof callEvent>[3], 'sent' | 'beside' | 'budget'>,
  ): EventInput {
    return callEvent(access, this.#call, decided, {
      sent,
      beside,
      budget,
      shadow: this.#shadow,
      trace: this.#of.context.trace,
      secrets: this.#secrets,
    });
  }

  async #reserve(
    access: AccessRequest,
    asks: boolean,
    isListed: boolean,
  ): Promise<Reservation | { readonly refused: string; readonly budget?: string }> {
    const { parts, run } = this.#of;
    const { principal, server, name } = access;
    const loop = this.#loop(access, asks ? 'peek' : 'observe');
    if (loop !== undefined) return { refused: loop };
    const call = { principal: principalKey(principal), agent: principal.agent, run: run.id, server, name, isListed };
    const reserved = await parts.budgets.reserve(call, {});
    return reserved.kind === 'reserved' ? reserved : { refused: reserved.reason, budget: reserved.budget };
  }

  /** What the call repeats. */
  #loop({ server, name }: AccessRequest, take: 'observe' | 'peek'): string | undefined {
    const { parts, run, isCompletion } = this.#of;
    return isCompletion ? undefined : parts.loops[take](run.id, server, name, textDigest(this.#canonical));
  }

  /** Records, and only then lets the request go. */
  async #forward(access: AccessRequest, decided: AccessDecision, more: Forwarding): Promise<Interception> {
    const { parts, run, feature, request, context } = this.#of;
    const credential = await parts.credentials.headersFor(context.server, context.principal, context.signal);
    if (credential.kind === 'refused') {
      void more.reservation?.release();
      this.#fails(access);
      await this.#recordUnsent(access, { ...decided, decision: 'deny', reasons: [credential.reason], policies: [] });
      return this.#answer(credential.text);
    }
    const { effect, sendsOut } = access.call.labels;
    const event = this.#event(access, decided, { sent: true, beside: besideArguments(more.message.params) });
    for (const issued of credential.events) await parts.record(issued, 'durable');
    await recordUse(parts, access, event, effect === 'read' && !sendsOut ? 'async' : 'durable');
    const terms = termsOf(parts, context.server);
    const redact = terms.secretsInArguments === 'redact' && this.#secrets.length > 0;
    const inFlight = parts.kill.enter(runningOf(run.id, context));
    return {
      kind: 'forward',
      signal: inFlight.signal,
      request: redact ? withoutSecrets(more.message) : more.message,
      headers: credential.headers,
      task:
        access.feature === 'tool'
          ? taskHold(parts, { run: access.run, call: this.#call, tool: access.name }, context)
          : undefined,
      filter: new UseFilter({
        parts,
        run,
        feature,
        request,
        context,
        access,
        sent: this.#sent,
        acting: { labels: access.call.labels, reviewed: access.call.reviewed },
        call: this.#call,
        reservation: more.reservation,
        approval: more.approval,
        inFlight,
        others: more.others,
      }),
    };
  }

  async #approved(access: AccessRequest, decided: AccessDecision): Promise<Approved | Answered> {
    const { parts, request, context } = this.#of;
    const { revision, capabilities, signal } = context;
    // What leaves a run that has read confidential data is more than one call.
    const kind = access.call.labels.sendsOut && access.call.readPrivate ? 'declassification' : 'call';
    const gated = await parts.approvals.gate.pass({
      kind,
      message: request,
      revision,
      capabilities,
      request: access,
      decision: decided,
      ...parts.approvals.ruleOf(decided, kind),
      call: this.#call,
      signal,
    });
    // While a person decides, all attempts are one call. What was refused counts too: nobody is asked the same over and over.
    if (gated.kind !== 'wait') this.#loop(access, 'observe');
    if (gated.kind === 'go') {
      this.#of.run.record({ kind: 'approval', call: this.#call, request: access, timeMs: access.timeMs }, 0);
      const lifted = { ...decided, decision: 'allow' as const, reasons: [...decided.reasons, 'approved'] };
      return { kind: 'go', decided: lifted, message: gated.message, approval: gated.approval };
    }
    const kept = gated.kind === 'wait' ? decided : { ...decided, decision: 'deny' as const, reasons: [gated.reason] };
    await this.#recordUnsent(access, kept);
    if (gated.kind === 'wait') return { kind: 'answer', response: gated.response };
    return this.#answer(`Refused: ${gated.reason}. Reference ${this.#call}.`);
  }

  #access(definition: JudgedDefinition | undefined): AccessRequest {
    const { parts, run, feature, context, name, args = {} } = this.#of;
    const acting = actingLabels(feature, definition);
    return {
      principal: context.principal,
      run: run.id,
      server: context.server,
      feature,
      name,
      args,
      call: run.tracer.call(name, acting, feature === 'resource' ? { ...asJsonObject(args), uri: name } : args),
      label: run.label,
      timeMs: parts.clock.now(),
    };
  }

  #denied(decided: AccessDecision, definition: JudgedDefinition | undefined, visible: boolean): JsonRpcResponse {
    const { request, context, feature, name } = this.#of;
    if (definition === undefined || !visible || definition.blocked.length > 0)
      return unknownName(request, context.revision, feature, name);
    const because = decided.reasons.length === 0 ? '' : ` (${decided.reasons.join(', ')})`;
    return refusal(request, context.revision, feature, `Refused by policy${because}. Reference ${this.#call}.`);
  }

  #answer(text: string): Answered {
    const { request, context, feature } = this.#of;
    return { kind: 'answer', response: refusal(request, context.revision, feature, text) };
  }

  #ended(kind: 'response' | 'error', access: AccessRequest, result: unknown): Parameters<Run['record']>[0] {
    return {
      kind,
      call: this.#call,
      request: access,
      result,
      label: this.#of.run.label,
      timeMs: this.#of.parts.clock.now(),
    };
  }
}

interface Answered {
  readonly kind: 'answer';
  readonly response: JsonRpcResponse;
}

interface Approved {
  readonly kind: 'go';
  readonly decided: AccessDecision;
  /** The request without what is in it for the gateway. */
  readonly message: JsonRpcRequest;
  readonly approval: Approval;
}

/** What goes with a call that is forwarded. */
interface Forwarding {
  readonly message: JsonRpcRequest;
  readonly approval: Approval | undefined;
  readonly reservation: Reservation | undefined;
  readonly others: MessageFilter;
}

/** A use that went upstream. */
interface SentUse extends Pick<UseOf, 'parts' | 'run' | 'feature' | 'request' | 'context'> {
  readonly access: AccessRequest;
  readonly acting: ActingLabels;
  /** Bytes of the arguments. */
  readonly sent: number;
  readonly call: string;
  readonly reservation: Reservation | undefined;
  readonly approval: Approval | undefined;
  /** The call as the kill switch knows it. */
  readonly inFlight: InFlight;
  readonly others: MessageFilter;
}

/** Guards, labels and records the answer to one use. */
class UseFilter implements MessageFilter {
  readonly #of: SentUse;
  readonly #startedMs: number;
  /** Bytes the server has sent. */
  #received = 0;
  #isClosed = false;
  /** The budget it passed. */
  #spent: string | undefined;

  constructor(of: SentUse) {
    this.#of = of;
    this.#startedMs = of.parts.clock.monotonic();
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    if (!isAnswerTo(this.#of.request.id, message)) {
      this.#received += bytesOf(message);
      this.#cutWhereSpent();
      return this.#of.others.message(message);
    }
    try {
      return await ('error' in message ? this.#failed(message) : this.#succeeded(message));
    } catch (thrown) {
      if (thrown instanceof Unrecorded) return unrecordedAnswer(this.#of.request.id, thrown, true);
      throw thrown;
    }
  }

  /** A call that goes on past its budget ends here. @throws DemarcError `DMC_UPSTREAM`, for the client to read */
  #cutWhereSpent(): void {
    this.#spent = this.#of.reservation?.passed(this.#used());
    if (this.#spent !== undefined)
      throw new DemarcError('DMC_UPSTREAM', `the call was cut off: its budget \`${this.#spent}\` is used up`);
  }

  ended(end: CallEnd): void {
    this.#of.others.ended(end);
    this.#of.inFlight.leave();
    if (this.#isClosed) return;
    const outcome = end === 'timeout' ? 'timeout' : end === 'cancelled' ? 'cancelled' : 'error';
    this.#settle();
    this.#record('error', undefined, 0);
    void this.#of.parts
      .record(
        resultEvent(this.#of.access, this.#of.call, outcome, {
          durationMs: this.#duration(),
          bytes: this.#received,
          trace: this.#of.context.trace,
          reasons: this.#whyEnded(outcome),
          budget: this.#spent,
        }),
        'async',
      )
      .catch(() => undefined);
  }

  /** Why the gateway ended the call, where it did. */
  #whyEnded(outcome: Outcome): readonly string[] {
    if (this.#spent !== undefined) return ['budget.exceeded'];
    const { aborted, reason } = this.#of.inFlight.signal;
    return outcome === 'cancelled' && aborted ? [String(reason)] : [];
  }

  async #succeeded(message: Extract<JsonRpcMessage, { result: unknown }>): Promise<JsonRpcMessage> {
    const { parts, context, request, run, access } = this.#of;
    const terms = termsOf(parts, context.server);
    const { value: clean, kinds } = redactSecrets(message.result);
    const result = terms.secretsInResults === 'allow' ? message.result : clean;
    const before = run.label;
    if (asksThroughResult(result, terms)) {
      await this.#close('error', clean, kinds, before);
      return failureOf(request.id, rpcErrors.internal, 'Refused by the gateway');
    }
    const args = access.feature === 'resource' ? { uri: access.name } : access.args;
    for (const text of textsOf(result)) run.tracer.result(this.#of.acting, text, { tool: access.name, args });
    if (holdsMore(result)) run.tracer.opaque(this.#of.acting);
    await this.#close('ok', clean, kinds, before);
    if (kinds.length > 0 && terms.secretsInResults === 'deny')
      return refusal(
        request,
        context.revision,
        this.#of.feature,
        `Refused: the answer holds ${kinds.join(', ')}. Reference ${this.#of.call}.`,
      );
    const answer = result === message.result ? message : { ...message, result };
    const { approval } = this.#of;
    return approval === undefined ? answer : parts.approvals.gate.carry(answer, approval, inputLifetimeMs);
  }

  async #failed(message: Extract<JsonRpcMessage, { error: unknown }>): Promise<JsonRpcMessage> {
    const { parts, run, context } = this.#of;
    const { value: clean, kinds } = redactSecrets(message.error);
    const error = termsOf(parts, context.server).secretsInResults === 'allow' ? message.error : clean;
    const before = run.label;
    // Whoever answers writes the error's text: it is a result like any other.
    run.tracer.result(this.#of.acting, JSON.stringify(error), { tool: this.#of.access.name });
    await this.#close('error', clean, kinds, before);
    return error === message.error ? message : { ...message, error };
  }

  async #close(outcome: 'ok' | 'error', result: unknown, secrets: readonly string[], before: RunLabel): Promise<void> {
    const { parts, access, call, run, context } = this.#of;
    this.#isClosed = true;
    const bytes = bytesOf(result);
    this.#received += bytes;
    this.#settle();
    this.#record(outcome === 'ok' ? 'response' : 'error', result, bytes);
    await recordUse(
      parts,
      access,
      resultEvent(access, call, outcome, {
        durationMs: this.#duration(),
        bytes,
        result,
        secrets,
        trace: context.trace,
      }),
      'async',
    );
    // The label is kept before the client can act on what it now knows.
    await keepLabel(parts.labels, run, before);
  }

  #record(kind: 'response' | 'error', result: unknown, bytes: number): void {
    const { run, call, access, parts } = this.#of;
    run.record({ kind, call, request: access, result, label: run.label, timeMs: parts.clock.now() }, bytes);
  }

  /** What came until now was used, also by a call that was cut off. */
  #settle(): void {
    void this.#of.reservation?.settle(this.#used());
  }

  #used(): Amounts {
    return { bytes: this.#of.sent + this.#received, 'time-ms': Math.ceil(this.#duration()) };
  }

  #duration(): number {
    return this.#of.parts.clock.monotonic() - this.#startedMs;
  }
}

/** @throws Unrecorded where nothing may go on without this record */
async function recordUse(
  parts: PipelineParts,
  access: AccessRequest,
  event: EventInput,
  mode: Acknowledgement['mode'],
): Promise<void> {
  try {
    await parts.record(event, mode);
  } catch (thrown) {
    if (!(thrown instanceof Unrecorded) || !mayGoUnrecorded(parts, access, thrown)) throw thrown;
  }
}

/** Labels of a definition as they are acted on; a tool that is not known has the most doubtful ones. */
export function actingLabels(feature: Feature, definition: JudgedDefinition | undefined): ActingLabels {
  if (definition !== undefined) {
    const { labels, choices } = definition;
    return { labels, reviewed: labels.review === 'approved', choices };
  }
  return { labels: feature === 'tool' ? unknownTool : documentLabels, reviewed: false };
}

/** What integrity blocks is denied whatever the policies say. */
function blockedBy(reasons: readonly string[], policySet: string): AccessDecision | undefined {
  return reasons.length === 0 ? undefined : { decision: 'deny', reasons, policies: [], policySet };
}

/** Stateless era: a result that asks the client for input (MRTR) carries the server's requests. */
export function asksThroughResult(
  result: Readonly<Record<string, unknown>>,
  terms: { readonly sampling: boolean; readonly elicitation: boolean },
): boolean {
  const asked = result['inputRequests'];
  if (result['resultType'] !== 'input_required' || typeof asked !== 'object' || asked === null) return false;
  return Object.values(asked).some((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { method, params } = entry as { method?: unknown; params?: Record<string, unknown> };
    if (method === 'sampling/createMessage') return !terms.sampling;
    return method === 'elicitation/create' && (!terms.elicitation || asksForSecrets(params ?? {}));
  });
}

/** Bytes of a value as JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function withoutSecrets(request: JsonRpcRequest): JsonRpcRequest {
  const { params = {} } = request;
  const { value } = redactSecrets({ arguments: params['arguments'], beside: besideArguments(params) });
  return { ...request, params: withBeside({ ...params, arguments: value.arguments }, value.beside) };
}
