import { limits } from '../../../../base/limits.ts';
import { boundedText } from '../../../../model/interpolate.ts';
import {
  Interpolated,
  isList,
  isProperties,
  newProperties,
  Ref,
  Unknown,
  type Value,
} from '../../../../model/value.ts';
import { LiveRef } from './scope.ts';

/**
 * A value as it is kept in a resource: a tree of its own, free of what evaluation needs, within the limits on nodes, nesting
 * and length of texts. What is past a limit is unknown.
 *
 * @param charge pays for every node. @throws Exhausted
 */
export function settle(value: Value, charge: (steps: number) => void, depth = 0): Value {
  if (typeof value === 'string') return boundedText(value);
  if (value === null || typeof value !== 'object') return value;
  charge(1);
  if (value instanceof LiveRef) return new Ref(value.target);
  if (value instanceof Unknown) return value.constructor === Unknown ? value : new Unknown(value.reason);
  if (value instanceof Interpolated)
    return value.parts.some((part) => part instanceof LiveRef) ? new Interpolated(value.parts.map(plainPart)) : value;
  if (value instanceof Ref) return value;
  if (depth >= limits.nestingDepthMax) return new Unknown('nested deeper than the limit');
  if (isList(value)) {
    charge(value.length);
    return value.map((item) => settle(item, charge, depth + 1));
  }
  if (!isProperties(value)) return value;
  const result = newProperties();
  for (const key of Object.keys(value)) result[key] = settle(value[key] ?? null, charge, depth + 1);
  return result;
}

function plainPart(part: Interpolated['parts'][number]): Interpolated['parts'][number] {
  return part instanceof LiveRef ? new Ref(part.target) : part;
}
