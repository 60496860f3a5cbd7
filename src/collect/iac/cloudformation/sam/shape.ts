import { isList, isProperties, newProperties, Ref, type Properties, type Value } from '../../../../model/value.ts';
import type { PositionSink } from '../../../documents/node.ts';
import { newPositions } from '../evaluator.ts';
import type { SamInput, SamResource } from './translate.ts';

/** Builds one CloudFormation resource out of a serverless one, carrying positions along. */
export class Shape {
  readonly #input: SamInput;
  readonly #properties = newProperties();
  readonly #positions: PositionSink = newPositions();

  constructor(input: SamInput) {
    this.#input = input;
  }

  /** Copies properties of the serverless resource; `Old:New` renames, dots go into nested ones. */
  copy(...names: readonly string[]): this {
    for (const name of names) {
      const [from = '', to = from] = name.split(':');
      const value = at(this.#input.properties, from);
      if (value !== undefined) this.set(to, value, from);
    }
    return this;
  }

  /** Sets a property (dots make nested ones); `from` is the path it stands at in the serverless resource. */
  set(path: string, value: Value | undefined, from?: string): this {
    if (value === undefined) return this;
    const keys = path.split('.');
    let bag = this.#properties;
    for (const key of keys.slice(0, -1)) {
      const inner = bag[key];
      const next = isProperties(inner) ? Object.assign(newProperties(), inner) : newProperties();
      bag[key] = next;
      bag = next;
    }
    bag[keys.at(-1) ?? ''] = value;
    if (from !== undefined) movePositions(this.#input.positions, from, value, this.#positions, path);
    return this;
  }

  done(logicalId: string, type: string): SamResource {
    return { logicalId, type, properties: this.#properties, positions: this.#positions };
  }
}

/** The value at a dotted path of a bag, or undefined. */
export function at(properties: Properties, path: string): Value | undefined {
  let current: Value | undefined = properties;
  for (const key of path.split('.')) current = isProperties(current) ? current[key] : undefined;
  return current;
}

/** A bag from entries; undefined values are left out. */
export function bag(entries: Readonly<Record<string, Value | undefined>>): Properties {
  const result = newProperties();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) result[key] = value;
  return result;
}

/** Tags of a serverless resource (an object) as the list CloudFormation takes. */
export function tagList(tags: Value | undefined): Value | undefined {
  if (!isProperties(tags)) return tags;
  return Object.entries(tags).map(([key, value]) => bag({ Key: key, Value: value }));
}

/** A reference to a resource of the same template. */
export function refTo(input: SamInput, logicalId: string, attribute?: string): Ref {
  return new Ref(`${input.file}#${logicalId}`, attribute);
}

/** A value as a list: itself, a list of it, or empty. */
export function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

/** Copies the positions of a value that stands at `from`, and of all within it, to the same places below `to`. */
function movePositions(source: PositionSink, from: string, value: Value, sink: PositionSink, to: string): void {
  const position = source[from];
  if (position !== undefined) sink[to] = position;
  // Walks the value, not the sink: a file of many events would otherwise cost their square.
  if (isList(value)) value.forEach((item, i) => movePositions(source, `${from}[${i}]`, item, sink, `${to}[${i}]`));
  else if (isProperties(value)) {
    for (const [key, item] of Object.entries(value))
      movePositions(source, `${from}.${key}`, item, sink, `${to}.${key}`);
  }
}
