import type { Gap } from '../../../model/gap.ts';
import type { MutableProperties } from '../../../model/value.ts';
import { parseJson } from '../../documents/json.ts';
import {
  type Budget,
  child,
  type DocNode,
  newBudget,
  type PositionSink,
  stringOf,
  toProperties,
} from '../../documents/node.ts';
import { parseYaml } from '../../documents/yaml.ts';
import { groupOf, type Manifest } from '../../canonical/kubernetes/manifest.ts';
import { namesOf } from '../../canonical/kubernetes/names.ts';

/** Groups of files that look like manifests and configure a tool on somebody's machine instead. */
const foreignGroups = [
  /^backstage\.io$/,
  /^skaffold$/,
  /^kustomize\.config\.k8s\.io$/,
  /^kind\.x-k8s\.io$/,
  /^eksctl\.io$/,
  /^client\.authentication\.k8s\.io$/,
  /^k3d\.io$/,
  /^tilt\.dev$/,
  /^audit\.k8s\.io$/,
  /^kubeadm\.k8s\.io$/,
  /^devfile/,
];

/** Whether a text may hold manifests at all. Cheap: two look-ups before anything is parsed. */
export function looksLikeManifest(text: string): boolean {
  return (
    /(?:^|\n)[ \t-]{0,64}["']?apiVersion["']?[ \t]*:|["']apiVersion["'][ \t]*:/.test(text) &&
    /["'\s]kind["']?[ \t]*:|^kind:/.test(text)
  );
}

/** What one file holds. */
export interface ManifestFile {
  readonly manifests: readonly Manifest[];
  readonly gaps: readonly Gap[];
}

export function readManifests(text: string, path: string): ManifestFile {
  const budget = newBudget();
  const { documents, gaps } = parseDocuments(text, path);
  const manifests = documents.flatMap((document) => manifestsOf(document, path, budget));
  if (budget.nodes <= 0) gaps.push(gapAt(path, 'too-large', 'the file expands past the node limit'));
  return { manifests, gaps };
}

export function parseDocuments(text: string, path: string): { documents: readonly DocNode[]; gaps: Gap[] } {
  if (/\.json$/i.test(path)) {
    const { root, gaps } = parseJson(text, path);
    return { documents: root === undefined ? [] : [root], gaps: [...gaps] };
  }
  const { documents, gaps } = parseYaml(text, path);
  const isTemplated = gaps.length > 0 && /\{\{|\{%/.test(text);
  const reason = 'template placeholders are not rendered: assess the rendered manifest';
  return { documents, gaps: isTemplated ? [gapAt(path, 'unsupported', reason)] : [...gaps] };
}

function gapAt(file: string, kind: Gap['kind'], reason: string): Gap {
  return { kind, reason, location: { file, line: 1, column: 1 } };
}

/**
 * The manifests in one document; the items of a `List` one by one. Anything that is no manifest gives none.
 *
 * @param budget shared over one file
 */
function manifestsOf(document: DocNode, file: string, budget: Budget, depth = 0): Manifest[] {
  if (document.kind === 'list')
    return depth > 3 ? [] : document.items.flatMap((item) => manifestsOf(item, file, budget, depth + 1));
  const apiVersion = stringOf(child(document, 'apiVersion'));
  const kind = stringOf(child(document, 'kind'));
  if (apiVersion === undefined || kind === undefined || !/^[A-Z][A-Za-z0-9]{1,99}$/.test(kind)) return [];
  const group = groupOf(apiVersion);
  if (isForeign(group, kind)) return [];
  const items = child(document, 'items');
  if (kind.endsWith('List') && items?.kind === 'list') {
    return depth > 3 ? [] : items.items.flatMap((item) => manifestsOf(item, file, budget, depth + 1));
  }
  const metadata = child(document, 'metadata');
  const name = stringOf(child(metadata, 'name')) ?? stringOf(child(metadata, 'generateName')) ?? 'unnamed';
  const positions: PositionSink = {};
  const properties = toProperties(document, positions, budget) as MutableProperties;
  const namespace = stringOf(child(metadata, 'namespace'));
  return [
    {
      file,
      line: document.line,
      column: document.column,
      ...namesOf({ kind, name, namespace, properties }),
      group,
      properties,
      positions,
    },
  ];
}

function isForeign(group: string, kind: string): boolean {
  // A kubeconfig is `v1` and `Config`.
  return foreignGroups.some((pattern) => pattern.test(group)) || (group === '' && kind === 'Config');
}
