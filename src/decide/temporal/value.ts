import { createHash } from 'node:crypto';
import { limits } from '../../base/limits.ts';
import { UnknownCondition } from './unknown.ts';

/**
 * A value of an event or a request, as text with a tag: equal values are equal texts, so that rows are keys and a snapshot is JSON.
 * `n` a number in ten-thousandths (Cedar's decimal has four places), `f` a number that is not exact so, `s` a text, `S` the
 * hash of a long one, `b` a boolean, `e` an entity, `t` a timepoint, `j` and `J` any other JSON.
 */
export type Value = string;

/** Where a request does not have what a condition names. No value is empty. */
export const absent: Value = '';

export const truth = (holds: boolean): Value => (holds ? 'b1' : 'b0');
export const entity = (type: string, id: string): Value => `e${type}::${JSON.stringify(id)}`;
export const timepoint = (index: number): Value => `t${index}`;
export const numberOfUnits = (units: bigint | number): Value => `n${units}`;

/** @returns undefined for null and undefined, which are absence */
export function valueOf(json: unknown): Value | undefined {
  if (json === undefined || json === null) return undefined;
  if (typeof json === 'string') return json.length > limits.temporalValueLengthMax ? `S${hash(json)}` : `s${json}`;
  if (typeof json === 'boolean') return truth(json);
  if (typeof json === 'number') return valueOfNumber(json);
  const text = canonical(json, 0);
  return text.length > limits.temporalValueLengthMax ? `J${hash(text)}` : `j${text}`;
}

function valueOfNumber(json: number): Value {
  const units = Math.round(json * 10_000);
  if (Number.isSafeInteger(units)) return units / 10_000 === json ? numberOfUnits(units + 0) : `f${json}`;
  // Doubles do not count ten-thousandths that far.
  const [, whole, part = ''] = /^(-?\d+)(?:\.(\d{1,4}))?$/.exec(String(json)) ?? [];
  return whole === undefined ? `f${json}` : numberOfUnits(BigInt(whole + part.padEnd(4, '0')));
}

const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

function canonical(json: unknown, depth: number): string {
  if (depth > limits.nestingDepthMax) throw new UnknownCondition('a value is nested too deeply to be compared');
  if (typeof json !== 'object' || json === null) return JSON.stringify(json) ?? 'null';
  if (Array.isArray(json)) return `[${json.map((item) => canonical(item, depth + 1)).join()}]`;
  const fields = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value, depth + 1)}`).join()}}`;
}

/** Ten-thousandths. @throws UnknownCondition when it is no number, or not an exact one */
export function unitsOf(value: Value): bigint {
  if (!value.startsWith('n')) throw new UnknownCondition('what is compared or added up is no exact number');
  return BigInt(value.slice(1));
}

/** Negative, zero or positive. @throws UnknownCondition when one is no number */
export function compareNumbers(left: Value, right: Value): number {
  if (left.length < 16 && right.length < 16 && left.startsWith('n') && right.startsWith('n'))
    return Number(left.slice(1)) - Number(right.slice(1));
  const [a, b] = [unitsOf(left), unitsOf(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
