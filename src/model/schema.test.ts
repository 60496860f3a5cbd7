import { expect, test } from 'vitest';
import { enumAt, schemaAt, type TypeSchema } from './schema.ts';

const schema: TypeSchema = {
  Name: 'string',
  Policy: 'json',
  Filters: [{ Type: { $enum: ['HATE', 'VIOLENCE'] }, Modes: [{ $enum: ['TEXT'] }] }],
  Tags: { '*': 'string' },
  Matrix: [['number']],
};

test('a path walks objects, lists, maps and json', () => {
  expect(schemaAt(schema, 'Name')).toBe('string');
  expect(schemaAt(schema, 'Filters[].Type')).toEqual({ $enum: ['HATE', 'VIOLENCE'] });
  expect(schemaAt(schema, 'Filters[0].Modes[]')).toEqual({ $enum: ['TEXT'] });
  expect(schemaAt(schema, 'Tags.anything')).toBe('string');
  expect(schemaAt(schema, 'Policy.Statement[].Effect')).toBe('json');
  expect(schemaAt(schema, 'Matrix[][]')).toBe('number');
});

test.each([
  'Nope',
  'Name.X',
  'Filters.Type',
  'Name[]',
  'Filters[].Type.X',
  'Filters[',
  '__proto__',
  'constructor',
  'toString',
])('no schema is found at %s', (path) => {
  expect(schemaAt(schema, path)).toBeUndefined();
});

test('published values are those of a string or of the items of a list', () => {
  expect(enumAt(schema, 'Filters[].Type')).toEqual(['HATE', 'VIOLENCE']);
  expect(enumAt(schema, 'Filters[].Modes')).toEqual(['TEXT']);
  expect(enumAt(schema, 'Name')).toBeUndefined();
  expect(enumAt(schema, 'Nope')).toBeUndefined();
});
