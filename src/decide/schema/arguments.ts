import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { parseRfc3339 } from '../../base/rfc3339.ts';
import { EvaluationError } from '../cedar/evaluation-error.ts';
import { Datetime, Decimal } from '../cedar/extension.ts';
import { parseDatetime, parseIp } from '../cedar/extension-parse.ts';
import { longOf } from '../cedar/long.ts';
import { CedarRecord, CedarSet, type Value } from '../cedar/value.ts';
import type { CedarType, RecordType } from './cedar-type.ts';

/** A field of JSON, null being absence. */
export function fieldOf(json: JsonObject, name: string): unknown {
  return Object.hasOwn(json, name) ? (json[name] ?? undefined) : undefined;
}

/**
 * JSON as a record of a type. Read field by field when a policy asks: what no policy looks at costs nothing, and a value
 * that is not of its type is an error only where it matters.
 */
export class JsonRecord extends CedarRecord {
  readonly #type: RecordType;
  readonly #json: JsonObject;

  constructor(type: RecordType, json: JsonObject) {
    super();
    this.#type = type;
    this.#json = json;
  }

  /** Also of what Cedar has no type for: it is there, and reading it is an error. */
  has(name: string): boolean {
    return this.#type.fields.has(name) && fieldOf(this.#json, name) !== undefined;
  }

  get(name: string): Value | undefined {
    const field = this.#type.fields.get(name);
    const value = field === undefined ? undefined : fieldOf(this.#json, name);
    if (field === undefined || value === undefined) return undefined;
    if (field.type === undefined) throw new EvaluationError(`argument \`${name}\` is of no type that Cedar has`);
    return convert(field.type, value, name);
  }

  *names(): Generator<string> {
    for (const name of this.#type.fields.keys()) if (this.has(name)) yield name;
  }
}

function convert(type: CedarType, json: unknown, name: string): Value {
  switch (type.kind) {
    case 'String':
      if (typeof json === 'string') return json;
      break;
    case 'Boolean':
      if (typeof json === 'boolean') return json;
      break;
    case 'Long': {
      const long = typeof json === 'number' && Number.isInteger(json) ? longOf(BigInt(json)) : undefined;
      if (long !== undefined) return long;
      break;
    }
    case 'decimal': {
      const units = typeof json === 'number' ? Math.round(json * 10_000) : Number.NaN;
      if (Number.isSafeInteger(units) && units / 10_000 === json) return new Decimal(units + 0);
      break;
    }
    case 'datetime': {
      const instant = typeof json === 'string' ? parseRfc3339(json) : undefined;
      if (instant !== undefined) return new Datetime(instant.ms);
      break;
    }
    case 'date':
      if (typeof json === 'string' && json.length === 10) return parseDatetime(json);
      break;
    case 'ipaddr':
      if (typeof json === 'string') return parseIp(json);
      break;
    case 'Set':
      if (Array.isArray(json)) return new CedarSet(json.map((item) => convert(type.element, item, name)));
      break;
    case 'Record':
      if (isJsonObject(json)) return new JsonRecord(type, json);
      break;
  }
  throw new EvaluationError(`argument \`${name}\` is no ${type.kind}`);
}

/** Paths of arguments that the tool's schema does not name: a server may act on them, and no policy can look at them. */
export function undeclared(type: RecordType, json: JsonObject, path = ''): string[] {
  return Object.keys(json).flatMap((name) => {
    const inner = path === '' ? name : `${path}.${name}`;
    const field = type.fields.get(name);
    if (field === undefined) return [inner];
    return undeclaredIn(field.type, fieldOf(json, name), inner);
  });
}

function undeclaredIn(type: CedarType | undefined, json: unknown, path: string): string[] {
  if (type?.kind === 'Record') return undeclared(type, asJsonObject(json), path);
  if (type?.kind !== 'Set' || !Array.isArray(json)) return [];
  return json.flatMap((item) => undeclaredIn(type.element, item, `${path}[]`));
}
