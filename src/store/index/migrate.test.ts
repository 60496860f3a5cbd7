import { beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '../../base/ports.ts';
import { testSql } from './fixtures/test-sql.ts';
import { migrate } from './migrate.ts';
import { migrations, type Migration } from './migrations.ts';
import { inSchema, schemaOf } from './schema.ts';

let sql: Sql;
beforeAll(async () => {
  sql = await testSql();
}, 120_000);

let made = 0;
const freshSchema = (): string => schemaOf(`example.org/migrate-test-${process.pid}-${++made}`);

const steps: readonly Migration[] = [
  { version: 1, name: 'one', statements: ['create table ix.a (x bigint)', 'insert into ix.a values (1)'] },
  { version: 3, name: 'three', statements: ['alter table ix.a add y bigint not null default 5'] },
];

describe('migrate', () => {
  it('applies what is missing, once, in order', async () => {
    const schema = freshSchema();
    await migrate(sql, schema, steps.slice(0, 1));
    await migrate(sql, schema, steps);
    await migrate(sql, schema, steps);
    const database = inSchema(sql, schema);
    expect(await database.query('select x, y from ix.a')).toEqual([{ x: 1, y: 5 }]);
    expect(await database.query('select version, name from ix.migrations order by version')).toEqual([
      { version: 1, name: 'one' },
      { version: 3, name: 'three' },
    ]);
  });

  it('lets one of several do it', async () => {
    const schema = freshSchema();
    await Promise.all(Array.from({ length: 4 }, () => migrate(sql, schema, steps)));
    expect(await inSchema(sql, schema).query('select count(*) as n from ix.a')).toEqual([{ n: 1 }]);
  });

  it('undoes a step that fails, and goes on from there later', async () => {
    const schema = freshSchema();
    const broken: Migration = {
      version: 3,
      name: 'three',
      statements: ['insert into ix.a values (2)', 'no statement'],
    };
    await expect(migrate(sql, schema, [...steps.slice(0, 1), broken])).rejects.toMatchObject({ code: 'DMC_DATABASE' });
    expect(await inSchema(sql, schema).query('select x from ix.a')).toEqual([{ x: 1 }]);
    await migrate(sql, schema, steps);
    expect(await inSchema(sql, schema).query('select y from ix.a')).toEqual([{ y: 5 }]);
  });

  it('refuses a schema that is newer than the program, and leaves it alone', async () => {
    const schema = freshSchema();
    await migrate(sql, schema, steps);
    await expect(migrate(sql, schema, steps.slice(0, 1))).rejects.toMatchObject({
      code: 'DMC_DATABASE',
      message: 'the index has schema 3, this program knows 1',
    });
    expect(await inSchema(sql, schema).query('select x, y from ix.a')).toEqual([{ x: 1, y: 5 }]);
  });

  it('has steps in ascending order, each of single statements', () => {
    const versions = migrations.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(migrations.flatMap(({ statements }) => statements).filter((text) => text.includes(';'))).toEqual([]);
  });
});
