import { join } from 'node:path';
import type { Environment, KeyFiles, Random } from '../../base/ports.ts';
import {
  formatSignerKey,
  formatVerifierKey,
  parseVerifierKey,
  type Signer,
  type VerifierKey,
} from '../../ledger/note.ts';
import { checkWritable, lookAtPrograms, type ServerProgram } from '../../sandbox/server-program.ts';
import { readSigner } from '../../store/keys/key-folder.ts';
import type { Context } from '../context.ts';
import { gatewayStateFolder } from './state-folder.ts';

/** The signed statement about the servers of a configuration, beside it. */
export const signaturePathOf = (config: string): string => `${config}.servers.note`;

/**
 * The keys that sign and verify servers: in the state folder of this machine's gateway, whatever `state` a configuration names, so that who
 * writes the configuration does not choose them. A gateway needs the second only.
 */
export function serverKeyPaths(environment: Environment): { readonly signer: string; readonly verifier: string } {
  const folder = gatewayStateFolder(environment, undefined);
  return { signer: join(folder, 'servers.key'), verifier: join(folder, 'servers.pub') };
}

/** The key that signatures of servers must be of; undefined where there is none. @throws DemarcError `DMC_LEDGER_INVALID` */
export async function readServerKey(
  files: Pick<KeyFiles, 'read'>,
  environment: Environment,
): Promise<VerifierKey | undefined> {
  const key = await files.read(serverKeyPaths(environment).verifier);
  return key === undefined ? undefined : parseVerifierKey(Buffer.from(key).toString('utf8'));
}

/**
 * The signing key of this machine, made where there is none, and the public one beside it.
 *
 * @throws DemarcError `DMC_LEDGER_KEY` when others may read it
 */
export async function makeServerKey(files: KeyFiles, environment: Environment, random: Random): Promise<Signer> {
  const paths = serverKeyPaths(environment);
  await files.makeDirectory(gatewayStateFolder(environment, undefined), 0o700);
  const made = formatSignerKey('demarc.local/gateway-servers', random.bytes(32));
  // A public key without its other half was put here for keys that are kept elsewhere.
  if ((await files.read(paths.verifier)) === undefined) {
    await files.create(paths.signer, Buffer.from(`${made}\n`), 0o600);
    const { verifier } = await readSigner(files, paths.signer);
    await files.create(paths.verifier, Buffer.from(`${formatVerifierKey(verifier)}\n`), 0o644);
  }
  return await readSigner(files, paths.signer);
}

/**
 * Looks at every program that a configuration starts, and at what it may write.
 *
 * @param servers as they were written @param own what the gateway itself relies on
 * @throws DemarcError `DMC_SERVER_PROGRAM`
 */
export function lookAtServers(
  { files }: Context,
  servers: Readonly<Record<string, unknown>>,
  own: readonly string[] = [],
): readonly ServerProgram[] {
  const parts = { files, node: process.execPath, own };
  const programs = lookAtPrograms(servers, parts);
  checkWritable(programs, parts);
  return programs;
}
