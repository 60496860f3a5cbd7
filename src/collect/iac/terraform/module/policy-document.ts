import {
  isList,
  isMarker,
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import { parseJson } from '../../../documents/json.ts';
import { toValue } from '../../../documents/node.ts';

/**
 * The policy that `data.aws_iam_policy_document` renders, as CloudFormation writes one: `{Version, Id, Statement: [{Sid,
 * Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition}]}`. Where statements come from
 * something unknown, the list has an unknown element.
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document)
 *
 * @param attributes of the data source, `statement` a list whose elements may be unknown
 */
export function policyDocument(attributes: Properties): Properties {
  const statements = new Statements();
  for (const document of documentsOf(attributes['source_json'])) statements.addDocument(document);
  for (const document of documentsOf(attributes['source_policy_documents'])) statements.addDocument(document);
  for (const item of listOf(attributes['statement'])) statements.add(statement(item));
  for (const document of documentsOf(attributes['override_json'])) statements.addDocument(document);
  for (const document of documentsOf(attributes['override_policy_documents'])) statements.addDocument(document);
  const result = newProperties();
  result['Version'] = attributes['version'] ?? '2012-10-17';
  if (attributes['policy_id'] !== undefined) result['Id'] = attributes['policy_id'];
  result['Statement'] = statements.list;
  return result;
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** Documents as structures; texts are parsed. */
function documentsOf(value: Value | undefined): Value[] {
  return listOf(value).map((item) => {
    if (typeof item !== 'string') return item;
    const { root, gaps } = parseJson(item, '');
    return root === undefined || gaps.length > 0 ? new Unknown('a policy that is not valid JSON') : toValue(root, {});
  });
}

/** Statements in order; one takes the place of an earlier one with its `Sid`. */
class Statements {
  readonly list: Value[] = [];
  readonly #bySid = new Map<string, number>();

  addDocument(document: Value): void {
    if (isProperties(document)) for (const item of listOf(document['Statement'])) this.add(item);
    else if (isMarker(document)) this.list.push(document);
  }

  add(item: Value): void {
    const sid = isProperties(item) ? item['Sid'] : undefined;
    const known = typeof sid === 'string' && sid !== '' ? this.#bySid.get(sid) : undefined;
    if (known !== undefined) {
      this.list[known] = item;
      return;
    }
    if (typeof sid === 'string') this.#bySid.set(sid, this.list.length);
    this.list.push(item);
  }
}

const names: readonly (readonly [string, string])[] = [
  ['actions', 'Action'],
  ['not_actions', 'NotAction'],
  ['resources', 'Resource'],
  ['not_resources', 'NotResource'],
];

function statement(value: Value): Value {
  if (!isProperties(value)) return value;
  const result = newProperties();
  if (value['sid'] !== undefined && value['sid'] !== '') result['Sid'] = value['sid'];
  result['Effect'] = value['effect'] ?? 'Allow';
  for (const [from, to] of names) {
    const given = value[from];
    if (given !== undefined && !(isList(given) && given.length === 0)) result[to] = given;
  }
  const principal = principals(value['principals']);
  if (principal !== undefined) result['Principal'] = principal;
  const notPrincipal = principals(value['not_principals']);
  if (notPrincipal !== undefined) result['NotPrincipal'] = notPrincipal;
  const condition = conditions(value['condition']);
  if (condition !== undefined) result['Condition'] = condition;
  return result;
}

/** `principals { type, identifiers }` blocks → `Principal`; type `*` with identifier `*` is everybody. */
function principals(value: Value | undefined): Value | undefined {
  const blocks = listOf(value);
  if (blocks.length === 0) return undefined;
  const result = newProperties();
  for (const block of blocks) {
    if (!isProperties(block)) return block;
    const type = block['type'];
    const identifiers = block['identifiers'] ?? [];
    if (typeof type !== 'string') return type ?? new Unknown('a principal without a type');
    if (type === '*') return '*';
    append(result, type, identifiers);
  }
  return result;
}

function append(into: MutableProperties, key: string, values: Value): void {
  const known = into[key];
  into[key] = known === undefined ? values : [...listOf(known), ...listOf(values)];
}

/** `condition { test, variable, values }` blocks → `Condition`. */
function conditions(value: Value | undefined): Value | undefined {
  const blocks = listOf(value);
  if (blocks.length === 0) return undefined;
  const result = newProperties();
  for (const block of blocks) {
    if (!isProperties(block)) return block;
    const test = block['test'];
    const variable = block['variable'];
    if (typeof test !== 'string' || typeof variable !== 'string')
      return new Unknown('a condition of which the test or the key is not known');
    const known = result[test];
    const operator: MutableProperties = isProperties(known) ? (known as MutableProperties) : newProperties();
    append(operator, variable, block['values'] ?? []);
    result[test] = operator;
  }
  return result;
}
