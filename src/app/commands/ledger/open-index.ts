import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { Sql } from '../../../base/ports.ts';
import type { Checkpoint } from '../../../ledger/checkpoint.ts';
import { LedgerIndex } from '../../../store/index/ledger-index.ts';
import { searchableText } from '../../../store/index/searchable-text.ts';
import type { Context } from '../../context.ts';
import { databaseVariable } from '../../ledger/place.ts';
import { openFolderSql, openUrlSql } from '../../node-sql.ts';
import { Progress } from '../../progress.ts';
import { userStateFolder } from '../../user-folders.ts';
import { type OpenedCheckpoint, type ReadableLedger, readCheckpoint, readLedger } from './read-ledger.ts';
import type { IndexFlags } from './reading-flags.ts';

/** Opens the database of an index; tests pass their own. */
export type OpenSql = (context: Context, flags: IndexFlags, ledger: ReadableLedger) => Promise<Sql>;

/** What a command that asks the index works with. */
export interface IndexedLedger extends OpenedCheckpoint {
  readonly ledger: ReadableLedger;
  readonly index: LedgerIndex;
  /** Whether the entries lead to the root the checkpoint signs. */
  readonly agrees: boolean;
  /** Entries projected now. */
  readonly projected: number;
}

export interface IndexOptions {
  readonly openSql?: OpenSql | undefined;
  /** Makes the index again; with the words of payloads or without. */
  readonly rebuild?: { readonly texts: boolean };
}

/**
 * Opens the index of a ledger, brings it up to the latest checkpoint, and does the work with it. The database is closed
 * afterwards in any case.
 */
export async function withIndex<T>(
  context: Context,
  flags: IndexFlags,
  folder: string,
  work: (indexed: IndexedLedger) => Promise<T>,
  { openSql = openIndexSql, rebuild }: IndexOptions = {},
): Promise<T> {
  const ledger = await readLedger(context, flags, folder);
  const opened = await readCheckpoint(ledger);
  const sql = await openSql(context, flags, ledger);
  try {
    const index = await LedgerIndex.open(sql, opened.checkpoint.origin);
    if (rebuild !== undefined) await index.drop(rebuild.texts);
    let used = opened;
    const latest = async (): Promise<Checkpoint> => (used = await readCheckpoint(ledger)).checkpoint;
    const { agrees, projected } = await catchUp(context, ledger, opened, index, latest);
    return await work({ ...used, ledger, index, agrees, projected });
  } finally {
    await sql.close();
  }
}

async function catchUp(
  context: Context,
  ledger: ReadableLedger,
  { checkpoint }: OpenedCheckpoint,
  index: LedgerIndex,
  latest: () => Promise<Checkpoint>,
): Promise<{ readonly agrees: boolean; readonly projected: number }> {
  const { keys, place } = ledger;
  const progress = new Progress(context, false);
  let cut = 0;
  const { agrees, projected, rebuilt } = await index
    .catchUp(place.logFiles, checkpoint, {
      latest,
      onProgress: (done, total) => progress.show(done, total, 'entries into the index'),
      onCut: () => void cut++,
      textOf: keys === undefined ? undefined : (envelope) => searchableText(envelope, keys, place.logFiles),
    })
    .finally(() => progress.clear());
  const say = (text: string): void => context.process.stderr.write(`${text}\n`);
  if (rebuilt !== undefined) say(`note: the index was made again: ${rebuilt}`);
  if (!agrees)
    say(
      'warning: the entries do not lead to the root the checkpoint signs: `demarc ledger verify` says where they differ',
    );
  if (cut > 0)
    say(
      `note: ${cut} payloads have more than ${limits.searchableTextLengthMax} characters: words behind are not found`,
    );
  if (projected > 0 && keys === undefined && (await index.cursor()).texts)
    say(`note: without keys the words of ${projected} new entries are not in the index`);
  return { agrees, projected };
}

/** PostgreSQL by its URL, or PGlite in a folder: never in the ledger's own. */
export async function openIndexSql(context: Context, flags: IndexFlags, ledger: ReadableLedger): Promise<Sql> {
  const url = flags.databaseUrl ?? context.environment.variables[databaseVariable];
  if (url !== undefined) return openUrlSql(url);
  const folder = indexFolder(context, flags, ledger);
  return openFolderSql(folder, {
    onCreate: () => {
      if (context.process.stderr.isTTY === true)
        context.process.stderr.write(`making the index in ${folder}: this takes some seconds, once\n`);
    },
  });
}

/** Beside the keys where they are; else in the user's state folder, by the path of the ledger. */
function indexFolder({ environment }: Context, flags: IndexFlags, ledger: ReadableLedger): string {
  if (flags.index !== undefined) return resolve(environment.workingDirectory, flags.index);
  if (ledger.keys !== undefined) return join(ledger.place.keys.directory, 'index');
  const name = createHash('sha256').update(ledger.place.directory).digest('hex').slice(0, 24);
  return join(userStateFolder(environment), 'demarc', 'index', name);
}
