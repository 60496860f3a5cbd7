import { append } from '../../base/multimap.ts';
import { folderOf, nameOf } from '../../base/path.ts';
import type { Source } from '../../model/collect.ts';
import type { Adapter, FileForm } from './adapter.ts';
import type { Scope } from './shapes.ts';

/** A file of the tree with the client form it matches and the folder that form is relative to. */
export interface Placed {
  readonly adapter: Adapter;
  readonly form: FileForm;
  readonly base: string;
}

interface CompiledForm {
  readonly adapter: Adapter;
  readonly form: FileForm;
  readonly segments: readonly string[];
}

/** Finds the client files of a tree by their paths. Cheap: most paths are refused by their last name alone. */
export class Places {
  readonly #byName = new Map<string, CompiledForm[]>();
  /** Forms whose last name has a star, by what stands after its last dot. */
  readonly #byExtension = new Map<string, CompiledForm[]>();

  constructor(adapters: readonly Adapter[]) {
    for (const adapter of adapters) {
      for (const form of adapter.forms) {
        const segments = form.at.split('/');
        const last = segments.at(-1) ?? '';
        const compiled = { adapter, form, segments };
        if (!last.includes('*')) append(this.#byName, last, compiled);
        else append(this.#byExtension, extensionOf(last), compiled);
      }
    }
  }

  /** The form a path matches, one for each client; a file may belong to several (`.mcp.json`). */
  of(path: string): readonly Placed[] {
    const candidates = this.#candidates(nameOf(path));
    if (candidates.length === 0) return [];
    const names = path.split('/');
    const best = new Map<Adapter, { placed: Placed; length: number }>();
    for (const { adapter, form, segments } of candidates) {
      const at = startOf(segments, names);
      if (at === undefined) continue;
      const known = best.get(adapter);
      const placed = { adapter, form, base: names.slice(0, at).join('/') };
      // The longest form knows best what the file is: `etc/claude-code/managed-settings.json` before `managed-settings.json`.
      if (known === undefined || names.length - at > known.length)
        best.set(adapter, { placed, length: names.length - at });
    }
    const found = [...best.values()].map(({ placed }) => placed);
    const firm = found.filter(({ adapter }) => adapter.fallback !== true);
    return firm.length > 0 ? firm : found;
  }

  claims(path: string): boolean {
    return this.of(path).length > 0;
  }

  #candidates(last: string): readonly CompiledForm[] {
    const named = this.#byName.get(last) ?? [];
    const patterns = this.#byExtension.get(extensionOf(last));
    return patterns === undefined
      ? named
      : [...named, ...patterns.filter(({ segments }) => matchesName(segments.at(-1) ?? '', last))];
  }
}

/** What stands after the last dot; no star stands there in any form. */
function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Index of the first name from which the pattern matches all the rest, outermost first. */
function startOf(segments: readonly string[], names: readonly string[]): number | undefined {
  const open = segments.includes('**');
  const first = open ? 0 : names.length - segments.length;
  const last = open ? names.length - segments.length + 1 : first;
  for (let at = Math.max(0, first); at <= last; at++) if (first >= 0 && matchesFrom(segments, 0, names, at)) return at;
  return undefined;
}

function matchesFrom(segments: readonly string[], segment: number, names: readonly string[], name: number): boolean {
  if (segment === segments.length) return name === names.length;
  const pattern = segments[segment] ?? '';
  if (pattern === '**') {
    // One `**` in a pattern, so this loop is linear in the path.
    for (let skip = name; skip <= names.length; skip++)
      if (matchesFrom(segments, segment + 1, names, skip)) return true;
    return false;
  }
  return (
    name < names.length &&
    matchesName(pattern, names[name] ?? '') &&
    matchesFrom(segments, segment + 1, names, name + 1)
  );
}

/** One star in a name: what stands before and after it must fit. */
function matchesName(pattern: string, name: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === name;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after);
}

const homePath = /(?:^|\/)(?:(?:home|Users)\/[^/]+|root)$/;
/** Files that a person's home has and a project does not. */
const homeSigns = [
  '.bash_history',
  '.zsh_history',
  '.bashrc',
  '.zshrc',
  '.profile',
  '.bash_profile',
  '.claude.json',
  '.ssh/known_hosts',
  '.ssh/config',
  '.gitconfig',
  'NTUSER.DAT',
];

/** Whether a folder is a person's home: by its path, or by what lies in it. */
export function isHome(base: string, source: Source): boolean {
  if (homePath.test(base)) return true;
  return homeSigns.some((sign) => source.has(base === '' ? sign : `${base}/${sign}`));
}

/** The root of the machine a home lies on (`mnt/home/ana` → `mnt`), or undefined when the path does not show it. */
export function machineRootOf(home: string): string | undefined {
  const found = homePath.exec(home);
  return found === null ? undefined : home.slice(0, found.index);
}

/** The folder and all above it, up to the root. */
export function* ancestorsOf(folder: string): Generator<string> {
  for (let at = folder; ; at = folderOf(at)) {
    yield at;
    if (at === '') return;
  }
}

/** Whether a file of the scope bears on all that lies below its base. */
export function isWide(scope: unknown): boolean {
  return scope === 'managed' || scope === 'system' || scope === 'user';
}

/** Whether `folder` is `ancestor` or lies below it. */
export function isBelow(folder: string, ancestor: string): boolean {
  return ancestor === '' || folder === ancestor || folder.startsWith(`${ancestor}/`);
}

/** The scope of a file: a `workspace` form is the person's when its base is a home. */
export function scopeOf(form: FileForm, base: string, source: Source): Scope {
  if (form.scope !== 'workspace') return form.scope;
  return isHome(base, source) ? 'user' : 'project';
}
