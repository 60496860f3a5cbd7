import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import type { EventInput, Outcome } from '../../model/event.ts';
import type { JsonRpcRequest } from '../../model/mcp.ts';
import type { Principal } from '../../model/principal.ts';
import { isTrusted } from '../../provenance/run-tracer.ts';
import type { ClientContext } from '../interceptor.ts';
import { redactSecrets } from '../../base/json-secrets.ts';

type Facts = { readonly [K in keyof EventInput]: EventInput[K] | undefined };

/** The event of a use or of its answer: names of things only, people are the subject. All are of one shape, made at once: they are many. */
function useEvent(
  kind: EventInput['kind'],
  access: AccessRequest,
  call: string,
  more: Omit<Facts, 'kind'>,
): EventInput {
  const { principal, run, server, feature, name, call: traced, label } = access;
  return event({
    kind,
    run,
    call,
    trace: more.trace,
    agent: principal.agent,
    // The URI of a resource may hold anything: it is payload.
    tool: feature === 'tool' ? name : `${feature}s`,
    server,
    effect: traced.labels.effect,
    confidentiality: more.confidentiality ?? label.confidentiality,
    origin: more.origin ?? (label.tainted ? 'untrusted' : 'trusted'),
    subject: subjectOf(principal),
    decision: more.decision,
    reasons: unlessEmpty(more.reasons),
    policy: more.policy,
    outcome: more.outcome,
    durationMs: more.durationMs,
    bytes: more.bytes,
    payload: more.payload,
  });
}

const subjectOf = ({ person }: Principal): string | undefined =>
  person === undefined ? undefined : `${person.issuer}#${person.subject}`;

/** Whom an event is about. */
export function aboutOf(principal: Principal): Pick<EventInput, 'subject'> {
  const subject = subjectOf(principal);
  return subject === undefined ? {} : { subject };
}

/** What the user of a run wrote, as the client says; decisions are made by it. */
export function userWordsEvent(run: string, principal: Principal, words: string): EventInput {
  const payload = { userWords: redactSecrets(words).value };
  return { kind: 'custom', operation: 'user-words', run, agent: principal.agent, ...aboutOf(principal), payload };
}

/** The event of a call and what was decided about it: `tool.call` when it goes upstream, `decision` when it does not. */
export function callEvent(
  access: AccessRequest,
  call: string,
  decided: AccessDecision,
  more: {
    readonly sent: boolean;
    readonly shadow: boolean;
    readonly trace?: string | undefined;
    readonly secrets?: readonly string[];
    /** What is sent beside the arguments: see `besideArguments`. */
    readonly beside?: Readonly<Record<string, unknown>> | undefined;
    /** The budget that is used up. */
    readonly budget?: string | undefined;
  },
): EventInput {
  const doubts = access.call.values.filter(({ doubt }) => doubt !== undefined);
  const { secrets, beside } = more;
  return useEvent(more.sent ? 'tool.call' : 'decision', access, call, {
    trace: more.trace,
    decision: decided.decision,
    reasons: decided.reasons,
    policy: decided.policySet,
    outcome: more.sent ? undefined : 'denied',
    payload: {
      name: access.name,
      // Looked through once already, where it says so.
      arguments: secrets?.length === 0 ? access.args : redactSecrets(access.args).value,
      beside: secrets?.length === 0 ? beside : redactSecrets(beside).value,
      policies: decided.policies,
      intent: access.call.intent,
      doubts: unlessEmpty(doubts),
      shadow: more.shadow ? true : undefined,
      secretsFound: unlessEmpty(secrets),
      budget: more.budget,
    },
  });
}

/** What a client asks for and nothing is decided about: the operator stopped its run, or the call that it is more of has used up a budget. */
export function refusedEvent(
  { method, params = {} }: JsonRpcRequest,
  { principal, server, task }: ClientContext,
  run: string,
  reason: string,
  budget?: string,
): EventInput {
  const { _meta, ...rest } = params;
  return event({
    kind: 'decision',
    run,
    agent: principal.agent,
    server,
    tool: method === 'tools/call' && typeof rest['name'] === 'string' ? rest['name'] : task?.tool,
    operation: method,
    subject: subjectOf(principal),
    decision: 'deny',
    reasons: [reason],
    outcome: 'denied',
    payload: { ...redactSecrets(rest).value, ...(budget === undefined ? {} : { budget }) },
  });
}

/** What a client tells a server without a use: an answer to its request (stateful era), or what goes with a request that uses nothing. */
export function toldEvent(
  operation: 'client-answer' | 'client-told',
  { principal, server }: ClientContext,
  run: string,
  payload: object,
): EventInput {
  return {
    kind: 'custom',
    operation,
    run,
    agent: principal.agent,
    server,
    ...aboutOf(principal),
    payload,
  };
}

/** The gateway tells a server that nobody wants a task of it any more. */
export function taskCancelledEvent(
  of: Pick<ClientContext, 'principal' | 'server' | 'trace'> & {
    readonly run: string;
    readonly call: string;
    readonly tool: string;
  },
  taskId: string,
  reason: string,
): EventInput {
  const { principal, server, trace, run, call, tool } = of;
  return event({
    kind: 'custom',
    operation: 'task-cancelled',
    run,
    call,
    trace,
    agent: principal.agent,
    server,
    tool,
    subject: subjectOf(principal),
    reasons: [reason],
    payload: { taskId },
  });
}

/** The event of an answer. */
export function resultEvent(
  access: AccessRequest,
  call: string,
  outcome: Outcome,
  more: {
    readonly durationMs: number;
    readonly bytes: number;
    readonly result?: unknown;
    readonly secrets?: readonly string[];
    readonly trace?: string | undefined;
    /** Why the gateway ended it, where it did, and the budget that is used up. */
    readonly reasons?: readonly string[];
    readonly budget?: string | undefined;
  },
): EventInput {
  // Of the answer itself, where there is one: what the run had read before is with the call.
  const answered = more.result === undefined ? undefined : access.call;
  return useEvent('tool.result', access, call, {
    trace: more.trace,
    confidentiality: answered?.labels.confidentiality,
    origin: answered && (isTrusted(answered) ? 'trusted' : 'untrusted'),
    outcome,
    reasons: more.reasons,
    durationMs: Math.round(more.durationMs * 1000) / 1000,
    bytes: more.bytes,
    payload: { result: more.result, secretsRedacted: unlessEmpty(more.secrets), budget: more.budget },
  });
}

/** What is undefined is not in the event. Events of one kind have one shape: they are many, and are looked through. */
const event = (facts: Facts): EventInput => facts as EventInput;

const unlessEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list === undefined || list.length === 0 ? undefined : list;
