import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { findSchemaHazards } from './schema-hazards.ts';

const codes = (schema: unknown): string[] => findSchemaHazards(schema, 's').map(({ code, path }) => `${code} ${path}`);

/** Each definition refers to the next one twice. */
function doubling(levels: number): unknown {
  const defs = Object.fromEntries(
    Array.from({ length: levels }, (_, at) => [
      `d${at}`,
      { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
    ]),
  );
  return { $ref: '#/$defs/d0', $defs: { ...defs, [`d${levels}`]: { type: 'string' } } };
}

const remote = ['schema.remote-reference s.not.$recursiveRef', 'schema.remote-reference s.items.$dynamicRef'];

describe('G6: schemas that hurt whoever follows them', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['none', { type: 'object', properties: { a: { type: 'string', pattern: '^[a-z]+$' } } }, []],
    ['no schema', 'x', []],
    ['a reference elsewhere', { $ref: 'http://169.254.169.254/x' }, ['schema.remote-reference s.$ref']],
    ['dynamic references elsewhere', { items: { $dynamicRef: 'x#a' }, not: { $recursiveRef: 'x' } }, remote],
    ['a dynamic reference to nothing', { $dynamicRef: '#a', $recursiveRef: '#' }, []],
    ['a file', { items: { $ref: 'file:///etc/passwd' } }, ['schema.remote-reference s.items.$ref']],
    ['a reference to nothing', { $ref: '#/$defs/none' }, ['schema.dangling s.$ref']],
    ['an anchor', { $ref: '#a', $defs: { x: { $anchor: 'a' } } }, []],
    ['an escaped pointer', { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': {} } }, []],
    ['a broken escape', { $ref: '#/%' }, ['schema.dangling s.$ref']],
    ['a member of the prototype', { $ref: '#/constructor' }, ['schema.dangling s.$ref']],
    ['a tree', { $defs: { t: { properties: { child: { $ref: '#/$defs/t' } } } }, $ref: '#/$defs/t' }, []],
    ['itself', { $ref: '#' }, []],
    ['a pattern that backtracks', { pattern: '^(a+)+$' }, ['schema.slow-pattern s.pattern']],
    ['alternatives that begin alike', { pattern: '(a|ab)*$' }, ['schema.slow-pattern s.pattern']],
    ['a property called pattern', { properties: { pattern: { type: 'string' } } }, []],
    ['doubling', doubling(40), ['schema.bomb s']],
    ['a long chain of references', doubling(600), ['schema.bomb s']],
  ])('%s', (_what, schema, expected) => {
    expect(codes(schema)).toEqual(expected);
  });

  it.each([0, 1])('nodes once expanded: limit + %i', (more) => {
    // The root, the list, and one node a value.
    const schema = { enum: Array.from({ length: limits.schemaExpandedNodesMax + more - 2 }, () => 0) };
    expect(codes(schema)).toEqual(more === 0 ? [] : ['schema.bomb s']);
  });

  it('a pattern is never run', () => {
    const slow = `^(${'a?'.repeat(30)})${'a'.repeat(30)}+$`;
    expect(codes({ pattern: slow, default: 'a'.repeat(30) })).toEqual([]);
  });
});
