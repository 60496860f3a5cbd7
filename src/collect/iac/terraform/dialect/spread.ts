import type { Positions } from '../../../../model/location.ts';
import type { TypeSchema } from '../../../../model/schema.ts';
import { isListSchema, isObjectSchema } from '../../../../model/schema.ts';
import type { MutableProperties, Properties, Value } from '../../../../model/value.ts';
import { isList, isProperties, newProperties } from '../../../../model/value.ts';

/**
 * Gives each value of a many-valued Terraform block its own item: one `ingress` with two `cidr_blocks` is two rules in
 * CloudFormation, whose `CidrIp` is a single text. Further items go to the end, so that the others keep their index.
 *
 * @param root the canonical body; changed in place
 * @param names lists in the body to look at
 */
export function spread(
  root: MutableProperties,
  schema: TypeSchema | undefined,
  names: readonly string[],
  positions: Record<string, Positions[string]>,
): void {
  if (schema === undefined || !isObjectSchema(schema)) return;
  for (const name of names) {
    const list = root[name];
    const inner = schema[name];
    if (!isList(list) || !isListSchema(inner) || !isObjectSchema(inner[0])) continue;
    const item = inner[0];
    const first: Value[] = [];
    const further: Properties[] = [];
    for (const [index, rule] of list.entries()) {
      const [kept, ...others] = isProperties(rule) ? single(rule, (key) => item[key] === 'string') : [rule];
      first.push(kept ?? rule);
      for (const { key, rule: other } of others as Spread[]) {
        const position = positions[`${name}[${index}].${key}`];
        if (position !== undefined) positions[`${name}[${list.length + further.length}].${key}`] = position;
        further.push(other);
      }
    }
    root[name] = [...first, ...further];
  }
}

interface Spread {
  readonly key: string;
  readonly rule: Properties;
}

/** The rule with its first value, then one rule for each further value. */
function single(rule: Properties, isText: (key: string) => boolean): [Properties, ...Spread[]] {
  const base = newProperties();
  const values: (readonly [string, Value])[] = [];
  for (const key of Object.keys(rule)) {
    const value = rule[key];
    if (value === undefined) continue;
    if (isText(key) && isList(value)) for (const each of value) values.push([key, each]);
    else base[key] = value;
  }
  const isSource = (key: string): boolean => /^(?:CidrIp|CidrIpv6|(?:Source|Destination)\w+Id)$/.test(key);
  // A source that is already a single text is one of the alternatives too, unless nothing else is.
  for (const key of Object.keys(base).filter(isSource)) {
    const value = base[key];
    if (values.length === 0 && Object.keys(base).filter(isSource).length === 1) break;
    if (value !== undefined) values.push([key, value]);
    delete base[key];
  }
  if (values.length === 0) return [base];
  const rules = values.map(([key, value]) => ({ key, rule: Object.assign(newProperties(), base, { [key]: value }) }));
  const [head, ...others] = rules;
  return [head?.rule ?? base, ...others];
}
