import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import type { DurableFiles } from '../../../base/ports.ts';
import { type Checkpoint, openCheckpoint } from '../../../ledger/checkpoint.ts';
import type { LogFiles } from '../../../ledger/log-files.ts';
import { parseVerifierKey, type VerifierKey } from '../../../ledger/note.ts';
import type { PayloadKeys } from '../../../ledger/seal.ts';
import { keyPaths } from '../../../store/keys/key-folder.ts';
import { KeyStore } from '../../../store/keys/key-store.ts';
import type { Context } from '../../context.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import type { ReadingFlags } from './reading-flags.ts';

/** A ledger in a folder, to read. */
export interface ReadableLedger {
  /** Absolute paths of the log and of its keys. */
  readonly directory: string;
  readonly keysDirectory: string;
  readonly files: LogFiles;
  readonly verifier: VerifierKey;
  /** The people and what opens their payloads; undefined where there are no keys. */
  readonly keys: KeyStore | undefined;
}

/** A checkpoint whose signature was verified, and its text. */
export interface OpenedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signed: string;
}

/** Opens nothing. */
export const noKeys: PayloadKeys = { unwrap: () => Promise.resolve('no-keys') };

/**
 * Finds a ledger and its keys. Keys that are not beside the ledger are none; keys that were named must be there.
 *
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_KEY`, `DMC_LEDGER_INVALID`
 */
export async function readLedger(context: Context, flags: ReadingFlags, folder: string): Promise<ReadableLedger> {
  const { workingDirectory } = context.environment;
  const directory = resolve(workingDirectory, folder);
  const keysDirectory = flags.keys === undefined ? `${directory}.keys` : resolve(workingDirectory, flags.keys);
  const files = nodeDurableFiles();
  const verifier = await readVerifierKey(files, directory, keysDirectory);
  const keys = await openKeys(context, files, keysDirectory, flags.keys !== undefined);
  return { directory, keysDirectory, files: { read: (path) => files.read(`${directory}/${path}`) }, verifier, keys };
}

async function readVerifierKey(files: DurableFiles, directory: string, keysDirectory: string): Promise<VerifierKey> {
  const data = (await files.read(`${keysDirectory}/log.vkey`)) ?? (await files.read(`${directory}/log.vkey`));
  if (data === undefined)
    throw new DemarcError('DMC_LEDGER_NOT_FOUND', `\`${directory}\` is no ledger: it has no \`log.vkey\``, {
      hint: '`demarc ledger init <dir>` makes one',
    });
  return parseVerifierKey(Buffer.from(data).toString());
}

async function openKeys(
  { clock, environment }: Context,
  files: DurableFiles,
  directory: string,
  isRequired: boolean,
): Promise<KeyStore | undefined> {
  const keyFiles = nodeKeyFiles(files, environment.platform);
  const paths = keyPaths(directory);
  const isThere = (await files.list(directory)).includes('name.secret');
  if (!isThere && !isRequired) return undefined;
  return KeyStore.open({ files: keyFiles, random: { bytes: (count) => randomBytes(count) }, clock, paths });
}

/** The checkpoint as it is now. @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_INVALID` when the log did not sign it */
export async function readCheckpoint({ directory, files, verifier }: ReadableLedger): Promise<OpenedCheckpoint> {
  const data = await files.read('checkpoint');
  if (data === undefined)
    throw new DemarcError('DMC_LEDGER_NOT_FOUND', `\`${directory}\` has no checkpoint`, {
      hint: '`demarc ledger init <dir>` makes a ledger',
    });
  const signed = Buffer.from(data).toString();
  return { checkpoint: openCheckpoint(signed, verifier).checkpoint, signed };
}
