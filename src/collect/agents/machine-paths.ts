import { adapters } from './adapters.ts';

/**
 * Where the configuration of all clients lies on a machine: files and folders to read besides the assessed path.
 * Not all exist.
 *
 * @param home absolute path of the person's home folder, without a trailing separator
 */
export function machinePaths(platform: 'linux' | 'darwin' | 'win32', home: string): string[] {
  const separator = platform === 'win32' ? '\\' : '/';
  const paths = adapters.flatMap(({ machine }) => machine[platform]);
  return [
    ...new Set(
      paths.map((path) =>
        path.startsWith('~/') ? `${home}${separator}${path.slice(2).replaceAll('/', separator)}` : path,
      ),
    ),
  ].sort();
}
