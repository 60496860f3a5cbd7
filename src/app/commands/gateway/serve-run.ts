import { parseVerifierKey } from '../../../ledger/note.ts';
import type { Context } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { serveGateway } from '../../gateway/serve-gateway.ts';
import { tellUnanswered } from '../../gateway/unanswered.ts';
import type { ServeFlags } from './serve.ts';

/** How long calls under way may take to end when the gateway is told to stop. */
const graceMs = 10_000;

/** Runs `demarc gateway serve` until it is told to stop. @returns 0 */
export async function runServe(context: Context, flags: ServeFlags): Promise<number> {
  const { settings, signature, folder, path } = readGatewayConfig(context, flags.config);
  const before = context.files.read(path);
  const tell = (line: string): void => context.process.stderr.write(`${line}\n`);
  const serverKey = flags.serverKey === undefined ? undefined : parseVerifierKey(flags.serverKey);
  const served = await serveGateway(context, { settings, signature, serverKey, folder, path, tell });
  const { gateway } = served;
  const hangUp = (): void => {
    if (gateway.reload()) tell('read again: policies, pins, attributes');
    if (!isAsBefore(context, path, before))
      tell(`${flags.config} is another than at the start: start the gateway anew for what changed in it`);
  };
  try {
    process.on('SIGHUP', hangUp);
    for (const name of Object.keys(settings.servers)) tell(`serving ${settings.identity.origin}/mcp/${name}`);
    tell(
      `policies ${settings.policies.set} ${gateway.policySet}${settings.mode === 'shadow' ? ', in shadow mode: nothing is stopped' : ''}`,
    );
    tell(`ledger ${gateway.ledger}`);
    if (settings.mode === 'enforce') await tellUnanswered(context, settings, gateway.asking, { folder, tell });
    await untilStopped();
  } finally {
    process.off('SIGHUP', hangUp);
    await served.close(graceMs);
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

function untilStopped(): Promise<void> {
  return new Promise((stop) => {
    process.once('SIGINT', () => stop()).once('SIGTERM', () => stop());
  });
}
