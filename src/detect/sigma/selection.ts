import { isJsonObject } from '../../base/json-object.ts';
import type { EventView } from './event-view.ts';
import { sigmaError } from './sigma-error.ts';
import { compileValue, isComparison, isTransform, type Comparing, type Scalar } from './value-matcher.ts';

/** Whether an event fits. */
export type Matcher = (event: EventView) => boolean;

/**
 * Compiles a search identifier of a rule's detection: a map (all of its fields), a list of maps (any of them), or a list
 * of keywords (any of them anywhere in the event).
 *
 * @throws DemarcError `DMC_RULE_INVALID`
 */
export function compileSelection(selection: unknown): Matcher {
  if (Array.isArray(selection)) {
    const choices = selection.map((item) => (isJsonObject(item) ? compileMap(item) : keyword(item)));
    if (choices.length === 0) throw sigmaError('a selection is empty');
    return (event) => choices.some((matches) => matches(event));
  }
  if (isJsonObject(selection)) return compileMap(selection);
  return keyword(selection);
}

function keyword(value: unknown): Matcher {
  const matches = compileValue(scalar(value), { comparison: 'contains', transforms: [], cased: false, flags: '' });
  return (event) => event.texts().some(matches);
}

function compileMap(map: Readonly<Record<string, unknown>>): Matcher {
  const fields = Object.entries(map).map(([key, value]) => compileField(key, value));
  if (fields.length === 0) throw sigmaError('a selection is empty');
  return (event) => fields.every((matches) => matches(event));
}

function compileField(key: string, value: unknown): Matcher {
  const [field = '', ...modifiers] = key.split('|');
  const given = Array.isArray(value) ? value : [value];
  const values = given.map(scalar);
  if (values.length === 0) throw sigmaError(`\`${key}\` lists no value`);
  const all = modifiers.includes('all');
  const negated = modifiers.includes('neq');
  const positive = modifiers.includes('exists')
    ? exists(field, values)
    : modifiers.includes('fieldref')
      ? reference(field, values, all)
      : compare(field, values, comparing(key, modifiers), all);
  return negated ? (event) => event.values(field).length > 0 && !positive(event) : positive;
}

function exists(field: string, values: readonly Scalar[]): Matcher {
  const wanted = values[0];
  if (typeof wanted !== 'boolean') throw sigmaError('`exists` needs true or false');
  return (event) => event.values(field).length > 0 === wanted;
}

function reference(field: string, names: readonly Scalar[], all: boolean): Matcher {
  const matchers = names.map(
    (name): Matcher =>
      (event) => {
        const others = event.values(String(name));
        return event.values(field).some((value) => others.includes(value));
      },
  );
  return join(matchers, all);
}

function compare(field: string, values: readonly Scalar[], how: Comparing, all: boolean): Matcher {
  const matchers = values.map((value): Matcher => {
    const matches = compileValue(value, how);
    // A null in a rule also means that the field is not there.
    if (value === null) return (event) => event.values(field).every(matches);
    return (event) => event.values(field).some(matches);
  });
  return join(matchers, all);
}

function join(matchers: readonly Matcher[], all: boolean): Matcher {
  return all
    ? (event) => matchers.every((matches) => matches(event))
    : (event) => matchers.some((matches) => matches(event));
}

const elsewhere = new Set(['all', 'cased', 'neq', 'i', 'm', 's']);

function comparing(key: string, modifiers: readonly string[]): Comparing {
  const used = modifiers.filter(isComparison);
  const unknown = modifiers.find((name) => !isComparison(name) && !isTransform(name) && !elsewhere.has(name));
  if (unknown !== undefined) throw sigmaError(`\`${key}\` uses the modifier \`${unknown}\`, which is not supported`);
  if (used.length > 1) throw sigmaError(`\`${key}\` compares in two ways`);
  return {
    comparison: used[0],
    transforms: modifiers.filter(isTransform),
    cased: modifiers.includes('cased'),
    flags: modifiers.filter((name) => /^[ims]$/.test(name)).join(''),
  };
}

function scalar(value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw sigmaError('a selection compares with text, numbers, true, false or null only');
}
