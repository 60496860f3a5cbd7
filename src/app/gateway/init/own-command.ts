import type { Context } from '../../context.ts';
import { findProgram } from '../find-program.ts';

/**
 * How clients start this very program: by its name where PATH leads to it, else by node and its file. The name alone could be missing, or
 * somebody else's.
 *
 * @param started the file that node was started with
 */
export function ownCommand({ files, environment }: Pick<Context, 'files' | 'environment'>, started: string): string[] {
  const own = files.real(started);
  const named = findProgram('demarc', environment);
  return named !== undefined && files.real(named) === own ? ['demarc'] : [process.execPath, own];
}
