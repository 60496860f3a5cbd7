import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Digest of the MongoDB Atlas types in the CloudFormation registry, from npm `awscdk-resources-mongodbatlas`:
 * the `toJson_*` functions name the template's properties, the declarations give their types.
 * @param {string} root the package's folder
 */
export function atlas(root) {
  const folder = join(root, 'lib', 'l1-resources');
  const types = {};
  for (const name of readdirSync(folder)) {
    let code;
    let declarations;
    try {
      code = readFileSync(join(folder, name, 'index.js'), 'utf8');
      declarations = readFileSync(join(folder, name, 'index.d.ts'), 'utf8');
    } catch {
      continue;
    }
    const type = /CFN_RESOURCE_TYPE_NAME = "([^"]+)"/.exec(code)?.[1];
    const root = /constructor\(scope: constructs\.Construct, id: string, props\??: (\w+)\)/.exec(declarations)?.[1];
    if (type === undefined || root === undefined) continue;
    types[type] = shape({ code, declarations }, root, [root]);
  }
  return types;
}

function shape(source, name, stack) {
  const body =
    new RegExp(`function toJson_${name}\\(obj\\) \\{[\\s\\S]*?const result = \\{([\\s\\S]*?)\\n    \\};`).exec(
      source.code,
    )?.[1] ?? '';
  const fields = new RegExp(`export interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(source.declarations)?.[1] ?? '';
  const out = {};
  for (const [, quoted, plain, field] of body.matchAll(/^\s*(?:["'](.+?)["']|(\w+)): .*?obj\.(\w+)/gm)) {
    const declared = new RegExp(`readonly ${field}\\??: ([^;]+);`).exec(fields)?.[1] ?? 'any';
    out[quoted ?? plain] = typeOf(source, declared, stack);
  }
  return out;
}

function typeOf(source, declared, stack) {
  if (declared.endsWith('[]')) return [typeOf(source, declared.slice(0, -2).replace(/^\((.*)\)$/, '$1'), stack)];
  if (declared === 'string' || declared === 'number' || declared === 'boolean') return declared;
  const values = new RegExp(`export declare enum ${declared} \\{([\\s\\S]*?)\\n\\}`).exec(source.declarations)?.[1];
  if (values !== undefined) return { $enum: [...values.matchAll(/= "([^"]+)"/g)].map((match) => match[1]) };
  if (stack.includes(declared) || !source.declarations.includes(`export interface ${declared} {`)) return 'json';
  return shape(source, declared, [...stack, declared]);
}
