import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { isLoopbackHost } from '../../base/public-address.ts';
import { localSend } from '../../gateway/front/local-answer.ts';
import type { FrontCall, FrontOptions } from '../../gateway/front/stdio-front.ts';
import { configurationHeader, misdirected } from '../../gateway/http/guard.ts';
import type { HttpAnswer } from '../../gateway/upstream/http-port.ts';
import type { Context } from '../context.ts';
import { nodeTimer } from '../node-timer.ts';
import { configurationId } from './configuration-id.ts';
import { hostAndPort, type NamedConfig, readGatewayConfig } from './read-config.ts';
import { isTaken, serveGateway } from './serve-gateway.ts';
import { undiciHttp } from './undici-http.ts';

/** How long a gateway that listens may take to open. */
const openingMs = 60_000;
/** How long one that ends may keep its address and its ledger: longer than the calls under way that it waits for. */
const endingMs = 15_000;
const retryMs = 200;
const probeBytesMax = 1_024;

/** A gateway that was found, or that this process is. */
interface Way {
  readonly send: FrontOptions['send'];
  readonly close: () => Promise<void>;
}

/**
 * The way of a bridge to the gateway of its configuration: the one that runs, or else one in this process, which listens for all other
 * bridges too. When the one that runs is gone, for instance because the client that started it has ended, the next request looks for another
 * one, or becomes it.
 */
export class BridgeWay {
  readonly #context: Context;
  /** The configuration. It is read each time a gateway is looked for. */
  readonly #file: string;
  readonly #path: string;
  readonly #tell: (line: string) => void;
  readonly #http = undiciHttp();
  readonly #end = new AbortController();
  #way: Promise<Way> | undefined;

  /** @param path of the endpoint: `/mcp`, or `/mcp/<server>` */
  constructor(context: Context, file: string, path: string, tell: (line: string) => void) {
    this.#context = context;
    this.#file = file;
    this.#path = path;
    this.#tell = tell;
  }

  /**
   * Resolves when there is a gateway.
   *
   * @throws DemarcError `DMC_UPSTREAM` where something else listens at its address, or nothing that answers in time, and that of whatever
   * cannot be opened
   */
  async open(): Promise<void> {
    await this.#current();
  }

  /** Sends to the gateway. What did not get to one is sent to the next; what may have got there is not sent twice. */
  async send(call: FrontCall): Promise<HttpAnswer> {
    const current = this.#current();
    const answer = await (await current).send(call).catch((thrown: unknown) => {
      // Who ends a session needs no other gateway for that.
      if (codeOf(thrown) !== 'ECONNREFUSED' || call.method === 'DELETE') throw thrown;
    });
    if (answer !== undefined && answer.status !== misdirected) return answer;
    answer?.discard();
    if (this.#way === current) this.#way = undefined;
    return (await this.#current()).send(call);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await (await this.#way?.catch(() => undefined))?.close();
    await this.#http.close();
  }

  #current(): Promise<Way> {
    if (this.#way !== undefined) return this.#way;
    const way = this.#look();
    // Who asks next looks again.
    way.catch(() => (this.#way = undefined));
    return (this.#way = way);
  }

  async #look(): Promise<Way> {
    const { clock } = this.#context;
    const until = clock.monotonic() + endingMs;
    for (let isTold = false; ; isTold = true) {
      const config = readGatewayConfig(this.#context, this.#file);
      const running = await this.#running(config);
      if (running !== undefined) return running;
      try {
        return await this.#become(config);
      } catch (thrown) {
        if (!isHeld(thrown) || this.#end.signal.aborted || clock.monotonic() > until) throw thrown;
        if (!isTold) this.#tell(`waiting: ${messageOf(thrown)}`);
        await nodeTimer.wait(retryMs, this.#end.signal);
      }
    }
  }

  /** A gateway in this process. */
  async #become({ settings, signature, folder, path }: NamedConfig): Promise<Way> {
    const served = await serveGateway(this.#context, { settings, signature, folder, path, tell: this.#tell });
    this.#tell(`no gateway runs at ${settings.listen}: one in this process, ledger ${served.gateway.ledger}`);
    return {
      send: localSend(served.gateway.handle, settings.listen, this.#path),
      close: () => served.close(limits.gatewayProcessEndMs),
    };
  }

  /** The gateway that runs; undefined where nobody listens. No token is sent to find out. */
  async #running({ settings, path }: NamedConfig): Promise<Way | undefined> {
    const { listen, tls, identity } = settings;
    // A certificate is for the gateway's public name.
    const origin = tls === undefined ? `http://${reachable(listen)}` : identity.origin;
    const { hostname, host } = new URL(origin);
    // One on another machine has its configuration elsewhere.
    const own = isLoopbackHost(hostname) ? { [configurationHeader]: configurationId(this.#context.files, path) } : {};
    const headers = { host: tls === undefined ? listen : host, ...own };
    const answer = await this.#probe(origin, headers);
    if (answer === undefined) return undefined;
    const { status, body } = answer;
    const hint = 'set `listen` of the configuration to an address of its own';
    if (status === misdirected)
      throw new DemarcError('DMC_UPSTREAM', `the gateway at ${origin} is of another configuration`, {
        hint: `${hint}, and \`state\` to a folder of its own`,
      });
    const isSame = Object.entries(own).every(([name, value]) => answer.headers[name] === value);
    if (status !== 200 || body !== 'ok' || !isSame)
      throw new DemarcError('DMC_UPSTREAM', `what answers at ${origin} is no gateway of this configuration`, { hint });
    this.#tell(`through the gateway at ${origin}`);
    return {
      send: (call) =>
        this.#http.send({ ...call, headers: { ...call.headers, ...headers }, origin, path: this.#path, idleMs: 0 }),
      close: () => Promise.resolve(),
    };
  }

  async #probe(
    origin: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<(Pick<HttpAnswer, 'status' | 'headers'> & { readonly body: string }) | undefined> {
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(openingMs)]);
    try {
      const answer = await this.#http.send({
        method: 'GET',
        origin,
        path: '/healthz',
        headers,
        signal,
        idleMs: openingMs,
      });
      const body = Buffer.from(await answer.bytes(probeBytesMax)).toString('utf8');
      return { status: answer.status, headers: answer.headers, body };
    } catch (thrown) {
      // Nobody listens, or who did has ended meanwhile.
      if (['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(codeOf(thrown))) return undefined;
      if (thrown instanceof DemarcError) throw thrown;
      throw new DemarcError('DMC_UPSTREAM', `the gateway at ${origin} cannot be reached: ${messageOf(thrown)}`, {
        cause: thrown,
      });
    }
  }
}

/** Whether another process has what a gateway needs: its address, or its ledger. Either can be one that begins, or ends. */
function isHeld(thrown: unknown): boolean {
  return isTaken(thrown) || codeOf(thrown) === 'DMC_LEDGER_BUSY';
}

function codeOf(thrown: unknown): string {
  return String((thrown as { readonly code?: unknown } | undefined)?.code);
}

/** An address that a gateway which listens at every address of this machine is reached at. */
function reachable(listen: string): string {
  const [host, port] = hostAndPort(listen);
  if (host === '0.0.0.0') return `127.0.0.1:${port}`;
  return /^[0:]+$/.test(host) ? `[::1]:${port}` : listen;
}
