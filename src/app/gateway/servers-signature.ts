import { join } from 'node:path';
import type { KeyFiles, Random } from '../../base/ports.ts';
import { formatSignerKey, parseSignerKey, type Signer } from '../../ledger/note.ts';
import { lookAtProgram, startsProcess } from '../../sandbox/server-program.ts';
import { signServers } from '../../sandbox/signed-servers.ts';
import type { Context } from '../context.ts';

/** The signed statement about the servers of a configuration, beside it. */
export const signaturePathOf = (config: string): string => `${config}.servers.note`;

/** The key that signs them: in the state folder, so that who writes the configuration does not choose it. */
export const serverKeyPath = (stateFolder: string): string => join(stateFolder, 'servers.key');

/** The signing key of a state folder; undefined where there is none. */
export async function readServerKey(files: Pick<KeyFiles, 'read'>, stateFolder: string): Promise<Signer | undefined> {
  const key = await files.read(serverKeyPath(stateFolder));
  return key === undefined ? undefined : parseSignerKey(Buffer.from(key).toString('utf8'));
}

/** The signing key of a state folder, made where there is none. */
export async function makeServerKey(
  files: Pick<KeyFiles, 'read' | 'create' | 'makeDirectory'>,
  stateFolder: string,
  random: Random,
): Promise<Signer> {
  await files.makeDirectory(stateFolder, 0o700);
  const made = `${formatSignerKey('demarc.local/gateway-servers', random.bytes(32))}\n`;
  await files.create(serverKeyPath(stateFolder), Buffer.from(made), 0o600);
  return (await readServerKey(files, stateFolder)) ?? parseSignerKey(made);
}

/**
 * Looks at every program that a configuration starts, and signs what it finds.
 *
 * @param servers as they were written
 * @throws DemarcError `DMC_SERVER_PROGRAM`
 */
export function signWritten(context: Context, servers: Readonly<Record<string, unknown>>, signer: Signer): string {
  const parts = { files: context.files, node: process.execPath };
  const programs = Object.entries(servers).flatMap(([name, entry]) =>
    startsProcess(entry) ? [lookAtProgram(name, entry, parts)] : [],
  );
  return signServers(programs, signer);
}
