import { expect, test } from 'vitest';
import type { TypeSchema } from '../../model/schema.ts';
import { Interpolated, type Properties, Ref, Secret, Unknown } from '../../model/value.ts';
import { coerce } from './coerce.ts';

const schema: TypeSchema = {
  On: 'boolean',
  Count: 'number',
  Text: 'string',
  Mode: { $enum: ['ENABLED', 'Disabled'] },
  List: [{ Port: 'number' }],
  Map: { '*': 'boolean' },
  Policy: 'json',
};

test('text becomes the scalar its schema states', () => {
  const read = { On: 'true', Count: '30', Text: 5, Mode: 'enabled', List: [{ Port: '443' }], Map: { a: 'False' } };
  expect({ ...coerce(schema, read) }).toEqual({
    On: true,
    Count: 30,
    Text: '5',
    Mode: 'ENABLED',
    List: [{ Port: 443 }],
    Map: { a: false },
  });
});

test('what does not convert without loss stays as it is', () => {
  const read: Properties = {
    On: 'yes',
    Count: '1e400',
    Mode: 'OTHER',
    List: 'x',
    Map: 'y',
    Text: ['z'],
    Other: 'true',
    Policy: { N: '1' },
  };
  expect(coerce(schema, read)).toBe(read);
  for (const Count of ['', ' 3', '3px', '0x10', '12345678901234567890'])
    expect(coerce(schema, { Count })['Count']).toBe(Count);
});

test('markers pass unchanged at every level', () => {
  const read: Properties = {
    On: new Unknown('a'),
    Count: new Ref('b'),
    Text: new Interpolated(['c', new Ref('d')]),
    List: [new Unknown('e')],
    Map: { a: new Secret('password', 'f') },
  };
  expect(coerce(schema, read)).toBe(read);
});

test('a type without a schema stays as it is, and no prototype is read as a schema', () => {
  const read: Properties = { On: 'true' };
  expect(coerce(undefined, read)).toBe(read);
  const odd = JSON.parse('{"__proto__": "true", "constructor": "1"}') as Properties;
  expect(coerce(schema, odd)).toBe(odd);
});
