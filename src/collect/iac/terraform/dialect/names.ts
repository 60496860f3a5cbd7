import type { ObjectSchema, TypeSchema } from '../../../../model/schema.ts';
import { isEnumSchema, isListSchema, isObjectSchema } from '../../../../model/schema.ts';
import type { Scalar } from '../../../../model/value.ts';

/** The canonical place of a Terraform attribute at one level. */
export interface Place {
  readonly path: readonly string[];
  readonly schema: TypeSchema;
  readonly values?: Readonly<Record<string, Scalar>>;
}

type Index = Map<string, Place>;
const levels = new WeakMap<ObjectSchema, Index>();
/** Spellings longer than this are looked up but not remembered. */
const nameLengthMax = 64;
const invert = { true: false, false: true };

/** `guardrail_identifier` and `GuardrailIdentifier` alike: `guardrailidentifier`. */
export function normalise(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * Finds the canonical property of a Terraform attribute among those of one level, by name and by the habits in which
 * the dialects differ: singular blocks for lists, `config`, `…_enabled`, the spellings of KMS keys, ARM's `properties`.
 */
export function placeOf(schema: ObjectSchema, attribute: string): Place | undefined {
  const level = levelOf(schema);
  const known = level.get(attribute);
  if (known !== undefined) return known;
  const found = level.get(normalise(attribute));
  if (found !== undefined && attribute.length <= nameLengthMax) level.set(attribute, found);
  return found;
}

/** The lookup of one level; made once, at its first use. */
function levelOf(schema: ObjectSchema): Index {
  const known = levels.get(schema);
  if (known !== undefined) return known;
  const index: Index = new Map();
  levels.set(schema, index);
  for (const [name, inner] of Object.entries(schema)) index.set(normalise(name), { path: [name], schema: inner });
  for (const [name, inner] of Object.entries(schema)) addAliases(index, name, inner);
  addKeyAliases(index);
  const body = schema['properties'];
  if (body !== undefined && isObjectSchema(body)) {
    for (const [name, place] of levelOf(body)) add(index, name, { ...place, path: ['properties', ...place.path] });
  }
  return index;
}

function addAliases(index: Index, name: string, schema: TypeSchema): void {
  const plain = normalise(name);
  const place: Place = { path: [name], schema };
  const forms = isListSchema(schema) ? [...singulars(plain), `${plain}s`] : [];
  for (const form of [plain, ...forms]) {
    add(index, form, place);
    if (form.includes('configuration')) add(index, form.replace('configuration', 'config'), place);
    else if (form.includes('config')) add(index, form.replace('config', 'configuration'), place);
    if (form.endsWith('identifier')) add(index, `${form.slice(0, -10)}id`, place);
  }
  if (schema === 'boolean') addSwitches(index, plain, place);
  if (isEnumSchema(schema)) {
    const on = schema.$enum.find((item) => item.toLowerCase() === 'enabled');
    const off = schema.$enum.find((item) => item.toLowerCase() === 'disabled');
    if (on !== undefined && off !== undefined)
      add(index, `${plain}enabled`, { ...place, values: { true: on, false: off } });
  }
}

/** `enableX`, `isXEnabled` and `disableX` are `x_enabled` in Terraform. */
function addSwitches(index: Index, plain: string, place: Place): void {
  if (plain.startsWith('enable')) add(index, `${plain.slice(plain.startsWith('enabled') ? 7 : 6)}enabled`, place);
  if (plain.startsWith('is')) add(index, plain.slice(2), place);
  if (plain.startsWith('disable')) add(index, `${plain.slice(7)}enabled`, { ...place, values: invert });
}

/** One KMS key at a level goes by many names: `kms_key_id`, `KmsKeyArn`, `KMSMasterKeyID`. */
function addKeyAliases(index: Index): void {
  const isKey = /^(?:customer)?kms(?:master)?(?:encryption)?key(?:id|arn|identifier|name)?$/;
  const found = new Set([...index].filter(([name]) => isKey.test(name)).map(([, place]) => place.path[0]));
  if (found.size !== 1) return;
  const place = [...index].find(([name]) => isKey.test(name))?.[1];
  if (place === undefined) return;
  for (const name of ['kmskey', 'kmskeyid', 'kmskeyarn', 'kmskeyidentifier', 'kmskeyname', 'kmsmasterkeyid'])
    add(index, name, place);
}

function singulars(plural: string): string[] {
  if (plural.endsWith('ies')) return [`${plural.slice(0, -3)}y`];
  if (plural.endsWith('sses') || plural.endsWith('xes')) return [plural.slice(0, -2)];
  return plural.endsWith('s') ? [plural.slice(0, -1)] : [];
}

function add(index: Index, name: string, place: Place): void {
  if (!index.has(name)) index.set(name, place);
}
