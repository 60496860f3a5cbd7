import type { Context } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { signaturePathOf } from '../../gateway/servers-signature.ts';
import { signatureFor } from '../../gateway/sign-config.ts';

/** Runs `demarc gateway sign`. @throws DemarcError `DMC_CONFIG_INVALID`, `DMC_SERVER_PROGRAM` @returns 0 */
export async function runServersSign(context: Context, config: string): Promise<number> {
  const named = readGatewayConfig(context, config);
  const { note, count, vkey } = await signatureFor(context, named);
  context.writer.write(signaturePathOf(named.path), note);
  context.process.stdout.write(`signed ${count} ${count === 1 ? 'server' : 'servers'} with ${vkey}\n`);
  return 0;
}
