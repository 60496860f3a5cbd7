import { DemarcError } from '../../base/errors.ts';
import { type Names, readRecord } from './json-value.ts';
import { type EntityData, EntityUid } from './value.ts';

/** An entity in Cedar's JSON form (docs.cedarpolicy.com/auth/entities-syntax.html), as far as it is read here. */
export interface EntityJson {
  readonly uid: UidJson;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly parents?: readonly UidJson[];
  readonly tags?: Readonly<Record<string, unknown>>;
}
export type TypeAndId = { readonly type: string; readonly id: string };
export type UidJson = TypeAndId | { readonly __entity: TypeAndId };

export const typeAndId = (uid: UidJson): TypeAndId => ('__entity' in uid ? uid.__entity : uid);

/** Every entity that outlives a request, and one object for each name that policies or entities mention. */
export class EntityStore {
  readonly #names = new Map<string, Map<string, EntityUid>>();

  /** The one object of a name; made when there is none. For policies and entities, never for what a request brings. */
  intern({ type, id }: TypeAndId): EntityUid {
    let ofType = this.#names.get(type);
    if (ofType === undefined) {
      ofType = new Map();
      this.#names.set(type, ofType);
    }
    let uid = ofType.get(id);
    if (uid === undefined) {
      uid = new EntityUid(type, id, true);
      ofType.set(id, uid);
    }
    return uid;
  }

  /** The object of a name: the interned one where policies or entities mention it. */
  uid(type: string, id: string): EntityUid {
    return this.#names.get(type)?.get(id) ?? new EntityUid(type, id, false);
  }

  /** Every name of a type that policies or entities mention. */
  ofType(type: string): readonly EntityUid[] {
    return [...(this.#names.get(type)?.values() ?? [])];
  }

  /** An entity that exists for a request only, with its data. */
  bring(type: string, id: string, data: EntityData): EntityUid {
    return new EntityUid(type, id, false, this.#names.get(type)?.get(id), data);
  }

  /** The names of entities and of everything above them: the ancestors of one whose parents they are. */
  above(parents: readonly EntityUid[]): Set<EntityUid> {
    return new Set(parents.flatMap(({ name }) => [name, ...(name.data?.ancestors ?? [])]));
  }

  /**
   * Adds entities; ancestors are computed once, here.
   * @throws DemarcError `DMC_POLICY` when an entity stands twice or is its own ancestor
   */
  add(entities: readonly EntityJson[]): void {
    const parents = new Map<EntityUid, readonly EntityUid[]>();
    for (const { uid, parents: above = [] } of entities) {
      const name = this.intern(typeAndId(uid));
      if (parents.has(name) || name.data !== undefined)
        throw new DemarcError('DMC_POLICY', `entity \`${name.type}::${JSON.stringify(name.id)}\` stands twice`);
      parents.set(
        name,
        above.map((parent) => this.intern(typeAndId(parent))),
      );
    }
    // What entities refer to outlives requests, and a policy that is compiled later may name it.
    const interning: Names = { uid: (type, id) => this.intern({ type, id }) };
    const closed = new Map<EntityUid, ReadonlySet<EntityUid>>();
    for (const name of parents.keys()) close(name, parents, closed);
    for (const { uid, attrs = {}, tags = {} } of entities) {
      const name = this.intern(typeAndId(uid));
      name.data = {
        attributes: readRecord(attrs, interning),
        tags: readRecord(tags, interning),
        ancestors: closed.get(name) ?? new Set(),
      };
    }
  }
}

/** Closes the parents of one entity, without recursion: hierarchies may be deep. */
function close(
  start: EntityUid,
  parents: ReadonlyMap<EntityUid, readonly EntityUid[]>,
  closed: Map<EntityUid, ReadonlySet<EntityUid>>,
): void {
  const stack = [start];
  const open = new Set<EntityUid>();
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const above = parents.get(name) ?? [];
    const waiting = closed.has(name) ? [] : above.filter((parent) => !closed.has(parent));
    if (waiting.length > 0 && !open.has(name)) {
      open.add(name);
      stack.push(...waiting);
      continue;
    }
    if (waiting.length > 0)
      throw new DemarcError('DMC_POLICY', `entity \`${name.type}::${JSON.stringify(name.id)}\` is its own ancestor`);
    if (!closed.has(name))
      closed.set(name, new Set(above.flatMap((parent) => [parent, ...(closed.get(parent) ?? [])])));
    stack.pop();
  }
}
