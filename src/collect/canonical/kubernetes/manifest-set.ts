import type { Manifest } from './manifest.ts';
import { linksOf } from './links.ts';
import { ManifestIndex } from './manifest-index.ts';
import { sealSecretData } from './secret-data.ts';
import { addFacts } from './workload-facts.ts';

/**
 * Completes manifests that belong together: seals the data of Secrets and adds `$links` (references), `$ai` and `$endpoints`
 * (facts, see documents/ai-facts.ts) to their properties.
 *
 * @param idOf resource ids, when the manifests have some already
 */
export function completeManifests(
  manifests: readonly Manifest[],
  idOf?: (manifest: Manifest) => string,
): ManifestIndex<Manifest> {
  const index = new ManifestIndex(manifests, idOf);
  for (const manifest of manifests) if (manifest.kind === 'Secret') sealSecretData(manifest.properties);
  for (const manifest of manifests) {
    const links = linksOf(manifest, index, addFacts(manifest, index));
    if (links.length > 0) manifest.properties['$links'] = links;
  }
  return index;
}
