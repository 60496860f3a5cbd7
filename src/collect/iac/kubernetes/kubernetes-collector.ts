import { messageOf } from '../../../base/errors.ts';
import { folderOf } from '../../../base/path.ts';
import type { Collected, Collector, PlanSource, Source, SourceFile, Unit } from '../../../model/collect.ts';
import { confidenceOf } from '../../../model/confidence.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { type Manifest, typeOf } from '../../canonical/kubernetes/manifest.ts';
import { addressOf, type ManifestIndex } from '../../canonical/kubernetes/manifest-index.ts';
import { completeManifests } from '../../canonical/kubernetes/manifest-set.ts';
import { decodeNames, type EncodedNames, encodeNames, type Names } from '../../canonical/kubernetes/names.ts';
import { Unreadable } from '../../source.ts';
import { chartOf, helmGap } from './helm.ts';
import { isKustomization, patchFiles, readKustomization } from './kustomize.ts';
import { looksLikeManifest, type ManifestFile, parseDocuments, readManifests } from './manifest-file.ts';
import { planUnits } from './units.ts';

/** What planning a unit parsed, for collecting it. */
const parsed = new WeakMap<Unit, Map<string, ManifestFile>>();

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
  const known = new Map<string, ManifestFile>();
  const units = planUnits(files, source, {
    names: (path) => namesIn(path, source, known),
    patches(path) {
      try {
        return patchFiles(parseDocuments(source.text(path), path).documents, path);
      } catch {
        return [];
      }
    },
  });
  for (const unit of units) parsed.set(unit, known);
  return units;
}

function namesIn(path: string, source: Source, known: Map<string, ManifestFile>): readonly Names[] | undefined {
  const name = 'kubernetes names';
  const kept = source.kept?.(name, [path]);
  if (kept !== undefined) return (JSON.parse(kept) as EncodedNames[] | null)?.map(decodeNames);
  let text: string;
  try {
    text = source.text(path);
  } catch {
    // Unreadable YAML may be a manifest and becomes a gap; JSON of that kind is mostly data.
    return /\.ya?ml$/i.test(path) ? [] : undefined;
  }
  const file = looksLikeManifest(text) ? orGap(path, () => readManifests(text, path)) : undefined;
  if (file !== undefined) known.set(path, file);
  source.keep?.(name, [path], () => JSON.stringify(file?.manifests.map(encodeNames) ?? null));
  return file?.manifests;
}

function collect(unit: Unit, source: Source): Collected {
  const gaps: Gap[] = [];
  const charts = new Set<string>();
  const manifests: Manifest[] = [];
  for (const { path } of unit.files) {
    const chart = chartOf(path, source);
    if (chart !== undefined) charts.add(chart);
    else if (isKustomization(path)) gaps.push(...kustomizationGaps(path, source));
    else {
      const file = parsed.get(unit)?.get(path) ?? orGap(path, () => readManifests(source.text(path), path));
      parsed.get(unit)?.delete(path);
      manifests.push(...file.manifests);
      gaps.push(...file.gaps);
    }
  }
  gaps.push(...[...charts].map(helmGap));
  const index = completeManifests(manifests);
  return { resources: manifests.map((manifest) => toResource(manifest, index)), gaps };
}

function kustomizationGaps(path: string, source: Source): readonly Gap[] {
  return orGap(path, () => {
    const { documents, gaps } = parseDocuments(source.text(path), path);
    return { manifests: [], gaps: [...gaps, ...readKustomization(documents, path, source)] };
  }).gaps;
}

/** What cannot be read is a gap. */
function orGap(file: string, read: () => ManifestFile): ManifestFile {
  try {
    return read();
  } catch (thrown) {
    const kind = thrown instanceof Unreadable ? thrown.kind : 'unsupported';
    return { manifests: [], gaps: [{ kind, reason: messageOf(thrown), location: { file, line: 1, column: 1 } }] };
  }
}

function toResource(manifest: Manifest, index: ManifestIndex<Manifest>): Resource {
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
