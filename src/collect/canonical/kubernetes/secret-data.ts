import { Buffer } from 'node:buffer';
import { fingerprintOf, isPlaceholder } from '../../../base/secrets.ts';
import {
  isMarker,
  isProperties,
  type MutableProperties,
  newProperties,
  Secret,
  Unknown,
  type Value,
} from '../../../model/value.ts';

const copyAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Replaces every value under `data` and `stringData` of a Secret by a marker, and drops the copy that `kubectl apply`
 * leaves in an annotation. The fingerprint is that of the decoded value. A blank to be filled in (`REPLACE_ME`) becomes
 * `Unknown`: it is neither a secret nor known.
 */
export function sealSecretData(properties: MutableProperties): void {
  for (const field of ['data', 'stringData']) {
    const values = properties[field];
    if (values === undefined) continue;
    if (!isProperties(values)) {
      if (values !== null) properties[field] = new Secret('kubernetes-secret', fingerprintOf(textOf(values)));
      continue;
    }
    const sealed = newProperties();
    for (const key of Object.keys(values)) sealed[key] = seal(values[key] ?? null, field === 'data');
    properties[field] = sealed;
  }
  const metadata = properties['metadata'];
  const annotations = isProperties(metadata) ? metadata['annotations'] : undefined;
  if (!isProperties(metadata) || !isProperties(annotations) || !(copyAnnotation in annotations)) return;
  const kept = newProperties();
  for (const key of Object.keys(annotations)) if (key !== copyAnnotation) kept[key] = annotations[key] ?? null;
  properties['metadata'] = Object.assign(newProperties(), metadata, { annotations: kept });
}

function seal(value: Value, isEncoded: boolean): Value {
  if (value === null || value === '' || (isMarker(value) && !(value instanceof Secret))) return value;
  const written = textOf(value);
  const text = isEncoded ? Buffer.from(written, 'base64').toString('utf8') : written;
  if (isPlaceholder(written) || isPlaceholder(text)) return new Unknown('a placeholder stands in for the secret');
  return new Secret('kubernetes-secret', fingerprintOf(text));
}

function textOf(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
