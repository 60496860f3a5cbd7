import { argumentsDigest, canonicalJson } from '../../base/canonical-json.ts';
import type { AccessRequest } from '../../model/access.ts';
import { principalKey } from '../../model/principal.ts';
import type { Approval, ApprovalKind, Binding } from './approval.ts';

/** `sha256:` and the hex digest of the canonical JSON (RFC 8785) of arguments; none are an empty object. */
export function argsDigest(args: unknown): string {
  return `sha256:${argumentsDigest(args ?? {})}`;
}

/**
 * @param perRun whether an approval is good for the run it was asked in only
 * @param question what is asked about the call, where something is
 */
export function bindingOf(
  request: AccessRequest,
  policySet: string,
  perRun: boolean,
  question?: { readonly kind: ApprovalKind; readonly policies: readonly string[] },
): Binding {
  const { principal, run, server, feature, name, args } = request;
  return {
    principal: principalKey(principal),
    ...(perRun ? { run } : {}),
    server,
    feature,
    name,
    argsDigest: argsDigest(args),
    policySet,
    ...(question === undefined ? {} : { question: { kind: question.kind, policies: question.policies.toSorted() } }),
  };
}

/** Whether an approval asks what is asked now; one that was given for less lifts no more than that. */
export function asksTheSame(one: Binding, other: Binding): boolean {
  return canonicalJson(one.question) === canonicalJson(other.question);
}

/** Why an approval cannot be used for a call; stable reason codes. */
export const useRefusals = [
  /** There is none of that id, or none for that call. */
  'approval.unknown',
  'approval.pending',
  'approval.denied',
  'approval.used',
  'approval.expired',
  'approval.other-principal',
  'approval.other-run',
  'approval.other-target',
  'approval.other-arguments',
  /** Policies changed since it was asked for, or others ask now. */
  'approval.other-policy',
] as const;
export type UseRefusal = (typeof useRefusals)[number];

/** Whether an approval can be used for a call now; where not, why. What it is for comes before how it stands. */
export function judgeUse(approval: Approval, wanted: Binding, nowMs: number): UseRefusal | undefined {
  const { binding, state, expiresMs } = approval;
  if (binding.principal !== wanted.principal) return 'approval.other-principal';
  if (binding.run !== wanted.run) return 'approval.other-run';
  if (binding.server !== wanted.server || binding.feature !== wanted.feature || binding.name !== wanted.name)
    return 'approval.other-target';
  if (binding.argsDigest !== wanted.argsDigest) return 'approval.other-arguments';
  if (binding.policySet !== wanted.policySet || !asksTheSame(binding, wanted)) return 'approval.other-policy';
  if (state === 'used' || state === 'denied' || state === 'expired') return `approval.${state}`;
  if (expiresMs <= nowMs) return 'approval.expired';
  return state === 'pending' ? 'approval.pending' : undefined;
}
