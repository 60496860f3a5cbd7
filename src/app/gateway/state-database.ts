import { join } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import type { KeyFiles, Sql } from '../../base/ports.ts';
import type { Context } from '../context.ts';
import { cryptoRandom, databaseVariable } from '../ledger/place.ts';
import { openFolderSql, openUrlSql } from '../node-sql.ts';
import { UnderWay } from './under-way.ts';

/**
 * The database of a gateway: PostgreSQL where the environment names one, else one in its state folder, which only one process has
 * open. @throws DemarcError `DMC_DATABASE`
 */
export function openStateSql(context: Context, state: string, onCreate: () => void): Promise<Sql> {
  const url = context.environment.variables[databaseVariable];
  return url === undefined || url === ''
    ? openFolderSql(join(state, 'sql'), { sharedBuffersMb: 8, onCreate })
    : openUrlSql(url);
}

/**
 * A database that is opened when it is first asked: PGlite takes seconds to make and 150 MB to hold, and a gateway that asks
 * nobody needs none. What cannot be opened is tried again by whoever asks next.
 */
export class LazySql implements Sql {
  readonly #open: () => Promise<Sql>;
  #opened: Promise<Sql> | undefined;
  readonly #underWay = new UnderWay();
  #isClosed = false;

  constructor(open: () => Promise<Sql>) {
    this.#open = open;
  }

  /** Whether it was asked for. */
  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** @throws DemarcError `DMC_DATABASE` */
  async open(): Promise<Sql> {
    this.#opened ??= this.#open();
    try {
      return await this.#opened;
    } catch (thrown) {
      this.#opened = undefined;
      throw thrown;
    }
  }

  query(text: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
    return this.#using((sql) => sql.query(text, parameters));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#using((sql) => sql.transaction(work));
  }

  async #using<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new DemarcError('DMC_DATABASE', 'the database of the gateway is closed');
    return this.#underWay.add(this.open().then(work));
  }

  /** Waits for what is under way in it; from now on it takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#underWay.ended();
    await (await this.#opened?.catch(() => undefined))?.close();
  }
}

/** Whether there is something in the database already, or it is elsewhere, where others may need it. @param state a folder */
export function isStateSqlUsed({ environment, files }: Context, state: string): boolean {
  const url = environment.variables[databaseVariable];
  return (url !== undefined && url !== '') || files.list(state).some(({ name }) => name === 'sql');
}

/**
 * 32 random bytes in a file of the state folder that only the gateway reads; made where there are none.
 *
 * @throws DemarcError `DMC_IDENTITY` where the file holds something else
 */
export async function stateSecret(files: KeyFiles, state: string, name: string): Promise<Uint8Array> {
  const path = join(state, name);
  await files.makeDirectory(state, 0o700);
  await files.create(path, Buffer.from(`${Buffer.from(cryptoRandom.bytes(32)).toString('hex')}\n`), 0o600);
  const text = Buffer.from((await files.read(path)) ?? [])
    .toString('utf8')
    .trim();
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new DemarcError('DMC_IDENTITY', `\`${path}\` holds no key of the gateway`, {
    hint: 'restore it from a backup; without it, what it sealed or named (approvals, tasks, budgets) is lost, and once it is removed another is made',
  });
}
