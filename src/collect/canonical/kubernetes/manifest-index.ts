import { folderOf } from '../../../base/path.ts';
import { type Properties, Ref, type Value } from '../../../model/value.ts';
import type { Manifest } from './manifest.ts';
import { podsOf } from './pods.ts';

/**
 * Finds the manifests of one set by name and by label. Of several candidates the nearest counts: the same file, then
 * the same folder, then anywhere in the set. A namespace that is not written fits every namespace.
 */
export class ManifestIndex {
  readonly #ids = new Map<Manifest, string>();
  readonly #byName = new Map<string, Manifest[]>();
  readonly #byLabel = new Map<string, Manifest[]>();
  readonly #labels = new Map<Manifest, readonly Properties[]>();
  readonly #workloadsByFolder = new Map<string, Manifest[]>();
  readonly #byServiceAccount = new Map<string, Manifest[]>();

  /** @param idOf the resource id of a manifest that has one already */
  constructor(
    manifests: readonly Manifest[],
    idOf = (manifest: Manifest) => `${folderOf(manifest.file)}#${addressOf(manifest)}`,
  ) {
    const taken = new Map<string, number>();
    for (const manifest of manifests) {
      const id = idOf(manifest);
      const count = (taken.get(id) ?? 0) + 1;
      taken.set(id, count);
      this.#ids.set(manifest, count === 1 ? id : `${id}~${count}`);
      add(this.#byName, `${manifest.kind}/${manifest.name}`, manifest);
      this.#addWorkload(manifest);
    }
  }

  #addWorkload(manifest: Manifest): void {
    const pods = podsOf(manifest);
    if (pods.length === 0) return;
    const labels = pods.flatMap((pod) => (pod.labels === undefined ? [] : [pod.labels]));
    this.#labels.set(manifest, labels);
    add(this.#workloadsByFolder, folderOf(manifest.file), manifest);
    if (manifest.namespace !== undefined) add(this.#workloadsByFolder, `namespace:${manifest.namespace}`, manifest);
    const pairs = new Set(labels.flatMap((bag) => Object.keys(bag).map((key) => `${key}=${labelText(bag[key])}`)));
    for (const pair of pairs) add(this.#byLabel, pair, manifest);
    for (const { spec } of pods) {
      const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
      add(this.#byServiceAccount, typeof account === 'string' ? account : 'default', manifest);
    }
  }

  /** The resource id of a manifest. */
  id(manifest: Manifest): string {
    return this.#ids.get(manifest) ?? '';
  }

  /** The manifest of a kind and name as seen from another one. */
  find(kind: string, name: string, from: Manifest, namespace = from.namespace): Manifest | undefined {
    return nearest(this.#byName.get(`${kind}/${name}`) ?? [], from, namespace)[0];
  }

  /** A reference to an object; also to one that is not among the manifests, which then leads nowhere. */
  refTo(kind: string, name: string, from: Manifest, namespace = from.namespace): Ref {
    const found = this.find(kind, name, from, namespace);
    return new Ref(found === undefined ? `${folderOf(from.file)}#${kind}/${namespace ?? '-'}/${name}` : this.id(found));
  }

  /** Workloads whose pods carry all of the labels. */
  selectedBy(labels: Properties, from: Manifest): Manifest[] {
    const pairs = Object.keys(labels).map((key) => `${key}=${labelText(labels[key])}`);
    const lists = pairs.map((pair) => this.#byLabel.get(pair) ?? []).sort((a, b) => a.length - b.length);
    const [rarest] = lists;
    if (rarest === undefined) return this.#inNamespaceOf(from);
    return nearest(
      rarest.filter((candidate) => this.#carries(candidate, labels)),
      from,
      from.namespace,
    );
  }

  #carries(candidate: Manifest, labels: Properties): boolean {
    const keys = Object.keys(labels);
    return (this.#labels.get(candidate) ?? []).some((bag) =>
      keys.every((key) => key in bag && labelText(bag[key]) === labelText(labels[key])),
    );
  }

  #inNamespaceOf(from: Manifest): Manifest[] {
    const sameFolder = (this.#workloadsByFolder.get(folderOf(from.file)) ?? []).filter((candidate) =>
      isCompatible(candidate, from.namespace),
    );
    const sameNamespace =
      from.namespace === undefined ? [] : (this.#workloadsByFolder.get(`namespace:${from.namespace}`) ?? []);
    return [...new Set([...sameFolder, ...sameNamespace])];
  }

  /** Workloads that run under a service account. */
  runningAs(account: string, from: Manifest, namespace: string | undefined): Manifest[] {
    return nearest(this.#byServiceAccount.get(account) ?? [], from, namespace);
  }
}

/** `Kind/namespace/name`, with `-` for a namespace that is not written. */
export function addressOf(manifest: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return `${manifest.kind}/${manifest.namespace ?? '-'}/${manifest.name}`;
}

function nearest(candidates: readonly Manifest[], from: Manifest, namespace: string | undefined): Manifest[] {
  const fitting = candidates.filter((candidate) => isCompatible(candidate, namespace));
  const sameFile = fitting.filter((candidate) => candidate.file === from.file);
  if (sameFile.length > 0) return sameFile;
  const folder = folderOf(from.file);
  const sameFolder = fitting.filter((candidate) => folderOf(candidate.file) === folder);
  return sameFolder.length > 0 ? sameFolder : fitting;
}

function isCompatible(candidate: Manifest, namespace: string | undefined): boolean {
  const isClusterWide = /^Cluster|^Namespace$|^PersistentVolume$/.test(candidate.kind);
  return (
    isClusterWide || namespace === undefined || candidate.namespace === undefined || candidate.namespace === namespace
  );
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Labels are texts; a number or boolean stands for its text, anything else matches nothing. */
function labelText(value: Value | undefined): string {
  return typeof value === 'object' ? '\u0000' : String(value);
}
