import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { wordsOf } from './searchable-text.ts';

describe('words of a payload', () => {
  it('are its texts, names and numbers in order, whatever it is', () => {
    expect(wordsOf({ to: ['a@b.example', 7], body: 'line one\nline two', ok: true, none: null })).toBe(
      'to a@b.example 7 body line one\nline two ok true none',
    );
    expect(wordsOf('plain')).toBe('plain');
    expect(wordsOf(null)).toBe('');
  });

  it('end at the limit, however deep or wide it is', () => {
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 200_000; depth++) deep = [deep];
    expect(wordsOf(deep)).toBe('bottom');
    const wide = Array.from({ length: limits.searchableTextLengthMax }, () => 'ab');
    expect(wordsOf(wide).length).toBe(Math.ceil(limits.searchableTextLengthMax / 3) * 3 - 1);
  });
});
