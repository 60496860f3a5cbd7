import type { Resource } from '../../src/model/resource.ts';
import { isListSchema, isMapSchema, isObjectSchema, type TypeSchema } from '../../src/model/schema.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../../src/model/value.ts';

/** Thrown for what has no form in the other dialect; the fixture is then left out of the comparison. */
export class NotRenderable extends Error {}

export interface RenderOptions {
  /** How a property name is written. */
  readonly key: (name: string) => string;
  /** Address of a referenced resource in the rendered text. */
  readonly address: (id: string) => string | undefined;
}

/** A property value as an HCL expression; names are rewritten only where the schema says that they are names. */
export function renderValue(value: Value, schema: TypeSchema | undefined, options: RenderOptions): string {
  if (value instanceof Unknown) return 'var.not_known';
  if (value instanceof Secret) throw new NotRenderable('a secret');
  if (value instanceof Ref) return reference(value, options);
  if (value instanceof Interpolated) return interpolated(value, options);
  if (schema === 'json' && (isList(value) || isProperties(value))) return `jsonencode(${plain(value, options)})`;
  if (isList(value)) {
    const item = isListSchema(schema) ? schema[0] : undefined;
    return `[${value.map((entry) => renderValue(entry, item, options)).join(', ')}]`;
  }
  if (!isProperties(value)) return JSON.stringify(value);
  const entries = Object.keys(value).map((key) => {
    const inner = isObjectSchema(schema) ? schema[key] : isMapSchema(schema) ? schema['*'] : undefined;
    const name = isObjectSchema(schema) ? options.key(key) : key;
    return `${JSON.stringify(name)} = ${renderValue(value[key] ?? null, inner, options)}`;
  });
  return `{ ${entries.join(', ')} }`;
}

function plain(value: Value, options: RenderOptions): string {
  return renderValue(value, undefined, { ...options, key: (name) => name });
}

function reference(ref: Ref, options: RenderOptions): string {
  const address = options.address(ref.target);
  if (address === undefined) throw new NotRenderable(`a reference to ${ref.target}`);
  return `${address}.${/arn/i.test(ref.attribute ?? '') ? 'arn' : 'id'}`;
}

function interpolated(value: Interpolated, options: RenderOptions): string {
  const parts = value.parts.map((part) => {
    if (typeof part === 'string') return JSON.stringify(part).slice(1, -1).replaceAll('${', '$${');
    return `\${${part instanceof Unknown ? 'var.not_known' : part instanceof Ref ? reference(part, options) : ''}}`;
  });
  if (value.parts.some((part) => part instanceof Secret)) throw new NotRenderable('a secret');
  return `"${parts.join('')}"`;
}

/** `GuardrailIdentifier` → `guardrail_identifier`, `KMSKeyArn` → `kms_key_arn`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** Resources of one template as `awscc_*` blocks. */
export function renderAwscc(resources: readonly Resource[], schemas: Readonly<Record<string, TypeSchema>>): string {
  const addresses = new Map(
    resources.map((resource) => [resource.id, `${awsccName(resource.type)}.${snakeCase(resource.name)}`]),
  );
  const options: RenderOptions = { key: snakeCase, address: (id) => addresses.get(id) };
  const blocks = resources.map(({ type, name, properties }) => {
    const schema = schemas[type];
    if (!isObjectSchema(schema)) throw new NotRenderable(type);
    const lines = Object.keys(properties)
      .filter((key) => !key.startsWith('$'))
      .map((key) => `  ${snakeCase(key)} = ${renderValue(properties[key] ?? null, schema[key], options)}`);
    return `resource "${awsccName(type)}" "${snakeCase(name)}" {\n${lines.join('\n')}\n}\n`;
  });
  return `variable "not_known" {}\n${blocks.join('\n')}`;
}

function awsccName(type: string): string {
  const [vendor, service = '', ...rest] = type.split('::');
  if (vendor !== 'AWS') throw new NotRenderable(type);
  return `awscc_${service.toLowerCase()}_${snakeCase(rest.join('_'))}`;
}

const ownAttributes = ['name', 'location', 'identity', 'tags'];

/** Resources of one ARM template as `azapi_resource` blocks. */
export function renderAzapi(resources: readonly Resource[]): string {
  const names = new Map(resources.map((resource, index) => [resource.id, `azapi_resource.r${index}`]));
  const options: RenderOptions = { key: (name) => name, address: (id) => names.get(id) };
  const blocks = resources.map(({ type, properties }, index) => {
    const body = Object.keys(properties).filter(
      (key) => !['apiVersion', 'parent', 'scope', ...ownAttributes].includes(key) && !key.startsWith('$'),
    );
    const parent = properties['parent'] ?? properties['scope'];
    const lines = [
      `  type = "${type}@${typeof properties['apiVersion'] === 'string' ? properties['apiVersion'] : '2025-06-01'}"`,
    ];
    if (typeof properties['name'] === 'string')
      lines.push(`  name = ${JSON.stringify(properties['name'].split('/').at(-1))}`);
    if (properties['location'] !== undefined)
      lines.push(`  location = ${renderValue(properties['location'], undefined, options)}`);
    if (parent instanceof Ref) lines.push(`  parent_id = ${renderValue(parent, undefined, options)}`);
    const identity = properties['identity'];
    if (isProperties(identity))
      lines.push(`  identity {\n    type = ${renderValue(identity['type'] ?? null, undefined, options)}\n  }`);
    lines.push(
      `  body = { ${body.map((key) => `${JSON.stringify(key)} = ${renderValue(properties[key] ?? null, undefined, options)}`).join(', ')} }`,
    );
    return `resource "azapi_resource" "r${index}" {\n${lines.join('\n')}\n}\n`;
  });
  return `variable "not_known" {}\n${blocks.join('\n')}`;
}
