import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../base/limits.ts';
import { isExpression, NotAnExpression, parseExpression, plainText } from './expression.ts';

describe('an expression', () => {
  it('is a bracketed text whose first bracket is not doubled', () => {
    expect(['[a()]', '[[a()]', 'a()', '[a() b', ''].map(isExpression)).toEqual([true, false, false, false, false]);
    expect(plainText('[[a]')).toBe('[a]');
    expect(plainText('[[a')).toBe('[[a');
  });

  it('parses into calls, members and literals', () => {
    expect(parseExpression("[Sys.Concat( 'it''s', 1, -2 ).a[0].b]")).toEqual({
      kind: 'member',
      key: { kind: 'literal', value: 'b' },
      target: {
        kind: 'member',
        key: { kind: 'literal', value: 0 },
        target: {
          kind: 'member',
          key: { kind: 'literal', value: 'a' },
          target: {
            kind: 'call',
            name: 'concat',
            text: "Sys.Concat( 'it''s', 1, -2 )",
            args: ["it's", 1, -2].map((value) => ({ kind: 'literal', value })),
          },
        },
      },
    });
  });

  it.each(['[]', '[a]', '[a(]', "[a('x]", '[a() b()]', '[a(,)]', '[1.2.3]', '[a()[]]', '[a().]'])(
    '%s is refused',
    (text) => {
      expect(() => parseExpression(text)).toThrow(NotAnExpression);
    },
  );

  it('nested to the limit parses, and one deeper is refused', () => {
    const nested = (depth: number): string => `[${'a('.repeat(depth)}1${')'.repeat(depth)}]`;
    expect(parseExpression(nested(limits.nestingDepthMax - 1)).kind).toBe('call');
    expect(() => parseExpression(nested(limits.nestingDepthMax))).toThrow(NotAnExpression);
    expect(() => parseExpression(nested(10_000))).toThrow(NotAnExpression);
    expect(() => parseExpression(`[a()${'[0]'.repeat(10_000)}]`)).toThrow(NotAnExpression);
  });

  it('of any text gives an expression or is refused', () => {
    const piece = fc.constantFrom('a', '(', ')', "'", ',', '.', '[', ']', '0', ' ', 'if', '-', '\\');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          expect(parseExpression(`[${pieces.join('')}]`).kind).toMatch(/literal|call|member/);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(NotAnExpression);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
