import { expect, it } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';

it('a queue takes so many, and so many characters together', () => {
  const queue = new BoundedQueue<string>(3, 10);
  expect([queue.push('a', 4), queue.push('b', 6), queue.push('c', 1)]).toEqual([true, true, false]);
  expect([queue.shift(), queue.push('c', 4), queue.push('d', 0), queue.push('e', 0)]).toEqual(['a', true, true, false]);
  expect([queue.push('e', 99, true), queue.push('f', 0)]).toEqual([true, false]);
});

it('a queue takes what is longer than all may be where nothing else waits', () => {
  const queue = new BoundedQueue<string>(3, 10);
  expect([queue.push('a', 99), queue.push('b', 1)]).toEqual([true, false]);
  expect([queue.remove('b'), queue.remove('a'), queue.isEmpty, queue.push('b', 1)]).toEqual([false, true, true, true]);
});
