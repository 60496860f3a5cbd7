/**
 * Digest of manifest kinds from npm `@kubernetes/client-node`: its models are generated from the OpenAPI description of a
 * Kubernetes release and say the name and type of every field.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const map = /^\{ \[key: string\]: (.+); \}$/;

/**
 * @param folder of the package
 * @param kinds kind → model class (`Deployment` → `V1Deployment`)
 * @param cut fields that are left out, and models that become `json`, for size: nothing is decided by them
 */
export async function kubernetes(folder, kinds, cut) {
  const models = await import(pathToFileURL(join(folder, 'dist/gen/models/all.js')).href);
  const digest = (type, open) => {
    const item = /^Array<(.+)>$/.exec(type)?.[1];
    if (item !== undefined) return [digest(item, open)];
    const value = map.exec(type)?.[1];
    if (value !== undefined) return { '*': digest(value, open) };
    if (type === 'number' || type === 'boolean' || type === 'string') return type;
    if (type === 'Date' || type === 'V1MicroTime') return 'string';
    // A number or a name (`targetPort: http`); a text that is no number passes as it is.
    if (type === 'IntOrString') return 'number';
    const model = models[type];
    if (model === undefined || open.includes(type) || cut.models.includes(type)) return 'json';
    const fields = model.attributeTypeMap.filter(({ baseName }) => !cut.fields.includes(baseName));
    return Object.fromEntries(fields.map(({ baseName, type: inner }) => [baseName, digest(inner, [...open, type])]));
  };
  return Object.fromEntries(Object.entries(kinds).map(([kind, model]) => [`kubernetes.${kind}`, digest(model, [])]));
}
