/** Every property path and compared value a rule reads exists in the provider's published schema. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMeanings, loadRules } from '../../src/app/data.ts';
import type { Expression } from '../../src/model/rule.ts';
import { enumAt, schemaAt, type SchemaFile, type TypeSchema } from '../../src/model/schema.ts';
import { readPaths } from './read-paths.ts';

const folder = new URL('../../catalogue/schemas/', import.meta.url).pathname;
const schemas: Record<string, TypeSchema> = {};
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  Object.assign(schemas, (JSON.parse(readFileSync(join(folder, name), 'utf8')) as SchemaFile).types);
}

/** Types whose shape is Demarc's own or a manifest: documented in the collectors' shapes, not published as a schema. */
const isOwnShape = (type: string): boolean =>
  /^(?:kubernetes|compose|dockerfile|code|mcp|agent|editor|browser)\./.test(type);

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
      const found = rule.types.flatMap((type) => [...problems(type, rule.when), ...problems(type, rule.expect)]);
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
