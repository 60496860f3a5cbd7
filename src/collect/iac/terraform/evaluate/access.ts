import { Interpolated, isList, isProperties, Ref, Unknown, type Value } from '../../../../model/value.ts';
import { Failure } from './failure.ts';
import { ManyRef } from './scope.ts';

/** Values that know their attributes only when asked, and are unknown to all others (outputs of a module). */
export class LazyObject extends Unknown {
  readonly read: (attribute: string) => Value;
  constructor(reason: string, read: (attribute: string) => Value) {
    super(reason);
    this.read = read;
  }
}

/** The same where the number of instances is not known: any key gives the one that stands for all. */
export class LazyMany extends Unknown {
  readonly one: LazyObject;
  constructor(one: LazyObject) {
    super(one.reason);
    this.one = one;
  }
}

/** Reads an attribute, key or index. What the value surely does not have is a `Failure`. */
export function access(value: Value, key: Value): Value {
  if (value instanceof LazyObject && typeof key === 'string') return value.read(key);
  if (value instanceof LazyMany || value instanceof ManyRef) return value.one;
  if (value instanceof Unknown) return value;
  if (key instanceof Unknown) return key;
  if (value instanceof Ref) return new Ref(value.target, refPath(value.attribute, key));
  if (value instanceof Interpolated || value === null || typeof value !== 'object')
    return new Failure('a text, number or null has no attributes');
  if (isList(value)) return fromList(value, key);
  if (!isProperties(value)) return new Unknown('a sealed value');
  if (typeof key === 'object') return new Unknown('a key that is known only after deployment');
  return value[String(key)] ?? (Object.hasOwn(value, String(key)) ? null : new Failure('no such attribute'));
}

function fromList(list: readonly Value[], key: Value): Value {
  const index = typeof key === 'string' ? Number(key === '' ? 'none' : key) : key;
  if (typeof index !== 'number')
    return typeof key === 'object'
      ? new Unknown('an index that is known only after deployment')
      : new Failure('an index is expected');
  if (!Number.isInteger(index) || index < 0 || index >= list.length) return new Failure('no such element');
  return list[index] ?? null;
}

/** Longer paths name nothing. */
const attributeLengthMax = 256;

function refPath(attribute: string | undefined, key: Value): string {
  const before = attribute ?? '';
  if (before.length > attributeLengthMax) return before;
  if (typeof key === 'number') return `${before}[${key}]`;
  if (typeof key !== 'string') return `${before}[*]`;
  return before === '' ? key : `${before}.${key}`;
}
