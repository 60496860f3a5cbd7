/** Types of Cedar that JSON values are read as. */
export type CedarType =
  | { readonly kind: 'String' | 'Long' | 'Boolean' | 'decimal' | 'datetime' | 'date' | 'ipaddr' }
  | { readonly kind: 'Set'; readonly element: CedarType }
  | RecordType;

export interface RecordType {
  readonly kind: 'Record';
  readonly fields: ReadonlyMap<string, Field>;
  /** Whether the JSON Schema says that there may be fields it does not name. */
  readonly open: boolean;
}

export interface Field {
  /** Undefined where Cedar has no type for it: policies see where its value came from, not the value. */
  readonly type: CedarType | undefined;
  readonly required: boolean;
}

export const emptyRecordType: RecordType = { kind: 'Record', fields: new Map(), open: true };

/** A type in Cedar's JSON schema format (docs.cedarpolicy.com/schema/json-schema.html, read 2026-11-28). */
export type TypeJson =
  | { readonly type: 'String' | 'Long' | 'Boolean' }
  | { readonly type: 'Extension' | 'Entity'; readonly name: string }
  | { readonly type: 'Set'; readonly element: TypeJson }
  | RecordTypeJson
  | { readonly type: 'EntityOrCommon'; readonly name: string };
export interface RecordTypeJson {
  readonly type: 'Record';
  readonly attributes: Readonly<Record<string, TypeJson & { readonly required?: boolean }>>;
}

export function typeJson(type: CedarType): TypeJson {
  switch (type.kind) {
    case 'String':
    case 'Long':
    case 'Boolean':
      return { type: type.kind };
    case 'decimal':
    case 'ipaddr':
    case 'datetime':
      return { type: 'Extension', name: type.kind };
    case 'date':
      return { type: 'Extension', name: 'datetime' };
    case 'Set':
      return { type: 'Set', element: typeJson(type.element) };
    case 'Record':
      return recordTypeJson(type);
  }
}

export function recordTypeJson({ fields }: RecordType): RecordTypeJson {
  return {
    type: 'Record',
    attributes: Object.fromEntries(
      [...fields].flatMap(([name, { type, required }]) =>
        type === undefined ? [] : [[name, { ...typeJson(type), required }] as const],
      ),
    ),
  };
}

export function isSameType(left: CedarType, right: CedarType): boolean {
  return JSON.stringify([left.kind, typeJson(left)]) === JSON.stringify([right.kind, typeJson(right)]);
}
