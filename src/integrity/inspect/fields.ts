import { limits } from '../../base/limits.ts';
import type { Definition } from '../definition.ts';

/**
 * `name` is what the thing or a parameter is called, `prose` any text, `value` one of a schema's own (enum, default, type, example),
 * `pattern` a regular expression, `link` an address that a client may open.
 */
export type FieldRole = 'name' | 'prose' | 'value' | 'pattern' | 'link';

export interface Field {
  readonly path: string;
  readonly role: FieldRole;
  readonly text: string;
}

const valueKeys = new Set(['enum', 'const', 'default', 'examples', 'example', 'type', 'format', '$schema']);
const linkKeys = new Set([
  'src',
  'url',
  'uri',
  'href',
  'websiteUrl',
  '$ref',
  '$dynamicRef',
  '$id',
  'uriTemplate',
  'resourceUri',
]);
/** Members of a schema whose own members are named by whoever wrote it. */
const mapKeys = new Set(
  'properties $defs definitions dependentSchemas patternProperties dependentRequired dependencies'.split(' '),
);

/** Every text of a definition, the names of members too, in order; at most `limits.definitionFieldsMax` of them. */
export function fieldsOf({ json }: Definition): { readonly fields: readonly Field[]; readonly isWhole: boolean } {
  const fields: Field[] = [];
  let isWhole = true;
  const add = (path: string, role: FieldRole, text: string): void => {
    if (text === '') return;
    if (fields.length >= limits.definitionFieldsMax) isWhole = false;
    else fields.push({ path, role, text });
  };
  const visit = (value: unknown, path: string, role: FieldRole, isNamed: boolean): void => {
    if (!isWhole) return;
    if (typeof value === 'string') add(path, role, value);
    else if (Array.isArray(value)) for (const [at, item] of value.entries()) visit(item, `${path}.${at}`, role, false);
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        const below = path === '' ? key : `${path}.${key}`;
        // Names that somebody chose are read by the model as well; those of the protocol are not worth it.
        if (isNamed || !/^[\w$./:-]{1,64}$/.test(key)) add(below, /\s/.test(key.trim()) ? 'prose' : 'name', key);
        const next = isNamed && role !== 'value' ? roleOfNamed(item) : roleOf(key, role);
        visit(item, below, next, next === 'value' || (!isNamed && mapKeys.has(key)));
      }
  };
  visit(json, '', 'prose', false);
  return { fields, isWhole };
}

/** A schema, or the names that come with a name. */
const roleOfNamed = (item: unknown): FieldRole => (Array.isArray(item) ? 'name' : 'prose');

function roleOf(key: string, above: FieldRole): FieldRole {
  if (above === 'value' || valueKeys.has(key)) return 'value';
  if (key === 'name' || key === 'required') return 'name';
  if (key === 'pattern') return 'pattern';
  return linkKeys.has(key) ? 'link' : 'prose';
}
