import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';

/** What a client can be used in: a project, a person's home, a machine with nothing but managed files. */
export const clientLevels = ['project', 'user', 'managed'] as const;
export type ClientLevel = (typeof clientLevels)[number];

/** Settings of a machine that took part in a policy, besides those of the project. */
export const machineScopes = ['managed', 'user'] as const;
export type MachineScope = (typeof machineScopes)[number];

/**
 * What a setting came to: the SHA-256 (hex) of its value's canonical JSON, `unset` where no file that was read sets it and no
 * default is known to hold, `unknown` where a file that might set it could not be read: nothing equals it.
 */
export type SettingMark = string;
export const unsetMark = 'unset';
export const unknownMark = 'unknown';

/** The effective policy of one client as it was approved. It holds digests of values, and not one value. */
export interface LockedClient {
  /** Client id: `claude-code`. */
  readonly client: string;
  readonly level: ClientLevel;
  /** Of the project, or of the home or machine root, from the lock's folder: `.`, `apps/web`. Absent: a home or machine that lies elsewhere. */
  readonly folder?: string | undefined;
  /** The posture it was locked for. */
  readonly posture?: 'lockdown' | 'controlled' | 'open' | undefined;
  /** Rules that were open when it was locked for that posture, and were accepted. */
  readonly open?: readonly string[] | undefined;
  readonly read: readonly MachineScope[];
  /** By the client's own name of the setting: `permissions.defaultMode`, `requirements:allowed_sandbox_modes`. */
  readonly settings: ReadonlyMap<string, SettingMark>;
}

/** One text for each client in each place. */
export function keyOf({ client, level, folder }: Pick<LockedClient, 'client' | 'level' | 'folder'>): string {
  return `${folder ?? ''}\n${level}\n${client}`;
}

/** The digest of a whole policy: of which client, over which files, what each setting comes to. */
export function policyDigest({ client, read, settings }: Pick<LockedClient, 'client' | 'read' | 'settings'>): string {
  const text = canonicalJson({ client, read, settings: Object.fromEntries(settings) });
  return createHash('sha256').update(text).digest('hex');
}

/** Names of settings that two locks of one client say different things of; a setting only one of them holds is among them. */
export function differingSettings(before: LockedClient, after: LockedClient): string[] {
  const names = new Set([...before.settings.keys(), ...after.settings.keys()]);
  return [...names].filter((name) => before.settings.get(name) !== after.settings.get(name)).sort();
}
