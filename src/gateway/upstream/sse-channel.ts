import { messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { Stop } from '../../base/stop.ts';
import type { Principal } from '../../model/principal.ts';
import { mediaTypeOf } from '../http/request-headers.ts';
import { SseReader } from '../mcp/sse.ts';
import type { Channel } from './channel.ts';
import { type ChannelBounds, type ChannelPorts, ChannelUpstream } from './channel-upstream.ts';
import type { HttpPort } from './http-port.ts';
import { credentialRefusal, type RequestedServer, ServerRequests } from './server-requests.ts';

type SseBounds = Readonly<Record<'gatewayCallIdleMs' | 'gatewayMessageBytesMax', number>>;

/** What a server may say when it takes a message; it is thrown away. */
const acceptanceBytesMax = 65_536;

/**
 * A connection of HTTP+SSE (specification 2024-11-05, Transports): what the server says comes on one stream, and what it is told is posted
 * to the endpoint that its first event names. An endpoint of another origin would be told everything: there the connection ends.
 */
class SseChannel implements Channel {
  readonly output: AsyncIterable<Uint8Array>;
  readonly errors: AsyncIterable<Uint8Array> = nothing();
  readonly ended: Promise<string>;
  readonly #settings: RequestedServer;
  readonly #principal: Principal;
  readonly #requests: ServerRequests;
  readonly #bounds: SseBounds;
  readonly #stop = new Stop();
  /** Path and query of the endpoint; undefined where the connection ended before it was named. */
  readonly #endpoint: Promise<string | undefined>;
  #nameEndpoint: (path: string | undefined) => void = () => undefined;
  #tellEnd: (why: string) => void = () => undefined;

  constructor(settings: RequestedServer, principal: Principal, http: HttpPort, bounds: Partial<SseBounds>) {
    this.#settings = settings;
    this.#principal = principal;
    this.#requests = new ServerRequests(settings, http);
    this.#bounds = { ...limits, ...bounds };
    this.#endpoint = new Promise((resolve) => {
      this.#nameEndpoint = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
    this.output = this.#read();
  }

  /** Messages overtake each other where the server is slow to take one: it may be waiting for the next. */
  async write(text: string): Promise<void> {
    const path = await this.#endpoint;
    if (path === undefined) return;
    try {
      const answer = await this.#requests.send({
        principal: this.#principal,
        method: 'POST',
        path,
        headers: { ...this.#settings.headers, 'content-type': 'application/json', 'accept-encoding': 'identity' },
        body: text.trimEnd(),
        signal: this.#stop,
        idleMs: this.#bounds.gatewayCallIdleMs,
      });
      if (answer.status < 200 || answer.status >= 300) {
        answer.discard();
        this.#end(credentialRefusal(answer.status) ?? `refused a message (HTTP ${answer.status})`);
      } else await answer.bytes(acceptanceBytesMax);
    } catch (thrown) {
      this.#end(`did not take a message: ${messageOf(thrown)}`);
    }
  }

  async end(): Promise<void> {
    this.#end('was left');
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const { url, headers } = this.#settings;
    try {
      const answer = await this.#requests.send({
        principal: this.#principal,
        method: 'GET',
        path: url.pathname + url.search,
        headers: { ...headers, accept: 'text/event-stream', 'accept-encoding': 'identity' },
        signal: this.#stop,
        // It may be silent for as long as it likes; whoever asks something waits for that only.
        idleMs: 0,
      });
      const type = mediaTypeOf(answer.headers['content-type']);
      if (answer.status !== 200 || type !== 'text/event-stream') {
        answer.discard();
        const { status } = answer;
        const refusal = credentialRefusal(status) ?? `refused to open a stream (HTTP ${status})`;
        return this.#end(status === 200 ? 'answered no stream' : refusal);
      }
      const reader = new SseReader(this.#bounds.gatewayMessageBytesMax);
      for await (const chunk of answer.chunks())
        for (const { event = 'message', data } of reader.push(chunk)) {
          if (data === undefined) continue;
          if (event === 'endpoint') this.#take(data);
          // Line ends stand between the tokens of JSON only.
          else if (event === 'message') yield Buffer.from(`${data.replace(/[\r\n]/g, ' ')}\n`);
        }
      this.#end('ended its stream');
    } catch (thrown) {
      this.#end(`broke off: ${messageOf(thrown)}`);
    }
  }

  #take(endpoint: string): void {
    const { url } = this.#settings;
    const named = URL.canParse(endpoint, url.href) ? new URL(endpoint, url.href) : undefined;
    if (named?.origin === url.origin) this.#nameEndpoint(named.pathname + named.search);
    else this.#end('named an endpoint of another origin');
  }

  #end(why: string): void {
    this.#tellEnd(why);
    this.#nameEndpoint(undefined);
    this.#stop.abort();
  }
}

/** A server of HTTP+SSE: a connection of its own for each session. */
export function sseUpstream(
  server: RequestedServer,
  http: HttpPort,
  ports: ChannelPorts,
  bounds: Partial<ChannelBounds> = {},
): ChannelUpstream {
  const prepare = (principal: Principal) => (): Channel => new SseChannel(server, principal, http, bounds);
  return new ChannelUpstream({ name: server.name, prepare, channelPer: 'session' }, ports, bounds);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
