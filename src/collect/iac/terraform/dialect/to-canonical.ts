import type { Positions } from '../../../../model/location.ts';
import type { Resource } from '../../../../model/resource.ts';
import type { MutableProperties, Properties, Value } from '../../../../model/value.ts';
import { eachRef, newProperties } from '../../../../model/value.ts';
import { azapiToCanonical } from './azapi.ts';
import { type Conversion, convertBlock } from './convert.ts';
import { manifestToCanonical } from './manifests.ts';
import { normalise } from './names.ts';
import { objectAt, place, schemaOf } from './place.ts';
import { extend } from './steps.ts';
import { finish, type TerraformSource } from './source.ts';
import { spread } from './spread.ts';
import type { DialectTable, TypeMapping } from './table.ts';

/** Whether the type is mapped: only then are all its attributes worth evaluating. */
export function isRelevant(table: DialectTable, type: string): boolean {
  return (
    Object.hasOwn(table.mappings, type) ||
    type.startsWith('azapi_') ||
    type === 'kubernetes_manifest' ||
    type === 'helm_release' ||
    awsccType(table, type) !== undefined
  );
}

function awsccType(table: DialectTable, type: string): string | undefined {
  if (!type.startsWith('awscc_')) return undefined;
  const key = normalise(type.slice('awscc_'.length));
  return Object.hasOwn(table.awscc, key) ? table.awscc[key] : undefined;
}

/**
 * The resource in its provider's own shape.
 *
 * - Attributes without a canonical place stay under `$terraform`, by Terraform path, so that secrets and
 *   references in them are still seen.
 * - A part of another resource (`aws_s3_bucket_public_access_block`) keeps its Terraform type with the prefix
 *   `terraform:`, names its parent in `$parent` and holds properties in the parent's shape; `mergeSplit` joins them.
 * - Any other type keeps its Terraform type with the same prefix and only the attributes that refer to others.
 */
export function toCanonical(table: DialectTable, source: TerraformSource): Resource {
  if (source.mode === 'data') return foreign(source, `terraform:data.${source.type}`);
  if (source.type.startsWith('azapi_'))
    return azapiToCanonical(table, source) ?? foreign(source, `terraform:${source.type}`);
  if (source.type === 'kubernetes_manifest')
    return manifestToCanonical(source) ?? foreign(source, `terraform:${source.type}`);
  const type = awsccType(table, source.type);
  const found = Object.hasOwn(table.mappings, source.type) ? table.mappings[source.type] : undefined;
  const mapping = type !== undefined ? { type } : found;
  if (mapping === undefined) return foreign(source, `terraform:${source.type}`);
  return mapped(table, source, selected(mapping, source.attributes));
}

function selected(mapping: TypeMapping, attributes: Properties): TypeMapping {
  if (mapping.select === undefined) return mapping;
  const value = attributes[mapping.select.attribute];
  const key = typeof value === 'string' ? value : '';
  return Object.hasOwn(mapping.select.cases, key) ? (mapping.select.cases[key] ?? mapping) : mapping;
}

function mapped(table: DialectTable, source: TerraformSource, mapping: TypeMapping): Resource {
  const root = newProperties();
  const schema = Object.hasOwn(table.schemas, mapping.type) ? table.schemas[mapping.type] : undefined;
  const positions: Record<string, Positions[string]> = {};
  const unmapped = newProperties();
  const conversion: Conversion = { from: source.positions, positions, root, schema: schema ?? 'json', unmapped };
  for (const [path, constant] of mapping.set ?? []) place(root, path, constant);
  const base = mapping.at ?? [];
  const out = objectAt(root, base) ?? root;
  const canonical = base.reduce<string>(extend, '');
  const { own, parent, name } = attributesOf(source.attributes, mapping);
  convertBlock(conversion, own, schemaOf(schema, base), mapping.map, out, { terraform: '', canonical, depth: 0 });
  if (mapping.spread !== undefined) spread(root, schema, mapping.spread, positions);
  if (parent !== undefined) root[mapping.mergeInto === undefined ? 'parent' : '$parent'] = parent;
  if (name !== undefined && source.positions[name] !== undefined && mapping.mergeInto === undefined) {
    positions['parent'] = source.positions[name];
  }
  if (Object.keys(unmapped).length > 0) root['$terraform'] = unmapped;
  return finish(source, mapping.mergeInto === undefined ? mapping.type : `terraform:${source.type}`, root, positions);
}

/** Takes the attribute that names the parent out of the rest. */
function attributesOf(
  attributes: Properties,
  mapping: TypeMapping,
): { own: Properties; parent: Value | undefined; name: string | undefined } {
  const name = mapping.mergeInto?.via ?? mapping.parent;
  if (name === undefined || attributes[name] === undefined) return { own: attributes, parent: undefined, name };
  const own = Object.assign(newProperties(), attributes);
  const parent = own[name];
  delete own[name];
  return { own, parent, name };
}

function foreign(source: TerraformSource, type: string): Resource {
  const properties: MutableProperties = newProperties();
  const positions: Record<string, Positions[string]> = {};
  for (const name of Object.keys(source.attributes)) {
    const value = source.attributes[name];
    if (value === undefined || !refers(value)) continue;
    properties[name] = value;
    const position = source.positions[name];
    if (position !== undefined) positions[name] = position;
  }
  return finish(source, type, properties, positions);
}

function refers(value: Value): boolean {
  let found = false;
  eachRef(value, () => {
    found = true;
  });
  return found;
}
