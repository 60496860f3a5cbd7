import { expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { namingPartOf, shortTexts } from './short-texts.ts';

it('takes texts and numbers wherever they stand, no long ones, no signs', () => {
  expect(
    shortTexts({ id: 'T-7', of: [{ n: 12 }, '--', true, null], body: 'x'.repeat(limits.namingLengthMax + 1) }),
  ).toEqual(['T-7', '12']);
  expect(shortTexts('x'.repeat(limits.namingLengthMax))).toHaveLength(1);
});

it.each([0, 1])('looks at so many values and no more: limit + %i', (more) => {
  const values = [...Array.from({ length: limits.namingValuesMax + more - 2 }, () => true), 'last'];
  expect(shortTexts(values)).toEqual(more === 0 ? ['last'] : []);
});

it.each([0, 1])('looks so deep and no deeper: limit + %i', (more) => {
  let value: unknown = 'deep';
  for (let depth = 0; depth < limits.provenanceDepthMax + more; depth++) value = [value];
  expect(shortTexts(value)).toEqual(more === 0 ? ['deep'] : []);
});

it('keeps of arguments the short texts where they stand, and counts them', () => {
  const long = 'x'.repeat(limits.namingLengthMax + 1);
  expect(namingPartOf({ to: ['ann', 7, long], deep: { id: 'T-7', at: null }, body: long })).toEqual({
    args: { to: ['ann', undefined, undefined], deep: { id: 'T-7', at: undefined }, body: undefined },
    length: 6,
  });
  const many = Array.from({ length: limits.namingValuesMax * 2 }, () => 'x'.repeat(limits.namingLengthMax));
  expect(namingPartOf(many).length).toBe((limits.namingValuesMax - 1) * limits.namingLengthMax);
});
