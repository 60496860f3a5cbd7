/** `AnyValue` of opentelemetry-proto in its JSON mapping: 64-bit integers are decimal strings. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | Readonly<Record<string, never>>;

export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** A value of JSON as `AnyValue`; what JSON calls null is a value that is not set. */
export function toAnyValue(value: unknown): AnyValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    case 'object':
      if (value === null) return {};
      return Array.isArray(value)
        ? { arrayValue: { values: value.map(toAnyValue) } }
        : { kvlistValue: { values: toKeyValues(value as Record<string, unknown>) } };
    default:
      return {};
  }
}

/** Properties that have a value, as attributes. */
export function toKeyValues(properties: Readonly<Record<string, unknown>>): readonly KeyValue[] {
  return Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: toAnyValue(value) }));
}
