import { expect, it } from 'vitest';
import { remembered } from './remembered.ts';

it('computes once for a text, and begins anew when it holds as many as it may', () => {
  const computed: string[] = [];
  const length = remembered(
    (text) => {
      computed.push(text);
      return text.length;
    },
    2,
    3,
  );
  expect([length('a'), length('a'), length('bb'), length('a')]).toEqual([1, 1, 2, 1]);
  expect(computed).toEqual(['a', 'bb']);
  expect([length('ccc'), length('ccc'), length('a')]).toEqual([3, 3, 1]);
  expect(computed).toEqual(['a', 'bb', 'ccc', 'a']);
  expect([length('long'), length('long')]).toEqual([4, 4]);
  expect(computed.slice(-2)).toEqual(['long', 'long']);
});

it('remembers falsy answers', () => {
  let count = 0;
  const never = remembered(() => {
    count++;
    return false;
  });
  expect([never('a'), never('a'), count]).toEqual([false, false, 1]);
});
