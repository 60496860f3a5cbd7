import type { Positions } from '../../../../model/location.ts';
import type { Resource } from '../../../../model/resource.ts';
import { isProperties, newProperties } from '../../../../model/value.ts';
import { groupOf, type Manifest, typeOf } from '../../../canonical/kubernetes/manifest.ts';
import { completeManifests } from '../../../canonical/kubernetes/manifest-set.ts';
import { namesOf } from '../../../canonical/kubernetes/names.ts';
import { textAt } from '../../../canonical/kubernetes/pods.ts';
import { finish, type TerraformSource } from './source.ts';

const prefix = 'kubernetes.';

/**
 * `kubernetes_manifest` holds a manifest as it is, as an object.
 * Documentation: https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs/resources/manifest
 *
 * @returns undefined when what it is is not known from what was read
 */
export function manifestToCanonical(source: TerraformSource): Resource | undefined {
  const { manifest } = source.attributes;
  const kind = textAt(manifest, 'kind');
  if (!isProperties(manifest) || kind === undefined) return undefined;
  const positions: Record<string, Positions[string]> = {};
  for (const path of Object.keys(source.positions)) {
    const position = source.positions[path];
    if (position !== undefined && path.startsWith('manifest.')) positions[path.slice('manifest.'.length)] = position;
  }
  const type = typeOf({ kind, group: groupOf(textAt(manifest, 'apiVersion') ?? '') });
  return finish(source, type, Object.assign(newProperties(), manifest), positions);
}

/** Completes the Kubernetes objects among Terraform's resources: what they link to and what AI they run. */
export function joinManifests(resources: readonly Resource[]): readonly Resource[] {
  const objects = resources.filter(({ type }) => type.startsWith(prefix));
  if (objects.length === 0) return resources;
  const manifests = new Map(objects.map((object) => [object.id, manifestOf(object)]));
  const ids = new Map([...manifests].map(([id, manifest]) => [manifest, id]));
  completeManifests([...manifests.values()], (manifest) => ids.get(manifest) ?? '');
  return resources.map((resource) => {
    const manifest = manifests.get(resource.id);
    return manifest === undefined
      ? resource
      : { ...resource, properties: manifest.properties, positions: manifest.positions };
  });
}

function manifestOf(object: Resource): Manifest {
  const properties = Object.assign(newProperties(), object.properties);
  const { metadata } = properties;
  const names = namesOf({
    kind: textAt(properties, 'kind') ?? object.type.slice(prefix.length),
    name: textAt(metadata, 'name') ?? textAt(metadata, 'generateName') ?? object.name,
    namespace: textAt(metadata, 'namespace'),
    properties,
  });
  const group = groupOf(textAt(properties, 'apiVersion') ?? '');
  return { ...names, ...object.location, group, properties, positions: { ...object.positions } };
}
