import type { Feature } from '../../model/access.ts';
import type { Confidentiality, Effect } from '../../model/event.ts';
import type { Person } from '../../model/principal.ts';
import type { ValueTrace } from '../../model/provenance.ts';

/** What is approved: one call, or that data of a higher confidentiality leaves by one call. */
export const approvalKinds = ['call', 'declassification'] as const;
export type ApprovalKind = (typeof approvalKinds)[number];

/**
 * `pending` leads to `approved`, `denied` or `expired`; `approved` to `used` or `expired`. There is no way back, but from `used` to
 * `approved` where nothing was sent.
 */
export const approvalStates = ['pending', 'approved', 'denied', 'used', 'expired'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** By what way somebody answered. */
export const approvalChannels = ['page', 'command', 'slack', 'webhook'] as const;
export type ApprovalChannel = (typeof approvalChannels)[number];

/** Exactly what was asked about: an approval is good for this and for nothing else. */
export interface Binding {
  /** `principalKey` of who asked. */
  readonly principal: string;
  /** Absent where approvals are not bound to a run. */
  readonly run?: string | undefined;
  readonly server: string;
  readonly feature: Feature;
  /** Tool, prompt or URI. */
  readonly name: string;
  /** `argsDigest` of the arguments. */
  readonly argsDigest: string;
  /** Digest of the policy set that asked. */
  readonly policySet: string;
  /** What is asked: the kind of approval and the policies that want it. Absent where nothing is. */
  readonly question?: Question | undefined;
}

/** The answer to one question is none to another: other policies may want other people to answer, or a reason. */
export interface Question {
  readonly kind: ApprovalKind;
  /** Ids of the policies that asked, sorted. */
  readonly policies: readonly string[];
}

/** What asked, each name once: the shipped sets call a policy and its reason the same. */
export function askedBy({ policies, reasons }: Readonly<Record<'policies' | 'reasons', readonly string[]>>): string {
  return [...new Set([...policies, ...reasons])].join(', ');
}

/** Who may answer. */
export interface ApproverRule {
  /** Of each group the approver has one role at least; the first group is never empty. */
  readonly roles: readonly (readonly string[])[];
  /** The approver is somebody else than the person on whose behalf was asked. */
  readonly fourEyes: boolean;
  /** Whoever approves says why. */
  readonly reasonRequired: boolean;
}

/** What the approver should know of the data that is at stake. */
export interface ApprovalLabels {
  readonly effect: Effect;
  readonly sendsOut: boolean;
  /** The highest the run has read. */
  readonly confidentiality: Confidentiality;
  /** The run has read something untrusted. */
  readonly tainted: boolean;
}

/** Who answered, and what. */
export interface Answer {
  readonly approver: Person;
  readonly reason: string;
  readonly channel: ApprovalChannel;
  readonly atMs: number;
}

/** One approval, opened. */
export interface Approval {
  readonly id: string;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly binding: Binding;
  readonly agent: string;
  /** The run it was asked in, bound to it or not. */
  readonly run: string;
  readonly requester?: Person | undefined;
  /** Arguments, with every credential in them replaced by its kind. */
  readonly args: unknown;
  /** Values whose origin is doubted. */
  readonly doubted: readonly ValueTrace[];
  /** Policies that asked, and the stable reason codes. */
  readonly policies: readonly string[];
  readonly reasons: readonly string[];
  readonly labels: ApprovalLabels;
  readonly rule: ApproverRule;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly answer?: Answer | undefined;
  /** The call that used it, or that gave it back. */
  readonly usedBy?: string | undefined;
  /** How many rounds of the call that used it went upstream (multi round-trip requests); 0 before. */
  readonly rounds: number;
}
