import { expect, test } from 'vitest';
import { endOfTurn } from './turn.ts';

test('who waits in one turn goes on together, in the order they came, step by step', async () => {
  const steps: string[] = [];
  const work = async (name: string): Promise<void> => {
    steps.push(`${name} 1`);
    await endOfTurn();
    steps.push(`${name} 2`);
    await endOfTurn();
    steps.push(`${name} 3`);
  };
  let microtasks = 0;
  const done = Promise.all([work('a'), work('b'), work('c')]);
  queueMicrotask(() => microtasks++);
  expect(steps).toEqual(['a 1', 'b 1', 'c 1']);
  await done;
  expect(microtasks).toBe(1);
  expect(steps).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2', 'a 3', 'b 3', 'c 3']);
});

test('what was asked for after the end of a turn waits for the next', async () => {
  const first = endOfTurn();
  expect(endOfTurn()).toBe(first);
  await first;
  expect(endOfTurn()).not.toBe(first);
});
