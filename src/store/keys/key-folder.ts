import { DemarcError } from '../../base/errors.ts';
import type { KeyFiles, Random } from '../../base/ports.ts';
import { ed25519Type, formatSignerKey, formatVerifierKey, parseSignerKey, type Signer } from '../../ledger/note.ts';
import { keyBytes } from '../../ledger/seal.ts';

/** Permission bits of the folder of keys and of every file in it. */
export const folderMode = 0o700;
export const fileMode = 0o600;

/** Where keys lie, beside a log and never in it: absolute paths. */
export interface KeyPaths {
  readonly directory: string;
  /** The log's signing key. */
  readonly signer: string;
  /** Its verifier key. */
  readonly verifier: string;
  /** The last checkpoint the writer published; the writer's own. */
  readonly lastCheckpoint: string;
  /** Makes file names of people's names that cannot be guessed without it. */
  readonly nameSecret: string;
  /** The count of the last heartbeat. */
  readonly heartbeat: string;
  /** How often keys were rotated within a period. */
  readonly rotation: string;
  /** `people/<HMAC of the name>` holds the pseudonym. */
  readonly people: string;
  /** `owners/<pseudonym>` holds the keys, `owners/log` those of payloads about nobody. */
  readonly owners: string;
  /** `erasing/<pseudonym>`: an erasure that was begun and whose event is not recorded yet. */
  readonly erasing: string;
  /** `erased/<pseudonym>`: its keys were destroyed. */
  readonly erased: string;
  /** `holds/<id>`: a legal hold. */
  readonly holds: string;
}

/** @param directory the folder of keys, `<log>.keys` */
export function keyPaths(directory: string): KeyPaths {
  const path = (name: string): string => `${directory}/${name}`;
  return {
    directory,
    signer: path('signer.key'),
    verifier: path('log.vkey'),
    lastCheckpoint: path('last-checkpoint'),
    nameSecret: path('name.secret'),
    heartbeat: path('heartbeat'),
    rotation: path('rotation'),
    people: path('people'),
    owners: path('owners'),
    erasing: path('erasing'),
    erased: path('erased'),
    holds: path('holds'),
  };
}

/**
 * Makes the folder of keys of a new log. A folder whose making was cut short is completed.
 *
 * @param options.name the log's origin, which names its key
 * @param options.signerKey a signing key that is kept elsewhere; one is made and stored where absent
 * @returns the signer
 * @throws DemarcError `DMC_LEDGER_EXISTS` when there are keys already; `DMC_LEDGER_KEY` when others may read the folder
 */
export async function createKeyFolder(
  files: KeyFiles,
  random: Random,
  paths: KeyPaths,
  options: { readonly name: string; readonly signerKey?: string | undefined },
): Promise<Signer> {
  if ((await files.read(paths.verifier)) !== undefined) throw keysExist(paths);
  for (const directory of [paths.directory, paths.people, paths.owners, paths.erasing, paths.erased, paths.holds])
    await files.makeDirectory(directory, folderMode);
  await requirePrivate(files, paths.directory);
  await files.replace(paths.nameSecret, Buffer.from(`${hex(random.bytes(keyBytes))}\n`), fileMode);
  const signer =
    options.signerKey === undefined
      ? await storedSigner(files, random, paths, options.name)
      : parseSignerKey(options.signerKey);
  if (signer.verifier.name !== options.name)
    throw keyError(`the signing key is named \`${signer.verifier.name}\`, the log \`${options.name}\``);
  // The last file: with it, the folder is complete.
  await files.replace(paths.verifier, Buffer.from(`${formatVerifierKey(signer.verifier)}\n`), fileMode);
  return signer;
}

/** The signing key that is in the folder already, or a new one. */
async function storedSigner(files: KeyFiles, random: Random, paths: KeyPaths, name: string): Promise<Signer> {
  if ((await files.read(paths.signer)) !== undefined) return readSigner(files, paths.signer);
  const key = `${formatSignerKey(name, random.bytes(keyBytes), ed25519Type)}\n`;
  await files.replace(paths.signer, Buffer.from(key), fileMode);
  return parseSignerKey(key);
}

function keysExist(paths: KeyPaths): DemarcError {
  return new DemarcError('DMC_LEDGER_EXISTS', `there are keys in \`${paths.directory}\` already`);
}

/**
 * Reads a signing key.
 *
 * @throws DemarcError `DMC_LEDGER_KEY` when there is none or others may read it; `DMC_LEDGER_INVALID` when it is none
 */
export async function readSigner(files: KeyFiles, path: string): Promise<Signer> {
  return parseSignerKey(await readPrivate(files, path));
}

/** The secret behind the names of files. @throws DemarcError `DMC_LEDGER_KEY` */
export async function readNameSecret(files: KeyFiles, paths: KeyPaths): Promise<Uint8Array> {
  const text = (await readPrivate(files, paths.nameSecret)).trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw keyError(`\`${paths.nameSecret}\` is damaged`, 'restore it from a backup');
  return Buffer.from(text, 'hex');
}

async function readPrivate(files: KeyFiles, path: string): Promise<string> {
  const data = await files.read(path);
  if (data === undefined) throw keyError(`there is no key at \`${path}\``);
  await requirePrivate(files, path);
  return Buffer.from(data).toString();
}

/** @throws DemarcError `DMC_LEDGER_KEY` when anybody but the owner may read or change the file or folder */
export async function requirePrivate(files: KeyFiles, path: string): Promise<void> {
  const bits = await files.permissions(path);
  if (bits !== undefined && (bits & 0o077) !== 0)
    throw keyError(`\`${path}\` is readable by others`, `chmod go-rwx ${path}; consider what it held to be known`);
}

export function keyError(message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_LEDGER_KEY', message, hint === undefined ? {} : { hint });
}

export function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex');
}
