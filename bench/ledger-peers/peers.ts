/** Other places to put events, each with the durability and the caller pattern of the ledger. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { flatOut, groupCommit, type Measured } from './callers.ts';

export interface Load {
  readonly entries: number;
  readonly bytes: number;
  readonly callers: number;
}

/** A measurement, or why there is none. */
export type Outcome = Measured | string;

/** One JSON line an event, one fdatasync a group. No proof of anything. */
export async function jsonLines(folder: string, { entries, bytes, callers }: Load): Promise<Outcome> {
  const file = await open(join(folder, 'events.jsonl'), 'a');
  try {
    const append = groupCommit(async (group) => {
      await file.write(group.map((entry) => `{"data":"${entry.toString('base64')}"}\n`).join(''));
      await file.datasync();
    });
    // Base64 in a JSON frame makes four bytes of three.
    return await flatOut(entries, Math.floor((bytes * 3) / 4), callers, append);
  } finally {
    await file.close();
  }
}

interface Sqlite {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): { run(...values: unknown[]): unknown };
  close(): void;
}

/** SQLite in WAL mode with `synchronous=FULL`, one transaction a group. Installed beside the project for the measurement. */
export async function sqlite(folder: string, { entries, bytes, callers }: Load): Promise<Outcome> {
  const prefix = join(tmpdir(), 'demarc-bench-better-sqlite3');
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), '{}');
  const installed = join(prefix, 'node_modules/better-sqlite3');
  if (!existsSync(join(installed, 'build/Release/better_sqlite3.node')))
    spawnSync('npm', ['install', '--ignore-scripts=false', '--no-audit', '--no-fund', 'better-sqlite3@12'], {
      cwd: prefix,
      timeout: 600_000,
    });
  let database: Sqlite;
  try {
    const Database = createRequire(import.meta.url)(installed) as new (path: string) => Sqlite;
    database = new Database(join(folder, 'events.db'));
  } catch (error) {
    return `better-sqlite3 could not be built: ${String(error).split('\n', 1)[0]}`;
  }
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('create table event (id integer primary key, data blob not null)');
  const insert = database.prepare('insert into event (data) values (?)');
  const begin = database.prepare('begin');
  const commit = database.prepare('commit');
  const append = groupCommit((group) => {
    begin.run();
    for (const entry of group) insert.run(entry);
    commit.run();
  });
  const measured = await flatOut(entries, bytes, callers, append);
  database.close();
  return measured;
}

/** PostgreSQL with `synchronous_commit=on`, one statement of many rows a group, over one connection. */
export async function postgres(folder: string, { entries, bytes, callers }: Load): Promise<Outcome> {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : [];
  const binaries = join('/usr/lib/postgresql', versions.at(-1) ?? '', 'bin');
  if (!existsSync(join(binaries, 'initdb'))) return 'no PostgreSQL of Debian on this machine';
  const data = join(folder, 'postgres');
  mkdirSync(data);
  const asOwner = (program: string, args: readonly string[]): void => {
    const command = [join(binaries, program), ...args];
    // A server does not run as root.
    const [file = '', ...rest] = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    execFileSync(file, rest, { stdio: 'ignore' });
  };
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', data]);
  if (process.getuid?.() === 0) execFileSync('chmod', ['a+x', folder, dirname(folder)]);
  asOwner('initdb', ['-D', `${data}/d`, '-A', 'trust', '-U', 'postgres']);
  const options = `-c listen_addresses= -c unix_socket_directories=${data} -c max_wal_size=4GB`;
  asOwner('pg_ctl', ['-D', `${data}/d`, '-w', '-l', `${data}/log`, '-o', options, 'start']);
  const client = new pg.Client({ host: data, user: 'postgres', database: 'postgres' });
  try {
    await client.connect();
    await client.query('create table event (id bigserial primary key, data bytea not null)');
    const append = groupCommit(async (group) => {
      await client.query({
        name: 'insert',
        text: 'insert into event (data) select unnest($1::bytea[])',
        values: [group],
      });
    });
    return await flatOut(entries, bytes, callers, append);
  } finally {
    await client.end();
    asOwner('pg_ctl', ['-D', `${data}/d`, '-m', 'immediate', 'stop']);
  }
}

/** Tessera's POSIX log, in Go, built from the module proxy. */
export function tessera(folder: string, { entries, bytes, callers }: Load): Outcome {
  const program = join(tmpdir(), 'demarc-bench-tessera');
  const built = spawnSync('go', ['build', '-o', program, '.'], {
    cwd: new URL('tessera', import.meta.url).pathname,
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (built.status !== 0) return `the Go program could not be built: ${(built.stderr ?? 'no go').split('\n', 1)[0]}`;
  const args = ['-dir', join(folder, 'tessera'), '-entries', entries, '-bytes', bytes, '-callers', callers].map(String);
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: 1_800_000 });
  if (run.status !== 0) return `the Go program failed: ${run.stderr.slice(-200)}`;
  const { seconds, failed } = JSON.parse(run.stdout) as { seconds: number; failed: number };
  if (failed > 0) return `${failed} of ${entries} entries were refused`;
  return { entries, seconds, p50Ms: NaN, p99Ms: NaN, maxMs: NaN };
}
