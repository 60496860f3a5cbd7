import { statSync } from 'node:fs';
import type { HostFacts } from '../../sandbox/host.ts';
import type { LaunchSettings } from '../../sandbox/settings.ts';

/** Folders that a server may write by its entry, and cannot as who it runs as where the gateway is root. */
export function unwritableFolders({ sandbox }: LaunchSettings, host: Pick<HostFacts, 'user'>): readonly string[] {
  if (host.user !== 0 || 'none' in sandbox) return [];
  return sandbox.writable.filter((folder) => {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === sandbox.user ? 0o200 : gid === sandbox.user ? 0o020 : 0o002;
    return (mode & bit) === 0;
  });
}
