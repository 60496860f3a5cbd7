import { interpolate } from '../../../../model/interpolate.ts';
import { isList, isMarker, isProperties, newProperties, Unknown, type Value } from '../../../../model/value.ts';
import type { Expression } from '../syntax/ast.ts';
import { toNumber, truth } from './operators.ts';

/** A variable's declared type. What cannot be read of it is `any`. */
export type TypeConstraint =
  | { readonly kind: 'any' | 'string' | 'number' | 'bool' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: TypeConstraint }
  | { readonly kind: 'tuple'; readonly items: readonly TypeConstraint[] }
  | { readonly kind: 'object'; readonly attributes: readonly AttributeType[] };

interface AttributeType {
  readonly name: string;
  readonly type: TypeConstraint;
  readonly optional: boolean;
  readonly fallback: Expression | undefined;
}

const anyType: TypeConstraint = { kind: 'any' };

/** Reads a type expression: `object({ name = string, size = optional(number, 3) })`. */
export function typeConstraint(expression: Expression | undefined): TypeConstraint {
  if (expression === undefined) return anyType;
  if (expression.kind === 'literal' && typeof expression.value === 'string') return named(expression.value);
  if (expression.kind === 'traversal') return named(expression.root);
  if (expression.kind === 'template' && expression.parts[0] !== undefined) return typeConstraint(expression.parts[0]);
  if (expression.kind !== 'call') return anyType;
  const [arg] = expression.args;
  switch (expression.name) {
    case 'list':
    case 'set':
    case 'map':
      return { kind: expression.name, element: typeConstraint(arg) };
    case 'tuple':
      return arg?.kind === 'tuple' ? { kind: 'tuple', items: arg.items.map(typeConstraint) } : anyType;
    case 'object':
      return arg?.kind === 'object'
        ? { kind: 'object', attributes: arg.entries.flatMap(({ key, value }) => attributeType(key, value)) }
        : anyType;
    default:
      return anyType;
  }
}

function named(name: string): TypeConstraint {
  if (name === 'string' || name === 'number' || name === 'bool') return { kind: name };
  return name === 'list' || name === 'set' || name === 'map' ? { kind: name, element: anyType } : anyType;
}

function attributeType(key: Expression, value: Expression): AttributeType[] {
  if (key.kind !== 'literal') return [];
  const name = String(key.value);
  if (value.kind !== 'call' || value.name !== 'optional')
    return [{ name, type: typeConstraint(value), optional: false, fallback: undefined }];
  return [{ name, type: typeConstraint(value.args[0]), optional: true, fallback: value.args[1] }];
}

/**
 * Converts a value as Terraform does for a variable of the type: scalars are converted, missing optional attributes get
 * their default, attributes the type does not name are dropped. What does not fit stays as it is.
 *
 * @param evaluate gives the value of a default
 */
export function convert(value: Value, type: TypeConstraint, evaluate: (expression: Expression) => Value): Value {
  if (value === null || value instanceof Unknown) return value;
  switch (type.kind) {
    case 'any':
      return value;
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? interpolate([value]) : value;
    case 'number':
    case 'bool': {
      if (typeof value !== 'string') return value;
      const converted = type.kind === 'number' ? toNumber(value) : truth(value);
      return converted instanceof Unknown ? value : converted;
    }
    case 'list':
      return isList(value) ? value.map((item) => convert(item, type.element, evaluate)) : value;
    case 'set':
      return isList(value) ? setOf(value.map((item) => convert(item, type.element, evaluate))) : value;
    case 'tuple':
      return isList(value) ? value.map((item, index) => convert(item, type.items[index] ?? anyType, evaluate)) : value;
    case 'map':
      return isProperties(value) ? mapValues(value, type.element, evaluate) : value;
    case 'object':
      return isProperties(value) && !isMarker(value) ? convertObject(value, type.attributes, evaluate) : value;
  }
}

/** Scalars once and in order; structures stay as they come. */
function setOf(items: readonly Value[]): Value {
  const known = new Map<string, Value>();
  for (const item of items) {
    if (typeof item === 'object') return items;
    known.set(String(item), item);
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function mapValues(
  value: { readonly [key: string]: Value },
  type: TypeConstraint,
  evaluate: (expression: Expression) => Value,
): Value {
  if (type.kind === 'any') return value;
  const result = newProperties();
  for (const key of Object.keys(value)) result[key] = convert(value[key] ?? null, type, evaluate);
  return result;
}

function convertObject(
  value: { readonly [key: string]: Value },
  attributes: readonly AttributeType[],
  evaluate: (expression: Expression) => Value,
): Value {
  const result = newProperties();
  for (const { name, type, optional, fallback } of attributes) {
    const given = value[name];
    if (given !== undefined && (given !== null || fallback === undefined))
      result[name] = convert(given, type, evaluate);
    else if (fallback !== undefined) result[name] = convert(evaluate(fallback), type, evaluate);
    else if (optional) result[name] = null;
  }
  return result;
}
