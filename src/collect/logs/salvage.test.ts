import { describe, expect, it } from 'vitest';
import { salvage } from './salvage.ts';

const isRecord = (value: Readonly<Record<string, unknown>>): boolean => 'id' in value;
const ids = (text: string): unknown[] => salvage(text, isRecord).map(({ record }) => record['id']);

describe('salvage', () => {
  it.each([
    ['around a damaged one', '[{"id":1},{"id":2,"x":"y},{"id":3}]', [1, 3]],
    ['before a cut', '{"list":[{"id":1},{"id":2},{"id"', [1, 2]],
    ['inside envelopes', '{"a":{"b":[{"c":[{"id":1},{"id":2}', [1, 2]],
    ['with lists of their own', '[{"id":1,"of":[{"id":9}]},{"id":2', [1]],
    ['none in prose', 'a [b] {c}', []],
  ])('finds whole records %s', (_where, text, found) => {
    expect(ids(text)).toEqual(found);
  });

  it('gives the line within the text', () => {
    expect(salvage('[\n{"id":1},\n{"id":2},\n{"id', isRecord).map(({ line }) => line)).toEqual([1, 2]);
  });

  it('stops on text made to be slow', () => {
    expect(ids('[{"a":'.repeat(50_000))).toEqual([]);
    expect(ids(`${'[{'.repeat(100_000)}"id":1}`)).toEqual([]);
  });
});
