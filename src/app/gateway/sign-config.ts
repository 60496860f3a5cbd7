import { resolve } from 'node:path';
import { formatVerifierKey } from '../../ledger/note.ts';
import { startsProcess } from '../../sandbox/server-program.ts';
import type { Context } from '../context.ts';
import { cryptoRandom } from '../ledger/place.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeKeyFiles } from '../node-key-files.ts';
import type { NamedConfig } from './read-config.ts';
import { makeServerKey, signWritten } from './servers-signature.ts';
import { gatewayStateFolder } from './state-folder.ts';

/**
 * Signs the servers of a configuration that are programs, as they are now.
 *
 * @returns the statement, about how many it is, and the key to verify it with
 * @throws DemarcError `DMC_SERVER_PROGRAM`
 */
export async function signatureFor(
  context: Context,
  { settings, folder }: Pick<NamedConfig, 'settings' | 'folder'>,
): Promise<{ readonly note: string; readonly count: number; readonly vkey: string }> {
  const named = settings.state === undefined ? undefined : resolve(folder, settings.state);
  const state = gatewayStateFolder(context.environment, named);
  const files = nodeKeyFiles(nodeDurableFiles(), context.environment.platform);
  const signer = await makeServerKey(files, state, cryptoRandom);
  return {
    note: signWritten(context, settings.written, signer),
    count: Object.values(settings.written).filter(startsProcess).length,
    vkey: formatVerifierKey(signer.verifier),
  };
}
