import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { eitherOf, interpolate } from './interpolate.ts';
import { Interpolated, Ref, Unknown } from './value.ts';

const unknown = new Unknown('x');
const ref = new Ref('a', 'Arn');

describe('interpolate', () => {
  it('joins known values into a string', () => {
    expect(interpolate([])).toBe('');
    expect(interpolate(['a', 1, true, null, 'b'])).toBe('a1trueb');
  });

  it('keeps what is not known as parts, in order, with neighbouring strings merged', () => {
    expect(interpolate(['a', 'b', unknown, ref, 'c'])).toStrictEqual(new Interpolated(['ab', unknown, ref, 'c']));
    expect(interpolate([new Interpolated([ref, '/']), '*'])).toStrictEqual(new Interpolated([ref, '/*']));
    expect(interpolate(['', ref])).toBe(ref);
    expect(interpolate([['a']])).toStrictEqual(new Unknown('not a text'));
  });

  it('keeps a text at the limit and gives up one past it', () => {
    expect(interpolate(['a'.repeat(limits.stringLengthMax)])).toHaveLength(limits.stringLengthMax);
    expect(interpolate(['a'.repeat(limits.stringLengthMax), 'a'])).toBeInstanceOf(Unknown);
  });
});

describe('eitherOf', () => {
  it('keeps what both values agree on', () => {
    expect(eitherOf(1, 1, 'r')).toBe(1);
    expect(eitherOf(ref, new Ref('a', 'Arn'), 'r')).toBe(ref);
    expect(eitherOf(undefined, undefined, 'r')).toBeUndefined();
    expect(eitherOf([1, 2], [1, 3], 'r')).toStrictEqual([1, new Unknown('r')]);
    expect(eitherOf({ a: 1, b: 2 }, { a: 1, c: 3 }, 'r')).toEqual({ a: 1, b: new Unknown('r'), c: new Unknown('r') });
  });

  it('is unknown where they differ', () => {
    for (const other of [2, null, undefined, [1], { a: 1 }, ref]) {
      expect(eitherOf(1, other, 'r')).toStrictEqual(new Unknown('r'));
    }
  });
});
