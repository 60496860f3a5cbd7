import { differingSettings, keyOf, type LockedClient } from '../../integrity/posture-lock.ts';

/** What a new lock changes about one client of the one before. */
export interface LockChange {
  readonly kind: 'new' | 'same' | 'changed' | 'gone';
  readonly settings: readonly string[];
  /** Before and after, where they differ. */
  readonly posture?: readonly [before: string | undefined, after: string | undefined];
  readonly read?: readonly [before: readonly string[], after: readonly string[]];
}

export function changeOf(before: LockedClient | undefined, after: LockedClient): LockChange {
  if (before === undefined) return { kind: 'new', settings: [] };
  const settings = differingSettings(before, after);
  const posture = before.posture === after.posture ? {} : { posture: [before.posture, after.posture] as const };
  const read = before.read.join() === after.read.join() ? {} : { read: [before.read, after.read] as const };
  const accepts = (before.open ?? []).join() !== (after.open ?? []).join();
  const isSame = settings.length === 0 && Object.keys({ ...posture, ...read }).length === 0 && !accepts;
  return { kind: isSame ? 'same' : 'changed', settings, ...posture, ...read };
}

/**
 * The entries of a lock that a new one does not replace: those of homes and machines stay where these were not looked at;
 * a project that is not there any more is gone.
 */
export function partedBefore(
  before: readonly LockedClient[],
  after: readonly LockedClient[],
  machine: boolean,
): { readonly kept: readonly LockedClient[]; readonly gone: readonly LockedClient[] } {
  const keys = new Set(after.map(keyOf));
  const left = before.filter((entry) => !keys.has(keyOf(entry)));
  const isKept = ({ folder }: LockedClient): boolean => folder === undefined && !machine;
  return { kept: left.filter(isKept), gone: left.filter((entry) => !isKept(entry)) };
}
