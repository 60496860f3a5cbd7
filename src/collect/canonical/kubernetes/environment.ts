import { isProperties, newProperties, type Properties, Ref, Unknown, type Value } from '../../../model/value.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestIndex } from './manifest-index.ts';
import { bags, member, textAt } from './pods.ts';

/** A container's environment: what is known of it, where, and why it may hold more. */
export interface ContainerEnvironment {
  readonly values: Properties;
  /** Index of the entry of `env` that sets a variable. */
  readonly entries: ReadonlyMap<string, number>;
  readonly open: string | undefined;
}

/**
 * The environment of a container with ConfigMaps and Secrets of the same manifest set looked up. `env` goes before
 * `envFrom`, as in the kubelet.
 */
export function environmentOf(
  container: Properties,
  manifest: Manifest,
  index: ManifestIndex<Manifest>,
): ContainerEnvironment {
  const values = newProperties();
  const entries = new Map<string, number>();
  let open: string | undefined;
  for (const [, source] of bags(container['envFrom'])) {
    const prefix = textAt(source, 'prefix') ?? '';
    const [kind, name] =
      textAt(source, 'configMapRef', 'name') === undefined
        ? ['Secret', textAt(source, 'secretRef', 'name')]
        : ['ConfigMap', textAt(source, 'configMapRef', 'name')];
    const found = name === undefined ? undefined : index.find(kind, name, manifest);
    if (found === undefined) {
      open = `the environment comes from ${kind} \`${name ?? '?'}\`, which was not read`;
      continue;
    }
    for (const field of ['data', 'stringData']) {
      const data = found.properties[field];
      if (isProperties(data)) for (const key of Object.keys(data)) values[prefix + key] = data[key] ?? null;
    }
  }
  for (const [at, entry] of bags(container['env'])) {
    const name = textAt(entry, 'name');
    if (name === undefined) continue;
    const value = entry['value'];
    values[name] = value === undefined ? fromElsewhere(entry['valueFrom'], manifest, index) : value;
    entries.set(name, at);
  }
  return { values, entries, open };
}

function fromElsewhere(source: Value | undefined, manifest: Manifest, index: ManifestIndex<Manifest>): Value {
  const secret = textAt(source, 'secretKeyRef', 'name');
  if (secret !== undefined) {
    if (member(source, 'secretKeyRef', 'optional') === true) return new Unknown(`Secret \`${secret}\` is optional`);
    return new Ref(index.refTo('Secret', secret, manifest).target, textAt(source, 'secretKeyRef', 'key'));
  }
  const config = textAt(source, 'configMapKeyRef', 'name');
  const key = textAt(source, 'configMapKeyRef', 'key');
  if (config !== undefined && key !== undefined) {
    const value = member(index.find('ConfigMap', config, manifest)?.properties, 'data', key);
    return value ?? new Unknown(`ConfigMap \`${config}\` was not read`);
  }
  // `env` without a value is an empty text.
  return source === undefined ? '' : new Unknown('a value of the pod that is known only when it runs');
}
