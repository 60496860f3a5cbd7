import { DemarcError } from '../../base/errors.ts';
import type { KeyStore } from '../../store/keys/key-store.ts';
import { beatFile } from '../../store/keys/beat-file.ts';
import { acquireFileLease } from '../../store/log/file-lease.ts';
import type { Lease } from '../../store/log/lease.ts';
import { LogWriter, writerSettings } from '../../store/log/writer.ts';
import { Recorder } from '../../store/recorder.ts';
import { nodeProcesses } from '../node-processes.ts';
import { cryptoRandom, type LedgerPlace, logParts, notFound, openKeys, signerOf, databaseVariable } from './place.ts';

/** A ledger that this process writes. */
export interface OpenLedger {
  readonly writer: LogWriter;
  readonly recorder: Recorder;
  readonly keys: KeyStore;
  /** Makes everything durable, publishes a checkpoint, and lets others write. */
  close(): Promise<void>;
}

/**
 * Opens a ledger for writing: recovers what a crash left, finishes erasures that were begun.
 *
 * @param options.keyFile the signing key, where it is not beside the log
 * @param options.acceptMissingWal see `LogParts`
 * @param options.source who records, for events that do not say
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_BUSY`, `DMC_LEDGER_KEY`, `DMC_LEDGER_STOPPED`, `DMC_LEDGER_INVALID`
 */
export async function openForWriting(
  place: LedgerPlace,
  options: {
    readonly keyFile?: string | undefined;
    readonly source: string;
    readonly acceptMissingWal?: boolean | undefined;
  },
): Promise<OpenLedger> {
  const { files, keyFiles, keys: paths, context } = place;
  if ((await place.logFiles.read('checkpoint')) === undefined && (await files.read(paths.lastCheckpoint)) === undefined)
    throw notFound(place);
  const signer = await signerOf(place, options.keyFile);
  const keys = await openKeys(place);
  const { lease, released } = await leaseOf(place, signer.verifier.name);
  const writer = await LogWriter.open({
    ...(await logParts(place, signer)),
    acceptMissingWal: options.acceptMissingWal,
    lease,
    clock: context.clock,
  }).catch(async (thrown: unknown) => {
    await released();
    throw thrown;
  });
  const close = (): Promise<void> => writer.close().finally(released);
  try {
    const recorder = await Recorder.open({
      writer,
      keys,
      beats: beatFile(keyFiles, paths),
      clock: { now: () => writer.timeMs() },
      random: cryptoRandom,
      source: options.source,
      lossWindowMs: writerSettings.lossWindowMs,
    });
    const flushed = (): Promise<void> => {
      recorder.flush();
      return close();
    };
    return { writer, recorder, keys, close: flushed };
  } catch (thrown) {
    await close().catch(() => undefined);
    throw thrown;
  }
}

/** Opens a ledger for writing, does some work, and closes it whatever comes of the work. */
export async function withLedger<T>(
  place: LedgerPlace,
  options: Parameters<typeof openForWriting>[1],
  work: (ledger: OpenLedger) => Promise<T>,
): Promise<T> {
  const ledger = await openForWriting(place, options);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

const leaseTtlMs = 30_000;

/** The lease of this ledger: a lock beside it, or a row in PostgreSQL where its writers run on several machines. */
async function leaseOf(
  place: LedgerPlace,
  log: string,
): Promise<{ readonly lease: Lease; readonly released: () => Promise<void> }> {
  const { files, directory, context } = place;
  const processes = nodeProcesses();
  if ((await place.settings()).lease !== 'postgres')
    return { lease: await acquireFileLease(files, `${directory}/lock`, processes), released: () => Promise.resolve() };
  const url = context.environment.variables[databaseVariable];
  if (url === undefined)
    throw new DemarcError('DMC_DATABASE', 'the lease of this ledger is in PostgreSQL, and no database is named', {
      hint: `set ${databaseVariable} to postgres://…`,
    });
  const [{ openUrlSql }, { acquirePostgresLease }] = await Promise.all([
    import('../node-sql.ts'),
    import('../../store/log/postgres-lease.ts'),
  ]);
  const sql = await openUrlSql(url);
  const { host, pid } = processes.self;
  try {
    const lease = await acquirePostgresLease(sql, context.clock, {
      log,
      holder: `${host} process ${pid}`,
      ttlMs: leaseTtlMs,
    });
    return { lease, released: () => sql.close() };
  } catch (thrown) {
    await sql.close();
    throw thrown;
  }
}
