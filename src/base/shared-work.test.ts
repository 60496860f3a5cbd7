import { expect, it } from 'vitest';
import { SharedWork } from './shared-work.ts';
import { Stop } from './stop.ts';

const gone = (): Error => new Error('gone');

it('is given up with the last who waits, and not before', async () => {
  let givenUp = 0;
  const work = new SharedWork<void>(
    () => new Promise(() => undefined),
    () => void givenUp++,
  );
  const [first, second] = [new Stop(), new Stop()];
  const waiting = [work.wait(first, gone), work.wait(second, gone)].map((wait) => wait.catch(String));
  first.abort();
  expect([givenUp, work.isGivenUp]).toEqual([0, false]);
  second.abort();
  expect([givenUp, work.isGivenUp]).toEqual([1, true]);
  expect(await Promise.all(waiting)).toEqual(['Error: gone', 'Error: gone']);
});

it('what is done is not given up, whoever comes for it and has already gone', async () => {
  let givenUp = 0;
  const work = new SharedWork(
    () => Promise.resolve('done'),
    () => void givenUp++,
  );
  expect(await work.wait(new Stop(), gone)).toBe('done');
  const left = new Stop();
  left.abort();
  await expect(work.wait(left, gone)).rejects.toThrow('gone');
  expect([givenUp, work.isGivenUp, await work.wait(new Stop(), gone)]).toEqual([0, false, 'done']);
});
