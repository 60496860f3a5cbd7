import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { replaceId } from '../mcp/replace-id.ts';
import { parseStrictJson, parseStrictText } from './strict-json.ts';

const key = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((name) => name !== '__proto__');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}));

/** The same value in other words: white space, escapes. */
function reworded(text: string, seed: number): string {
  let at = seed;
  const next = (): number => (at = (at * 1_103_515_245 + 12_345) % 2_147_483_648);
  return text.replace(/[,:[\]{}]|"(?:[^"\\]|\\.)*"/g, (token) => {
    if (!token.startsWith('"')) return ['', ' ', '\n', '\t'][next() % 4] + token;
    return token.replace(/[a-z](?<!\\.)/g, (letter) =>
      next() % 5 === 0 ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
    );
  });
}

describe('strict JSON', () => {
  it('takes whatever JavaScript writes, in whatever words, and is the same value', () => {
    fc.assert(
      fc.property(value, fc.nat(), (made, seed) => {
        const text = reworded(JSON.stringify(made), seed);
        const read = parseStrictText(text);
        expect('fault' in read ? read : read.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a member that is added a second time, wherever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 5 }), key, value, (path, name, inner) => {
        const twice = `{${JSON.stringify(name)}:${JSON.stringify(inner)},"between":1,${JSON.stringify(name)}:2}`;
        const text = path.reduce(
          (around, kind) => (kind % 2 === 0 ? `[1,${around}]` : `{"k${kind}":${around}}`),
          twice,
        );
        expect(parseStrictText(text)).toEqual({ fault: 'has a member twice' });
      }),
    );
  });

  it.each([
    ['9007199254740991', true],
    ['-9007199254740991', true],
    ['9007199254740992', false],
    ['12345678901234567890', false],
    ['1e20', true],
    ['1e308', true],
    ['1e309', false],
    ['-1E999', false],
    ['0.1234567890123456789', true],
    ['12345e-6', true],
    ['12345E+6', true],
    ['1,9007199254740991,-9007199254740991 ,12345', true],
    ['1,{"a":-9007199254740993}', false],
    ['"9007199254740993"', true],
  ])('%s is exact: %s', (text, exact) => {
    expect(parseStrictText(`[${text}]`)).toMatchObject({ exact });
  });

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('counts how deep %s%s are in one another, not how many there are', (open, close) => {
    const nested = (depth: number): string => `${open.repeat(depth)}0${close.repeat(depth)}`;
    const [most, more] = [nested(limits.gatewayMessageDepthMax - 1), nested(limits.gatewayMessageDepthMax)];
    expect(parseStrictText(`[${most},${most}]`)).not.toHaveProperty('fault');
    expect(parseStrictText(`[${most},${more}]`)).toEqual({ fault: 'is nested too deeply' });
  });

  it('knows where a string ends that holds quotes and backslashes', () => {
    const made = { 'a\\': '\\', b: 'x\\"y:{', c: ['"', '\\\\', '\\"'], 'd":': '\\\\\\' };
    expect(parseStrictText(JSON.stringify(made))).toMatchObject({ value: made });
  });

  it.each([
    ['{"__proto__":1}', 'has a member `__proto__`'],
    ['[{"a":{"\\u005f_proto__":1}}]', 'has a member `__proto__`'],
    ['["\\ud800"]', 'has half of a surrogate pair'],
    ['{"a":"\\udc00\\ud800"}', 'has half of a surrogate pair'],
    ['{"\\ud800":1}', 'has half of a surrogate pair'],
    ['["\\ud83d\\ude00","__proto__","\\u005f",null,1]', undefined],
    ['{"a":1}x', 'is not JSON'],
    ['[NaN]', 'is not JSON'],
    ['\ufeff[]', 'is not JSON'],
  ])('%s: %s', (text, fault) => {
    for (const read of [parseStrictText(text), parseStrictJson(Buffer.from(text))])
      expect('fault' in read ? read.fault : undefined).toBe(fault);
  });

  it('is UTF-8', () => {
    expect(parseStrictJson(Buffer.from('["\xff"]', 'latin1'))).toEqual({ fault: 'is not UTF-8' });
  });

  it('reads bytes of a larger buffer', () => {
    const buffer = Buffer.from('xx{"a":"ä"}yy');
    expect(parseStrictJson(buffer.subarray(2, -2))).toMatchObject({ value: { a: 'ä' } });
  });
});

describe('another id in the same text', () => {
  it('changes nothing else', () => {
    const id = fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(id, id, fc.dictionary(key, value, { maxKeys: 4 }), fc.nat(), (before, after, rest, seed) => {
        const { id: _, ...others } = rest;
        const text = reworded(
          JSON.stringify({ ...others, nested: { id: 'inner' }, id: before, last: ['id', ':'] }),
          seed,
        );
        expect(JSON.parse(replaceId(text, after))).toEqual({ ...JSON.parse(text), id: after });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps numbers that JavaScript cannot', () => {
    expect(replaceId('{"result":{"n":12345678901234567890},"id" : 5 }', 'x')).toBe(
      '{"result":{"n":12345678901234567890},"id" : "x" }',
    );
  });
});
