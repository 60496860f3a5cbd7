import type { UnitCache } from '../collect/run.ts';
import type { Context } from './context.ts';

export interface DiskCache extends UnitCache {
  save(): void;
}

/** Opens the cache of an assessed root. */
export function openCache(_context: Context, _root: string): DiskCache | undefined {
  return undefined;
}
