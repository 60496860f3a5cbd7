import { resolve } from 'node:path';
import { formatVerifierKey } from '../../../ledger/note.ts';
import { startsProcess } from '../../../sandbox/server-program.ts';
import type { Context } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { makeServerKey, signaturePathOf, signWritten } from '../../gateway/servers-signature.ts';
import { gatewayStateFolder } from '../../gateway/state-folder.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';

/** Runs `demarc gateway sign`. @throws DemarcError `DMC_CONFIG_INVALID`, `DMC_SERVER_PROGRAM` @returns 0 */
export async function runServersSign(context: Context, config: string): Promise<number> {
  const { settings, path, folder } = readGatewayConfig(context, config);
  const named = settings.state === undefined ? undefined : resolve(folder, settings.state);
  const state = gatewayStateFolder(context.environment, named);
  const files = nodeKeyFiles(nodeDurableFiles(), context.environment.platform);
  const signer = await makeServerKey(files, state, cryptoRandom);
  context.writer.write(signaturePathOf(path), signWritten(context, settings.written, signer));
  const count = Object.values(settings.written).filter(startsProcess).length;
  context.process.stdout.write(
    `signed ${count} ${count === 1 ? 'server' : 'servers'} with ${formatVerifierKey(signer.verifier)}\n`,
  );
  return 0;
}
