import { type Person, personKey, type Principal } from '../../model/principal.ts';
import type { Approval } from './approval.ts';

/** A person who looks at approvals, as the gateway identified them. */
export interface Approver {
  readonly person: Person;
  readonly roles: readonly string[];
}

/** What a token has to be for, that somebody may answer with it: a scope of an access token, a role of a key of this gateway. */
export const approverScope = 'demarc.approve';

/**
 * Who a principal is as an approver: nobody, unless a person proved who they are with something that was given out for
 * that. An agent holds tokens of the person it acts for: with one of those, or with that of its run, it would approve itself
 * and others. So MCP clients are never offered the scope.
 */
export function approverOf(principal: Principal, scope: string = approverScope): Approver | undefined {
  const { person, roles, scopes, authentication, run } = principal;
  if (person === undefined || run !== undefined) return undefined;
  switch (authentication) {
    case 'jwt':
      return scopes.includes(scope) ? { person, roles } : undefined;
    case 'api-key':
    case 'mtls':
      return roles.includes(scope) ? { person, roles } : undefined;
    case 'run-token':
    case 'none':
      return undefined;
  }
}

/** What somebody answers. */
export interface Verdict {
  readonly decision: 'approve' | 'deny';
  readonly reason: string;
  /** The digest of the arguments they were shown. */
  readonly argsDigest: string;
}

/** Why an answer does not count; stable codes. */
export const answerRefusals = [
  'approval.unknown',
  /** Somebody answered before, or it expired. */
  'approval.settled',
  'approver.no-role',
  'approver.same-person',
  'approver.no-reason',
  /** They were shown something else. */
  'approver.other-arguments',
] as const;
export type AnswerRefusal = (typeof answerRefusals)[number];

export function isSamePerson(one: Person | undefined, other: Person): boolean {
  return one !== undefined && personKey(one) === personKey(other);
}

/** Whether somebody has the roles an approval asks for. */
export function hasRole({ rule }: Pick<Approval, 'rule'>, { roles }: Approver): boolean {
  return rule.roles.length > 0 && rule.roles.every((group) => group.some((role) => roles.includes(role)));
}

/** Whether somebody may see an approval: who may answer it, and the person on whose behalf was asked. */
export function maySee(approval: Approval, viewer: Approver): boolean {
  return hasRole(approval, viewer) || isSamePerson(approval.requester, viewer.person);
}

/** Whether an answer counts; where not, why. To deny takes the role only: a refusal is never refused for want of form. */
export function judgeAnswer(
  approval: Approval,
  approver: Approver,
  verdict: Verdict,
  nowMs: number,
): AnswerRefusal | undefined {
  const { binding, rule, requester, state, expiresMs } = approval;
  if (!hasRole(approval, approver)) return 'approver.no-role';
  if (state !== 'pending' || expiresMs <= nowMs) return 'approval.settled';
  if (verdict.decision === 'deny') return undefined;
  if (rule.fourEyes && isSamePerson(requester, approver.person)) return 'approver.same-person';
  if (rule.reasonRequired && verdict.reason.trim() === '') return 'approver.no-reason';
  return verdict.argsDigest === binding.argsDigest ? undefined : 'approver.other-arguments';
}
