import type { CedarRecord, EntityData, EntityUid } from './value.ts';

/** What one request is evaluated against. */
export interface Environment {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: CedarRecord;
  /** Entities that exist for this request only, those above among them where they have data of their own. */
  readonly brought: readonly EntityUid[];
}

/** What is known of an entity: from its store, or brought by the request. */
export function dataOf(uid: EntityUid, { brought }: Environment): EntityData | undefined {
  if (uid.data !== undefined) return uid.data;
  for (const other of brought) if (other.data !== undefined && uid.is(other)) return other.data;
  return undefined;
}

/** Cedar's `in` for one entity: itself, or one of its ancestors. */
export function isIn(uid: EntityUid, above: EntityUid, environment: Environment): boolean {
  if (uid.is(above)) return true;
  const ancestors = dataOf(uid, environment)?.ancestors;
  if (ancestors === undefined) return false;
  if (ancestors.has(above.name)) return true;
  if (above.name.interned) return false;
  for (const ancestor of ancestors) if (ancestor.is(above)) return true;
  return false;
}
