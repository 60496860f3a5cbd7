import { append } from '../../../base/multimap.ts';
import { folderOf } from '../../../base/path.ts';
import { Ref } from '../../../model/value.ts';
import type { Ask, Names } from './names.ts';

/** A manifest, or as much of it as ties it to others. */
export interface Named extends Names {
  readonly file: string;
}

/**
 * Finds the manifests of one set by name and by label. Of several candidates the nearest counts: the same file, then
 * the same folder, then anywhere in the set. A namespace that is not written fits every namespace.
 */
export class ManifestIndex<M extends Named> {
  readonly #ids = new Map<M, string>();
  readonly #byName = new Map<string, M[]>();
  readonly #byLabel = new Map<string, M[]>();
  readonly #workloadsByFolder = new Map<string, M[]>();
  readonly #byServiceAccount = new Map<string, M[]>();

  /** @param idOf the resource id of a manifest that has one already */
  constructor(manifests: readonly M[], idOf: (manifest: M) => string = ownId) {
    const taken = new Map<string, number>();
    for (const manifest of manifests) {
      const id = idOf(manifest);
      const count = (taken.get(id) ?? 0) + 1;
      taken.set(id, count);
      this.#ids.set(manifest, count === 1 ? id : `${id}~${count}`);
      append(this.#byName, `${manifest.kind}/${manifest.name}`, manifest);
      this.#addWorkload(manifest);
    }
  }

  #addWorkload(manifest: M): void {
    const { pods, namespace } = manifest;
    if (pods.length === 0) return;
    append(this.#workloadsByFolder, folderOf(manifest.file), manifest);
    if (namespace !== undefined) append(this.#workloadsByFolder, `namespace:${namespace}`, manifest);
    for (const label of new Set(pods.flatMap(([, labels]) => labels ?? []))) append(this.#byLabel, label, manifest);
    for (const [account] of pods) append(this.#byServiceAccount, account, manifest);
  }

  /** The resource id of a manifest. */
  id(manifest: M): string {
    return this.#ids.get(manifest) ?? '';
  }

  /** The manifest of a kind and name as seen from another one. */
  find(kind: string, name: string, from: M, namespace = from.namespace): M | undefined {
    return nearest(this.#byName.get(`${kind}/${name}`) ?? [], from, namespace)[0];
  }

  /** A reference to an object; also to one that is not among the manifests, which then leads nowhere. */
  refTo(kind: string, name: string, from: M, namespace = from.namespace): Ref {
    const found = this.find(kind, name, from, namespace);
    return new Ref(found === undefined ? `${folderOf(from.file)}#${kind}/${namespace ?? '-'}/${name}` : this.id(found));
  }

  /** What answers to an ask. It answers as well where manifests are left out that do not answer here. */
  answersTo(ask: Ask, from: M): readonly M[] {
    switch (ask[0]) {
      case 'labels':
        return this.#selectedBy(ask[1], from);
      case 'account':
        return nearest(this.#byServiceAccount.get(ask[1]) ?? [], from, ask[2] ?? from.namespace);
      case 'name':
      case 'behind':
      case 'known': {
        const found = this.find(ask[1], ask[2], from, ask[3] ?? undefined);
        return found === undefined ? [] : [found];
      }
    }
  }

  /** The workloads that a manifest selects itself by labels. */
  selectedFrom(from: M): readonly M[] {
    return from.asks.flatMap((ask) => (ask[0] === 'labels' && ask[1].length > 0 ? this.answersTo(ask, from) : []));
  }

  /** Workloads whose pods carry all of the labels. */
  #selectedBy(labels: readonly string[], from: M): readonly M[] {
    const lists = labels.map((label) => this.#byLabel.get(label) ?? []).sort((a, b) => a.length - b.length);
    const [rarest] = lists;
    if (rarest === undefined) return this.#inNamespaceOf(from);
    const isSelected = ({ pods }: M): boolean =>
      pods.some(([, own]) => own !== null && labels.every((label) => own.includes(label)));
    return nearest(rarest.filter(isSelected), from, from.namespace);
  }

  #inNamespaceOf(from: M): M[] {
    const sameFolder = (this.#workloadsByFolder.get(folderOf(from.file)) ?? []).filter((candidate) =>
      isCompatible(candidate, from.namespace),
    );
    const sameNamespace =
      from.namespace === undefined ? [] : (this.#workloadsByFolder.get(`namespace:${from.namespace}`) ?? []);
    return [...new Set([...sameFolder, ...sameNamespace])];
  }
}

/** `Kind/namespace/name`, with `-` for a namespace that is not written. */
export function addressOf(manifest: Pick<Names, 'kind' | 'namespace' | 'name'>): string {
  return `${manifest.kind}/${manifest.namespace ?? '-'}/${manifest.name}`;
}

/** The resource id of a manifest that has no twin. */
export function ownId(manifest: Named): string {
  return `${folderOf(manifest.file)}#${addressOf(manifest)}`;
}

function nearest<M extends Named>(candidates: readonly M[], from: M, namespace: string | undefined): readonly M[] {
  const fitting = candidates.filter((candidate) => isCompatible(candidate, namespace));
  const sameFile = fitting.filter((candidate) => candidate.file === from.file);
  if (sameFile.length > 0) return sameFile;
  const folder = folderOf(from.file);
  const sameFolder = fitting.filter((candidate) => folderOf(candidate.file) === folder);
  return sameFolder.length > 0 ? sameFolder : fitting;
}

function isCompatible(candidate: Named, namespace: string | undefined): boolean {
  const isClusterWide = /^Cluster|^Namespace$|^PersistentVolume$/.test(candidate.kind);
  return (
    isClusterWide || namespace === undefined || candidate.namespace === undefined || candidate.namespace === namespace
  );
}
