import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { Context } from '../context.ts';
import { type NodeServerOptions, serveNode } from './node-server.ts';
import { type GatewayOptions, type OpenGateway, openGateway } from './open-gateway.ts';
import { hostAndPort } from './read-config.ts';

/** A gateway that answers at its address. */
export interface ServedGateway {
  readonly gateway: OpenGateway;
  /** @param graceMs how long answers that have begun may take to end */
  close(graceMs: number): Promise<void>;
}

/**
 * Listens at the address of a configuration, then opens its gateway. The address comes first because one process only can have it: of
 * several that start at once it says who is the gateway, and who asks the others for it waits until it is open.
 *
 * @throws DemarcError `DMC_LISTEN` where the address cannot be had (see `isTaken`), and that of whatever cannot be opened
 */
export async function serveGateway(context: Context, options: GatewayOptions): Promise<ServedGateway> {
  const { settings, folder } = options;
  const [host, port] = hostAndPort(settings.listen);
  const server = await serveNode({
    handle: async (exchange) => (await opening).handle(exchange),
    host,
    port,
    tls: tlsOf(context, settings, folder),
  }).catch((thrown: unknown) => {
    throw new DemarcError('DMC_LISTEN', `cannot listen at ${settings.listen}: ${messageOf(thrown)}`, {
      hint: 'set `listen` to a free `host:port` of this machine, or end what listens there; of two configurations each has a `listen` and a `state` of its own',
      cause: thrown,
    });
  });
  const opening = openGateway(context, options);
  try {
    const gateway = await opening;
    return {
      gateway,
      close: async (graceMs) => {
        await server.close(graceMs);
        await gateway.close();
      },
    };
  } catch (thrown) {
    await server.close(0);
    throw thrown;
  }
}

/** Whether a gateway does not run because another process has its address. */
export function isTaken(thrown: unknown): boolean {
  return thrown instanceof DemarcError && (thrown.cause as { code?: unknown } | undefined)?.code === 'EADDRINUSE';
}

function tlsOf(context: Context, { tls }: GatewaySettings, folder: string): NodeServerOptions['tls'] {
  if (tls === undefined) return undefined;
  const read = (path: string): string => Buffer.from(context.files.read(resolve(folder, path))).toString('utf8');
  const authorities = tls['client-authorities'];
  return {
    key: read(tls.key),
    cert: read(tls.certificate),
    ...(authorities === undefined ? {} : { clientAuthorities: read(authorities) }),
  };
}
