/** Every property path and compared value a rule reads exists in the provider's published schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { loadMeanings, loadRules } from '../../src/app/data.ts';
import type { CompiledExpression, Expression } from '../../src/model/rule.ts';
import { enumAt, schemaAt, type SchemaFile, type TypeSchema } from '../../src/model/schema.ts';
import { readPaths } from './read-paths.ts';

const folder = new URL('../../catalogue/schemas/', import.meta.url).pathname;
const schemas: Record<string, TypeSchema> = {};
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  Object.assign(schemas, (JSON.parse(readFileSync(join(folder, name), 'utf8')) as SchemaFile).types);
}

/** Types whose shape is Demarc's own or a manifest: documented in the collectors' shapes, not published as a schema. */
const isOwnShape = (type: string): boolean => /^(?:compose|dockerfile|code|mcp|agent|editor|browser)\./.test(type);

/** The expression behind its JSON text. */
function parsed(expression: CompiledExpression | undefined): Expression | undefined {
  return typeof expression === 'string' ? (JSON.parse(expression) as Expression) : expression;
}

function problems(type: string, expression: Expression | undefined): string[] {
  const schema = schemas[type];
  if (expression === undefined || isOwnShape(type)) return [];
  if (schema === undefined) return [`no schema for ${type}`];
  return readPaths(expression).flatMap(({ path, comparedWith }) => {
    if (path.startsWith('$')) return [];
    if (schemaAt(schema, path) === undefined) return [`${type} has no property ${path}`];
    const values = enumAt(schema, path);
    const wrong =
      values === undefined
        ? []
        : comparedWith.filter((value) => typeof value === 'string' && value !== '' && !values.includes(value));
    return wrong.map((value) => `${type} ${path} is never \`${value}\` (${values?.join(', ')})`);
  });
}

describe('paths of rules', () => {
  it.each(loadRules().map((rule) => [rule.id, rule] as const))(
    '%s reads only what the schemas publish',
    (_id, rule) => {
      const found = rule.types.flatMap((type) => [
        ...problems(type, parsed(rule.when)),
        ...problems(type, parsed(rule.expect)),
      ]);
      // A rule over several types may read a property only one of them has; each path must exist in at least one.
      const inEvery =
        rule.types.length > 1
          ? found.filter((problem) =>
              rule.types.every((type) => found.some((other) => other === problem.replace(/^\S+ /, `${type} `))),
            )
          : found;
      expect(inEvery).toEqual([]);
    },
  );

  it.each(
    loadMeanings()
      .filter((meaning) => meaning.when !== undefined)
      .map((meaning, index) => [`${meaning.type} #${index}`, meaning] as const),
  )('the meaning of %s reads only what the schemas publish', (_id, meaning) => {
    expect(problems(meaning.type, meaning.when)).toEqual([]);
  });
});

describe('regular expressions of rules', () => {
  const patterns = loadRules().flatMap((rule) =>
    [...patternsIn(parsed(rule.when)), ...patternsIn(parsed(rule.expect))].map(
      (pattern) => [rule.id, pattern] as const,
    ),
  );

  it('exist, so that this gate looks at something', () => {
    expect(patterns.length).toBeGreaterThan(20);
  });

  it.each(patterns)('%s: %s is RE2 syntax and cannot backtrack without bound', (_id, pattern) => {
    // RE2 refuses look-around and back references; a repetition inside a repetition is linear there and exponential in JavaScript.
    expect(() => RE2JS.compile(pattern)).not.toThrow();
    expect(nestedRepetition(pattern.startsWith('(?i)') ? pattern.slice(4) : pattern)).toBe(false);
  });
});

function patternsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(patternsIn);
  if (typeof node !== 'object' || node === null || !('op' in node)) return [];
  const { op, args } = node as Expression;
  const list = Array.isArray(args) ? (args as unknown[]) : [];
  const own =
    op === 'rcall' && list[0] === 'matches'
      ? (list[2] as unknown[]).flatMap((item) =>
          typeof (item as Expression).args === 'string' ? [(item as Expression).args as string] : [],
        )
      : [];
  return [...own, ...patternsIn(list)];
}

/** Whether an unbounded repetition applies to a group that holds one. */
function nestedRepetition(pattern: string): boolean {
  const holds: boolean[] = [false];
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at];
    if (c === '\\') at++;
    else if (c === '[') {
      for (at++; at < pattern.length && pattern[at] !== ']'; at++) if (pattern[at] === '\\') at++;
    } else if (c === '(') holds.push(false);
    else if (c === ')') {
      const inner = holds.pop() ?? false;
      const repeated = /^(?:[*+]|\{\d+,\})/.test(pattern.slice(at + 1));
      if (inner && repeated) return true;
      if (inner || repeated) holds[holds.length - 1] = true;
    } else if (c === '*' || c === '+' || (c === '{' && /^\{\d+,\}/.test(pattern.slice(at))))
      holds[holds.length - 1] = true;
  }
  return false;
}
