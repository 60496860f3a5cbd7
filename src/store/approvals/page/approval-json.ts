import { formatRfc3339 } from '../../../base/rfc3339.ts';
import type { Approval } from '../approval.ts';

/** An approval as JSON, for the command line and other programs. Times are RFC 3339. */
export interface ApprovalJson {
  readonly id: string;
  readonly kind: Approval['kind'];
  readonly state: Approval['state'];
  readonly agent: string;
  readonly run: string;
  readonly requester?: { readonly issuer: string; readonly subject: string };
  readonly server: string;
  readonly feature: string;
  readonly name: string;
  readonly args: unknown;
  readonly argsDigest: string;
  readonly doubted: Approval['doubted'];
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  readonly policySet: string;
  readonly labels: Approval['labels'];
  readonly rule: Approval['rule'];
  readonly asked: string;
  readonly expires: string;
  readonly url: string;
  readonly answer?: {
    readonly approver: { readonly issuer: string; readonly subject: string };
    readonly reason: string;
    readonly channel: string;
    readonly at: string;
  };
}

export function approvalJson(approval: Approval, url: string): ApprovalJson {
  const { id, kind, state, agent, run, requester, args, doubted, policies, reasons, labels, rule, answer } = approval;
  const { server, feature, name, argsDigest, policySet } = approval.binding;
  return {
    id,
    kind,
    state,
    agent,
    run,
    ...(requester === undefined ? {} : { requester: { issuer: requester.issuer, subject: requester.subject } }),
    server,
    feature,
    name,
    args,
    argsDigest,
    doubted,
    policies,
    reasons,
    policySet,
    labels,
    rule,
    asked: formatRfc3339(approval.createdMs),
    expires: formatRfc3339(approval.expiresMs),
    url,
    ...(answer === undefined
      ? {}
      : {
          answer: {
            approver: { issuer: answer.approver.issuer, subject: answer.approver.subject },
            reason: answer.reason,
            channel: answer.channel,
            at: formatRfc3339(answer.atMs),
          },
        }),
  };
}
