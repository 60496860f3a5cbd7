import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Sql } from '../../base/ports.ts';
import { processContext } from '../context.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeKeyFiles } from '../node-key-files.ts';
import { isStateSqlUsed, LazySql, stateSecret } from './state-database.ts';

/** A database that counts how often it was opened and closed; the first `failing` times it cannot be. */
function database(failing = 0): { sql: LazySql; opened: () => number; closed: () => number } {
  let opened = 0;
  let closed = 0;
  const inner: Sql = {
    query: async (text) => [{ text }],
    transaction: (work) => work(inner),
    close: async () => void closed++,
  };
  const sql = new LazySql(async () => {
    if (opened++ < failing) throw new Error('locked');
    return inner;
  });
  return { sql, opened: () => opened, closed: () => closed };
}

it('a database nobody asks is not opened, and closes nothing', async () => {
  const { sql, opened, closed } = database();
  await sql.close();
  expect([sql.isOpen, opened(), closed()]).toEqual([false, 0, 0]);
});

it('is opened once, whoever asks at the same time', async () => {
  const { sql, opened, closed } = database();
  const asked = await Promise.all([sql.query('a'), sql.transaction((inner) => inner.query('b')), sql.query('c')]);
  expect(asked).toEqual([[{ text: 'a' }], [{ text: 'b' }], [{ text: 'c' }]]);
  await sql.close();
  expect([sql.isOpen, opened(), closed()]).toEqual([true, 1, 1]);
});

it('is closed once nothing is under way in it, and takes nothing more', async () => {
  const { sql, closed } = database();
  let end = (): void => undefined;
  const working = sql.transaction(async (inner) => {
    await new Promise<void>((resolve) => (end = resolve));
    return inner.query('late');
  });
  await expect.poll(() => sql.isOpen).toBe(true);
  const closing = sql.close();
  await expect(sql.query('a')).rejects.toMatchObject({ code: 'DMC_DATABASE' });
  expect(closed()).toBe(0);
  end();
  expect(await working).toEqual([{ text: 'late' }]);
  await closing;
  expect(closed()).toBe(1);
});

it('that could not be opened is tried again by whoever asks next', async () => {
  const { sql, opened } = database(1);
  await expect(sql.query('a')).rejects.toThrow('locked');
  expect(sql.isOpen).toBe(false);
  expect(await sql.query('b')).toEqual([{ text: 'b' }]);
  expect(opened()).toBe(2);
});

it('is opened at once where there is one, or where it is elsewhere', () => {
  const state = mkdtempSync(join(tmpdir(), 'demarc-state-'));
  const context = processContext();
  const at = (url?: string): boolean =>
    isStateSqlUsed(
      { ...context, environment: { ...context.environment, variables: { DEMARC_DATABASE_URL: url } } },
      state,
    );
  try {
    expect([at(), at(''), at('postgres://db.example/demarc')]).toEqual([false, false, true]);
    mkdirSync(join(state, 'sql'));
    expect(at()).toBe(true);
  } finally {
    rmSync(state, { recursive: true });
  }
});

it('a key of the gateway is made once, and what is no key says which file it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demarc-state-'));
  try {
    const files = nodeKeyFiles(nodeDurableFiles(), process.platform);
    const made = await stateSecret(files, folder, 'tasks.key');
    expect([made.length, await stateSecret(files, folder, 'tasks.key')]).toEqual([32, made]);
    for (const text of ['', 'no key'])
      await expect(
        files.replace(join(folder, 'tasks.key'), Buffer.from(text)).then(() => stateSecret(files, folder, 'tasks.key')),
      ).rejects.toMatchObject({ code: 'DMC_IDENTITY', message: expect.stringContaining(join(folder, 'tasks.key')) });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
