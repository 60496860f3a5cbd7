import { asJsonObject } from '../../base/json-object.ts';
import { type ValueOrigin, type ValueTrace, valueOrigins } from '../../model/provenance.ts';
import { CedarRecord, type Value } from '../cedar/value.ts';
import { fieldOf } from './arguments.ts';
import type { RecordType, RecordTypeJson } from './cedar-type.ts';

/** An argument that was not given, and one whose origin nobody could doubt or that was not traced. */
export type ArgumentOrigin = ValueOrigin | 'absent' | 'untraced';

/**
 * Where each argument came from, in the shape of the arguments: an object of known fields is a record, everything else one
 * text, the least trusted origin of all its parts. Every argument that a tool declares is there, given or not.
 */
export class OriginsRecord extends CedarRecord {
  readonly #type: RecordType;
  readonly #values: readonly ValueTrace[];
  readonly #json: unknown;
  readonly #path: string;

  constructor(type: RecordType, values: readonly ValueTrace[], json: unknown, path = '') {
    super();
    this.#type = type;
    this.#values = values;
    this.#json = json;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#type.fields.has(name);
  }

  get(name: string): Value | undefined {
    const field = this.#type.fields.get(name);
    if (field === undefined) return undefined;
    const path = this.#path === '' ? name : `${this.#path}.${name}`;
    const isObject = typeof this.#json === 'object' && !Array.isArray(this.#json);
    // Something else stands where the object should: it is all of its fields.
    const value = isObject ? fieldOf(asJsonObject(this.#json), name) : this.#json;
    if (field.type?.kind === 'Record')
      return new OriginsRecord(field.type, this.#values, value, isObject ? path : this.#path);
    if (value !== undefined && !isObject) return originBelow(this.#path, this.#values);
    return value === undefined ? 'absent' : originBelow(path, this.#values);
  }

  names(): Iterable<string> {
    return this.#type.fields.keys();
  }
}

/** The least trusted origin at a path or below it. Where tracing stopped early, what has no trace is least trusted. */
function originBelow(path: string, values: readonly ValueTrace[]): ArgumentOrigin {
  let worst = -1;
  let stopped = false;
  for (const { path: at, origin, doubt } of values) {
    if (doubt === 'provenance.untraced') stopped = true;
    if (at === path || (at.startsWith(path) && at[path.length] === '.'))
      worst = Math.max(worst, valueOrigins.indexOf(origin));
  }
  return valueOrigins[worst] ?? (stopped ? 'nowhere' : 'untraced');
}

export function originsTypeJson({ fields }: RecordType): RecordTypeJson {
  return {
    type: 'Record',
    attributes: Object.fromEntries(
      [...fields].map(([name, { type }]) => [
        name,
        type?.kind === 'Record' ? originsTypeJson(type) : ({ type: 'String' } as const),
      ]),
    ),
  };
}
