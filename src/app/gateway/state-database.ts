import { join } from 'node:path';
import type { KeyFiles, Sql } from '../../base/ports.ts';
import type { Context } from '../context.ts';
import { cryptoRandom, databaseVariable } from '../ledger/place.ts';
import { openFolderSql, openUrlSql } from '../node-sql.ts';

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

/** 32 random bytes in a file of the state folder that only the gateway reads; made where there are none. */
export async function stateSecret(files: KeyFiles, state: string, name: string): Promise<Uint8Array> {
  const path = join(state, name);
  await files.makeDirectory(state, 0o700);
  await files.create(path, Buffer.from(`${Buffer.from(cryptoRandom.bytes(32)).toString('hex')}\n`), 0o600);
  return Buffer.from(
    Buffer.from((await files.read(path)) ?? [])
      .toString('utf8')
      .trim(),
    'hex',
  );
}
