import { agentPoliciesCollector } from '../../collect/agents/agents-collector.ts';
import { policyEntry } from '../../collect/agents/policy-entry.ts';
import { collectTree } from '../../collect/run.ts';
import type { ClientLevel, LockedClient } from '../../integrity/posture-lock.ts';
import type { Resource } from '../../model/resource.ts';
import { isList, isProperties, Unknown } from '../../model/value.ts';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Place } from '../run-assessment.ts';

/** The policy of one client as it is now, in the form of a lock. */
export interface FoundPolicy {
  readonly entry: LockedClient;
  /** Id of the `agent.client` in an assessment of the same place. */
  readonly id: string;
  readonly name: string;
  readonly files: readonly { readonly file: string; readonly scope: string }[];
  /** Settings that cannot be known, and why. */
  readonly unknown: readonly { readonly setting: string; readonly reason: string }[];
}

/**
 * Reads the policies of all clients in a place.
 *
 * @param folder where the lock is to lie, relative to the root of the place
 */
export async function findPolicies(
  { files, clock }: Context,
  place: Place,
  config: Config,
  folder: string,
): Promise<readonly FoundPolicy[]> {
  const { resources } = await collectTree(files, place.root, [agentPoliciesCollector], {
    starts: place.starts,
    excludes: config.exclude,
    now: clock.now(),
    cache: undefined,
    onProgress: undefined,
  });
  return resources.flatMap((resource) => policyOf(resource, folder) ?? []);
}

function policyOf(resource: Resource, folder: string): FoundPolicy | undefined {
  const entry = policyEntry(resource, folder);
  if (entry === undefined) return undefined;
  const { files, settings } = resource.properties;
  return {
    entry,
    id: resource.id,
    name: resource.name,
    files: (isList(files) ? files : []).flatMap((file) => {
      const { file: path, scope } = isProperties(file) ? file : {};
      return typeof path === 'string' && typeof scope === 'string' ? [{ file: path, scope }] : [];
    }),
    unknown: (isProperties(settings) ? Object.entries(settings) : []).flatMap(([setting, mark]) =>
      mark instanceof Unknown ? [{ setting, reason: mark.reason }] : [],
    ),
  };
}

/** Where a client is used, for people: a folder, `this home`, `this machine`. */
export function whereOf({
  folder,
  level,
}: {
  readonly folder?: string | undefined;
  readonly level: ClientLevel;
}): string {
  return folder ?? (level === 'user' ? 'this home' : 'this machine');
}
