import { folderOf } from '../../base/path.ts';
import type { Source } from '../../model/collect.ts';
import { Unknown, type Value } from '../../model/value.ts';
import { bagOf } from './lookup.ts';

const everyoneWrites = 0o002;
const groupWrites = 0o020;

/**
 * Who besides the administrator may change a file, directly or through a folder above it: `{path, who}` with `owner` (not
 * root) or `everyone`. Unknown for a file that is not in its place on this machine (a repository holds copies; whoever
 * installs them decides), and where a group may write: its members are not known.
 */
export function writersOf(file: string, source: Source): Value {
  const found: Value[] = [];
  let group: string | undefined;
  for (const path of withFolders(file)) {
    const access = source.access?.(path);
    if (access === undefined) return new Unknown('who may write the file is decided where it is installed');
    if (access.uid !== 0) found.push(bagOf({ path, who: 'owner' }));
    if ((access.mode & everyoneWrites) !== 0) found.push(bagOf({ path, who: 'everyone' }));
    else if ((access.mode & groupWrites) !== 0) group ??= path;
  }
  return found.length === 0 && group !== undefined
    ? new Unknown(`a group may write \`/${group}\`, and who is in it is not known`)
    : found;
}

/** The path and every folder above it, up to the root (`''`). */
function withFolders(path: string): string[] {
  const paths = [path];
  for (let at = path; at !== ''; ) paths.push((at = folderOf(at)));
  return paths;
}
