import { DemarcError } from '../../base/errors.ts';
import type { KeyFiles } from '../../base/ports.ts';

/** Permission bits of a folder of keys and of every file in it. */
export const folderMode = 0o700;
export const fileMode = 0o600;

/** @throws DemarcError `DMC_IDENTITY` when anybody but the owner may read or change the file or folder */
export async function requirePrivate(files: KeyFiles, path: string): Promise<void> {
  const bits = await files.permissions(path);
  if (bits !== undefined && (bits & 0o077) !== 0)
    throw identityError(`\`${path}\` is readable by others`, `chmod go-rwx ${path}; consider what it held to be known`);
}

export function identityError(message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_IDENTITY', message, hint === undefined ? {} : { hint });
}
