import type { KeyStore } from '../../store/keys/key-store.ts';
import { beatFile } from '../../store/keys/beat-file.ts';
import { acquireFileLease } from '../../store/log/file-lease.ts';
import { LogWriter, writerSettings } from '../../store/log/writer.ts';
import { Recorder } from '../../store/recorder.ts';
import { nodeProcesses } from '../node-processes.ts';
import { cryptoRandom, type LedgerPlace, logParts, notFound, openKeys, signerOf } from './place.ts';

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
 * @param options.source who records, for events that do not say
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_BUSY`, `DMC_LEDGER_KEY`, `DMC_LEDGER_STOPPED`, `DMC_LEDGER_INVALID`
 */
export async function openForWriting(
  place: LedgerPlace,
  options: { readonly keyFile?: string | undefined; readonly source: string },
): Promise<OpenLedger> {
  const { files, keyFiles, keys: paths, context, directory } = place;
  if ((await place.logFiles.read('checkpoint')) === undefined && (await files.read(paths.lastCheckpoint)) === undefined)
    throw notFound(place);
  const signer = await signerOf(place, options.keyFile);
  const keys = await openKeys(place);
  const lease = await acquireFileLease(files, `${directory}/lock`, nodeProcesses());
  const writer = await LogWriter.open({ ...logParts(place, signer), lease, clock: context.clock });
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
    return { writer, recorder, keys, close: () => writer.close() };
  } catch (thrown) {
    await writer.close().catch(() => undefined);
    throw thrown;
  }
}
