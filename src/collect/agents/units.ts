import { Joined } from '../../base/joined.ts';
import { append } from '../../base/multimap.ts';
import { nameOf } from '../../base/path.ts';
import { postureLockName } from '../../integrity/posture-lock-name.ts';
import type { Source, SourceFile, Unit } from '../../model/collect.ts';
import { lockPathOf } from './definition-pins.ts';
import { ancestorsOf, isWide, type Places, scopeOf } from './place.ts';

/**
 * Units of agent configuration: the files that bear on the same clients. Those are the files of one base; what is wider than
 * a project with all that lies below it; and a text with what stands above it, as it may belong to a project there.
 */
export function planUnits(files: readonly SourceFile[], places: Places, source: Source): Unit[] {
  // A posture lock speaks of any client of its folder, and of those of homes and the machine wherever they are.
  if (files.some(({ path }) => nameOf(path) === postureLockName)) return [{ id: postureLockName, files }];
  const joined = new Joined(files.length);
  const first = new Map<string, number>();
  const join = (key: string, at: number): void => {
    const known = first.get(key);
    if (known === undefined) first.set(key, at);
    else joined.join(known, at);
  };
  const placed = files.flatMap((file, at) => places.of(file.path).map((place) => ({ ...place, path: file.path, at })));
  for (const { adapter, base, path, at } of placed) {
    join(`base\n${base}`, at);
    first.set(`${adapter.id}\n${base}`, at);
    const lock = lockPathOf({ path, base, source });
    if (lock !== undefined) join(`lock\n${lock}`, at);
  }
  const wide = new Map<string, number>();
  for (const { form, base, at } of placed) if (isWide(scopeOf(form, base, source))) wide.set(base, at);
  for (const { adapter, form, base, at } of placed) {
    for (const above of ancestorsOf(base)) {
      const wider = wide.get(above) ?? (form.format === 'text' ? first.get(`${adapter.id}\n${above}`) : undefined);
      if (wider !== undefined) joined.join(wider, at);
    }
  }
  const units = new Map<number, SourceFile[]>();
  for (const [at, file] of files.entries()) append(units, joined.root(at), file);
  return [...units.values()].map((members) => ({ id: members[0]?.path ?? '', files: members }));
}
