import { DemarcError } from '../../base/errors.ts';
import type { Sql } from '../../base/ports.ts';
import { type Migration, migrations } from './migrations.ts';
import { inSchema } from './schema.ts';

/**
 * Brings a schema up to date: each step in a transaction of its own, under an advisory lock, so that of several processes
 * one does it and the others wait.
 *
 * @param steps in ascending order of version; their statements name tables `ix.<table>`
 * @param what is kept there, for messages
 * @throws DemarcError `DMC_DATABASE` when the schema is newer than this program, which then leaves it alone
 */
export async function migrate(
  sql: Sql,
  schema: string,
  steps: readonly Migration[] = migrations,
  what = 'the index',
): Promise<void> {
  const newest = steps.at(-1)?.version ?? 0;
  let version = 0;
  do {
    version = await inSchema(sql, schema).transaction((inner) => step(inner, schema, steps, newest, what));
  } while (version < newest);
}

/** Applies the next step, if there is one. @returns the version the schema has then */
async function step(
  sql: Sql,
  schema: string,
  steps: readonly Migration[],
  newest: number,
  what: string,
): Promise<number> {
  await sql.query('select pg_advisory_xact_lock(hashtext($1))', [schema]);
  await sql.query(`create schema if not exists ${schema}`);
  await sql.query('create table if not exists ix.migrations (version integer primary key, name text not null)');
  const [row] = await sql.query('select coalesce(max(version), 0) as version from ix.migrations');
  const version = Number(row?.['version']);
  if (version > newest)
    throw new DemarcError('DMC_DATABASE', `${what} has schema ${version}, this program knows ${newest}`, {
      hint: 'use the newer demarc that made it, or another database',
    });
  const next = steps.find((candidate) => candidate.version > version);
  if (next === undefined) return version;
  for (const statement of next.statements) await sql.query(statement);
  await sql.query('insert into ix.migrations (version, name) values ($1, $2)', [next.version, next.name]);
  return next.version;
}
