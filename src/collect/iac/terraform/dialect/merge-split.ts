import type { Positions } from '../../../../model/location.ts';
import type { Resource } from '../../../../model/resource.ts';
import type { MutableProperties, Properties, Value } from '../../../../model/value.ts';
import { Interpolated, isList, isProperties, newProperties, Ref } from '../../../../model/value.ts';
import type { DialectTable } from './table.ts';

const prefix = 'terraform:';
/** Hops from a part over other parts to its parent: `bucket = aws_s3_bucket_versioning.x.bucket`. */
const hopsMax = 8;

/**
 * Joins resources that are parts of another (`aws_s3_bucket_public_access_block`, `aws_iam_role_policy`) into it, so
 * that one rule sees what a template would say in one place. Lists are concatenated, objects merged; where both state a
 * scalar the part wins. A part whose parent is not among the resources stays a resource of its own.
 * References to a part name its parent afterwards. Positions in another file than the parent's carry that file.
 *
 * @param resources of one scope or many; ids are unique
 */
export function mergeSplit(table: DialectTable, resources: readonly Resource[]): readonly Resource[] {
  const parts = resources.filter((resource) => '$parent' in resource.properties);
  if (parts.length === 0) return resources;
  const byId = new Map(resources.map((resource) => [resource.id, resource]));
  const byName = namesOf(table, parts, resources);
  const targets = new Map<string, Resource[]>();
  const moved = new Map<string, string>();
  for (const part of parts) {
    const parent = parentOf(table, part, byId, byName);
    if (parent === undefined) continue;
    moved.set(part.id, parent.id);
    const known = targets.get(parent.id);
    if (known === undefined) targets.set(parent.id, [part]);
    else known.push(part);
  }
  if (moved.size === 0) return resources;
  const out: Resource[] = [];
  for (const resource of resources) {
    if (moved.has(resource.id)) continue;
    const own = targets.get(resource.id);
    const joined = own === undefined ? resource : join(resource, own);
    const properties = redirect(joined.properties, moved);
    out.push(properties === joined.properties ? joined : { ...joined, properties });
  }
  return out;
}

interface Naming {
  readonly type: string | undefined;
  readonly by: string | undefined;
}

function namingOf(table: DialectTable, part: Resource): Naming {
  const type = part.type.slice(prefix.length);
  const mapping = Object.hasOwn(table.mappings, type) ? table.mappings[type] : undefined;
  return { type: mapping?.type, by: mapping?.mergeInto?.by };
}

/** Parents by scope, type and literal name, for parts that name theirs by text. */
function namesOf(
  table: DialectTable,
  parts: readonly Resource[],
  resources: readonly Resource[],
): ReadonlyMap<string, Resource> {
  const wanted = new Map<string, Set<string>>();
  for (const part of parts) {
    const { type, by } = namingOf(table, part);
    if (type === undefined || by === undefined || typeof part.properties['$parent'] !== 'string') continue;
    wanted.set(type, (wanted.get(type) ?? new Set()).add(by));
  }
  const found = new Map<string, Resource>();
  if (wanted.size === 0) return found;
  for (const resource of resources) {
    for (const by of wanted.get(resource.type) ?? []) {
      const name = resource.properties[by];
      if (typeof name === 'string') found.set(keyOf(resource.scope, resource.type, name), resource);
    }
  }
  return found;
}

function keyOf(scope: string, type: string, name: string): string {
  return `${scope}\n${type}\n${name}`;
}

function parentOf(
  table: DialectTable,
  part: Resource,
  byId: ReadonlyMap<string, Resource>,
  byName: ReadonlyMap<string, Resource>,
): Resource | undefined {
  const { type } = namingOf(table, part);
  let current: Resource | undefined = part;
  for (let hop = 0; hop < hopsMax && current !== undefined; hop += 1) {
    const parent: Value | undefined = current.properties['$parent'];
    if (typeof parent === 'string' && type !== undefined) return byName.get(keyOf(part.scope, type, parent));
    if (!(parent instanceof Ref)) return undefined;
    const target = byId.get(parent.target);
    if (target === undefined || !('$parent' in target.properties)) {
      return target !== undefined && target !== part && (type === undefined || target.type === type)
        ? target
        : undefined;
    }
    current = target;
  }
  return undefined;
}

/** The parent with its parts in it. Copies what it changes once, so that many parts cost no more than their size. */
function join(parent: Resource, parts: readonly Resource[]): Resource {
  const owned = new WeakSet<object>();
  const properties = Object.assign(newProperties(), parent.properties);
  const positions: Record<string, Positions[string]> = { ...parent.positions };
  for (const part of parts) {
    const moves: Move[] = [];
    const { $parent: _, ...rest } = part.properties;
    mergeObjects(properties, rest, '', moves, owned);
    const foreign = part.location.file === parent.location.file ? undefined : part.location.file;
    for (const path of Object.keys(part.positions)) {
      const position = part.positions[path];
      if (position === undefined) continue;
      const file = position[2] ?? foreign;
      positions[moveOf(path, moves)] = file === undefined ? position : [position[0], position[1], file];
    }
    // What the part holds without a position of its own stands where the part stands.
    for (const [from, to] of topPaths(rest, moves)) {
      const { line, column } = part.location;
      if (part.positions[from] === undefined)
        positions[to] ??= foreign === undefined ? [line, column] : [line, column, foreign];
    }
  }
  return { ...parent, properties, positions };
}

/** A list item of a part, and where it stands in the parent. */
type Move = readonly [from: string, to: string];

function* topPaths(part: Properties, moves: readonly Move[]): Generator<Move> {
  for (const name of Object.keys(part)) {
    const value = part[name];
    if (isList(value))
      for (const index of value.keys()) yield [`${name}[${index}]`, moveOf(`${name}[${index}]`, moves)];
    else if (!name.startsWith('$')) yield [name, name];
  }
}

/** Where a path of the part stands in the parent: by the longest moved list item it lies in. */
function moveOf(path: string, moves: readonly Move[]): string {
  for (const [from, to] of moves) {
    if (path === from || path.startsWith(`${from}.`) || path.startsWith(`${from}[`))
      return to + path.slice(from.length);
  }
  return path;
}

function mergeObjects(
  out: MutableProperties,
  part: Properties,
  path: string,
  moves: Move[],
  owned: WeakSet<object>,
): void {
  for (const name of Object.keys(part)) {
    const value = part[name];
    if (value === undefined) continue;
    const known = out[name];
    const here = path === '' ? name : `${path}.${name}`;
    if (isProperties(known) && isProperties(value)) {
      const inner = owned.has(known) ? (known as MutableProperties) : Object.assign(newProperties(), known);
      owned.add(inner);
      out[name] = inner;
      mergeObjects(inner, value, here, moves, owned);
    } else if (isList(known) && isList(value)) {
      const list = owned.has(known) ? (known as Value[]) : [...known];
      owned.add(list);
      out[name] = list;
      for (const [index, item] of value.entries()) {
        moves.push([`${here}[${index}]`, `${here}[${list.length}]`]);
        list.push(item);
      }
    } else out[name] = value;
  }
}

/** Lets references to a joined part name its parent; shares what does not change. */
function redirect(properties: Properties, moved: ReadonlyMap<string, string>): Properties {
  const changed = redirected(properties, moved);
  return isProperties(changed) ? changed : properties;
}

function redirected(value: Value, moved: ReadonlyMap<string, string>): Value {
  if (value instanceof Ref) {
    const target = moved.get(value.target);
    return target === undefined ? value : new Ref(target, value.attribute);
  }
  if (value instanceof Interpolated) {
    const parts = value.parts.map((part) => (part instanceof Ref ? (redirected(part, moved) as Ref) : part));
    return parts.some((part, index) => part !== value.parts[index]) ? new Interpolated(parts) : value;
  }
  if (isList(value)) {
    const items = value.map((item) => redirected(item, moved));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isProperties(value)) return value;
  let out: MutableProperties | undefined;
  for (const name of Object.keys(value)) {
    const item = value[name];
    if (item === undefined) continue;
    const next = redirected(item, moved);
    if (next === item) continue;
    out ??= Object.assign(newProperties(), value);
    out[name] = next;
  }
  return out ?? value;
}
