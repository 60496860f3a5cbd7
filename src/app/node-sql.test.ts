import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { openFolderSql, openUrlSql } from './node-sql.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demarc-sql-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('an index in a folder', () => {
  it('is made once, kept, held by one process, and refused when damaged', async () => {
    const folder = join(scratch, 'index');
    let made = 0;
    const open = () => openFolderSql(folder, { onCreate: () => void made++, waitMs: 0 });
    const first = await open();
    await expect(open()).rejects.toMatchObject({
      code: 'DMC_DATABASE',
      message: `another process has \`${folder}\` open`,
    });
    await first.query('create table kept (x bigint)');
    await expect(
      first.transaction(async (sql) => {
        await sql.query('insert into kept values (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await first.transaction((sql) => sql.query('insert into kept values (2)'));
    await first.close();
    const second = await open();
    expect(await second.query('select x from kept where x = $1', [2])).toEqual([{ x: 2 }]);
    expect(await second.query('select count(*) as n from kept')).toEqual([{ n: 1 }]);
    await second.close();
    expect(made).toBe(1);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'global/pg_control'), 'damaged');
    await expect(open()).rejects.toMatchObject({
      code: 'DMC_DATABASE',
      hint: 'remove the folder: the index is made again from the ledger',
    });
  }, 90_000);

  it('is not made where something else lies', async () => {
    const folder = join(scratch, 'other');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), 'keep');
    await expect(openFolderSql(folder)).rejects.toMatchObject({ code: 'DMC_DATABASE' });
    expect(readdirSync(folder)).toEqual(['mine']);
  });
});

describe('a database URL', () => {
  it.each(['', 'localhost', 'mysql://u:hunter2@h/d', 'http://hunter2', 'postgres//u:hunter2@h'])(
    'that is none is refused without being repeated: `%s`',
    async (url) => {
      const thrown: unknown = await openUrlSql(url).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: 'DMC_DATABASE' });
      expect(String(thrown)).not.toContain('hunter2');
    },
  );

  it('of a server that takes connections and says nothing is an error after a time', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(
      openUrlSql(`postgres://demarc@127.0.0.1:${port}/ledger`, { ...limits, databaseConnectMs: 50 }),
    ).rejects.toMatchObject({ code: 'DMC_DATABASE', message: expect.stringContaining('timeout') as string });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('of a server that does not answer is an error without the password', async () => {
    const thrown: unknown = await openUrlSql('postgres://demarc:hunter2@127.0.0.1:1/ledger').catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ code: 'DMC_DATABASE' });
    expect(String(thrown)).toContain('127.0.0.1:1/ledger');
    expect(String(thrown)).not.toContain('hunter2');
  });
});
