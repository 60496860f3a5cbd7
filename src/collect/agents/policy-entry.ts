import { clientLevels, type LockedClient, machineScopes, unknownMark } from '../../integrity/posture-lock.ts';
import type { Resource } from '../../model/resource.ts';
import { isList, isProperties } from '../../model/value.ts';
import { isBelow } from './place.ts';
import { pathFrom } from './posture-locks.ts';

/**
 * The entry of a lock that an `agent.policy` makes (see `policyResources`); undefined for a project that lies elsewhere: what
 * a person's extensions bring is no part of this one.
 *
 * @param folder where the lock is to lie
 */
export function policyEntry({ dialect, scope, properties }: Resource, folder: string): LockedClient | undefined {
  const { read, settings } = properties;
  const level = clientLevels.find((candidate) => candidate === properties['level']);
  const place = isBelow(scope, folder) ? pathFrom(folder, scope) : undefined;
  if (level === undefined || (level === 'project' && place === undefined)) return undefined;
  const marks = isProperties(settings) ? Object.entries(settings) : [];
  return {
    client: dialect,
    level,
    folder: place,
    read: machineScopes.filter((candidate) => isList(read) && read.includes(candidate)),
    settings: new Map(marks.map(([name, mark]) => [name, typeof mark === 'string' ? mark : unknownMark])),
  };
}
