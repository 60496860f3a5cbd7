import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftOut, parseInspected } from './inspect-text.ts';

/** JSON values without what `util.inspect` prints in a form of its own (a `__proto__` key, minus zero). */
const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !/__proto__|-0\b/.test(inspect(value, { depth: 10 })));

describe('what console.dir prints', () => {
  it('reads back as it was', () => {
    fc.assert(
      fc.property(plain, fc.constantFrom(20, 80, 200), (value, breakLength) => {
        const text = inspect(value, { depth: 10, breakLength, maxArrayLength: null, maxStringLength: null });
        expect(JSON.stringify(parseInspected(text))).toEqual(JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  it('marks what was left out', () => {
    expect(parseInspected(inspect({ a: { b: { c: 1 } } }, { depth: 0 }))).toEqual({ a: leftOut });
    expect(parseInspected(inspect({ a: 'x'.repeat(30) }, { maxStringLength: 10 }))).toEqual({
      a: `${'x'.repeat(10)}${leftOut}`,
    });
    expect(parseInspected(inspect([1, 2, 3], { maxArrayLength: 1 }))).toEqual([1, leftOut]);
    expect(parseInspected(inspect({ a: undefined }))).toEqual({ a: null });
  });

  it.each([
    '',
    '{',
    '{ a: }',
    '{ a: 1',
    "{ a: 'x }",
    'a: 1',
    '{ a: 1 } x',
    '{ a: f() }',
    `${'['.repeat(100)}${']'.repeat(100)}`,
  ])('takes %s for something else', (text) => {
    expect(parseInspected(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => void parseInspected(`{ ${a}: '${b}`)));
  });
});
