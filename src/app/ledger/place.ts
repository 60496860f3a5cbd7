import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import { once } from '../../base/once.ts';
import type { DurableFiles, KeyFiles, Random } from '../../base/ports.ts';
import type { LogFiles } from '../../ledger/log-files.ts';
import { parseVerifierKey, type Signer, type VerifierKey } from '../../ledger/note.ts';
import { type KeyPaths, keyPaths, readSigner } from '../../store/keys/key-folder.ts';
import { KeyStore } from '../../store/keys/key-store.ts';
import type { LogParts } from '../../store/log/open-log.ts';
import type { S3Credentials } from '../../store/log/object/s3-client.ts';
import type { LogStorage } from '../../store/log/log-storage.ts';
import { fileStorage } from '../../store/log/files/file-storage.ts';
import { lastKnownFile } from '../../store/log/last-known.ts';
import type { Context } from '../context.ts';
import { isForbidden } from '../file-error.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeKeyFiles } from '../node-key-files.ts';
import { type LedgerSettings, settingsFile } from './settings.ts';

/** Bytes drawn at once: a draw costs more than a kilobyte of them. */
const drawn = 4096;
let pool = Buffer.alloc(0);

/** Random bytes of the operating system, each handed out once. */
export const cryptoRandom: Random = {
  bytes(count) {
    if (count > drawn / 4) return randomBytes(count);
    if (count > pool.length) pool = randomBytes(drawn);
    const bytes = pool.subarray(0, count);
    pool = pool.subarray(count);
    return bytes;
  },
};

/** Names the PostgreSQL database of lease and index; a URL on a command line would show its password to others. */
export const databaseVariable = 'DEMARC_DATABASE_URL';

/** A ledger in a folder, its keys in another, and the disk both are on. Nothing is read yet. */
export interface LedgerPlace {
  readonly context: Context;
  /** Absolute path of the log. */
  readonly directory: string;
  readonly keys: KeyPaths;
  /** Whether the folder of keys was named: it must be there then. */
  readonly keysNamed: boolean;
  readonly files: DurableFiles;
  readonly keyFiles: KeyFiles;
  readonly logFiles: LogFiles;
  /** Settings of the ledger; none for one that lies in its own folder. */
  settings(): Promise<LedgerSettings>;
  /** Where tiles, bundles, blobs and the checkpoint are. */
  storage(): Promise<LogStorage>;
}

/** @param keysFolder where the keys are; `<directory>.keys` where absent */
export function ledgerPlace(context: Context, directory: string, keysFolder?: string): LedgerPlace {
  const { workingDirectory, platform } = context.environment;
  const path = resolve(workingDirectory, directory);
  const files = nodeDurableFiles();
  const settings = once(() => readSettings(files, `${path}/${settingsFile}`));
  const storage = once(async () => storageOf(context, files, path, await settings()));
  return {
    context,
    directory: path,
    keys: keyPaths(keysFolder === undefined ? `${path}.keys` : resolve(workingDirectory, keysFolder)),
    keysNamed: keysFolder !== undefined,
    files,
    keyFiles: nodeKeyFiles(files, platform),
    logFiles: { read: async (name) => (await storage()).read(name) },
    settings,
    storage,
  };
}

async function readSettings(files: DurableFiles, path: string): Promise<LedgerSettings> {
  const data = await files.read(path);
  return data === undefined ? {} : (await import('./settings.ts')).parseLedgerSettings(textOf(data), path);
}

async function storageOf(
  { clock, environment }: Context,
  files: DurableFiles,
  directory: string,
  { store }: LedgerSettings,
): Promise<LogStorage> {
  if (store === undefined) return fileStorage(files, directory);
  const [{ s3RetryDelaysMs }, { s3Storage }, { nodeHttp }] = await Promise.all([
    import('../../store/log/object/s3-client.ts'),
    import('../../store/log/object/s3-storage.ts'),
    import('../node-http.ts'),
  ]);
  return s3Storage(nodeHttp(environment.variables), clock, {
    ...store,
    credentials: () => Promise.resolve(s3Credentials(environment.variables)),
    timeoutMs: storeTimeoutMs,
    retryDelaysMs: s3RetryDelaysMs,
  });
}

const storeTimeoutMs = 30_000;

/** Credentials of the object store, from the variables every S3 tool reads; never from a file of the ledger. */
function s3Credentials(variables: Readonly<Record<string, string | undefined>>): S3Credentials {
  const accessKeyId = variables['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = variables['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = variables['AWS_SESSION_TOKEN'];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new DemarcError('DMC_LEDGER_KEY', 'there are no credentials for the object store of this ledger', {
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN)',
    });
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** A verifier key, and whether whoever can write the log could have put it there. */
export interface TrustedKey {
  readonly key: VerifierKey;
  readonly from: 'given' | 'keys' | 'log';
}

/**
 * The key a log is verified with: the one given (as text or as a file), the one beside its keys, or the copy that lies in
 * the log, which proves nothing against who wrote the log.
 *
 * @throws DemarcError `DMC_LEDGER_NOT_FOUND`, `DMC_LEDGER_INVALID`
 */
export async function trustedKey(place: LedgerPlace, given: string | undefined): Promise<TrustedKey> {
  if (given !== undefined) return { key: await readVerifierKey(place, given), from: 'given' };
  const beside = await readBeside(place, place.keys.verifier);
  const data = beside ?? (await place.logFiles.read('log.vkey'));
  if (data === undefined) throw notFound(place);
  return { key: parseVerifierKey(textOf(data)), from: beside === undefined ? 'log' : 'keys' };
}

/**
 * A file the user named, relative to the working folder.
 *
 * @param what of it, for the message
 * @throws DemarcError `DMC_PATH_NOT_FOUND`
 */
export async function readNamed({ context, files }: LedgerPlace, path: string, what: string): Promise<Uint8Array> {
  const data = await files.read(resolve(context.environment.workingDirectory, path));
  if (data === undefined) throw new DemarcError('DMC_PATH_NOT_FOUND', `there is no ${what} at \`${path}\``);
  return data;
}

/** A verifier key given as text, or as the path of a file that holds it. */
export async function readVerifierKey({ context, files }: LedgerPlace, given: string): Promise<VerifierKey> {
  if (/^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(given)) return parseVerifierKey(given);
  const data = await files.read(resolve(context.environment.workingDirectory, given));
  if (data === undefined) throw new DemarcError('DMC_LEDGER_KEY', `there is no verifier key at \`${given}\``);
  return parseVerifierKey(textOf(data));
}

/** The signer of a log. @param keyFile where the signing key is kept elsewhere */
export async function signerOf({ context, keyFiles, keys }: LedgerPlace, keyFile?: string): Promise<Signer> {
  return readSigner(
    keyFiles,
    keyFile === undefined ? keys.signer : resolve(context.environment.workingDirectory, keyFile),
  );
}

/** The keys of people. @throws DemarcError `DMC_LEDGER_KEY` */
export function openKeys({ keyFiles, keys, context }: LedgerPlace): Promise<KeyStore> {
  return KeyStore.open({ files: keyFiles, random: cryptoRandom, clock: context.clock, paths: keys });
}

/**
 * The keys of people where they are at hand. A reader of the log alone has none, and one who may not read the folder
 * beside it has none either; a folder that was named must be there.
 *
 * @throws DemarcError `DMC_LEDGER_KEY`
 */
export async function keysAtHand(place: LedgerPlace): Promise<KeyStore | undefined> {
  const none = !place.keysNamed && (await readBeside(place, place.keys.nameSecret)) === undefined;
  return none ? undefined : openKeys(place);
}

/** A file of the folder of keys, for a reader who need not have it. */
export async function readBeside({ files, keysNamed }: LedgerPlace, path: string): Promise<Uint8Array | undefined> {
  try {
    return await files.read(path);
  } catch (thrown) {
    if (!keysNamed && isForbidden(thrown)) return undefined;
    throw thrown;
  }
}

/** What the writer of this log works with. */
export async function logParts(place: LedgerPlace, signer: Signer): Promise<LogParts> {
  const { files, directory, keys } = place;
  return {
    storage: await place.storage(),
    wal: { files, directory: `${directory}/wal`, random: cryptoRandom },
    signer,
    origin: signer.verifier.name,
    lastKnown: lastKnownFile(files, keys.lastCheckpoint),
  };
}

/** A signing key that is kept in a file of its own. @throws DemarcError `DMC_LEDGER_KEY` when others can read it */
export async function readSignerFile(place: LedgerPlace, keyFile: string): Promise<{ text: string; signer: Signer }> {
  const signer = await signerOf(place, keyFile);
  const data = await place.files.read(resolve(place.context.environment.workingDirectory, keyFile));
  return { text: textOf(data ?? new Uint8Array()), signer };
}

export function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString('utf8');
}

export function notFound({ directory }: LedgerPlace): DemarcError {
  return new DemarcError('DMC_LEDGER_NOT_FOUND', `there is no ledger in \`${directory}\``, {
    hint: '`demarc ledger init <dir>` makes one',
  });
}
