import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationError } from './evaluation-error.ts';
import { extensionFunction } from './extension-functions.ts';
import { likeMatcher } from './like.ts';
import { add, longMax, longMin, longOf, modulo, multiply, negate, quotient, subtract } from './long.ts';
import { spellLongs } from './source.ts';
import { CedarSet, EntityUid, isEqual, MapRecord, type Value } from './value.ts';

const long = fc
  .oneof(
    fc.bigInt({ min: longMin, max: longMax }),
    fc.bigInt({ min: -10n, max: 10n }),
    fc.constantFrom(longMin, longMax, 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 31n),
  )
  .map((exact) => ({ exact, value: longOf(exact) ?? 0 }));

describe('Longs', () => {
  it('compute as 64 bits do, and overflow is an error', () => {
    const operations = [
      [add, (a: bigint, b: bigint) => a + b],
      [subtract, (a: bigint, b: bigint) => a - b],
      [multiply, (a: bigint, b: bigint) => a * b],
    ] as const;
    fc.assert(
      fc.property(long, long, fc.constantFrom(...operations), (a, b, [ours, exactly]) => {
        const expected = longOf(exactly(a.exact, b.exact));
        if (expected === undefined) expect(() => ours(a.value, b.value)).toThrow(EvaluationError);
        else expect(ours(a.value, b.value)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('negate, divide and leave a rest', () => {
    fc.assert(
      fc.property(long, fc.constantFrom(1000, 60_000, 86_400_000), ({ exact, value }, divisor) => {
        if (exact === longMin) expect(() => negate(value)).toThrow(EvaluationError);
        else expect(BigInt(negate(value))).toBe(-exact);
        expect(BigInt(quotient(value, divisor))).toBe(exact / BigInt(divisor));
        expect(BigInt(modulo(value, divisor))).toBe(((exact % BigInt(divisor)) + BigInt(divisor)) % BigInt(divisor));
      }),
    );
  });

  it('keep their digits on the way through JSON', () => {
    expect(spellLongs('x == 9007199254740993')).toBe('x == (2097152 * 4294967296 + 1)');
    expect(spellLongs('x == - 9223372036854775808')).toBe('x == (-2147483648 * 4294967296)');
    expect(spellLongs('"9007199254740993" // 9007199254740993\n9007199254740991')).toBe(
      '"9007199254740993" // 9007199254740993\n9007199254740991',
    );
    expect(spellLongs('9223372036854775808')).toBe('9223372036854775808');
  });
});

describe('like', () => {
  it('matches what a regular expression made of the same parts does', () => {
    const part = fc.constantFrom(
      'Wildcard' as const,
      { Literal: 'a' },
      { Literal: 'ab' },
      { Literal: '*' },
      { Literal: '' },
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 }),
        (pattern, text) => {
          const source = pattern
            .map((one) => (one === 'Wildcard' ? '.*' : one.Literal.replaceAll('*', String.raw`\*`)))
            .join('');
          expect(likeMatcher(pattern)(text)).toBe(new RegExp(`^${source}$`).test(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('does not take exponential time', () => {
    const pattern = Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? ('Wildcard' as const) : { Literal: 'a' }));
    expect(likeMatcher([...pattern, { Literal: 'b' }])('a'.repeat(200_000))).toBe(false);
  });
});

describe('equality', () => {
  const uid = (id: string): EntityUid => new EntityUid('T', id, false);
  it('is by what values stand for', () => {
    const record = (entries: [string, Value][]): MapRecord => new MapRecord(new Map(entries));
    const equal: [Value, Value][] = [
      [new CedarSet([1, 2, 2]), new CedarSet([2, 1])],
      [new CedarSet([new CedarSet([1])]), new CedarSet([new CedarSet([1, 1])])],
      [
        record([
          ['a', 1],
          ['b', 'x'],
        ]),
        record([
          ['b', 'x'],
          ['a', 1],
        ]),
      ],
      [uid('a'), uid('a')],
      [run('decimal', '1.0'), run('decimal', '01.0000')],
      [run('duration', '1d'), run('duration', '24h')],
      [run('ip', '10.0.0.1'), run('ip', '10.0.0.1/32')],
      [run('datetime', '2024-01-01'), run('datetime', '2024-01-01T01:00:00+0100')],
    ];
    for (const [left, right] of equal) expect(isEqual(left, right)).toBe(true);
    const different: [Value, Value][] = [
      [1, '1'],
      [true, 1],
      [uid('a'), 'a'],
      [new CedarSet([1]), new CedarSet([1, 2])],
      [
        record([['a', 1]]),
        record([
          ['a', 1],
          ['b', 2],
        ]),
      ],
      [record([['a', 1]]), record([['b', 1]])],
      [run('ip', '10.0.0.1/8'), run('ip', '10.0.0.2/8')],
      [run('duration', '1d'), run('datetime', '1970-01-02')],
    ];
    for (const [left, right] of different) expect(isEqual(left, right)).toBe(false);
  });

  it('is the same for large sets, which are hashed', () => {
    const large = new CedarSet(Array.from({ length: 100 }, (_, at) => `v${at}`));
    expect([large.contains('v99'), large.contains('v100'), large.contains(99)]).toEqual([true, false, false]);
  });
});

const run = (name: string, ...args: Value[]): Value => extensionFunction(name)?.(args) ?? false;

describe('extension types', () => {
  // Vectors of the edges that Cedar's documentation and its own tests name.
  it.each(['1', '1.', '.1', '1.23456', '922337203685477.5808', '1.0x', ' 1.0', '+1.0', ''])(
    '%j is no decimal',
    (text) => {
      expect(() => run('decimal', text)).toThrow(EvaluationError);
    },
  );
  it.each([
    '1.2.3',
    '1.2.3.04',
    '256.1.1.1',
    '1.2.3.4/33',
    '1.2.3.4/08',
    '1.2.3.4/',
    '::1.2.3.4',
    ':::',
    '1:2:3:4:5:6:7::8',
    'fe80::1%eth0',
    '1.2.3.4/8/8',
    '',
  ])('%j is no address', (text) => {
    expect(() => run('ip', text)).toThrow(EvaluationError);
  });
  it.each([
    '2024-02-30',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00+2400',
    '2024-1-1',
    '10000-01-01',
    '2024-01-01T00:00:00.1Z',
    '',
  ])('%j is no datetime', (text) => {
    expect(() => run('datetime', text)).toThrow(EvaluationError);
  });
  it.each(['', '-', '1', '1h1d', '1d 2h', '9223372036854775808ms', '106751991168d', '1ms1ms'])(
    '%j is no duration',
    (text) => {
      expect(() => run('duration', text)).toThrow(EvaluationError);
    },
  );
});
