import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { nodeProcesses } from '../../app/node-processes.ts';
import { acquireFileLease, type ProcessIdentity } from './file-lease.ts';
import { scratchFolder } from './fixtures/test-log.ts';
import type { Lease } from './lease.ts';

const files = nodeDurableFiles();
let scratch = '';
let directory = '';
beforeEach(() => {
  scratch = scratchFolder();
  directory = join(scratch, 'lock');
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** Live processes by id, with their start times. */
const alive = new Map<number, string>();
const acquire = (pid: number, more: Partial<ProcessIdentity> = {}): Promise<Lease> => {
  alive.set(pid, `started ${pid}`);
  return acquireFileLease(files, directory, {
    self: { pid, started: `started ${pid}`, host: 'here', boot: 'boot 1', ...more },
    startOf: (other) => Promise.resolve(alive.get(other)),
  });
};

describe('the lock of a log in a folder', () => {
  it('has one holder, names it, and is free after a release', async () => {
    const first = await acquire(1);
    await expect(acquire(2)).rejects.toMatchObject({
      code: 'DMC_LEDGER_BUSY',
      message: 'process 1 on `here` writes this ledger',
      hint: expect.stringContaining(join(directory, '0000000001')) as string,
    });
    expect(await first.confirm()).toBe(true);
    await first.release();
    const second = await acquire(2);
    expect(second.token).toBe(first.token + 1);
    expect(await first.confirm()).toBe(false);
    await first.release();
    expect(await second.confirm()).toBe(true);
    expect(readdirSync(directory)).toEqual(['0000000002']);
  });

  it.each<[string, () => void, Partial<ProcessIdentity>, boolean]>([
    ['a process that is alive', () => undefined, {}, false],
    ['a process that ended', () => alive.delete(1), {}, true],
    ['a process id that another process has now', () => alive.set(1, 'later'), {}, true],
    ['a process from before the machine started anew', () => undefined, { boot: 'boot 2' }, true],
    ['a process of another machine or container', () => alive.delete(1), { host: 'there' }, false],
  ])('%s: taken over or not', async (_holder, change, more, taken) => {
    const first = await acquire(1);
    change();
    const second = acquire(2, more);
    if (!taken) return expect(second).rejects.toMatchObject({ code: 'DMC_LEDGER_BUSY' });
    expect((await second).token).toBe(2);
    expect(await first.confirm()).toBe(false);
  });

  it.each([
    ['an empty file, as a maker leaves that ended before it wrote', ''],
    ['a torn file', '{"pid":1,"sta'],
  ])('%s holds nothing', async (_what, content) => {
    await (await acquire(1)).release();
    writeFileSync(join(directory, '0000000007'), content);
    expect((await acquire(2)).token).toBe(8);
  });

  it('goes to at most one of many who find a stale lock at once', async () => {
    await acquire(1);
    alive.delete(1);
    for (let round = 0; round < 20; round++) {
      const asked = await Promise.allSettled(Array.from({ length: 6 }, (_, at) => acquire(10 + at)));
      const held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(held.length).toBeLessThanOrEqual(1);
      const confirmed = await Promise.all(held.map((lease) => lease.confirm()));
      expect(confirmed.every(Boolean)).toBe(true);
      alive.clear();
    }
  });

  it('knows real processes by their start', async () => {
    const processes = nodeProcesses();
    const { self } = processes;
    expect(self).toMatchObject({ pid: process.pid, host: expect.stringMatching(/./) as string });
    expect(await processes.startOf(process.pid)).toBe(self.started);
    expect(await processes.startOf(2 ** 22 + 1)).toBeUndefined();
    const lease = await acquireFileLease(files, directory, nodeProcesses());
    await expect(acquireFileLease(files, directory, nodeProcesses())).rejects.toThrow(`process ${process.pid} on`);
    await lease.release();
  });
});
