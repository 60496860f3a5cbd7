import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Signer, VerifierKey } from '../../ledger/note.ts';
import { ServerLaunch, type StatementTimes } from '../../sandbox/server-launch.ts';
import type { ServerProgram } from '../../sandbox/server-program.ts';
import { signServers } from '../../sandbox/signed-servers.ts';
import { readSigner } from '../../store/keys/key-folder.ts';
import type { Context } from '../context.ts';
import { cryptoRandom } from '../ledger/place.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeKeyFiles } from '../node-key-files.ts';
import { ownPaths, type PlacedConfig } from './own-paths.ts';
import type { GatewayConfig, NamedConfig } from './read-config.ts';
import { lookAtServers, makeServerKey, readServerKey } from './servers-signature.ts';
import { SignedTimes } from './signed-times.ts';
import { gatewayStateFolder } from './state-folder.ts';

/**
 * Signs the servers of a configuration that are programs, as they are now.
 *
 * @param key a signing key's file, in place of that of this machine
 * @returns the statement, the programs it is about, and who signed
 * @throws DemarcError `DMC_SERVER_PROGRAM`, `DMC_LEDGER_KEY`
 */
export async function signatureFor(
  context: Context,
  config: Omit<NamedConfig, 'signature'>,
  key?: string,
): Promise<{ readonly note: string; readonly programs: readonly ServerProgram[]; readonly signer: Signer }> {
  const { environment } = context;
  const programs = lookAtServers(context, config.settings.written, ownPaths(context, config));
  const files = nodeKeyFiles(nodeDurableFiles(), environment.platform);
  const signer =
    key === undefined
      ? await makeServerKey(files, environment, cryptoRandom)
      : await readSigner(files, resolve(environment.workingDirectory, key));
  return { note: signServers(programs, context.clock.now(), signer), programs, signer };
}

/**
 * Leave to start the programs of a signed configuration. One that was signed before what held last gets none.
 *
 * @param config.serverKey in place of the key of this machine
 * @throws DemarcError `DMC_SERVER_UNSIGNED`, `DMC_SERVER_PROGRAM`
 */
export async function signedLaunches(
  context: Context,
  config: PlacedConfig & {
    readonly settings: GatewayConfig;
    readonly signature?: string | undefined;
    readonly serverKey?: VerifierKey | undefined;
  },
): Promise<ReadonlyMap<string, ServerLaunch>> {
  const { files, environment } = context;
  const own = nodeKeyFiles(nodeDurableFiles(), environment.platform);
  const key = config.serverKey ?? (await readServerKey(own, environment));
  const times = config.path === undefined ? undefined : await openStatementTimes(context, config.path);
  try {
    return ServerLaunch.load(
      config.settings.written,
      { note: config.signature, key, times },
      { files, node: process.execPath, own: ownPaths(context, config) },
    );
  } finally {
    await times?.close();
  }
}

/**
 * When statements about the servers of a configuration were signed that held. Beside the keys: who writes the configuration does not choose
 * where. The path counts as it is named, so that a link in its place leads to no other times.
 */
async function openStatementTimes(
  { environment, clock, process: { stderr } }: Context,
  path: string,
): Promise<StatementTimes & Pick<SignedTimes, 'close'>> {
  const name = createHash('sha256').update(path).digest('hex');
  const times = await SignedTimes.open({
    files: nodeDurableFiles(),
    path: join(gatewayStateFolder(environment, undefined), 'servers-signed', `${name}.json`),
    clock,
    tell: (line) => stderr.write(`${line}\n`),
  });
  return {
    whyNot: (signedMs) => times.whyNot(statement, signedMs),
    note: (signedMs) => times.note(statement, signedMs),
    close: () => times.close(),
  };
}

/** What signed times know them by. */
const statement = 'servers';
