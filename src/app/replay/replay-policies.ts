import { shippedSets } from '../policy/shipped.ts';

/** The policy sets that a replay knows: those that are shipped, and one that allows everything. */
export const replayPolicies = [...shippedSets, 'none'] as const;
export type ReplayPolicy = (typeof replayPolicies)[number];

export const isReplayPolicy = (name: string): name is ReplayPolicy =>
  (replayPolicies as readonly string[]).includes(name);
