/** A relay on a real socket, in front of real servers, with an interceptor that lets everything pass unless a test says otherwise. */
import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../../src/base/ports.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Interceptor, MessageFilter } from '../../src/gateway/interceptor.ts';
import { Relay, type RelayOptions } from '../../src/gateway/relay.ts';
import { type HttpBounds, HttpUpstream } from '../../src/gateway/upstream/http-upstream.ts';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';
import { type ChannelBounds, ChannelUpstream } from '../../src/gateway/upstream/channel-upstream.ts';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import type { RequestedServer } from '../../src/gateway/upstream/server-requests.ts';
import { sseUpstream } from '../../src/gateway/upstream/sse-channel.ts';
import { nodeChildren } from '../../src/app/gateway/node-child.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';

export const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
export const random: Random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };

export const passing: MessageFilter = { message: (message) => message, ended: () => undefined };
export const passThrough: Interceptor = {
  begin: async (request) => ({ kind: 'forward', request, filter: passing }),
  notification: (notification) => notification,
  answer: (response) => response,
  stream: () => ({ filter: passing }),
  stopped: () => undefined,
};

export function principal(agent = 'agent'): Principal {
  return { agent, roles: [], scopes: [], clearance: 'restricted', authentication: 'none', training: [] };
}

export interface Gateway {
  readonly url: URL;
  close(): Promise<void>;
}

/** Starts a relay on a free port of this machine; agents are named by `x-agent`. */
export async function startGateway(
  servers: ReadonlyMap<string, Upstream>,
  more: Partial<RelayOptions> = {},
): Promise<Gateway> {
  const hosts = new Set<string>();
  const relay = new Relay({
    identify: async ({ headers }) => principal(headers.find(([name]) => name === 'x-agent')?.[1]),
    interceptor: passThrough,
    servers,
    rules: { hosts, origins: new Set() },
    clock,
    random,
    ...more,
  });
  const server = await serveNode({ handle: (exchange) => relay.handle(exchange), host: '127.0.0.1', port: 0 });
  hosts.add(`127.0.0.1:${server.port}`).add(`localhost:${server.port}`);
  return {
    url: new URL(`http://127.0.0.1:${server.port}`),
    close: async () => {
      await relay.close();
      await server.close(100);
    },
  };
}

/** One for all tests of a file: what it holds open keeps no process alive. */
const http = undiciHttp();

export function httpServer(name: string, url: URL, bounds: Partial<HttpBounds> = {}): HttpUpstream {
  return new HttpUpstream({ name, url }, http, bounds);
}

/** A server that is a file of this repository, in TypeScript unless it is named `.mjs`, over standard input and output. */
export function stdioServer(
  name: string,
  script: URL,
  channelPer: 'session' | 'principal',
  bounds: Partial<ChannelBounds> = {},
): ChannelUpstream {
  const command = {
    path: process.execPath,
    args: [...(script.pathname.endsWith('.mjs') ? [] : ['--import', 'tsx']), script.pathname],
    environment: { PATH: process.env['PATH'] ?? '' },
    directory: new URL('../../', import.meta.url).pathname,
  };
  return new ChannelUpstream(
    { name, prepare: () => () => nodeChildren().start(command), channelPer },
    { clock, random },
    bounds,
  );
}

/** A server that speaks HTTP+SSE only, with what clients of the other era need in front of it. */
export function sseServer(
  name: string,
  url: URL,
  bounds: Partial<ChannelBounds> = {},
  more: Partial<RequestedServer> = {},
): BridgedUpstream {
  const inner = sseUpstream({ name, url, ...more }, http, { clock, random }, bounds);
  return new BridgedUpstream(inner, { clock, random }, new Set(['stateful']));
}
