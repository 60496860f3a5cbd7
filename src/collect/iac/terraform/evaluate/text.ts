import { interpolate } from '../../../../model/interpolate.ts';
import { isList, isMarker, isProperties, newProperties, Unknown, type Value } from '../../../../model/value.ts';
import { Exhausted } from './failure.ts';

/** Joins the parts of a template. A fully known structure stands for its JSON text (`jsonencode` keeps structures). */
export function joinText(parts: readonly Value[], charge: (steps: number) => void): Value {
  return interpolate(parts.map((part) => textPart(part, charge)));
}

/** The value in text position: structures become their JSON text where they are fully known. */
export function textPart(value: Value, charge: (steps: number) => void): Value {
  if (!isList(value) && !isProperties(value)) return value;
  return jsonText(value, charge) ?? new Unknown('a structure of which parts are not known, in a text');
}

/** The JSON text of a fully known value as `jsonencode` writes it (keys sorted, no blanks); undefined when parts are unknown. */
export function jsonText(value: Value, charge: (steps: number) => void): string | undefined {
  const plain = toPlain(value, charge, 0);
  if (plain === undefined) return undefined;
  const text = JSON.stringify(plain);
  // `jsonencode` escapes what would end a script element.
  return /[<>&]/.test(text) ? text.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : text;
}

function toPlain(value: Value, charge: (steps: number) => void, depth: number): unknown {
  charge(1);
  if (depth > 128) throw new Exhausted('nested deeper than the limit');
  if (isMarker(value)) return undefined;
  if (isList(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const plain = toPlain(item, charge, depth + 1);
      if (plain === undefined) return undefined;
      items.push(plain);
    }
    return items;
  }
  if (!isProperties(value)) return value;
  const result = newProperties() as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) {
    const plain = toPlain(value[key] ?? null, charge, depth + 1);
    if (plain === undefined) return undefined;
    result[key] = plain;
  }
  return result;
}
