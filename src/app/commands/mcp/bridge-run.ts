import { DemarcError, messageOf } from '../../../base/errors.ts';
import type { GatewaySettings } from '../../../gateway/config/settings.ts';
import { localSend } from '../../../gateway/front/local-answer.ts';
import { type FrontOptions, StdioFront } from '../../../gateway/front/stdio-front.ts';
import type { HttpPort } from '../../../gateway/upstream/http-port.ts';
import type { Context } from '../../context.ts';
import { openGateway } from '../../gateway/open-gateway.ts';
import { hostAndPort, readGatewayConfig } from '../../gateway/read-config.ts';
import { undiciHttp } from '../../gateway/undici-http.ts';
import { inputUntil, untilStopped } from '../../until-stopped.ts';
import type { BridgeFlags } from './bridge.ts';

/** The token that a running gateway knows this client by. */
export const tokenVariable = 'DEMARC_GATEWAY_TOKEN';

/** How long a running gateway may take to say that it is one. */
const probeMs = 2_000;
const probeBytesMax = 1_024;

/** Runs `demarc mcp bridge` until its input ends. @returns 0 */
export async function runBridge(context: Context, flags: BridgeFlags): Promise<number> {
  const config = readGatewayConfig(context, flags.config);
  const { settings } = config;
  const names = Object.keys(settings.servers);
  if (flags.server !== undefined && !names.includes(flags.server))
    throw new DemarcError('DMC_UNKNOWN_ID', `\`${flags.config}\` names no server \`${flags.server}\``, {
      hint: `it names ${names.join(', ')}`,
    });
  const path = flags.server === undefined ? '/mcp' : `/mcp/${flags.server}`;
  const tell = (line: string): void => context.process.stderr.write(`${line}\n`);
  const http = undiciHttp();
  try {
    const running = await findRunning(http, settings);
    if (running !== undefined) {
      tell(`through the gateway at ${running.origin}`);
      const headers = { host: running.host, ...authorization(context) };
      await front(context, headers, (call) => http.send({ ...call, origin: running.origin, path, idleMs: 0 }));
      return 0;
    }
    const gateway = await openGateway(context, { ...config, tell }).catch((thrown: unknown) => {
      throw busyIsShared(thrown);
    });
    try {
      tell(`no gateway runs at ${settings.listen}: one in this process, ledger ${gateway.ledger}`);
      await front(context, authorization(context), localSend(gateway.handle, settings.listen, path));
    } finally {
      await gateway.close();
    }
  } finally {
    await http.close();
  }
  return 0;
}

async function front(
  { process: { stdin } }: Context,
  headers: Readonly<Record<string, string>>,
  send: FrontOptions['send'],
): Promise<void> {
  await untilStopped(async (stop) => {
    const left = new AbortController();
    // A client that reads no more has left; what was opened for it is closed in order.
    const leave = (): void => left.abort();
    process.stdout.on('error', leave);
    try {
      await new StdioFront({
        send,
        headers: async () => headers,
        input: inputUntil(AbortSignal.any([stop, left.signal]), stdin),
        write: (line) => new Promise((resolve) => process.stdout.write(line, () => resolve())),
      }).run();
    } finally {
      process.stdout.off('error', leave);
    }
  });
}

function authorization({ environment }: Context): Readonly<Record<string, string>> {
  const token = environment.variables[tokenVariable] ?? '';
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}

interface RunningGateway {
  /** Where it is reached. */
  readonly origin: string;
  /** What it goes by. */
  readonly host: string;
}

/**
 * The gateway that runs with this configuration; undefined where nothing listens. The token is not sent to find out.
 *
 * @throws DemarcError `DMC_UPSTREAM` when something else listens there, or nothing that answers in time
 */
async function findRunning(http: HttpPort, settings: GatewaySettings): Promise<RunningGateway | undefined> {
  const { listen, tls, identity } = settings;
  // A certificate is for the gateway's public name.
  const origin = tls === undefined ? `http://${reachable(listen)}` : identity.origin;
  const host = tls === undefined ? listen : new URL(origin).host;
  try {
    const signal = AbortSignal.timeout(probeMs);
    const answer = await http.send({
      method: 'GET',
      origin,
      path: '/healthz',
      headers: { host },
      signal,
      idleMs: probeMs,
    });
    const body = Buffer.from(await answer.bytes(probeBytesMax)).toString('utf8');
    if (answer.status === 200 && body === 'ok') return { origin, host };
    throw new DemarcError('DMC_UPSTREAM', `what answers at ${origin} is no gateway of this configuration`, {
      hint: 'set `listen` of the configuration to an address of its own',
    });
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    if (isNobody(thrown)) return undefined;
    throw new DemarcError('DMC_UPSTREAM', `the gateway at ${origin} cannot be reached: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
}

/** Nothing listens there. */
function isNobody(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ECONNREFUSED';
}

/** An address that a gateway which listens at every address of this machine is reached at. */
function reachable(listen: string): string {
  const [host, port] = hostAndPort(listen);
  if (host === '0.0.0.0') return `127.0.0.1:${port}`;
  return /^[0:]+$/.test(host) ? `[::1]:${port}` : listen;
}

/** One process at a time writes a ledger: whoever bridges several servers runs one gateway for them. */
function busyIsShared(thrown: unknown): unknown {
  if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_LEDGER_BUSY') return thrown;
  return new DemarcError(thrown.code, thrown.message, {
    hint: 'run `demarc gateway serve` for all bridges, or one bridge without --server, which has all servers',
    cause: thrown,
  });
}
