import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { parseVerifierKey } from '../../../ledger/note.ts';
import type { Context } from '../../context.ts';
import { serveNode } from '../../gateway/node-server.ts';
import { folderOf, openGateway } from '../../gateway/open-gateway.ts';
import { parseGatewayConfig } from '../../gateway/read-config.ts';
import { signaturePathOf } from '../../gateway/servers-signature.ts';
import type { GatewaySettings } from '../../../gateway/config/settings.ts';
import type { ServeFlags } from './serve.ts';

/** How long calls under way may take to end when the gateway is told to stop. */
const graceMs = 10_000;

/** Runs `demarc gateway serve` until it is told to stop. @returns 0 */
export async function runServe(context: Context, flags: ServeFlags): Promise<number> {
  const path = resolve(context.environment.workingDirectory, flags.config);
  const settings = parseGatewayConfig(readConfig(context, path, flags.config), flags.config);
  const tell = (line: string): void => context.process.stderr.write(`${line}\n`);
  const gateway = await openGateway(context, {
    settings,
    signature: readIfThere(context, signaturePathOf(path)),
    serverKey: flags.serverKey === undefined ? undefined : parseVerifierKey(flags.serverKey),
    folder: folderOf(path),
    tell,
  });
  const hangUp = (): void => void gateway.reload();
  try {
    const [host, port] = hostAndPort(settings.listen);
    const server = await serveNode({
      handle: gateway.handle,
      host,
      port,
      tls: tlsOf(context, settings, folderOf(path)),
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

export function readConfig(context: Context, path: string, name: string): string {
  try {
    return Buffer.from(context.files.read(path)).toString('utf8');
  } catch (thrown) {
    throw new DemarcError('DMC_CONFIG_UNREADABLE', `\`${name}\` cannot be read: ${messageOf(thrown)}`, {
      hint: '`demarc gateway init` writes a configuration from the MCP servers your agents use',
      cause: thrown,
    });
  }
}

/** The text of a file; undefined when there is none. */
function readIfThere(context: Context, path: string): string | undefined {
  try {
    return Buffer.from(context.files.read(path)).toString('utf8');
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function hostAndPort(listen: string): readonly [host: string, port: number] {
  const at = listen.lastIndexOf(':');
  return [listen.slice(0, at).replace(/^\[|\]$/g, ''), Number(listen.slice(at + 1))];
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
