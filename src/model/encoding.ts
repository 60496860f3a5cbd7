import type { Resource } from './resource.ts';
import { Interpolated, isList, isProperties, newProperties, Ref, Secret, Unknown, type Value } from './value.ts';

/** A resource as plain JSON, its markers written so that they come back as they were. */
export interface EncodedResource extends Omit<Resource, 'properties'> {
  readonly properties: unknown;
}

/** A property name that starts with NUL is written with one more, so an object with this key can only be a marker. */
const marker = '\u0000';

/** A resource as plain JSON. */
export function encodeResource(resource: Resource): EncodedResource {
  return { ...resource, properties: encodeValue(resource.properties) };
}

/** The resource `encodeResource` wrote. The input is trusted to come from it. */
export function decodeResource(encoded: EncodedResource): Resource {
  return { ...encoded, properties: decodeValue(encoded.properties) as Resource['properties'] };
}

/** A value as plain JSON. */
export function encodeValue(value: Value): unknown {
  if (typeof value === 'number' && !isPlain(value))
    return { [marker]: 'number', text: Object.is(value, -0) ? '-0' : String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(encodeValue);
  if (value instanceof Unknown) return { [marker]: 'unknown', reason: value.reason };
  if (value instanceof Ref) return { [marker]: 'ref', target: value.target, attribute: value.attribute };
  if (value instanceof Secret) return { [marker]: 'secret', kind: value.kind, fingerprint: value.fingerprint };
  if (value instanceof Interpolated) return { [marker]: 'parts', parts: value.parts.map(encodeValue) };
  // Without a prototype, so that `__proto__` is a key like any other: JSON writes and reads it as one.
  const result = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value))
    result[key.startsWith(marker) ? marker + key : key] = encodeValue(
      isProperties(value) ? (value[key] ?? null) : null,
    );
  return result;
}

/** Whether JSON can write the number. */
function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

/** The value `encodeValue` wrote. The input is trusted to come from it. */
export function decodeValue(value: unknown): Value {
  if (value === null || typeof value !== 'object') return value as Value;
  if (Array.isArray(value)) return value.map(decodeValue);
  const bag = value as Record<string, unknown>;
  switch (bag[marker]) {
    case 'unknown':
      return new Unknown(String(bag['reason']));
    case 'ref':
      return new Ref(String(bag['target']), bag['attribute'] as string | undefined);
    case 'secret':
      return new Secret(String(bag['kind']), String(bag['fingerprint']));
    case 'parts':
      return new Interpolated((bag['parts'] as unknown[]).map((part) => decodeValue(part) as string));
    case 'number':
      return Number(bag['text']);
    default: {
      const result = newProperties();
      for (const key of Object.keys(bag)) result[key.startsWith(marker) ? key.slice(1) : key] = decodeValue(bag[key]);
      return result;
    }
  }
}
