import { DemarcError } from '../../../../base/errors.ts';
import type { Schemas } from '../../../../model/schema.ts';
import { isObjectSchema } from '../../../../model/schema.ts';
import type { Scalar } from '../../../../model/value.ts';
import { normalise, placeOf } from './names.ts';
import { schemaOf } from './place.ts';
import { parseSteps } from './steps.ts';
import type { DialectTable, MapNode, Step, Target, TypeMapping } from './table.ts';

/** One parsed file of catalogue/dialects/terraform: Terraform type to its exceptions. */
export interface DialectDocument {
  readonly path: string;
  readonly data: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Compiles the mapping data of catalogue/dialects/terraform and checks every target against the canonical schemas.
 * The format is described in catalogue/dialects/terraform/README.md.
 *
 * @throws DemarcError `DMC_CATALOGUE_INVALID` for a type or target path that no schema has
 */
export function compileDialects(documents: readonly DialectDocument[], schemas: Schemas): DialectTable {
  const mappings: Record<string, TypeMapping> = {};
  for (const { path, data } of documents) {
    const entries = fields(data, path);
    for (const [name, value] of Object.entries(entries)) {
      if (mappings[name] !== undefined) fail(path, `\`${name}\` is mapped twice`);
      const where = `${path}: ${name}`;
      mappings[name] = typeMapping(inherited(value, entries, where), schemas, where, name);
    }
  }
  const awscc: Record<string, string> = {};
  const arm: Record<string, string> = {};
  for (const type of Object.keys(schemas)) {
    if (type.startsWith('AWS::')) awscc[normalise(type.slice(5).replace('::', ''))] = type;
    else if (type.startsWith('Microsoft.')) arm[type.toLowerCase()] = type;
  }
  return { mappings, awscc, arm, schemas };
}

/** `like` takes over another entry of the same file; what is stated here wins, attribute by attribute. */
function inherited(value: unknown, entries: Fields, where: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'like')) return value;
  const { like, ...own } = fields(value, where);
  const other = entries[text(like, where)];
  const base = typeof other === 'string' ? { type: other } : fields(other, where);
  const map = { ...(base['map'] as Fields | undefined), ...(own['map'] as Fields | undefined) };
  return { ...base, ...own, map };
}

function typeMapping(value: unknown, schemas: Schemas, where: string, name: string): TypeMapping {
  const data: Fields = typeof value === 'string' ? { type: value } : fields(value, where);
  const type = data['type'];
  if (typeof type !== 'string' || !Object.hasOwn(schemas, type)) fail(where, 'no schema for its type');
  const at = data['at'] === undefined ? [] : parseSteps(text(data['at'], where));
  const base = schemaOf(schemas[type], at);
  if (base === undefined) fail(where, `no path \`${text(data['at'], where)}\` in ${type}`);
  const check: Check = { root: schemas[type], base, where };
  const map = mapNode(defaults(type, at, check, name, data), check);
  const set = constants(data['set'], check);
  const into = data['mergeInto'];
  const select = data['select'];
  return {
    type,
    ...(map === undefined ? {} : { map }),
    ...(at.length === 0 ? {} : { at }),
    ...(set.length === 0 ? {} : { set }),
    ...(into === undefined ? {} : { mergeInto: mergeInto(into, where) }),
    ...(Array.isArray(data['spread']) ? { spread: data['spread'].map((item) => text(item, where)) } : {}),
    ...(data['parent'] === undefined ? {} : { parent: text(data['parent'], where) }),
    ...(select === undefined ? {} : { select: selectOf(select, schemas, where, name) }),
  };
}

function selectOf(value: unknown, schemas: Schemas, where: string, name: string): NonNullable<TypeMapping['select']> {
  const { attribute, ...cases } = fields(value, where);
  const compiled: Record<string, TypeMapping> = {};
  for (const [key, item] of Object.entries(cases))
    compiled[key] = typeMapping(item, schemas, `${where} (${key})`, name);
  return { attribute: text(attribute, where), cases: compiled };
}

function mergeInto(value: unknown, where: string): NonNullable<TypeMapping['mergeInto']> {
  if (typeof value === 'string') return { via: value };
  const { via, by } = fields(value, where);
  return by === undefined ? { via: text(via, where) } : { via: text(via, where), by: text(by, where) };
}

interface Check {
  readonly root: Schemas[string] | undefined;
  readonly base: Schemas[string] | undefined;
  readonly where: string;
}

/** What holds for every type of a provider unless its own entry says otherwise. */
function defaults(type: string, at: readonly Step[], check: Check, name: string, data: Fields): Fields {
  const own = data['map'] === undefined ? {} : fields(data['map'], check.where);
  const out: Record<string, unknown> = {};
  const { base } = check;
  if (base !== undefined && isObjectSchema(base)) {
    const named = `${type.slice(type.lastIndexOf(':') + 1)}Name`;
    if (type.includes('::') && placeOf(base, 'name') === undefined && Object.hasOwn(base, named)) out['name'] = named;
    if (name.startsWith('azurerm_') && at.length === 0) {
      if (schemaOf(base, ['sku', 'name']) !== undefined) out['sku_name'] = 'sku.name';
      if (schemaOf(base, ['identity', 'userAssignedIdentities']) !== undefined) {
        out['identity.identity_ids'] = { to: '/identity.userAssignedIdentities', as: 'keys' };
      }
    }
  }
  return { ...out, ...own };
}

function mapNode(map: Fields, check: Check): MapNode | undefined {
  const root: Draft = {};
  for (const [path, value] of Object.entries(map)) {
    let node = root;
    for (const part of path.split('.')) {
      node.children ??= {};
      node = node.children[part] ??= {};
    }
    node.to = target(value, { ...check, where: `${check.where}.${path}` }, path.includes('.'));
  }
  return root.children === undefined ? undefined : (root as MapNode);
}

interface Draft {
  to?: Target;
  children?: Record<string, Draft>;
}

function target(value: unknown, check: Check, nested: boolean): Target {
  if (value === null) return { path: [] };
  const data: Fields = typeof value === 'string' ? { to: value } : fields(value, check.where);
  const to = data['to'] ?? '';
  if (typeof to !== 'string') fail(check.where, '`to` must be a path');
  const fromRoot = to.startsWith('/');
  const path = to === '' ? [] : parseSteps(fromRoot ? to.slice(1) : to);
  // A relative target in a nested block starts where that block goes; only the others can be checked by themselves.
  const schema = fromRoot ? check.root : check.base;
  if (path.length > 0 && (fromRoot || !nested) && schemaOf(schema, path) === undefined)
    fail(check.where, `no path \`${to}\``);
  const set = constants(data['set'], check);
  const values = data['invert'] === true ? { true: false, false: true } : data['values'];
  return {
    path,
    ...(fromRoot ? { fromRoot } : {}),
    ...(values === undefined ? {} : { values: fields(values, check.where) as Readonly<Record<string, Scalar>> }),
    ...(data['as'] === 'keys' ? { as: 'keys' as const } : {}),
    ...(set.length === 0 ? {} : { set }),
  };
}

function constants(value: unknown, check: Check): readonly (readonly [readonly Step[], Scalar])[] {
  if (value === undefined) return [];
  return Object.entries(fields(value, check.where)).map(([path, constant]) => {
    // A leading dot starts where the enclosing block goes, which is not known here.
    if (path.startsWith('.')) return [['.', ...parseSteps(path.slice(1))], constant as Scalar] as const;
    const steps = parseSteps(path);
    if (schemaOf(check.root, steps) === undefined) fail(check.where, `no path \`${path}\``);
    return [steps, constant as Scalar] as const;
  });
}

function fields(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(where, 'expected a mapping');
  return value as Fields;
}

function text(value: unknown, where: string): string {
  return typeof value === 'string' ? value : fail(where, 'expected a text');
}

function fail(where: string, message: string): never {
  throw new DemarcError('DMC_CATALOGUE_INVALID', `${where}: ${message}`);
}
