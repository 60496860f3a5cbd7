import { append } from '../../../base/multimap.ts';
import { messageOf } from '../../../base/errors.ts';
import { folderOf } from '../../../base/path.ts';
import type { Collected, Collector, PlanSource, Source, SourceFile, Unit } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import { confidenceOf } from '../../../model/confidence.ts';
import type { Resource } from '../../../model/resource.ts';
import { type Manifest, typeOf } from '../../canonical/kubernetes/manifest.ts';
import { addressOf, type ManifestIndex } from '../../canonical/kubernetes/manifest-index.ts';
import { completeManifests } from '../../canonical/kubernetes/manifest-set.ts';
import { parseJson } from '../../documents/json.ts';
import { type DocNode, newBudget } from '../../documents/node.ts';
import { parseYaml } from '../../documents/yaml.ts';
import { Unreadable } from '../../source.ts';
import { chartOf, helmGap } from './helm.ts';
import { isKustomization, readKustomization } from './kustomize.ts';
import { looksLikeManifest, manifestsOf } from './manifest-file.ts';

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

/**
 * Reads Kubernetes manifests in YAML and JSON, told by `apiVersion` and `kind`: type `kubernetes.<Kind>`, properties the
 * manifest itself, plus `$links` (references), `$ai` and `$endpoints` (facts, see documents/ai-facts.ts).
 * Values of Secrets never leave this collector.
 */
export const kubernetesCollector: Collector = {
  id: 'kubernetes',
  version: 1,
  claims: (path) => (/\.(?:ya?ml|json)$/i.test(path) || isKustomization(path) ? !ignored.test(path) : false),
  plan,
  collect,
};

/** Files of package managers and tools that are large and never manifests. */
const ignored =
  /(?:^|\/)(?:package(?:-lock)?|npm-shrinkwrap|composer|tsconfig[\w.-]*|pnpm-lock|yarn\.lock|\.eslintrc|renovate)\.(?:json|ya?ml)$|(?:^|\/)\.github\//i;

function plan(files: readonly SourceFile[], source: PlanSource): readonly Unit[] {
  const sets = new Map<string, SourceFile[]>();
  for (const file of files) {
    if (!isCandidate(file, source)) continue;
    const chart = chartOf(file.path, source);
    const root = chart ?? setRoot(file.path);
    append(sets, root, file);
  }
  return [...sets].map(([root, members]) => ({ id: root === '' ? '.' : root, files: members }));
}

function isCandidate(file: SourceFile, source: PlanSource): boolean {
  if (isKustomization(file.path) || chartOf(file.path, source) !== undefined) return true;
  try {
    return source.fact(file.path, 'kubernetes manifest', looksLikeManifest);
  } catch {
    // Unreadable YAML may be a manifest and becomes a gap; JSON of that kind is mostly data.
    return /\.ya?ml$/i.test(file.path);
  }
}

/** The folder whose manifests refer to one another: the outermost one with a telling name, else the file's own. */
function setRoot(path: string): string {
  const parts = folderOf(path).split('/');
  const at = parts.findIndex((part) => setFolders.has(part.toLowerCase()));
  return at === -1 ? folderOf(path) : parts.slice(0, at + 1).join('/');
}

function collect(unit: Unit, source: Source): Collected {
  const gaps: Gap[] = [];
  const charts = new Set<string>();
  const patches = new Set<string>();
  const plain: string[] = [];
  for (const { path } of unit.files) {
    const chart = chartOf(path, source);
    if (chart !== undefined) charts.add(chart);
    else if (isKustomization(path)) {
      const [root] = documentsOf(path, source, gaps);
      const found = readKustomization(root, path, source);
      gaps.push(...found.gaps);
      for (const patch of found.patches) patches.add(patch);
    } else plain.push(path);
  }
  gaps.push(...[...charts].map(helmGap));
  const manifests = plain.filter((path) => !patches.has(path)).flatMap((path) => manifestsIn(path, source, gaps));
  const index = completeManifests(manifests);
  return { resources: manifests.map((manifest) => toResource(manifest, index)), gaps };
}

function manifestsIn(path: string, source: Source, gaps: Gap[]): Manifest[] {
  const budget = newBudget();
  const found = documentsOf(path, source, gaps).flatMap((document) => manifestsOf(document, path, budget));
  if (budget.nodes <= 0)
    gaps.push({
      kind: 'too-large',
      reason: 'the file expands past the node limit',
      location: { file: path, line: 1, column: 1 },
    });
  return found;
}

function documentsOf(path: string, source: Source, gaps: Gap[]): DocNode[] {
  const location = { file: path, line: 1, column: 1 };
  try {
    const text = source.text(path);
    if (!isKustomization(path) && !looksLikeManifest(text)) return [];
    if (/\.json$/i.test(path)) {
      const { root, gaps: found } = parseJson(text, path);
      gaps.push(...found);
      return root === undefined ? [] : [root];
    }
    const { documents, gaps: found } = parseYaml(text, path);
    const isTemplated = found.length > 0 && /\{\{|\{%/.test(text);
    if (isTemplated)
      gaps.push({
        kind: 'unsupported',
        reason: 'template placeholders are not rendered: assess the rendered manifest',
        location,
      });
    else gaps.push(...found);
    return documents;
  } catch (thrown) {
    gaps.push({
      kind: thrown instanceof Unreadable ? thrown.kind : 'unsupported',
      reason: messageOf(thrown),
      location,
    });
    return [];
  }
}

function toResource(manifest: Manifest, index: ManifestIndex): Resource {
  const id = index.id(manifest);
  const suffix = /~\d+$/.exec(id)?.[0] ?? '';
  return {
    id,
    type: typeOf(manifest),
    name: manifest.name,
    dialect: 'kubernetes',
    address: addressOf(manifest) + suffix,
    scope: folderOf(manifest.file),
    location: { file: manifest.file, line: manifest.line, column: manifest.column },
    properties: manifest.properties,
    positions: manifest.positions,
    confidence: confidenceOf(manifest.file),
  };
}
