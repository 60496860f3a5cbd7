import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Environment } from '../../base/ports.ts';

/**
 * The folders of PATH in which a server's programs are looked up. Folders that are not absolute are passed over (what they hold depends
 * on where one stands), and those that package runners put in front for the time of one run: what lies there is the project's.
 */
export function programFolders({ variables }: Environment): string[] {
  // `Path` on Windows, where names of variables have no case.
  const name = Object.keys(variables).find((one) => one.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (variables[name] ?? '').split(delimiter);
  return [...new Set(folders.filter((folder) => isAbsolute(folder) && !/[/\\]node_modules[/\\]/.test(folder)))];
}

/**
 * Finds a program as a shell would: an absolute path where it is, a name in the folders of PATH.
 *
 * @returns the absolute path of a file that this user may run; undefined when there is none
 */
export function findProgram(program: string, environment: Environment): string | undefined {
  const endings = environment.platform === 'win32' ? ['', '.exe', '.com', '.cmd', '.bat'] : [''];
  const places = isAbsolute(program) ? [program] : programFolders(environment).map((folder) => join(folder, program));
  return places.flatMap((place) => endings.map((ending) => place + ending)).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
