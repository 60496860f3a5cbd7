import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { recordTypeJson } from './cedar-type.ts';
import { readObjectSchema } from './json-schema.ts';

const object = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
const typeOf = (property: unknown, more: object = {}): unknown =>
  recordTypeJson(readObjectSchema(object({ x: property }, more)).type).attributes['x'];
const reasonFor = (property: unknown): string | undefined =>
  readObjectSchema(object({ x: property })).leftOut[0]?.reason;
const optional = { required: false };

describe('a JSON Schema as a Cedar record', () => {
  it.each<[string, unknown, unknown]>([
    ['a string', { type: 'string' }, { type: 'String' }],
    ['a string of some values', { enum: ['a', 'b'] }, { type: 'String' }],
    ['a constant', { const: 3 }, { type: 'Long' }],
    ['a constant with a fraction', { const: 1.5 }, { type: 'Extension', name: 'decimal' }],
    ['an integer', { type: 'integer' }, { type: 'Long' }],
    ['a number', { type: 'number' }, { type: 'Extension', name: 'decimal' }],
    ['a boolean', { type: 'boolean' }, { type: 'Boolean' }],
    ['an address', { type: 'string', format: 'ipv6' }, { type: 'Extension', name: 'ipaddr' }],
    ['an address of the fourth version', { type: 'string', format: 'ipv4' }, { type: 'Extension', name: 'ipaddr' }],
    ['a time', { type: 'string', format: 'date-time' }, { type: 'Extension', name: 'datetime' }],
    ['a day', { type: 'string', format: 'date' }, { type: 'Extension', name: 'datetime' }],
    ['a list', { type: 'array', items: { type: 'string' } }, { type: 'Set', element: { type: 'String' } }],
    ['a day that may be null', { type: ['string', 'null'], format: 'date' }, { type: 'Extension', name: 'datetime' }],
    ['an object without fields', object({}, { additionalProperties: false }), { type: 'Record', attributes: {} }],
    [
      'an object of which one form is required',
      object({ y: { type: 'integer' } }, { anyOf: [{ required: ['y'] }] }),
      { type: 'Record', attributes: { y: { type: 'Long', required: false } } },
    ],
    ['what may be null', { type: ['string', 'null'] }, { type: 'String' }],
    [
      'a union of one type',
      { anyOf: [{ type: 'string', maxLength: 3 }, { const: 'x' }, { type: 'null' }] },
      { type: 'String' },
    ],
    [
      'an object',
      object({ y: { type: 'integer' } }, { required: ['y'] }),
      { type: 'Record', attributes: { y: { type: 'Long', required: true } } },
    ],
  ])('%s', (_what, schema, type) => {
    expect(typeOf(schema)).toEqual({ ...(type as object), ...optional });
  });

  it.each<[string, unknown, RegExp]>([
    ['anything', {}, /anything/],
    ['true', true, /anything/],
    ['two types', { type: ['string', 'integer'] }, /more than one type/],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, /map/],
    ['a map by patterns', { type: 'object', patternProperties: { '^x': { type: 'string' } } }, /map/],
    ['a tuple of older drafts', { type: 'array', items: [{ type: 'string' }] }, /tuple/],
    ['a constant list', { const: [1] }, /array of anything/],
    ['a list of what may be anything', { type: 'array', items: {} }, /anything/],
    ['a union with anything', { anyOf: [{ type: 'string' }, {}] }, /anything/],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }] }, /tuple/],
    ['a list of anything', { type: 'array' }, /array of anything/],
    ['only null', { type: 'null' }, /of type|null/],
    ['a type nobody knows', { type: 'date' }, /of type "date"/],
    ['G6: a reference to elsewhere', { $ref: 'https://x.example/schema.json' }, /out of the document/],
    ['a reference to nothing', { $ref: '#/$defs/none' }, /refers to nothing/],
    ['a reference through the prototype', { $ref: '#/constructor' }, /refers to nothing/],
  ])('leaves out %s, and says so', (_what, schema, reason) => {
    expect(typeOf(schema)).toBeUndefined();
    expect(reasonFor(schema)).toMatch(reason);
  });

  it('is required only where it cannot be null', () => {
    for (const schema of [{ type: 'string' }, { type: ['string'] }, { anyOf: [{ type: 'string' }] }, { enum: ['a'] }])
      expect(typeOf(schema, { required: ['x'] })).toEqual({ type: 'String', required: true });
    const $defs = { maybe: { $ref: '#/$defs/null' }, null: { type: ['string', 'null'] } };
    for (const schema of [
      { type: ['string', 'null'] },
      { type: 'string', nullable: true },
      { enum: ['a', null] },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ const: null }, { type: 'string' }] },
      { $ref: '#/$defs/maybe' },
    ])
      expect(typeOf(schema, { required: ['x'], $defs })).toEqual({ type: 'String', required: false });
  });

  it('follows references inside the document, and leaves out what contains itself', () => {
    const schema = object(
      {
        a: { $ref: '#/$defs/a~1b' },
        b: { $ref: '#/$defs/a~1b' },
        c: { $ref: '#/$defs/c~0/anyOf/0' },
        tree: { $ref: '#/$defs/tree' },
      },
      {
        $defs: {
          'a/b': { type: 'string' },
          'c~': { anyOf: [{ type: 'boolean' }, { type: 'string' }] },
          tree: object({ name: { type: 'string' }, child: { $ref: '#/$defs/tree' } }),
        },
      },
    );
    const { type, leftOut } = readObjectSchema(schema);
    expect(recordTypeJson(type).attributes).toMatchObject({
      a: { type: 'String' },
      b: { type: 'String' },
      c: { type: 'Boolean' },
      tree: { type: 'Record', attributes: { name: { type: 'String' } } },
    });
    expect(leftOut).toEqual([{ path: 'tree.child', reason: 'contains itself' }]);
  });

  it('leaves out names that mean something else', () => {
    const properties = JSON.parse(
      '{"__proto__":{"type":"string"},"__entity":{"type":"string"},"\\ud800":{"type":"string"},"ok":{"type":"string"}}',
    ) as object;
    const { type, leftOut } = readObjectSchema(object(properties));
    expect([...type.fields.keys()]).toEqual(['ok']);
    expect(leftOut).toHaveLength(3);
  });

  it('takes an object that takes any other field', () => {
    expect(readObjectSchema({ type: 'object', additionalProperties: true })).toMatchObject({ leftOut: [] });
  });

  it('G6: has limits, and a schema made to explode ends', () => {
    const wide = (count: number): object =>
      object(Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }])));
    expect(readObjectSchema(wide(limits.schemaNodesMax - 1)).leftOut).toEqual([]);
    expect(readObjectSchema(wide(limits.schemaNodesMax + 1)).leftOut[0]?.reason).toMatch(/behind 5000 others/);
    const deep = (depth: number): object => (depth === 0 ? { type: 'string' } : object({ x: deep(depth - 1) }));
    expect(readObjectSchema(deep(limits.schemaDepthMax)).leftOut).toEqual([]);
    expect(readObjectSchema(deep(limits.schemaDepthMax + 1)).leftOut[0]?.reason).toMatch(/deeper than 16/);
    const odd = (count: number): object =>
      object(Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, {}])));
    expect(readObjectSchema(odd(limits.schemaLeftOutMax)).leftOut).toHaveLength(limits.schemaLeftOutMax);
    expect(readObjectSchema(odd(limits.schemaLeftOutMax + 1)).leftOut).toHaveLength(limits.schemaLeftOutMax);
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `d${at}`,
        { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
      ]),
    );
    expect(readObjectSchema(object({ x: { $ref: '#/$defs/d0' } }, { $defs: doubling })).leftOut.length).toBeGreaterThan(
      0,
    );
  });

  it('reads any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (schema) => {
        expect(readObjectSchema(schema).type.kind).toBe('Record');
      }),
    );
  });
});
