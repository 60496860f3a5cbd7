import { resolve } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import { formatLockFile, type LockFile, parseLockFile, pinsDigest } from '../../integrity/lock-file.ts';
import type { ServerPins } from '../../integrity/pins.ts';
import { isSignedBy, parseNote, parseVerifierKey, type Signer, signNote } from '../../ledger/note.ts';
import type { Context } from '../context.ts';
import { limits } from '../../base/limits.ts';

/** The lock file; undefined where there is none. @throws DemarcError `DMC_MCP_LOCK` */
export function readLock({ files, environment }: Context, path: string): LockFile | undefined {
  const file = resolve(environment.workingDirectory, path);
  let text: string;
  try {
    if (files.size(file) > limits.fileBytesMax)
      throw new DemarcError('DMC_MCP_LOCK', `\`${path}\` is larger than ${limits.fileBytesMax} bytes`);
    text = Buffer.from(files.read(file)).toString('utf8');
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return undefined;
    throw thrown;
  }
  return parseLockFile(text, path);
}

/** @throws DemarcError `DMC_MCP_LOCK` where it could not be read again: then what is there stays */
export function writeLock({ writer, environment }: Context, path: string, lock: LockFile): void {
  const text = formatLockFile(lock);
  if (Buffer.byteLength(text) > limits.fileBytesMax)
    throw new DemarcError('DMC_MCP_LOCK', `\`${path}\` would be larger than ${limits.fileBytesMax} bytes`, {
      hint: 'a lock file of its own takes a server that lists this much: `--lock`',
    });
  parseLockFile(text, path);
  writer.replaceAll(resolve(environment.workingDirectory, path), [text]);
}

const header = 'demarc mcp pins v1';

/** Signs the pins of a server under its name: a note that other tools check too (C2SP signed-note). */
export function signPins(name: string, pins: ServerPins, signer: Signer): ServerPins {
  return { ...pins, signature: signNote(`${header}\n${pinsDigest(name, pins)}\n`, [signer]) };
}

/** @param key the verifier key. @returns when they were signed, in milliseconds since the epoch. @throws DemarcError `DMC_MCP_LOCK` when there are no pins, or it did not sign them under this name */
export function verifyPins(name: string, pins: ServerPins | undefined, key: string): number {
  const verifier = parseVerifierKey(key);
  const fail = (what: string): DemarcError =>
    new DemarcError('DMC_MCP_LOCK', `the pins of \`${name}\` ${what}`, {
      hint: '`demarc mcp pin --key <file>` writes and signs them',
    });
  if (pins === undefined) throw fail('are missing');
  if (pins.signature === undefined) throw fail('are not signed');
  let note: ReturnType<typeof parseNote>;
  try {
    note = parseNote(pins.signature);
  } catch (cause) {
    throw cause instanceof DemarcError ? fail('have a signature that is none') : cause;
  }
  if (!isSignedBy(note, verifier)) throw fail(`are not signed by \`${verifier.name}\``);
  if (note.text !== `${header}\n${pinsDigest(name, pins)}\n`) throw fail('are not the ones that were signed');
  const timeMs = Date.parse(pins.time);
  if (Number.isNaN(timeMs)) throw fail('do not say when they were signed');
  return timeMs;
}
