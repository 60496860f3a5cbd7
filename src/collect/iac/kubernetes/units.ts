import { Joined } from '../../../base/joined.ts';
import { append } from '../../../base/multimap.ts';
import { folderOf } from '../../../base/path.ts';
import type { PlanSource, SourceFile, Unit } from '../../../model/collect.ts';
import { ManifestIndex, type Named, ownId } from '../../canonical/kubernetes/manifest-index.ts';
import type { Names } from '../../canonical/kubernetes/names.ts';
import { chartOf } from './helm.ts';
import { isKustomization } from './kustomize.ts';

/** Folders under which manifests in several folders belong together. */
const setFolders = new Set([
  'k8s',
  'kubernetes',
  'kube',
  'manifests',
  'deploy',
  'deployment',
  'deployments',
  'kustomize',
  'clusters',
]);

/** What a look at a file tells planning. */
export interface Sight {
  /** The names of the manifests of a file; undefined when it is none to be read. */
  names(path: string): readonly Names[] | undefined;
  /** Files that a kustomization names as patches: they are no manifests. */
  patches(path: string): readonly string[];
}

/**
 * Units of manifests: of those that are applied together, the files whose manifests name or select each other. The
 * templates of a chart are one unit, and so is each kustomization.
 */
export function planUnits(files: readonly SourceFile[], source: PlanSource, sight: Sight): Unit[] {
  const charts = new Map<string, SourceFile[]>();
  const sets = new Map<string, SourceFile[]>();
  for (const file of files) {
    const chart = chartOf(file.path, source);
    if (chart !== undefined) append(charts, chart, file);
    else append(sets, setRoot(file.path), file);
  }
  const units = [...sets.values()].flatMap((set) => keptParts(set, source, sight)).concat([...charts.values()]);
  return units.map((members) => ({ id: members[0]?.path ?? '', files: members }));
}

/** The folder whose manifests refer to one another: the outermost one with a telling name, else the file's own. */
function setRoot(path: string): string {
  const parts = folderOf(path).split('/');
  const at = parts.findIndex((part) => setFolders.has(part.toLowerCase()));
  return at === -1 ? folderOf(path) : parts.slice(0, at + 1).join('/');
}

/** The parts of a set, kept as the places of their files: what it takes to find them grows with the set. */
function keptParts(set: readonly SourceFile[], source: PlanSource, sight: Sight): SourceFile[][] {
  const [name, paths] = ['kubernetes units', set.map(({ path }) => path)];
  const kept = source.kept?.(name, paths);
  if (kept !== undefined) return (JSON.parse(kept) as number[][]).map((part) => part.flatMap((at) => set[at] ?? []));
  const parts = partsOf(set, sight);
  source.keep?.(name, paths, () => {
    const placeOf = new Map(set.map((file, at) => [file, at]));
    return JSON.stringify(parts.map((part) => part.map((file) => placeOf.get(file) ?? -1)));
  });
  return parts;
}

/** A manifest of a set, and the place of its file in the set. */
interface Placed extends Named {
  readonly at: number;
}

/** Parts a set as far as its files have nothing to do with each other. */
function partsOf(set: readonly SourceFile[], sight: Sight): SourceFile[][] {
  const kustomizations = set.filter(({ path }) => isKustomization(path));
  const patches = new Set(kustomizations.flatMap(({ path }) => sight.patches(path)));
  const read = set.flatMap((file) => {
    const names = isKustomization(file.path) ? [] : patches.has(file.path) ? undefined : sight.names(file.path);
    return names === undefined ? [] : [{ file, names }];
  });
  const joined = new Joined(read.length);
  joinNamed(
    read.flatMap(({ file, names }, at) => names.map((each) => ({ ...each, file: file.path, at }))),
    joined,
  );
  const parts = new Map<number, SourceFile[]>();
  for (const [at, { file }] of read.entries()) append(parts, joined.root(at), file);
  return [...parts.values()];
}

/** Joins the files of all manifests that `completeManifests` looks at for each other, and of those with one id. */
function joinNamed(manifests: readonly Placed[], joined: Joined): void {
  const index = new ManifestIndex(manifests);
  const first = new Map<string, number>();
  for (const manifest of manifests) {
    const { at, kind, asks, hosts } = manifest;
    const id = ownId(manifest);
    const twin = first.get(id);
    if (twin === undefined) first.set(id, at);
    else joined.join(twin, at);
    const answers = asks.flatMap((ask) => index.answersTo(ask, manifest));
    // The values of a ConfigMap name Services as seen from who uses it.
    const environment = answers.flatMap((answer) => (answer.kind === 'ConfigMap' ? answer.hosts : []));
    const named = [...(kind === 'ConfigMap' ? [] : hosts), ...environment];
    for (const answer of answers) joined.join(at, answer.at);
    for (const ask of named) for (const answer of index.answersTo(ask, manifest)) joined.join(at, answer.at);
  }
}
