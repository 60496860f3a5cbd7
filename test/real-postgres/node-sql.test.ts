import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUrlSql } from '../../src/app/node-sql.ts';
import { limits } from '../../src/base/limits.ts';
import type { Sql } from '../../src/base/ports.ts';

const url = process.env['DEMARC_TEST_DATABASE_URL'] ?? '';
let sql: Sql;
beforeAll(async () => {
  sql = await openUrlSql(url);
});
afterAll(() => sql.close());

const failure = async (other: string): Promise<string> =>
  openUrlSql(other).then(
    () => 'it opened',
    (thrown: unknown) => `${String(thrown)} ${JSON.stringify(thrown)}`,
  );

describe('PostgreSQL by its URL', () => {
  it('gives big integers as numbers and bytes as bytes, like PGlite', async () => {
    const [row] = await sql.query('select count(*) as n, $1::bigint as big, $2::bytea as bytes', [
      2 ** 52,
      new Uint8Array([0, 255]),
    ]);
    expect(row).toMatchObject({ n: 1, big: 2 ** 52 });
    expect(Buffer.compare(row?.['bytes'] as Uint8Array, Buffer.from([0, 255]))).toBe(0);
  });

  it('rolls back what rejects and keeps what resolves', async () => {
    await sql.query('create table if not exists rolled (x bigint)');
    await expect(
      sql.transaction(async (inner) => {
        await inner.query('insert into rolled values (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await sql.transaction((inner) => inner.query('insert into rolled values (2)'));
    expect(await sql.query('select x from rolled')).toEqual([{ x: 2 }]);
    await sql.query('drop table rolled');
  });

  it('ends a statement that takes too long, and goes on', async () => {
    expect(await sql.query('show statement_timeout')).toEqual([{ statement_timeout: '1min' }]);
    const other = await openUrlSql(url, { ...limits, databaseStatementMs: 300 });
    await other.query('select pg_sleep(0.01)');
    await expect(other.query('select pg_sleep(30)')).rejects.toMatchObject({
      code: 'DMC_DATABASE',
      message: expect.stringContaining('statement timeout') as string,
    });
    expect(await other.query('select 1 as one')).toEqual([{ one: 1 }]);
    await other.close();
  });

  it('holds so many connections, and says when there is none to be had', async () => {
    const other = await openUrlSql(url, { ...limits, databaseConnectMs: 300 });
    /** Whether so many transactions are open at one time: each waits for all of them. */
    const together = async (count: number): Promise<string> => {
      let open = 0;
      let release: () => void = () => undefined;
      const all = new Promise<void>((resolve) => (release = resolve));
      const transactions = Array.from({ length: count }, () =>
        other.transaction(async () => {
          if (++open === count) release();
          await all;
        }),
      );
      return Promise.all(transactions)
        .then(() => 'together')
        .catch((thrown: unknown) => String(thrown))
        .finally(release);
    };
    expect(await together(limits.databaseConnectionsMax)).toBe('together');
    expect(await together(limits.databaseConnectionsMax + 1)).toContain('timeout');
    await other.close();
  });

  it('never says the password', async () => {
    const wrong = new URL(url);
    wrong.password = 'hunter2%2Bsecret';
    const texts = [
      await failure(wrong.href),
      await failure(url.replace(/:\d+\//, ':1/')),
      await failure(url.replace(/\/postgres$/, '/nowhere')),
      await failure(`${url}?sslmode=require`),
    ];
    expect(texts[0]).toContain('password authentication failed');
    expect(texts[1]).toContain('ECONNREFUSED');
    expect(texts[2]).toContain('does not exist');
    expect(texts[3]).toContain('SSL');
    for (const text of texts) {
      expect(text).toContain('DMC_DATABASE');
      expect(text).not.toMatch(/hunter2/);
      expect(text).not.toContain(new URL(url).password);
    }
  });

  it('survives connections that the server ends, idle or in a transaction', async () => {
    const end = (pid: unknown) => sql.query('select pg_terminate_backend($1::int)', [pid]);
    const pidOf = async (one: Sql): Promise<unknown> => (await one.query('select pg_backend_pid() as pid'))[0]?.['pid'];
    await expect(
      sql.transaction(async (inner) => {
        await end(await pidOf(inner));
        await inner.query('select 1');
      }),
    ).rejects.toMatchObject({ code: 'DMC_DATABASE' });
    const other = await openUrlSql(url);
    await end(await pidOf(other));
    await expect.poll(() => other.query('select 1 as one').catch(() => undefined)).toEqual([{ one: 1 }]);
    await other.close();
  });
});
