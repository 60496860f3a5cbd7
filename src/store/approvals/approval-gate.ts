import type { Clock } from '../../base/ports.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import type { JsonRpcRequest, JsonRpcResponse, McpRevision } from '../../model/mcp.ts';
import { askAnswer, askBy, firstRound, readRetry } from './answers.ts';
import type { Approval, ApprovalKind, ApproverRule, Binding } from './approval.ts';
import type { ApprovalStore } from './approval-store.ts';
import { asksTheSame, bindingOf, type UseRefusal } from './binding.ts';
import { carries, readState, type RequestState, writeState } from './request-state.ts';
import type { ApprovalSecrets } from './secrets.ts';

/** A call that policies ask about. */
export interface AskedCall {
  readonly kind: ApprovalKind;
  readonly message: JsonRpcRequest;
  readonly revision: McpRevision;
  /** Capabilities the client declared: see `askBy`. */
  readonly capabilities: unknown;
  readonly request: AccessRequest;
  readonly decision: AccessDecision;
  readonly rule: ApproverRule;
  readonly lifetimeMs: number;
  /** Id of the call, as the ledger has it. */
  readonly call: string;
  readonly signal?: StopSignal | undefined;
}

/** Why a call that was asked about does not go on; stable reason codes. */
export type GateRefusal =
  | UseRefusal
  | 'approval.too-many'
  | 'approval.too-large'
  | 'approval.state-invalid'
  | 'approval.state-expired'
  | 'approval.declined'
  /** Nobody can be asked now. */
  | 'approval.unavailable';

export type Gated =
  /** It was approved, and that is used up and recorded: send this request, then hand the answer to `carry`; or `release` it. */
  | { readonly kind: 'go'; readonly message: JsonRpcRequest; readonly approval: Approval }
  /** Nobody answered yet: the client gets this, the server nothing. */
  | { readonly kind: 'wait'; readonly response: JsonRpcResponse; readonly approval: Approval }
  | { readonly kind: 'deny'; readonly reason: GateRefusal };

export interface GateParts {
  readonly store: ApprovalStore;
  readonly secrets: ApprovalSecrets;
  readonly clock: Pick<Clock, 'now'>;
  /** Page of an approval. */
  readonly urlOf: (id: string) => string;
  /** Told of every new approval; must not throw and not wait. */
  readonly notify: (approval: Approval) => void;
  readonly perRun: boolean;
  /** How long a call that is tried again, or whose client cannot be asked, is held for an answer. */
  readonly waitMs: number;
}

/** What stands between a decision `ask` and the server. */
export class ApprovalGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Lets a call through that was approved, or asks. A call is tried again with its state, or without: it is the same call. */
  async pass(asked: AskedCall): Promise<Gated> {
    const { secrets, clock, store } = this.#parts;
    const binding = this.#bindingOf(asked);
    const read = readState(asked.message.params?.['requestState'], binding, clock.now(), secrets);
    if (read.kind === 'refused') return { kind: 'deny', reason: read.reason };
    if (read.kind === 'state') return this.#again(asked, binding, read.state);
    const message = firstRound(asked.message);
    const used = await store.use(binding, asked.call);
    return used.kind === 'used' ? { kind: 'go', message, approval: used.approval } : this.#ask(asked, binding, message);
  }

  async #again(asked: AskedCall, binding: Binding, state: RequestState): Promise<Gated> {
    const { request, declined } = readRetry(asked.message, true, state.inner);
    const { store, waitMs } = this.#parts;
    if (state.round > 0) {
      const went = await store.proceed(state.approval, binding, state.round, asked.call);
      return went.kind === 'used'
        ? { kind: 'go', message: request, approval: went.approval }
        : { kind: 'deny', reason: went.reason };
    }
    if (declined) return { kind: 'deny', reason: 'approval.declined' };
    const message = firstRound(request);
    const approval = await store.settled(state.approval, waitMs, asked.signal);
    // What the run did meanwhile made another question of it.
    if (approval !== undefined && !asksTheSame(approval.binding, binding)) return this.#ask(asked, binding, message);
    return this.#useOrWait(asked, binding, message, approval);
  }

  async #ask(asked: AskedCall, binding: Binding, message: JsonRpcRequest): Promise<Gated> {
    const { store, notify, perRun, waitMs } = this.#parts;
    const { kind, request, decision, rule, lifetimeMs, call } = asked;
    const question = await store.ask({ kind, request, decision, rule, perRun, lifetimeMs, call });
    if (question.kind === 'refused') return { kind: 'deny', reason: question.reason };
    const { approval, created } = question;
    if (created) notify(approval);
    if (approval.state === 'approved') return this.#useOrWait(asked, binding, message, approval);
    if (waitMs === 0 || askBy(asked.message, asked.revision, asked.capabilities) !== 'text')
      return this.#wait(asked, binding, approval);
    return this.#useOrWait(asked, binding, message, await store.settled(approval.id, waitMs, asked.signal));
  }

  async #useOrWait(
    asked: AskedCall,
    binding: Binding,
    message: JsonRpcRequest,
    approval: Approval | undefined,
  ): Promise<Gated> {
    if (approval === undefined) return { kind: 'deny', reason: 'approval.unknown' };
    // A client that went away would not get the answer: the approval stays for its next attempt.
    if (asked.signal?.aborted === true || approval.state === 'pending') return this.#wait(asked, binding, approval);
    const used = await this.#parts.store.use(binding, asked.call, approval.id);
    return used.kind === 'used'
      ? { kind: 'go', message, approval: used.approval }
      : { kind: 'deny', reason: used.reason };
  }

  #wait({ message, revision, capabilities }: AskedCall, binding: Binding, approval: Approval): Gated {
    const { secrets, urlOf } = this.#parts;
    const { id, expiresMs } = approval;
    const response = askAnswer(message, {
      approval,
      url: urlOf(id),
      state: writeState({ approval: id, round: 0, expiresMs }, binding, secrets),
      by: askBy(message, revision, capabilities),
      revision,
    });
    return { kind: 'wait', response, approval };
  }

  /**
   * Makes the next round of an approved call possible: where the server answers with a question of its own
   * (`input_required`), the client gets a state that says that this call was approved, once. Any other answer is itself.
   *
   * @param lifetimeMs how long the client may take
   */
  carry(response: JsonRpcResponse, approval: Approval, lifetimeMs: number): JsonRpcResponse {
    if (!('result' in response) || response.result['resultType'] !== 'input_required') return response;
    const { requestState } = response.result;
    const inner = typeof requestState === 'string' ? requestState : undefined;
    if (!carries(inner))
      return {
        jsonrpc: '2.0',
        id: response.id,
        error: { code: -32603, message: 'the server sent a requestState that is too long' },
      };
    const { secrets, clock } = this.#parts;
    const state = { approval: approval.id, round: approval.rounds, expiresMs: clock.now() + lifetimeMs, inner };
    return {
      ...response,
      result: { ...response.result, requestState: writeState(state, approval.binding, secrets) },
    };
  }

  /** Gives back what `pass` used up, where certainly nothing was sent. Where that fails, or nobody comes to it, it stays used. */
  async release(approval: Approval, call: string): Promise<void> {
    await this.#parts.store.release(approval.id, call).catch(() => undefined);
  }

  /** A request that policies allow without asking, without what may be in it for the gateway. */
  clean(message: JsonRpcRequest, request: AccessRequest, policySet: string): JsonRpcRequest {
    const state = message.params?.['requestState'];
    if (state === undefined && message.params?.['inputResponses'] === undefined) return message;
    const { clock, secrets, perRun } = this.#parts;
    const read = readState(state, bindingOf(request, policySet, perRun), clock.now(), secrets);
    return readRetry(message, read.kind !== 'none', read.kind === 'state' ? read.state.inner : undefined).request;
  }

  #bindingOf({ kind, request, decision: { policySet, policies } }: AskedCall): Binding {
    return bindingOf(request, policySet, this.#parts.perRun, { kind, policies });
  }
}
