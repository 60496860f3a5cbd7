import { expect, it } from 'vitest';
import { Stop } from '../base/stop.ts';
import { RunningTasks } from './running-tasks.ts';

function world() {
  const running = new RunningTasks();
  const signal = new Stop();
  const [told, left]: [string[], string[]] = [[], []];
  const begin = (handle: string, cancel?: () => Promise<void>): void =>
    running.begin(handle, { signal, leave: () => void left.push(handle) }, async (reason) => {
      told.push(`${handle} ${reason}`);
      await cancel?.();
    });
  return { running, signal, told, left, begin };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

it('tasks that go on are stopped once, whatever their servers do with it; those that are over are not', async () => {
  const { running, signal, told, left, begin } = world();
  for (const handle of ['a', 'b', 'c']) begin(handle, () => Promise.reject(new Error('gone')));
  running.over('b');
  running.stop('c', 'budget.exceeded');
  signal.abort('kill.run');
  for (const handle of ['a', 'b', 'c', 'never']) running.stop(handle, 'again');
  await settled();
  expect(told).toEqual(['c budget.exceeded', 'a kill.run']);
  expect(left).toEqual(['b', 'c', 'a']);
});

it('one that begins for who is stopped already does not go on', async () => {
  const { signal, told, left, begin } = world();
  signal.abort('kill.all');
  begin('a');
  await settled();
  expect([told, left]).toEqual([['a kill.all'], ['a']]);
});

it('of very many at once, some servers are told at a time, and all in the end', async () => {
  const { signal, told, begin } = world();
  const waiting: (() => void)[] = [];
  for (let at = 0; at < 100; at++) begin(`${at}`, () => new Promise((resolve) => waiting.push(resolve)));
  signal.abort('kill.all');
  await settled();
  expect(told.length).toBe(16);
  for (let rounds = 0; rounds < 10; rounds++) {
    for (const end of waiting.splice(0)) end();
    await settled();
  }
  expect(new Set(told).size).toBe(100);
});
