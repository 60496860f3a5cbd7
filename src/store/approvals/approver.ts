import { type Person, personKey, type Principal } from '../../model/principal.ts';
import type { Approval } from './approval.ts';

/** A person who looks at approvals, as the gateway identified them. */
export interface Approver {
  readonly person: Person;
  readonly roles: readonly string[];
}

/**
 * Who a principal is as an approver: nobody, unless a person proved who they are. The token of a run is the agent's own:
 * with it an agent would approve itself.
 */
export function approverOf({ person, roles, authentication, run }: Principal): Approver | undefined {
  if (person === undefined || run !== undefined || authentication === 'run-token' || authentication === 'none')
    return undefined;
  return { person, roles };
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
