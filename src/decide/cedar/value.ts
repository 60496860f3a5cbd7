import { EvaluationError } from './evaluation-error.ts';
import { Extension } from './extension.ts';
import type { Long } from './long.ts';

/** A value of the Cedar language (docs.cedarpolicy.com/policies/syntax-datatypes.html). */
export type Value = boolean | string | Long | EntityUid | CedarSet | CedarRecord | Extension;

/** What is known of an entity. */
export interface EntityData {
  readonly attributes: CedarRecord;
  readonly tags: CedarRecord;
  /** Every entity above it, at any distance: the objects that stand for their names. */
  readonly ancestors: ReadonlySet<EntityUid>;
}

/**
 * An entity. A store makes one object for each name it knows (`interned`), so that comparing is comparing identities; what a
 * request brings has an object of its own, with its data, that knows the interned one of its name.
 */
export class EntityUid {
  readonly type: string;
  readonly id: string;
  readonly interned: boolean;
  /** The object that stands for the name: of two with one name, the interned one where there is any. */
  readonly name: EntityUid;
  data: EntityData | undefined;

  constructor(type: string, id: string, interned: boolean, name?: EntityUid, data?: EntityData) {
    this.type = type;
    this.id = id;
    this.interned = interned;
    this.name = name ?? this;
    this.data = data;
  }

  is(other: EntityUid): boolean {
    const [left, right] = [this.name, other.name];
    return left === right || (!(left.interned && right.interned) && left.id === right.id && left.type === right.type);
  }
}

/** Attributes by name. Abstract, so that a request's context can be read without being built. */
export abstract class CedarRecord {
  abstract has(name: string): boolean;
  /** @throws EvaluationError when the attribute is there and has no value in Cedar's types */
  abstract get(name: string): Value | undefined;
  abstract names(): Iterable<string>;

  equals(other: CedarRecord): boolean {
    const names = [...this.names()];
    return (
      names.length === [...other.names()].length &&
      names.every((name) => {
        const right = other.get(name);
        return right !== undefined && isEqual(this.get(name) ?? false, right);
      })
    );
  }
}

export class MapRecord extends CedarRecord {
  readonly #values: ReadonlyMap<string, Value>;

  constructor(values: ReadonlyMap<string, Value>) {
    super();
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }
}

export const emptyRecord = new MapRecord(new Map());

/** Below this size a loop is faster than a hash. */
const smallSet = 8;

export class CedarSet {
  readonly items: readonly Value[];
  #primitives: Set<Value> | undefined;

  constructor(items: readonly Value[]) {
    this.items = items;
  }

  contains(value: Value): boolean {
    if (typeof value === 'object') return this.items.some((item) => isEqual(item, value));
    if (this.items.length <= smallSet) return this.items.includes(value);
    this.#primitives ??= new Set(this.items);
    return this.#primitives.has(value);
  }

  containsAll(other: CedarSet): boolean {
    return other.items.every((item) => this.contains(item));
  }

  containsAny(other: CedarSet): boolean {
    return other.items.some((item) => this.contains(item));
  }

  equals(other: CedarSet): boolean {
    return this.containsAll(other) && other.containsAll(this);
  }
}

/** Cedar's `==`: values of two types are unequal, never an error. */
export function isEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left instanceof EntityUid) return right instanceof EntityUid && left.is(right);
  if (left instanceof CedarSet) return right instanceof CedarSet && left.equals(right);
  if (left instanceof CedarRecord) return right instanceof CedarRecord && left.equals(right);
  return right instanceof Extension && left.equals(right);
}

/** The name of a value's type, for messages. */
export function typeOf(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (typeof value !== 'object') return 'long';
  if (value instanceof EntityUid) return 'entity';
  if (value instanceof CedarSet) return 'set';
  return value instanceof CedarRecord ? 'record' : value.type;
}

export function typeError(expected: string, value: Value): EvaluationError {
  return new EvaluationError(`type error: expected ${expected}, got ${typeOf(value)}`);
}
