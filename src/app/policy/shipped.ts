import type { PolicyFile } from '../../decide/policy-set.ts';
import { readData } from '../data.ts';

/** The policy sets that come with Demarc, and one for each posture. */
export const shippedSets = ['provenance', 'rule-of-two', 'least-privilege', 'lockdown', 'controlled', 'open'] as const;
export type ShippedSet = (typeof shippedSets)[number];

/** A shipped set as `tools/compile-data.ts` packs it. */
export interface PackedSet {
  readonly files: readonly PolicyFile[];
  /** Its cases, as YAML parses them. */
  readonly cases: unknown;
}

export const isShipped = (name: string): name is ShippedSet => (shippedSets as readonly string[]).includes(name);

export function readShipped(name: ShippedSet): PackedSet {
  const { [name]: set } = readData('policies.json') as Partial<Record<ShippedSet, PackedSet>>;
  return set ?? { files: [], cases: undefined };
}
