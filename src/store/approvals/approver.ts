import type { Person, Principal } from '../../model/principal.ts';
import type { Approval } from './approval.ts';

/** A person who looks at approvals, as the gateway identified them. */
export interface Approver {
  readonly person: Person;
  readonly roles: readonly string[];
}

/** What a token has to be for, that somebody may answer with it: a scope of an access token, a role of a key of this gateway. */
export const approverScope = 'demarc.approve';

/** What a credential is called to whoever holds it. */
const credentialNames = { jwt: 'token', 'api-key': 'key', mtls: 'certificate' } as const;

/**
 * Who a principal is as an approver: nobody, unless a person proved who they are with something that was given out for
 * that. An agent holds tokens of the person it acts for: with one of those, or with that of its run, it would approve itself
 * and others. So MCP clients are never offered the scope.
 *
 * @returns why it is none, for whoever proved something; undefined for whoever proved nothing
 */
export function approverOf(principal: Principal, scope: string = approverScope): Approver | string | undefined {
  const { person, roles, scopes, authentication, run } = principal;
  if (authentication === 'none') return undefined;
  if (authentication === 'run-token' || run !== undefined) return 'The token of a run answers nothing.';
  const name = credentialNames[authentication];
  if (person === undefined) return `This ${name} names no person.`;
  const [kind, given] = authentication === 'jwt' ? ['scope', scopes] : ['role', roles];
  return given.includes(scope) ? { person, roles } : `This ${name} lacks the ${kind} \`${scope}\`.`;
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
  /** Whether they are the one on whose behalf was asked cannot be told. */
  'approver.other-issuer',
  'approver.no-reason',
  /** They were shown something else. */
  'approver.other-arguments',
] as const;
export type AnswerRefusal = (typeof answerRefusals)[number];

/** People who have names at several issuers: of each the subject by issuer, null where they have none there. */
export type KnownPeople = readonly ReadonlyMap<string, string | null>[];

/**
 * Whether two are one person. An issuer tells its own people apart, so people of two issuers can be compared only where it is
 * known who one of them is at the other's.
 *
 * @returns undefined when it cannot be told
 */
export function isSamePerson(one: Person, other: Person, people: KnownPeople = []): boolean | undefined {
  if (one.issuer === other.issuer) return one.subject === other.subject;
  const nameAt = (person: Person, issuer: string): string | null | undefined =>
    people.find((names) => names.get(person.issuer) === person.subject)?.get(issuer);
  const here = nameAt(one, other.issuer);
  if (here !== undefined) return here === other.subject;
  const there = nameAt(other, one.issuer);
  return there === undefined ? undefined : there === one.subject;
}

/** Whether somebody has the roles an approval asks for. */
export function hasRole({ rule }: Pick<Approval, 'rule'>, { roles }: Pick<Approver, 'roles'>): boolean {
  return rule.roles.length > 0 && rule.roles.every((group) => group.some((role) => roles.includes(role)));
}

/** Whether somebody may see an approval: who may answer it, and the person on whose behalf was asked. */
export function maySee(approval: Approval, viewer: Approver): boolean {
  const { requester } = approval;
  return hasRole(approval, viewer) || (requester !== undefined && isSamePerson(requester, viewer.person) === true);
}

/**
 * Whether an answer counts; where not, why. To deny takes the role only: a refusal is never refused for want of form. Of a call
 * that an agent makes on nobody's behalf, every person is a second one.
 */
export function judgeAnswer(
  approval: Approval,
  approver: Approver,
  verdict: Verdict,
  nowMs: number,
  people: KnownPeople = [],
): AnswerRefusal | undefined {
  const { binding, rule, requester, state, expiresMs } = approval;
  if (!hasRole(approval, approver)) return 'approver.no-role';
  if (state !== 'pending' || expiresMs <= nowMs) return 'approval.settled';
  if (verdict.decision === 'deny') return undefined;
  if (rule.fourEyes && requester !== undefined) {
    const isSame = isSamePerson(requester, approver.person, people);
    if (isSame !== false) return isSame === true ? 'approver.same-person' : 'approver.other-issuer';
  }
  if (rule.reasonRequired && verdict.reason.trim() === '') return 'approver.no-reason';
  return verdict.argsDigest === binding.argsDigest ? undefined : 'approver.other-arguments';
}
