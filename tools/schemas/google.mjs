import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Digest of Google Cloud REST resources from the discovery documents in PyPI `google-api-python-client`.
 * @param {string} documents folder `googleapiclient/discovery_cache/documents`
 * @param {Record<string, [string, string]>} scope canonical type to [document, schema]
 */
export function google(documents, scope) {
  const loaded = new Map();
  const types = {};
  for (const [type, [document, name]] of Object.entries(scope)) {
    if (!loaded.has(document))
      loaded.set(document, JSON.parse(readFileSync(join(documents, `${document}.json`), 'utf8')));
    const { schemas } = loaded.get(document);
    if (schemas[name] === undefined) {
      console.error('not in discovery:', type, document, name);
      continue;
    }
    types[type] = typeOf(schemas, schemas[name], [name]);
  }
  return types;
}

function typeOf(schemas, schema, stack) {
  if (schema.$ref !== undefined) {
    // Recursive messages are cut where they repeat; depth 9 holds every field a rule reads.
    if (stack.includes(schema.$ref) || stack.length > 9) return 'json';
    return typeOf(schemas, schemas[schema.$ref], [...stack, schema.$ref]);
  }
  switch (schema.type) {
    case 'string':
      if (schema.format === 'int64' || schema.format === 'uint64') return 'number';
      return schema.enum ? { $enum: schema.enum.filter((value) => !value.endsWith('_UNSPECIFIED')) } : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return [typeOf(schemas, schema.items, stack)];
    case 'object': {
      if (schema.properties === undefined) {
        const values = schema.additionalProperties;
        if (values === undefined || values.type === 'any') return 'json';
        return { '*': typeOf(schemas, values, stack) };
      }
      const out = {};
      for (const [name, property] of Object.entries(schema.properties)) {
        // Status, output and timestamps of the service are never configured.
        if (property.readOnly === true && property.type === undefined) continue;
        out[name] = typeOf(schemas, property, stack);
      }
      return out;
    }
    default:
      return 'json';
  }
}
