import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import type { EventInput, Outcome } from '../../model/event.ts';
import type { Principal } from '../../model/principal.ts';
import { redactSecrets } from '../../base/json-secrets.ts';

/** Facts every event of a call carries; names of things only, people are the subject. */
export function factsOf(access: AccessRequest, call: string, trace?: string): Omit<EventInput, 'kind'> {
  const { principal, run, server, feature, name, call: traced, label } = access;
  return {
    run,
    call,
    ...(trace === undefined ? {} : { trace }),
    agent: principal.agent,
    // The URI of a resource may hold anything: it is payload.
    tool: feature === 'tool' ? name : `${feature}s`,
    server,
    effect: traced.labels.effect,
    confidentiality: label.confidentiality,
    origin: label.tainted ? 'untrusted' : 'trusted',
    ...aboutOf(principal),
  };
}

/** Whom an event is about. */
export function aboutOf({ person }: Principal): Pick<EventInput, 'subject'> {
  return person === undefined ? {} : { subject: `${person.issuer}#${person.subject}` };
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
  },
): EventInput {
  const doubts = access.call.values.filter(({ doubt }) => doubt !== undefined);
  return {
    kind: more.sent ? 'tool.call' : 'decision',
    ...factsOf(access, call, more.trace),
    decision: decided.decision,
    ...(decided.reasons.length === 0 ? {} : { reasons: decided.reasons }),
    policy: decided.policySet,
    ...(more.sent ? {} : { outcome: 'denied' as const }),
    payload: {
      name: access.name,
      // Looked through once already, where it says so.
      arguments: more.secrets?.length === 0 ? access.args : redactSecrets(access.args).value,
      policies: decided.policies,
      intent: access.call.intent,
      ...(doubts.length === 0 ? {} : { doubts }),
      ...(more.shadow ? { shadow: true } : {}),
      ...(more.secrets === undefined || more.secrets.length === 0 ? {} : { secretsFound: more.secrets }),
    },
  };
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
    /** Why the gateway ended it, where it did. */
    readonly reasons?: readonly string[];
  },
): EventInput {
  return {
    kind: 'tool.result',
    ...factsOf(access, call, more.trace),
    outcome,
    ...(more.reasons === undefined || more.reasons.length === 0 ? {} : { reasons: more.reasons }),
    durationMs: Math.round(more.durationMs * 1000) / 1000,
    bytes: more.bytes,
    payload: {
      ...(more.result === undefined ? {} : { result: more.result }),
      ...(more.secrets === undefined || more.secrets.length === 0 ? {} : { secretsRedacted: more.secrets }),
    },
  };
}
