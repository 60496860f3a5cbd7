import { messageOf } from '../../base/errors.ts';
import { folderOf, joinInside, nameOf } from '../../base/path.ts';
import { keyOf, type LockedClient, unknownMark } from '../../integrity/posture-lock.ts';
import { postureLockName } from '../../integrity/posture-lock-name.ts';
import type { Source, Unit } from '../../model/collect.ts';
import type { Gap } from '../../model/gap.ts';
import { type Properties, Unknown } from '../../model/value.ts';
import type { PositionSink } from '../documents/node.ts';
import { Unreadable } from '../source.ts';
import { bagOf } from './lookup.ts';
import { isBelow } from './place.ts';
import { type PolicyInput, policyMarks, settingNames } from './policy-marks.ts';

const settingsToldMax = 20;

/** One lock with its folder: its clients by key; why it cannot be read. */
interface Lock {
  readonly folder: string;
  readonly clients: ReadonlyMap<string, LockedClient> | string;
}

/** How a client stands to the policy that was locked for it, and where the first setting that differs is decided. */
export interface LockStanding {
  readonly properties: Properties;
  readonly position?: PositionSink[string] | undefined;
}

/** The posture locks of one tree, which `demarc posture lock` wrote. */
export class PostureLocks {
  readonly #byFolder: ReadonlyMap<string, Lock>;
  readonly #found = new Set<LockedClient>();

  constructor(locks: readonly Lock[]) {
    const outermostFirst = [...locks].sort(
      (a, b) => a.folder.length - b.folder.length || (a.folder < b.folder ? -1 : 1),
    );
    this.#byFolder = new Map(outermostFirst.map((lock) => [lock.folder, lock]));
  }

  /**
   * How a client in a folder stands to its lock; undefined where no lock lies there or above, nor names this home or machine:
   * nobody has to use one. `state` is
   * - `same`: every setting that was locked comes to what it came to then
   * - `changed`: those in `changed` do not
   * - `missing`: others are locked there, this client is not
   * - unknown: nothing is known to have changed, and not everything is known
   */
  standingOf(input: PolicyInput, base: string): LockStanding | undefined {
    const found = this.#entryFor(input, base);
    if (found === undefined) return undefined;
    if (found === 'missing') return { properties: bagOf({ state: 'missing', changed: [] }) };
    if (found instanceof Unknown) return { properties: bagOf({ state: found, changed: found }) };
    if (found.level === input.level || input.sources.some(({ scope }) => scope === 'managed' || scope === 'system'))
      this.#found.add(found);
    return compare(found, input);
  }

  /** Clients that are locked where nothing of them is left: no resource is there to say that what was locked does not hold. */
  gaps(): Gap[] {
    return [...this.#byFolder.values()].flatMap(({ folder, clients }) => {
      if (typeof clients === 'string') return [];
      return [...clients.values()]
        .filter((entry) => entry.folder !== undefined && !this.#found.has(entry))
        .map((entry) => ({
          kind: 'unresolved' as const,
          reason: `\`${entry.client}\` in \`${entry.folder}\` is locked, and no configuration of it was found`,
          location: { file: joinInside(folder, postureLockName) ?? postureLockName, line: 1, column: 1 },
        }));
    });
  }

  /** The client's own entry, else what is locked for the administrator's files wherever they apply; the nearest lock first. */
  #entryFor({ client, level }: PolicyInput, base: string): LockedClient | Unknown | 'missing' | undefined {
    const folders = upFrom(base);
    const above = folders.flatMap((folder) => this.#byFolder.get(folder) ?? []);
    const others =
      level === 'project' ? [] : [...this.#byFolder.values()].filter(({ folder }) => !folders.includes(folder));
    for (const wanted of new Set([level, 'managed'] as const)) {
      const places = wanted === level ? [base] : folders;
      for (const { folder, clients } of [...above, ...others]) {
        if (typeof clients === 'string') return new Unknown(`the posture lock cannot be read: ${clients}`);
        const below = places.filter((place) => isBelow(place, folder)).map((place) => pathFrom(folder, place));
        for (const place of [...below, undefined]) {
          const found = clients.get(keyOf({ client, level: wanted, folder: place }));
          if (found !== undefined) return found;
        }
      }
    }
    return above.length > 0 ? 'missing' : undefined;
  }
}

/** A folder and those above it, the nearest first. */
function upFrom(folder: string): string[] {
  const found = [folder];
  for (let at = folder; at !== ''; found.push(at)) at = folderOf(at);
  return found;
}

/** A folder as a lock writes it: `.` is the lock's own. */
export function pathFrom(folder: string, place: string): string {
  if (place === folder) return '.';
  return folder === '' ? place : place.slice(folder.length + 1);
}

/** Reads the locks among the files of a unit. The schema library is loaded only where there is one. */
export async function readPostureLocks(
  { files }: Unit,
  source: Source,
): Promise<{ readonly locks: PostureLocks; readonly gaps: readonly Gap[] }> {
  const locks: Lock[] = [];
  const gaps: Gap[] = [];
  for (const { path } of files) {
    if (nameOf(path) !== postureLockName) continue;
    const { parsePostureLock } = await import('../../integrity/posture-lock-file.ts');
    const folder = folderOf(path);
    try {
      const clients = parsePostureLock(source.text(path), postureLockName);
      locks.push({ folder, clients: new Map(clients.map((entry) => [keyOf(entry), entry])) });
    } catch (thrown) {
      const kind = thrown instanceof Unreadable ? thrown.kind : 'syntax';
      gaps.push({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
      locks.push({ folder, clients: messageOf(thrown) });
    }
  }
  return { locks: new PostureLocks(locks), gaps };
}

/**
 * A lock is compared with the policy over the same files: one that was made from a project alone says nothing of a person's
 * settings, and one over a machine's settings cannot be compared where these were not read.
 */
function compare(entry: LockedClient, input: PolicyInput): LockStanding {
  const { posture, read } = entry;
  const told = { posture, ...(entry.open === undefined ? {} : { open: entry.open }) };
  const notRead = read.filter((scope) => !input.coverage[scope]);
  if (notRead.length > 0) {
    const why = new Unknown(
      `the ${notRead.join(' and ')} settings of the machine were read when it was locked, and not now`,
    );
    return { properties: bagOf({ state: why, changed: why, ...told }) };
  }
  const names = settingNames(input.table);
  const { settings, positions } = policyMarks(input, entry);
  const changed: string[] = [];
  const unknown: string[] = [];
  for (const [lockedName, mark] of entry.settings) {
    const name = names.get(lockedName);
    const now = name === undefined ? undefined : settings.get(name);
    if (name === undefined || now === undefined)
      unknown.push(`this version does not know the setting \`${lockedName}\``);
    else if (mark === unknownMark) unknown.push(`\`${name}\` was not known when it was locked`);
    else if (now instanceof Unknown) unknown.push(`\`${name}\`: ${now.reason}`);
    else if (now !== mark) changed.push(name);
  }
  const [why] = unknown;
  if (changed.length === 0 && why !== undefined) {
    const state = new Unknown(unknown.length === 1 ? why : `${why}, and ${unknown.length - 1} more`);
    return { properties: bagOf({ state, changed: state, ...told }) };
  }
  const first = changed.find((name) => positions[name] !== undefined);
  return {
    properties: bagOf({
      state: changed.length === 0 ? 'same' : 'changed',
      changed: changed.sort().slice(0, settingsToldMax),
      ...told,
    }),
    position: first === undefined ? undefined : positions[first],
  };
}
