import type { Resource } from '../../../../model/resource.ts';
import type { Positions } from '../../../../model/location.ts';
import type { MutableProperties, Value } from '../../../../model/value.ts';
import { isList, isProperties, newProperties, Ref } from '../../../../model/value.ts';
import { coerce } from '../../../canonical/coerce.ts';
import { parsedJson } from './convert.ts';
import { finish, type TerraformSource } from './source.ts';
import type { DialectTable } from './table.ts';

/** Types that extend another resource: what azapi calls their parent is what ARM calls their scope. */
const extensionTypes = new Set([
  'microsoft.insights/diagnosticsettings',
  'microsoft.authorization/roleassignments',
  'microsoft.authorization/policyassignments',
  'microsoft.authorization/locks',
]);

/**
 * `azapi_resource` and `azapi_update_resource` carry an ARM body as it is: `type = "Microsoft.X/y@version"`, `body` as an
 * object or JSON text, and name, location, tags, identity and parent beside it.
 * Documentation: https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
 *
 * @returns undefined when the type is not known from what was read
 */
export function azapiToCanonical(table: DialectTable, source: TerraformSource): Resource | undefined {
  const { attributes } = source;
  const stated = attributes['type'];
  if (typeof stated !== 'string' || source.type === 'azapi_resource_action') return undefined;
  const [kind = '', version] = stated.split('@', 2);
  const known = Object.hasOwn(table.arm, kind.toLowerCase()) ? table.arm[kind.toLowerCase()] : undefined;
  const type = known ?? kind;
  const body = bodyOf(attributes['body']);
  const out: MutableProperties = newProperties();
  if (isProperties(body)) Object.assign(out, body);
  else if (body !== undefined) out['properties'] = body;
  for (const name of ['name', 'location', 'tags'] as const) copy(out, name, attributes[name]);
  copy(out, 'identity', identityOf(attributes['identity']));
  copy(out, 'apiVersion', version);
  const update = source.type === 'azapi_update_resource';
  const parent = attributes['parent_id'];
  if (update) copy(out, '$parent', attributes['resource_id']);
  if (parent !== undefined && kind.split('/').length > 2) copy(out, 'parent', parent);
  else if (extensionTypes.has(kind.toLowerCase())) copy(out, 'scope', parent);
  const schema = Object.hasOwn(table.schemas, type) ? table.schemas[type] : undefined;
  const joined = update && out['$parent'] !== undefined;
  return finish(
    source,
    joined ? `terraform:azapi_update_resource` : type,
    coerce(schema, out),
    positionsOf(source.positions),
  );
}

function bodyOf(value: Value | undefined): Value | undefined {
  return typeof value === 'string' ? (parsedJson(value) ?? value) : value;
}

function copy(out: MutableProperties, name: string, value: Value | undefined): void {
  if (value !== undefined && value !== null && out[name] === undefined) out[name] = value;
}

/** `identity { type = …, identity_ids = […] }` → ARM's `identity`. */
function identityOf(value: Value | undefined): Value | undefined {
  const block = isList(value) ? value[0] : value;
  if (!isProperties(block)) return block;
  const out = newProperties();
  copy(out, 'type', block['type']);
  const ids = block['identity_ids'];
  if (isList(ids) && ids.length > 0) {
    const map = newProperties();
    ids.forEach((id, index) => {
      map[typeof id === 'string' ? id : id instanceof Ref ? id.target : `[${index}]`] =
        typeof id === 'string' ? newProperties() : id;
    });
    out['userAssignedIdentities'] = map;
  } else copy(out, 'userAssignedIdentities', ids);
  return out;
}

/** `body.properties.x` → `properties.x`; `identity[0].type` → `identity.type`. */
function positionsOf(positions: Positions): Positions {
  const out: Record<string, Positions[string]> = {};
  for (const path of Object.keys(positions)) {
    const position = positions[path];
    if (position === undefined) continue;
    if (path === 'body') out['properties'] ??= position;
    else if (path.startsWith('body.')) out[path.slice('body.'.length)] = position;
    else out[path === 'parent_id' ? 'parent' : path.replace('[0]', '')] = position;
  }
  return out;
}
