import { messageOf } from '../../base/errors.ts';
import { folderOf } from '../../base/path.ts';
import { commandIdentity, isSameServer, urlIdentity } from '../../integrity/identity.ts';
import type { LockFile } from '../../integrity/lock-file.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import { type Properties, Unknown, type Value } from '../../model/value.ts';
import type { OpenFile, Sink } from './adapter.ts';
import { bagOf } from './lookup.ts';

/** Lock files of what is read together, read once: by path, what they hold or why they cannot be read. */
const known = new WeakMap<Sink, Map<string, LockFile | string>>();

/** Where the definitions are that were approved for the servers of a file; undefined when no lock file is there. */
export function lockPathOf({ path, base, source }: Pick<OpenFile, 'path' | 'base' | 'source'>): string | undefined {
  return [folderOf(path), base]
    .map((folder) => (folder === '' ? lockFileName : `${folder}/${lockFileName}`))
    .find((candidate) => source.has(candidate));
}

/**
 * How the entry of a server stands to the definitions that were approved for it (`demarc mcp pin`); undefined where no lock file
 * lies beside the configuration or in its project: nobody has to use one. `state` is
 * - `pinned`: approved for exactly this command or address, and nothing else was seen since
 * - `changed`: `demarc mcp diff --record` saw the server list what was not approved; `definitions` says which
 * - `other-server`: approved for another command, version or address
 * - `missing`: other servers of the file are approved, this one is not
 */
export function definitionPins(
  name: string,
  words: readonly string[],
  url: string | undefined,
  file: OpenFile,
  sink: Sink,
): Value | undefined {
  const path = lockPathOf(file);
  if (path === undefined) return undefined;
  const lock = lockAt(path, file, sink);
  if (typeof lock === 'string') return new Unknown(`the lock file cannot be read: ${lock}`);
  const pins = lock.get(name);
  if (pins === undefined) return stateOf('missing');
  const found = words.length > 0 ? commandIdentity(words) : urlIdentity(url ?? '');
  if (!isSameServer(pins.identity, found)) return stateOf('other-server');
  return pins.differs === undefined ? stateOf('pinned') : stateOf('changed', pins.differs.definitions);
}

function stateOf(state: string, definitions?: readonly string[]): Properties {
  return bagOf({ state, definitions: definitions?.slice(0, 20) });
}

function lockAt(path: string, file: OpenFile, sink: Sink): LockFile | string {
  const files = known.get(sink) ?? new Map<string, LockFile | string>();
  known.set(sink, files);
  const found = files.get(path) ?? read(path, file);
  if (!files.has(path) && typeof found === 'string') sink.gap({ ...file, path }, 'syntax', found);
  files.set(path, found);
  return found;
}

function read(path: string, { source, parseLock }: OpenFile): LockFile | string {
  try {
    return parseLock(source.text(path), lockFileName);
  } catch (thrown) {
    return messageOf(thrown);
  }
}
