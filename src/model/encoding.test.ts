import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeResource, encodeResource } from './encoding.ts';
import type { Resource } from './resource.ts';
import { Interpolated, newProperties, Ref, Secret, Unknown, type Value } from './value.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', 'reason', 'target'),
);
const key = fc.oneof(text, fc.constantFrom('\u0000', '\u0000\u0000', '0', '1'));
const part = fc.oneof(
  text.map((reason) => new Unknown(reason)),
  fc.tuple(text, fc.option(text, { nil: undefined })).map(([target, attribute]) => new Ref(target, attribute)),
  fc.tuple(text, text).map(([kind, fingerprint]) => new Secret(kind, fingerprint)),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.double(),
    part,
    fc.array(fc.oneof(text, part), { maxLength: 3 }).map((parts) => new Interpolated(parts)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => {
      const bag = newProperties();
      for (const [name, item] of entries) bag[name] = item;
      return bag;
    }),
  ),
}));

describe('a resource as JSON', () => {
  it('comes back as it was, whatever its properties hold', () => {
    fc.assert(
      fc.property(value, (held) => {
        const properties = newProperties();
        properties['held'] = held;
        const resource: Resource = {
          id: 's#a',
          type: 'T',
          name: 'a',
          dialect: 'd',
          address: 'a',
          scope: 's',
          location: { file: 'f', line: 1, column: 1 },
          properties,
          positions: {},
          confidence: 'active',
        };
        const back = decodeResource(JSON.parse(JSON.stringify(encodeResource(resource))) as never);
        // Unlike `toEqual` it tells classes, prototypes and the two zeros apart.
        expect(isDeepStrictEqual(back, resource)).toBe(true);
        expect(Object.getPrototypeOf(back.properties)).toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });
});
