import { type DecideTrace, traceDecider } from '../../decide/trace-decider.ts';
import { readShipped, shippedSets } from '../policy/shipped.ts';

/** The policy sets that a replay knows: those that are shipped, and one that allows everything. */
export const replayPolicies = [...shippedSets, 'none'] as const;
export type ReplayPolicy = (typeof replayPolicies)[number];

const allow = { decision: 'allow', reasons: [] } as const;

export function decideReplay(policy: ReplayPolicy): DecideTrace {
  return policy === 'none' ? () => allow : traceDecider(readShipped(policy));
}
