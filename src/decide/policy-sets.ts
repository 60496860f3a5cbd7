import type { CallTrace, Doubt } from '../model/provenance.ts';

/** The policy sets that a replay knows. */
export const policySetNames = ['provenance', 'rule-of-two', 'least-privilege', 'none'] as const;
export type PolicySetName = (typeof policySetNames)[number];

/** Why a call is not simply allowed: stable codes. */
export type PolicyReason =
  | Doubt
  | 'intent.implausible'
  | 'rule-of-two.all-three'
  | 'least-privilege.unreviewed'
  | 'least-privilege.effect';

/** What a policy set says about one call. */
export interface PolicyVerdict {
  readonly decision: 'allow' | 'ask' | 'deny';
  readonly reasons: readonly PolicyReason[];
}

const allow: PolicyVerdict = { decision: 'allow', reasons: [] };
const ask = (...reasons: PolicyReason[]): PolicyVerdict => ({ decision: 'ask', reasons });

/** Decides a call by one policy set. Pure: everything it reads is in the trace. */
export function decideBy(set: PolicySetName, call: CallTrace): PolicyVerdict {
  switch (set) {
    case 'provenance':
      return byProvenance(call);
    case 'rule-of-two':
      return byRuleOfTwo(call);
    case 'least-privilege':
      return byLeastPrivilege(call);
    case 'none':
      return allow;
  }
}

const acts = ({ labels }: CallTrace): boolean => labels.effect !== 'read' || labels.sendsOut;

/** Once the run has read something untrusted: no value may be doubted, and the user's words have to make the call plausible. */
function byProvenance(call: CallTrace): PolicyVerdict {
  if (!call.tainted || !acts(call)) return allow;
  const reasons = new Set<PolicyReason>();
  for (const { doubt } of call.values) if (doubt !== undefined) reasons.add(doubt);
  if (call.intent === 'implausible') reasons.add('intent.implausible');
  return reasons.size === 0 ? allow : ask(...reasons);
}

/**
 * Untrusted input, private data and a way out never come together without a person (Meta, "Agents Rule of Two", October
 * 2025).
 */
function byRuleOfTwo(call: CallTrace): PolicyVerdict {
  return call.tainted && call.readPrivate && acts(call) ? ask('rule-of-two.all-three') : allow;
}

/** By the manifest alone: reads run, what has an effect is asked, and what nobody reviewed does not run. */
function byLeastPrivilege(call: CallTrace): PolicyVerdict {
  if (!acts(call)) return allow;
  return call.reviewed ? ask('least-privilege.effect') : { decision: 'deny', reasons: ['least-privilege.unreviewed'] };
}
