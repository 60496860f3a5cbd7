import { folderOf, nameOf } from '../../../base/path.ts';
import type { Gap } from '../../../model/gap.ts';
import { newProperties, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { categoryOf } from '../signals/packages.ts';
import { exactVersion, type Manifest } from './dependency.ts';
import { readManifest } from './read.ts';

const manifestName =
  /^(?:package\.json|pyproject\.toml|Pipfile|requirements[\w.-]*\.(?:txt|in)|setup\.(?:cfg|py)|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|.+\.csproj)$/;
const lockName =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|uv\.lock|poetry\.lock|Pipfile\.lock|pdm\.lock|pylock\.toml|gradle\.lockfile|packages\.lock\.json|requirements\.lock)$/;

/** Whether a file declares a deployable package. */
export function isManifest(path: string): boolean {
  return manifestName.test(nameOf(path)) && !/(?:^|\/)node_modules\//.test(path);
}

/** Whether a file fixes the versions a manifest leaves open. */
export function isLockFile(path: string): boolean {
  return lockName.test(nameOf(path));
}

/**
 * The application of a package folder, from all manifests directly in it; undefined when no manifest declares an AI
 * library (the collector makes one when the source uses AI all the same).
 *
 * @param locked whether a lock file lies in the folder or above it
 */
export function readManifests(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  gaps: Gap[],
  scope: string,
  locked: boolean,
): Draft | undefined {
  const own = paths.filter((path) => isManifest(path) && folderOf(path) === scope).sort(byWeight);
  const [main] = own;
  if (main === undefined) return undefined;
  const folder = nameOf(scope);
  let draft: Draft | undefined;
  const items: Value[] = [];
  for (const path of own) {
    const text = read(path);
    const manifest = text === undefined ? undefined : readManifest(path, text, gaps);
    if (manifest === undefined) continue;
    draft ??= start(path, manifest, folder);
    if (draft.file === path || folderOf(path) === scope) addDependencies(draft, manifest, path, locked, items);
  }
  return draft?.set('dependencies', items).set('declared', items.length > 0);
}

function start(path: string, manifest: Manifest, folder: string): Draft {
  const name = manifest.name ?? (folder === '' ? 'application' : folder);
  const draft = new Draft('code.application', path, { line: 1, column: 1 }, name);
  return draft.set('name', name).set('language', manifest.language).set('manifest', path).set('grade', 'declared');
}

function addDependencies(draft: Draft, manifest: Manifest, path: string, locked: boolean, items: Value[]): void {
  for (const dependency of manifest.dependencies) {
    const category = categoryOf(dependency.registry, dependency.name);
    if (category === undefined) continue;
    const version = exactVersion(dependency.registry, dependency.specifier);
    const bag = newProperties();
    bag['name'] = dependency.name;
    bag['version'] = version ?? null;
    bag['specifier'] = dependency.specifier;
    bag['pinned'] = version !== undefined || locked;
    bag['category'] = category;
    draft.place(`dependencies[${items.length}]`, dependency.at, path);
    items.push(bag);
  }
}

function byWeight(a: string, b: string): number {
  const weight = (path: string): number =>
    /(?:package\.json|pyproject\.toml|go\.mod|pom\.xml|csproj)$/.test(path)
      ? 0
      : path.endsWith('requirements.txt')
        ? 1
        : 2;
  return weight(a) - weight(b) || a.localeCompare(b);
}
