import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Attributes of a Terraform provider's resources, from the jsii assembly of its `@cdktf/provider-*` package.
 * Blocks that may stand once are objects where the package says so, lists otherwise.
 * @param {string} root the package's folder
 * @param {string} prefix of the provider's types (`aws_`)
 * @returns {Record<string, object>} Terraform type to attributes
 */
export function terraform(root, prefix) {
  const { types } = assembly(root);
  const found = {};
  for (const [name, type] of Object.entries(types)) {
    if (!name.endsWith('Config') || type.kind !== 'interface' || /\.data[A-Z]/.test(name)) continue;
    const kind = (type.properties ?? [])
      .map((item) => /\/docs\/resources\/(\w+)#/.exec(docsOf(item))?.[1])
      .find(Boolean);
    if (kind === undefined || !type.interfaces?.includes('cdktf.TerraformMetaArguments')) continue;
    found[kind.startsWith(prefix) ? kind : `${prefix}${kind}`] = shape(types, type, [name]);
  }
  return found;
}

function assembly(root) {
  const parsed = JSON.parse(readFileSync(join(root, '.jsii'), 'utf8'));
  if (parsed.schema !== 'jsii/file-redirect') return parsed;
  return JSON.parse(gunzipSync(readFileSync(join(root, parsed.filename))).toString('utf8'));
}

function shape(types, type, stack) {
  const out = {};
  for (const property of type.properties ?? []) {
    const name = /#(\w+)[ }]/.exec(docsOf(property))?.[1] ?? snake(property.name);
    if (name === 'timeouts') continue;
    out[name] = typeOf(types, property.type, stack);
  }
  return out;
}

function typeOf(types, type, stack) {
  if (type.primitive !== undefined) return type.primitive === 'any' ? 'json' : type.primitive;
  if (type.collection !== undefined) {
    const element = typeOf(types, type.collection.elementtype, stack);
    return type.collection.kind === 'array' ? [element] : { '*': element };
  }
  if (type.union !== undefined) {
    const parts = type.union.types.filter((item) => item.fqn !== 'cdktf.IResolvable');
    return parts.length === 0 ? 'boolean' : typeOf(types, parts[0], stack);
  }
  if (type.fqn === 'cdktf.IResolvable') return 'boolean';
  if (stack.includes(type.fqn) || types[type.fqn] === undefined || stack.length > 10) return 'json';
  return shape(types, types[type.fqn], [...stack, type.fqn]);
}

function docsOf(item) {
  return `${item.docs?.summary ?? ''} ${item.docs?.remarks ?? ''}`;
}

function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
