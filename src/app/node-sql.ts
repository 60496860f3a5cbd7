import { access, chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import type { Pool, PoolClient } from 'pg';
import { DemarcError, messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Sql } from '../base/ports.ts';
import { acquireFileLease } from '../store/log/file-lease.ts';
import { nodeDurableFiles } from './node-durable-files.ts';
import { nodeProcesses } from './node-processes.ts';

const retryMs = 200;

export interface FolderSqlOptions {
  readonly onCreate?: () => void;
  readonly waitMs?: number;
  /** Pages kept in memory, where PostgreSQL's own 128 MB are too much for small tables. */
  readonly sharedBuffersMb?: number;
}

/**
 * Opens the PGlite database in a folder and makes it where there is none, which takes seconds. PGlite has no lock of its
 * own and two processes in one folder would destroy it: `<folder>.lock` is the lease of the one that has it.
 *
 * @param folder absolute path
 * @param options.onCreate called before a new one is made
 * @param options.sharedBuffersMb PostgreSQL's `shared_buffers`
 * @param options.waitMs how long to wait for another process that has it open
 * @throws DemarcError `DMC_DATABASE`
 */
export async function openFolderSql(folder: string, options: FolderSqlOptions = {}): Promise<Sql> {
  const { onCreate = () => {}, waitMs = limits.databaseConnectMs, sharedBuffersMb } = options;
  let unlock = async (): Promise<void> => {};
  try {
    unlock = await lockFolder(folder, waitMs);
    const { PGlite } = await import('@electric-sql/pglite');
    if (!(await exists(join(folder, 'PG_VERSION')))) {
      onCreate();
      await createDatabase(PGlite, folder);
    }
    const buffers = sharedBuffersMb === undefined ? [] : ['-c', `shared_buffers=${sharedBuffersMb}MB`];
    const startParams = [...PGlite.defaultStartParams, ...buffers];
    return pgliteSql(await PGlite.create(folder, { startParams }), unlock);
  } catch (thrown) {
    await unlock();
    if (thrown instanceof DemarcError) throw thrown;
    throw new DemarcError('DMC_DATABASE', `the index in \`${folder}\` cannot be opened: ${messageOf(thrown)}`, {
      hint: 'remove the folder: the index is made again from the ledger',
      cause: thrown,
    });
  }
}

/** A PGlite database in memory. */
export async function openMemorySql(): Promise<Sql> {
  const { PGlite } = await import('@electric-sql/pglite');
  return pgliteSql(await PGlite.create(), async () => {});
}

/** Makes the database beside its place and moves it there whole: one that was interrupted is never taken for one. */
async function createDatabase(library: typeof PGlite, folder: string): Promise<void> {
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new DemarcError('DMC_DATABASE', `\`${folder}\` is not empty and no index`, {
      hint: 'name another folder with --index',
    });
  const draft = `${folder}.demarc-draft`;
  await rm(draft, { recursive: true, force: true });
  await (await library.create(draft)).close();
  // Words of payloads may come to lie in it.
  await chmod(draft, 0o700);
  await rename(draft, folder);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function pgliteSql(database: PGlite, unlock: () => Promise<void>): Sql {
  const over = (runner: PGlite | Transaction): Pick<Sql, 'query'> => ({
    query: async (text, parameters = []) => {
      try {
        return (await runner.query<Record<string, unknown>>(text, [...parameters])).rows;
      } catch (thrown) {
        throw databaseError('the index', thrown);
      }
    },
  });
  return {
    ...over(database),
    transaction: (work) =>
      database.transaction((inner) => {
        const sql: Sql = { ...over(inner), transaction: (nested) => nested(sql), close: async () => {} };
        return work(sql);
      }),
    close: async () => {
      await database.close();
      await unlock();
    },
  };
}

/**
 * Takes the folder for this process, waiting a while for another one that has it.
 *
 * @returns what gives the folder free again
 */
async function lockFolder(folder: string, waitMs: number): Promise<() => Promise<void>> {
  const lock = `${folder}.lock`;
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      const lease = await acquireFileLease(nodeDurableFiles(), lock, nodeProcesses());
      return () => lease.release();
    } catch (thrown) {
      if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_LEDGER_BUSY') throw thrown;
      if (performance.now() > until)
        throw new DemarcError('DMC_DATABASE', `another process has \`${folder}\` open`, {
          hint: `wait for it, or share an index with --database-url; if it is gone for certain, remove \`${lock}\``,
          cause: thrown,
        });
    }
    await sleep(retryMs);
  }
}

type DatabaseBounds = Readonly<Record<'databaseStatementMs' | 'databaseConnectMs' | 'databaseConnectionsMax', number>>;

/**
 * Opens a PostgreSQL database by its URL (`postgres://user:password@host:port/name?sslmode=verify-full`). Without a
 * password in it the driver looks where libpq does: PGPASSWORD and the password file.
 *
 * @throws DemarcError `DMC_DATABASE`; no message holds the password
 */
export async function openUrlSql(url: string, bounds: DatabaseBounds = limits): Promise<Sql> {
  const { name, secrets } = describeUrl(url);
  const { Pool, types } = (await import('pg')).default;
  const pool = new Pool({
    connectionString: url,
    max: bounds.databaseConnectionsMax,
    connectionTimeoutMillis: bounds.databaseConnectMs,
    statement_timeout: bounds.databaseStatementMs,
    idle_in_transaction_session_timeout: bounds.databaseStatementMs,
    application_name: 'demarc',
    // bigint (OID 20) as a number, as PGlite gives it: indexes and times are far below 2^53.
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === 20 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  });
  // A connection that breaks is replaced, and the statement on it fails; without a listener it would end the process.
  pool.on('error', () => {});
  const sql = poolSql(pool, (thrown) => databaseError(name, thrown, secrets));
  try {
    await sql.query('select 1');
  } catch (thrown) {
    await pool.end();
    throw thrown;
  }
  return sql;
}

function poolSql(pool: Pool, errorOf: (thrown: unknown) => DemarcError): Sql {
  const query = async (
    runner: Pool | PoolClient,
    text: string,
    parameters: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> => {
    try {
      return (await runner.query<Record<string, unknown>>(text, [...parameters])).rows;
    } catch (thrown) {
      throw errorOf(thrown);
    }
  };
  return {
    query: (text, parameters) => query(pool, text, parameters),
    transaction: async (work) => {
      const client = await pool.connect().catch((thrown: unknown) => {
        throw errorOf(thrown);
      });
      const sql: Sql = {
        query: (text, parameters) => query(client, text, parameters),
        transaction: (nested) => nested(sql),
        close: async () => {},
      };
      let broken = false;
      const onError = (): void => void (broken = true);
      client.on('error', onError);
      try {
        await sql.query('begin');
        const result = await work(sql);
        await sql.query('commit');
        return result;
      } catch (thrown) {
        await client.query('rollback').catch(() => (broken = true));
        throw thrown;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** What may be said of a database URL, and what may not. */
function describeUrl(url: string): { name: string; secrets: readonly string[] } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:'))
    throw new DemarcError('DMC_DATABASE', 'the database URL is not of the form postgres://user@host/name');
  const passwords = [parsed.password, parsed.searchParams.get('password') ?? ''].filter((text) => text !== '');
  return {
    name: `the database \`${parsed.host}${parsed.pathname}\``,
    secrets: [url, ...passwords, ...passwords.map(decoded)],
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function databaseError(name: string, thrown: unknown, secrets: readonly string[] = []): DemarcError {
  // With several addresses for a host the driver reports one error for each, in an AggregateError without a message.
  const first = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown;
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), messageOf(first));
  return new DemarcError('DMC_DATABASE', `${name}: ${message}`);
}
