import { isAbsolute, join } from 'node:path';
import type { Environment } from '../base/ports.ts';

type Named = Pick<Environment, 'variables' | 'homeDirectory'>;

/** The user's folder for what programs keep. */
export function userStateFolder({ variables, homeDirectory }: Named): string {
  return absolute(variables['XDG_STATE_HOME']) ?? join(homeDirectory, '.local', 'state');
}

/** The user's folder for what programs can make again. */
export function userCacheFolder({ variables, homeDirectory }: Named): string {
  return absolute(variables['XDG_CACHE_HOME']) ?? join(homeDirectory, '.cache');
}

/** An empty variable is none, and a relative path is to be ignored: it would be another folder each time (XDG Base Directory Specification). */
function absolute(folder: string | undefined): string | undefined {
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}
