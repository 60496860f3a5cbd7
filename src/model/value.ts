/**
 * Values of a resource's properties. Plain JSON values, plus four markers for what a static reading cannot or
 * must not hold. A marker is never a pass: a rule that depends on one has the verdict *unknown*, unless the
 * known part already decides.
 */

/** A value that exists but cannot be known from what was read, and why. */
export class Unknown {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * A reference to another resource. It is known to be set and not null; its text is not known.
 * `target` is the referenced resource's id (see `Resource.id`); `attribute` what is read from it, if stated.
 */
export class Ref {
  readonly target: string;
  readonly attribute: string | undefined;
  constructor(target: string, attribute?: string) {
    this.target = target;
    this.attribute = attribute;
  }
}

/** A literal secret that was found in place of a value. The text itself is never kept (invariant 6). */
export class Secret {
  /** What kind of credential: `anthropic-api-key`, `private-key`, `password`. */
  readonly kind: string;
  /** First 12 hex digits of the SHA-256 of the text: tells two apart, reveals neither. */
  readonly fingerprint: string;
  constructor(kind: string, fingerprint: string) {
    this.kind = kind;
    this.fingerprint = fingerprint;
  }
}

/**
 * A string of which some parts are known: `arn:aws:s3:::${bucket}/*`, or in which a secret was sealed:
 * `postgres://app:…@db`. Parts are in order; adjacent strings merged.
 */
export class Interpolated {
  readonly parts: readonly (string | Unknown | Ref | Secret)[];
  constructor(parts: readonly (string | Unknown | Ref | Secret)[]) {
    this.parts = parts;
  }
}

export type Scalar = string | number | boolean | null;
export type Marker = Unknown | Ref | Interpolated | Secret;
export type Value = Scalar | Marker | readonly Value[] | Properties;
/** Objects made for properties have no prototype (`newProperties`), so a `__proto__` key is only a key. */
export interface Properties {
  readonly [key: string]: Value;
}
export type MutableProperties = Record<string, Value>;

/** An empty property bag without a prototype. */
export function newProperties(): MutableProperties {
  return Object.create(null) as MutableProperties;
}

/** Whether the value is one of the four markers. */
export function isMarker(value: Value | undefined): value is Marker {
  return value instanceof Unknown || value instanceof Ref || value instanceof Interpolated || value instanceof Secret;
}

/** Whether the value is a list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether the value is a nested property bag (not a list, not a marker). */
export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMarker(value);
}

/** Calls `visit` with every Ref in the value and the path it stands at. */
export function eachRef(value: Value, visit: (ref: Ref, path: string) => void, path = ''): void {
  if (value instanceof Ref) visit(value, path);
  else if (value instanceof Interpolated) {
    for (const part of value.parts) if (part instanceof Ref) visit(part, path);
  } else if (isList(value)) value.forEach((item, index) => eachRef(item, visit, `${path}[${index}]`));
  else if (isProperties(value)) {
    for (const key of Object.keys(value)) {
      const child = value[key];
      if (child !== undefined) eachRef(child, visit, path === '' ? key : `${path}.${key}`);
    }
  }
}
