import { EvaluationError } from './evaluation-error.ts';
import { extensionFunction } from './extension-functions.ts';
import { longOf } from './long.ts';
import { CedarSet, type CedarRecord, emptyRecord, type EntityUid, MapRecord, type Value } from './value.ts';

/** Finds the object of an entity's name. */
export interface Names {
  uid(type: string, id: string): EntityUid;
}

/**
 * A value in Cedar's JSON form, with `__entity` and `__extn` escapes.
 * @throws EvaluationError for what Cedar has no value for: null, a number that is no integer of 64 bits
 */
export function readValue(json: unknown, names: Names): Value {
  if (typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') {
    const long = Number.isInteger(json) ? longOf(BigInt(json)) : undefined;
    if (long === undefined) throw new EvaluationError(`${json} is no integer of 64 bits`);
    return long;
  }
  if (typeof json !== 'object' || json === null) throw new EvaluationError(`${String(json)} is no value`);
  if (Array.isArray(json)) return new CedarSet(json.map((item) => readValue(item, names)));
  if ('__entity' in json) return readUid(json.__entity, names);
  if ('__extn' in json) return readExtension(json.__extn, names);
  return readRecord(json, names);
}

export function readRecord(json: object, names: Names): CedarRecord {
  const entries = Object.entries(json);
  if (entries.length === 0) return emptyRecord;
  return new MapRecord(new Map(entries.map(([name, value]) => [name, readValue(value, names)])));
}

function readUid(json: unknown, names: Names): EntityUid {
  const { type, id } = json as { type?: unknown; id?: unknown };
  if (typeof type !== 'string' || typeof id !== 'string') throw new EvaluationError('`__entity` needs `type` and `id`');
  return names.uid(type, id);
}

function readExtension(json: unknown, names: Names): Value {
  const { fn, arg, args } = json as { fn?: unknown; arg?: unknown; args?: unknown };
  const run = typeof fn === 'string' ? extensionFunction(fn) : undefined;
  if (run === undefined) throw new EvaluationError('`__extn` names no extension function');
  return run((Array.isArray(args) ? args : [arg]).map((item) => readValue(item, names)));
}
