import { folderOf, joinInside, nameOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';

/** Fields of a kustomization that change the resources it names (https://kubectl.docs.kubernetes.io/references/kustomize/). */
const changing = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'replicas',
  'images',
  'vars',
  'transformers',
];
const generating = ['helmCharts', 'generators', 'helmChartInflationGenerator'];

/** Whether the file is a kustomization by its name. */
export function isKustomization(path: string): boolean {
  return /^(?:kustomization\.ya?ml|Kustomization)$/.test(nameOf(path));
}

/**
 * What is not read of a kustomization. Patches and other changes are not applied: that is a gap, and the files that are
 * only patches (`patchFiles`) are left out. Bases and resources from elsewhere are gaps too.
 */
export function readKustomization(
  [root]: readonly DocNode[],
  path: string,
  source: Pick<Source, 'has' | 'folder'>,
): Gap[] {
  if (root?.kind !== 'map') return [];
  const folder = folderOf(path);
  const gaps: Gap[] = [];
  const changes = changing.filter((field) => hasContent(child(root, field)));
  const note = (kind: Gap['kind'], reason: string, node: DocNode | undefined): void => {
    gaps.push({ kind, reason, location: { file: path, line: node?.line ?? 1, column: node?.column ?? 1 } });
  };
  const [first] = changes;
  if (first !== undefined)
    note(
      'unsupported',
      `kustomize ${changes.join(', ')} not applied: run \`kustomize build\` and assess its output`,
      child(root, first),
    );
  for (const field of generating) {
    if (hasContent(child(root, field)))
      note(
        'unsupported',
        `kustomize ${field} not rendered: run \`kustomize build\` and assess its output`,
        child(root, field),
      );
  }
  for (const field of ['resources', 'bases', 'components']) {
    for (const item of itemsOf(child(root, field))) {
      const named = stringOf(item);
      if (named !== undefined && !isHere(named, folder, source))
        note('unresolved', `kustomize ${field} item \`${named.slice(0, 200)}\` was not read`, item);
    }
  }
  return gaps;
}

/** Files that a kustomization names as patches: they are no manifests. */
export function patchFiles([root]: readonly DocNode[], path: string): string[] {
  const folder = folderOf(path);
  const named = [
    ...itemsOf(child(root, 'patchesStrategicMerge')).map(stringOf),
    ...['patches', 'patchesJson6902'].flatMap((field) =>
      itemsOf(child(root, field)).map((item) => stringOf(child(item, 'path'))),
    ),
    ...itemsOf(child(root, 'replacements')).map((item) => stringOf(child(item, 'path'))),
    ...itemsOf(child(root, 'transformers')).map(stringOf),
  ];
  return named.flatMap((name) => (name === undefined || name.includes('\n') ? [] : (joinInside(folder, name) ?? [])));
}

function isHere(named: string, folder: string, source: Pick<Source, 'has' | 'folder'>): boolean {
  if (/^[a-z+]{2,10}:\/\/|^git@|^github\.com\//i.test(named)) return false;
  const path = joinInside(folder, named);
  return path !== undefined && (source.has(path) || source.folder(path).length > 0);
}

function itemsOf(node: DocNode | undefined): readonly DocNode[] {
  return node?.kind === 'list' ? node.items : [];
}

function hasContent(node: DocNode | undefined): boolean {
  if (node === undefined) return false;
  return node.kind === 'list'
    ? node.items.length > 0
    : node.kind === 'map'
      ? node.entries.size > 0
      : node.value !== null;
}
