import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { parseVerifierKey } from '../../../ledger/note.ts';
import type { Context } from '../../context.ts';
import { serveNode } from '../../gateway/node-server.ts';
import { openGateway } from '../../gateway/open-gateway.ts';
import { hostAndPort, readGatewayConfig } from '../../gateway/read-config.ts';
import type { GatewaySettings } from '../../../gateway/config/settings.ts';
import type { ServeFlags } from './serve.ts';

/** How long calls under way may take to end when the gateway is told to stop. */
const graceMs = 10_000;

/** Runs `demarc gateway serve` until it is told to stop. @returns 0 */
export async function runServe(context: Context, flags: ServeFlags): Promise<number> {
  const { settings, signature, path, folder } = readGatewayConfig(context, flags.config);
  const before = context.files.read(path);
  const tell = (line: string): void => context.process.stderr.write(`${line}\n`);
  const serverKey = flags.serverKey === undefined ? undefined : parseVerifierKey(flags.serverKey);
  const gateway = await openGateway(context, { settings, signature, serverKey, folder, path, tell });
  const hangUp = (): void => {
    if (gateway.reload()) tell('read again: policies, pins, attributes');
    if (!isAsBefore(context, path, before))
      tell(`${flags.config} is another than at the start: start the gateway anew for what changed in it`);
  };
  try {
    const [host, port] = hostAndPort(settings.listen);
    const server = await serveNode({
      handle: gateway.handle,
      host,
      port,
      tls: tlsOf(context, settings, folder),
    }).catch((thrown: unknown) => {
      throw new DemarcError('DMC_UPSTREAM', `cannot listen at ${settings.listen}: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    });
    process.on('SIGHUP', hangUp);
    for (const name of Object.keys(settings.servers)) tell(`serving ${settings.identity.origin}/mcp/${name}`);
    tell(
      `policies ${settings.policies.set} ${gateway.policySet}${settings.mode === 'shadow' ? ', in shadow mode: nothing is stopped' : ''}`,
    );
    tell(`ledger ${gateway.ledger}`);
    await untilStopped();
    await server.close(graceMs);
  } finally {
    process.off('SIGHUP', hangUp);
    await gateway.close();
  }
  return 0;
}

function isAsBefore({ files }: Context, path: string, before: Uint8Array): boolean {
  try {
    return Buffer.compare(files.read(path), before) === 0;
  } catch {
    return false;
  }
}

function tlsOf(context: Context, { tls }: GatewaySettings, folder: string) {
  if (tls === undefined) return undefined;
  const read = (path: string): string => Buffer.from(context.files.read(resolve(folder, path))).toString('utf8');
  const authorities = tls['client-authorities'];
  return {
    key: read(tls.key),
    cert: read(tls.certificate),
    ...(authorities === undefined ? {} : { clientAuthorities: read(authorities) }),
  };
}

function untilStopped(): Promise<void> {
  return new Promise((stop) => {
    process.once('SIGINT', () => stop()).once('SIGTERM', () => stop());
  });
}
