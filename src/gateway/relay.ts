import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Random } from '../base/ports.ts';
import { endOfTurn } from '../base/turn.ts';
import { eraOf, type McpRevision, rpcErrors } from '../model/mcp.ts';
import { type Principal, principalKey } from '../model/principal.ts';
import { Aggregate } from './aggregate/aggregate.ts';
import type { Exchange } from './exchange.ts';
import { refuse } from './http/answers.ts';
import { answerPreflight, CrossOriginExchange, isPreflight } from './http/cross-origin.ts';
import { type GuardRules, guardRequest } from './http/guard.ts';
import { mediaTypeOf } from './http/request-headers.ts';
import { parseStrictJson } from './http/strict-json.ts';
import { InboundCredentials } from './identify/credentials.ts';
import type { Interceptor } from './interceptor.ts';
import { type Identified, Lane, type LaneOptions, type Unidentified } from './lane.ts';
import { askedId, type Classified, classify } from './mcp/message.ts';
import { type Placed, placeOther, placeRequest } from './mcp/revision.ts';
import { Sessions } from './mcp/sessions.ts';
import { type TaskMemory, Tasks } from './tasks.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface RelayOptions {
  /** Who sends this request. It is asked before the body is read. */
  readonly identify: (exchange: Exchange) => Promise<Principal | Unidentified>;
  readonly interceptor: Interceptor;
  readonly lacking?: LaneOptions['lacking'];
  readonly refused?: LaneOptions['refused'];
  /** Servers by their names in the configuration; may change while the relay runs. */
  readonly servers: ReadonlyMap<string, Upstream>;
  /** Who `/mcp` says it is, where it serves all servers together; without it there is no such path. */
  readonly aggregate?: { readonly name: string; readonly version: string } | undefined;
  readonly rules: GuardRules;
  /** Further names of headers in which clients send credentials, in lower case. */
  readonly credentialHeaders?: ReadonlySet<string> | undefined;
  /** Told why a server, or the gateway itself, failed; the client hears less. */
  readonly failed?: ((server: string, thrown: unknown) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** What of tasks outlives the process; nothing without it. */
  readonly taskMemory?: TaskMemory | undefined;
  readonly bounds?: Partial<RelayBounds> | undefined;
}

export type RelayBounds = Readonly<
  Record<
    | 'gatewayRequestBytesMax'
    | 'gatewaySessionsMax'
    | 'gatewaySessionIdleMs'
    | 'gatewaySessionSweepMs'
    | 'gatewayProofMs'
    | 'gatewayAskedMax'
    | 'gatewayPendingMax'
    | 'gatewayCallMs'
    | 'gatewayPartMs',
    number
  >
>;

/**
 * Carries MCP between clients and servers: `/mcp/<name>` is the server of that name. It knows transports and eras, and nothing of
 * policy: the interceptor sees every message before it goes on.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #bounds: RelayBounds;
  readonly #sessions: Sessions;
  readonly #lane: Lane;
  readonly #aggregate: Aggregate | undefined;
  readonly #sweep: ReturnType<typeof setInterval>;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#bounds = { ...limits, ...options.bounds };
    this.#sessions = new Sessions(options.clock, options.random, this.#bounds);
    const tasks = new Tasks(options);
    this.#lane = new Lane({ ...options, bounds: this.#bounds }, this.#sessions, tasks);
    if (options.aggregate !== undefined)
      this.#aggregate = new Aggregate(
        options.aggregate,
        options.servers,
        this.#lane,
        this.#sessions,
        tasks,
        this.#bounds.gatewayPartMs,
        options.clock,
      );
    this.#sweep = setInterval(() => this.#sessions.sweep(), this.#bounds.gatewaySessionSweepMs).unref();
  }

  /** Answers one request. Never rejects. */
  async handle(exchange: Exchange): Promise<void> {
    try {
      await this.#handle(exchange);
    } catch (thrown) {
      if (exchange.signal.aborted) return;
      if (thrown instanceof DemarcError && thrown.code === 'DMC_REQUEST_TOO_LARGE')
        refuse(exchange, 413, thrown.message);
      else {
        this.#options.failed?.('', thrown);
        refuse(exchange, 500, 'the gateway failed', { code: rpcErrors.internal });
      }
    }
  }

  /** Ends every session and every connection to a server. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#sessions.endAll();
    await Promise.all([...this.#options.servers.values()].map((upstream) => upstream.close()));
  }

  async #handle(asked: Exchange): Promise<void> {
    const { rules } = this.#options;
    const guarded = guardRequest(asked, rules);
    if ('status' in guarded) return refuse(asked, guarded.status, guarded.reason);
    const origin = guarded.headers.get('origin');
    const isPage = origin !== undefined && rules.origins.has(origin.toLowerCase());
    const exchange = isPage ? new CrossOriginExchange(asked, origin) : asked;
    if (isPage && isPreflight(exchange, guarded.headers)) return answerPreflight(exchange, guarded.headers);
    if (/^(?:\/mcp\/[^/]+)?\/sse$/.test(guarded.path)) return refuse(exchange, 404, otherTransport);
    const server = guarded.path === '/mcp' ? allServers : serverOf(guarded.path);
    if (server === undefined) return refuse(exchange, 404, 'there is no such path');
    const principal = await this.#options.identify(exchange);
    if ('status' in principal) return this.#lane.turnAway(exchange, principal);
    // Which servers there are is no matter of those without a principal.
    const upstream = this.#upstream(server);
    if (upstream === undefined) return refuse(exchange, 404, 'there is no such path');
    // From here on nobody sees what the client proved itself with.
    const inbound = new InboundCredentials(exchange.headers, this.#options.credentialHeaders);
    const headers = new Map<string, string>();
    for (const [name, value] of guarded.headers) if (!inbound.isIn(name, value)) headers.set(name, value);
    const id = headers.get('mcp-session-id');
    const session = id === undefined ? undefined : this.#sessions.find(id, principalKey(principal), server);
    const identified: Identified = { exchange, headers, server, upstream, principal, session };
    const lacking = server === allServers ? this.#aggregate?.lacking(identified) : undefined;
    if (lacking !== undefined) return this.#lane.turnAway(exchange, lacking);
    if (exchange.method === 'POST') return this.#post(identified, inbound);
    if (exchange.method === 'GET') return this.#listen(identified);
    if (exchange.method === 'DELETE') return this.#end(identified);
    return refuse(exchange, 405, 'the method is not supported', { headers: { allow: 'POST, GET, DELETE' } });
  }

  #upstream(server: string): Upstream | undefined {
    if (server !== allServers) return this.#options.servers.get(server);
    // Nothing is ever sent to it: its requests go to the servers it is made of.
    return this.#aggregate === undefined ? undefined : nowhere;
  }

  async #post(identified: Identified, inbound: InboundCredentials): Promise<void> {
    const { exchange, headers } = identified;
    if (mediaTypeOf(headers.get('content-type')) !== 'application/json')
      return refuse(exchange, 415, '`Content-Type` is not `application/json`');
    const body = await exchange.body(this.#bounds.gatewayRequestBytesMax);
    await endOfTurn();
    const read = parseStrictJson(body);
    if ('fault' in read) return refuse(exchange, 400, `the body ${read.fault}`, { code: rpcErrors.parse });
    // Escapes could hide it.
    const plain = read.text.includes('\\') ? JSON.stringify(read.value) : read.text;
    if (inbound.appearIn(plain)) return refuse(exchange, 400, 'the body holds the credential of the request');
    // A server may read another number than the one that was decided on.
    if (!read.exact) return refuse(exchange, 400, 'the body has a number that loses digits', { code: rpcErrors.parse });
    const classified = classify(read.value);
    const id = askedId(read.value);
    if ('fault' in classified) return refuse(exchange, 400, classified.fault, { id });
    const placed = place(classified, identified);
    if ('status' in placed) return refuse(exchange, placed.status, placed.reason, { ...placed, id });
    if (!this.#hasItsSession(identified, placed.revision))
      return this.#lane.sessionGone(identified, placed.revision, classified.message);
    const way = identified.server === allServers ? this.#aggregate : this.#lane;
    // That era has no sessions: one that is named all the same is of another era, and so is its server's.
    const session = eraOf(placed.revision) === 'stateless' ? undefined : identified.session;
    await way?.message(classified, { ...identified, session }, placed.revision);
  }

  async #listen(identified: Identified): Promise<void> {
    const { exchange, headers, session } = identified;
    const placed = placeOther(headers, session?.revision);
    if ('status' in placed) return refuse(exchange, placed.status, placed.reason, placed);
    // A client of HTTP+SSE (2024-11-05) waits for an `endpoint` event; since 2025-06-18 a GET names its revision, before, its session.
    if (!headers.has('mcp-session-id') && !headers.has('mcp-protocol-version'))
      return refuse(exchange, 405, otherTransport, { headers: { allow: 'POST' } });
    const { revision } = placed;
    if (eraOf(revision) === 'stateless')
      return refuse(exchange, 405, 'this revision has no GET', { headers: { allow: 'POST' } });
    if (!this.#hasItsSession(identified, revision)) return this.#lane.sessionGone(identified, revision);
    const way = identified.server === allServers ? this.#aggregate : this.#lane;
    const listening = way?.listen(identified, revision);
    await (session === undefined ? listening : this.#sessions.hold(session, listening));
  }

  #end(identified: Identified): void {
    const { exchange, headers, session } = identified;
    const placed = placeOther(headers, session?.revision);
    if ('status' in placed) return refuse(exchange, placed.status, placed.reason, placed);
    if (eraOf(placed.revision) === 'stateless')
      return refuse(exchange, 405, 'this revision has no DELETE', { headers: { allow: 'POST' } });
    if (session === undefined)
      return refuse(exchange, headers.has('mcp-session-id') ? 404 : 400, 'there is no such session');
    this.#sessions.end(session);
    exchange.respond(200, {});
  }

  /** False for a session that is not there, or somebody else's. The stateless era ignores the field. */
  #hasItsSession({ headers, session }: Identified, revision: McpRevision): boolean {
    return session !== undefined || !headers.has('mcp-session-id') || eraOf(revision) === 'stateless';
  }
}

/** For clients of the transport that Streamable HTTP replaced (2025-03-26, backwards compatibility). */
const otherTransport =
  'HTTP+SSE of revision 2024-11-05 is not supported: use Streamable HTTP (POST to /mcp/<server> or /mcp), or `demarc mcp bridge` over standard input and output';

/** The server that a path names: `/mcp/<name>`. */
function serverOf(path: string): string | undefined {
  return /^\/mcp\/([a-z0-9][a-z0-9_-]{0,63})$/.exec(path)?.[1];
}

/** The name of all servers together; no server can be called so. */
const allServers = '*';
const nowhere: Upstream = { send: async () => ({ kind: 'status', status: 404 }), close: async () => undefined };

function place(classified: Classified, { headers, session }: Identified): Placed {
  if (classified.kind === 'request') return placeRequest(classified.message, headers, session?.revision);
  return placeOther(headers, session?.revision, classified.kind === 'notification' ? classified.message : undefined);
}
