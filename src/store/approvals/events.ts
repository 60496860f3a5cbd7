import { formatRfc3339 } from '../../base/rfc3339.ts';
import type { Decision, EventInput } from '../../model/event.ts';
import type { Person } from '../../model/principal.ts';
import type { Approval } from './approval.ts';

/** How a person is named to the ledger, which makes a pseudonym of it. */
function subjectOf({ issuer, subject }: Person): string {
  return `${issuer}#${subject}`;
}

/** What happens to an approval. */
export type ApprovalStep = 'requested' | 'approved' | 'denied' | 'used' | 'continued' | 'released' | 'expired';

const decisionOf: Readonly<Record<ApprovalStep, Decision>> = {
  requested: 'ask',
  approved: 'allow',
  denied: 'deny',
  used: 'allow',
  continued: 'allow',
  released: 'deny',
  expired: 'deny',
};

/**
 * The event of a step. In clear: the agent, the call's place and labels, codes. Sealed: arguments (with the request), who
 * answered by what way, and their words.
 *
 * @param call id of the call that asks, uses or gave back
 */
export function approvalEvent(step: ApprovalStep, approval: Approval, nowMs: number, call?: string): EventInput {
  const { binding, labels, requester, answer } = approval;
  return {
    kind: 'approval',
    time: formatRfc3339(nowMs),
    source: 'gateway',
    reference: approval.id,
    run: approval.run,
    agent: approval.agent,
    ...(call === undefined ? {} : { call }),
    // The URI of a resource may hold anything: it is payload.
    tool: binding.feature === 'tool' ? binding.name : `${binding.feature}s`,
    server: binding.server,
    policy: binding.policySet,
    effect: labels.effect,
    confidentiality: labels.confidentiality,
    decision: decisionOf[step],
    reasons: [`approval.${step}`, ...(step === 'requested' ? approval.reasons : [])],
    expires: formatRfc3339(approval.expiresMs),
    ...(requester === undefined ? {} : { subject: subjectOf(requester) }),
    ...(answer === undefined ? {} : { alsoAbout: [subjectOf(answer.approver)] }),
    payload: {
      approvalKind: approval.kind,
      feature: binding.feature,
      name: binding.name,
      argsDigest: binding.argsDigest,
      policies: approval.policies,
      ...(step === 'requested' ? { arguments: approval.args, rule: approval.rule, doubts: approval.doubted } : {}),
      ...(answer === undefined
        ? {}
        : { approver: subjectOf(answer.approver), reason: answer.reason, channel: answer.channel }),
    },
  };
}
