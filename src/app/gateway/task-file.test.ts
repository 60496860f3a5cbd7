import { describe, expect, it } from 'vitest';
import { diskError, Rng, SimulatedDisk } from '../../../test/faults/simulated-disk.ts';
import { limits } from '../../base/limits.ts';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import { type Task, Tasks } from '../../gateway/tasks.ts';
import { TaskFile } from './task-file.ts';

const path = '/state/tasks.jsonl';
const clock = { now: () => 1_790_000_000_000 };
let drawn = 0;
const random = { bytes: (count: number) => Buffer.from(`${++drawn}`.padStart(count, '.')) };

interface Life {
  readonly tasks: Tasks;
  readonly file: TaskFile;
  readonly told: string[];
}

/** One life of a gateway on what the disk holds. */
async function live(
  disk: SimulatedDisk,
  servers: Readonly<Record<string, string>> = { one: 'one', two: 'two' },
): Promise<Life> {
  const told: string[] = [];
  const urls = Object.entries(servers).map(([name, host]) => [name, { url: `https://${host}.example/mcp` }]);
  const file = await TaskFile.open({
    files: disk.files,
    path,
    servers: gatewaySettings.parse({ version: 1, servers: Object.fromEntries(urls) as object }).servers,
    tell: (line) => told.push(line),
    pseudonym: (key) => Buffer.from(key).toString('hex'),
  });
  return { tasks: new Tasks({ clock, random, taskMemory: file }), file, told };
}

const made = (server: string, id: string): Parameters<Tasks['remember']>[0] => ({
  principal: 'ann',
  server,
  id,
  tool: 'slow',
  run: `r-${id}`,
});
const newDisk = (seed = 1): SimulatedDisk => new SimulatedDisk(new Rng(seed));

describe('the file of tasks', () => {
  it('holds after a power loss at any point what was kept', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const disk = newDisk(seed);
      disk.crashAt = 8 + (seed % 50);
      const kept: Task[] = [];
      const work = async (): Promise<void> => {
        const { tasks } = await live(disk);
        for (let at = 0; at < 20; at++) {
          await tasks.remember(made('one', `t${at}`));
          kept.push(tasks.find('ann', 'one', `t${at}`) as Task);
        }
      };
      await Promise.race([work().catch(() => undefined), disk.crashed]);
      const { tasks } = await live(disk.reboot());
      for (const task of kept) expect(tasks.find('ann', 'one', task.id), `seed ${seed}`).toEqual(task);
    }
  });

  it('names no principal in clear', async () => {
    const disk = newDisk();
    await (await live(disk)).tasks.remember(made('one', 't'));
    expect(disk.content(path)?.toString()).toContain('"slow"');
    expect(disk.content(path)?.toString()).not.toContain('ann');
  });

  it('has nothing of servers that are gone or others, which come back as new ones', async () => {
    const disk = newDisk();
    const { tasks } = await live(disk);
    for (const server of ['one', 'two']) await tasks.remember(made(server, 't'));
    const { tasks: after, told } = await live(disk, { one: 'another', three: 'two' });
    expect(['one', 'two', 'three'].map((server) => after.find('ann', server, 't'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(told).toEqual([]);
    const { tasks: again } = await live(disk);
    expect(['one', 'two'].map((server) => again.find('ann', server, 't'))).toEqual([undefined, undefined]);
  });

  it.each([
    ['no head', () => 'not json\n', 0],
    ['of another time', (text: string) => text.replace('"tasks":1', '"tasks":2'), 2],
    ['a line', (text: string) => text.replace('"slow"', ''), 1],
  ])('tells what is damaged, and begins anew: %s', async (_what, damage, count) => {
    const disk = newDisk();
    const before = await live(disk);
    for (const id of ['t', 'u']) await before.tasks.remember(made('one', id));
    disk.tamper(path, Buffer.from(damage(String(disk.content(path)))));
    const { tasks, told } = await live(disk);
    expect(told).toEqual([`${path} is damaged: ${count} tasks that servers made are forgotten`]);
    expect(tasks.find('ann', 'one', 'u') !== undefined).toBe(count === 1);
    await tasks.remember(made('one', 'v'));
    const after = await live(disk);
    expect([after.told, after.tasks.find('ann', 'one', 'v')]).toEqual([[], expect.anything()]);
  });

  it('a full disk ends no call: the operator is told, and the task is kept with the next', async () => {
    const disk = newDisk();
    const { tasks, told } = await live(disk);
    disk.fault = (call) => {
      if (call === 'append') throw diskError('ENOSPC');
    };
    await tasks.remember(made('one', 't'));
    expect(told).toEqual([expect.stringContaining('a task ends with this process')]);
    expect(tasks.find('ann', 'one', 't')).toBeDefined();
    disk.fault = () => undefined;
    await tasks.remember(made('one', 'u'));
    expect((await live(disk)).tasks.find('ann', 'one', 't')).toBeDefined();
  });

  it('does not grow without end', async () => {
    const disk = newDisk();
    const { tasks, file } = await live(disk);
    const max = limits.gatewayTasksMax + 5_000;
    await Promise.all(
      Array.from({ length: max + 10 }, () => file.keep({ ...made('one', 't'), owner: '', handle: '', madeMs: 0 })),
    );
    for (let at = 0; at < 3; at++) await tasks.remember(made('one', 't'));
    expect(String(disk.content(path)).split('\n').filter(Boolean).length).toBeLessThan(max);
  });
});
