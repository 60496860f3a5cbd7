import { type DecideTrace, traceDecider } from '../../decide/trace-decider.ts';
import { readShipped } from '../policy/shipped.ts';
import type { ReplayPolicy } from './replay-policies.ts';

const allow = { decision: 'allow', reasons: [] } as const;

export function decideReplay(policy: ReplayPolicy): DecideTrace {
  return policy === 'none' ? () => allow : traceDecider(readShipped(policy));
}
