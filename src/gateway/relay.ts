import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Random } from '../base/ports.ts';
import { eraOf, type JsonRpcMessage, type JsonRpcRequest, type McpRevision } from '../model/mcp.ts';
import { type Principal, principalKey } from '../model/principal.ts';
import { type Carried, carryListening, reasonOf, RequestCarrier } from './carry.ts';
import type { Exchange } from './exchange.ts';
import { refuse, respondJson, statusOf } from './http/answers.ts';
import { type GuardRules, guardRequest } from './http/guard.ts';
import type { RequestHeaders } from './http/request-headers.ts';
import { parseStrictJson } from './http/strict-json.ts';
import type { ClientContext, Interception, Interceptor, MessageFilter } from './interceptor.ts';
import { type Classified, classify, failure, idKey, isRecord, rpcCode } from './mcp/message.ts';
import { ParamHeaders } from './mcp/param-headers.ts';
import { metaKey, mismatch, type Placed, placeOther, placeRequest } from './mcp/revision.ts';
import { type Session, Sessions } from './mcp/sessions.ts';
import type { Outgoing, Upstream } from './upstream/upstream.ts';

/** Why a request has no principal, and what the client gets: 401 with `WWW-Authenticate`, say. */
export interface Unidentified {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly reason: string;
}

export interface RelayOptions {
  /** Who sends this request. It is asked before the body is read. */
  readonly identify: (exchange: Exchange) => Promise<Principal | Unidentified>;
  readonly interceptor: Interceptor;
  /** Servers by their names in the configuration; may change while the relay runs. */
  readonly servers: ReadonlyMap<string, Upstream>;
  /** What `/mcp` itself serves, under the name `aggregateName`. */
  readonly aggregate?: Upstream | undefined;
  readonly rules: GuardRules;
  /** Told why a server, or the gateway itself, failed; the client hears less. */
  readonly failed?: ((server: string, thrown: unknown) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly bounds?: Partial<RelayBounds> | undefined;
}

export type RelayBounds = Readonly<
  Record<
    | 'gatewayRequestBytesMax'
    | 'gatewaySessionsMax'
    | 'gatewaySessionIdleMs'
    | 'gatewaySessionSweepMs'
    | 'gatewayAskedMax'
    | 'gatewayPendingMax'
    | 'gatewayCallMs',
    number
  >
>;

/** The name under which the interceptor sees what `/mcp` serves, all servers together. */
export const aggregateName = '*';

/** Milliseconds a server has to take note that a session ended. */
const endMs = 5_000;

/** A request of a client whose sender is known. */
interface Identified {
  readonly exchange: Exchange;
  readonly headers: RequestHeaders;
  readonly server: string;
  readonly upstream: Upstream;
  readonly principal: Principal;
  readonly session: Session | undefined;
}

/**
 * Carries MCP between clients and servers: `/mcp/<name>` is the server of that name. It knows transports and eras, and nothing of
 * policy: the interceptor sees every message before it goes on.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #bounds: RelayBounds;
  readonly #sessions: Sessions;
  readonly #paramHeaders = new ParamHeaders();
  readonly #sweep: ReturnType<typeof setInterval>;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#bounds = { ...limits, ...options.bounds };
    this.#sessions = new Sessions(options.clock, options.random, this.#bounds);
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
        refuse(exchange, 500, 'the gateway failed', { code: rpcCode.internal });
      }
    }
  }

  /** Ends every session and every connection to a server. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#sessions.endAll();
    await Promise.all([...this.#options.servers.values()].map((upstream) => upstream.close()));
    await this.#options.aggregate?.close();
  }

  async #handle(exchange: Exchange): Promise<void> {
    const guarded = guardRequest(exchange, this.#options.rules);
    if ('status' in guarded) return refuse(exchange, guarded.status, guarded.reason);
    const { headers, path } = guarded;
    const server = serverOf(path);
    const upstream = server === undefined ? undefined : this.#upstream(server);
    if (server === undefined || upstream === undefined) return refuse(exchange, 404, 'there is no such path');
    const principal = await this.#options.identify(exchange);
    if ('status' in principal)
      return refuse(exchange, principal.status, principal.reason, { headers: principal.headers });
    const id = headers.get('mcp-session-id');
    const session = id === undefined ? undefined : this.#sessions.find(id, principalKey(principal), server);
    const identified: Identified = { exchange, headers, server, upstream, principal, session };
    if (exchange.method === 'POST') return this.#post(identified);
    if (exchange.method === 'GET') return this.#listen(identified);
    if (exchange.method === 'DELETE') return this.#end(identified);
    return refuse(exchange, 405, 'the method is not supported', { headers: { allow: 'POST, GET, DELETE' } });
  }

  #upstream(server: string): Upstream | undefined {
    return server === aggregateName ? this.#options.aggregate : this.#options.servers.get(server);
  }

  async #post(identified: Identified): Promise<void> {
    const { exchange, headers } = identified;
    const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/json') return refuse(exchange, 415, '`Content-Type` is not `application/json`');
    const read = parseStrictJson(await exchange.body(this.#bounds.gatewayRequestBytesMax));
    if ('fault' in read) return refuse(exchange, 400, `the body ${read.fault}`, { code: rpcCode.parse });
    // A server may read another number than the one that was decided on.
    if (!read.exact) return refuse(exchange, 400, 'the body has a number that loses digits', { code: rpcCode.parse });
    const classified = classify(read.value);
    if ('fault' in classified) return refuse(exchange, 400, classified.fault);
    const placed = this.#place(classified, identified);
    if ('status' in placed) {
      const id = classified.kind === 'request' ? classified.message.id : undefined;
      return refuse(exchange, placed.status, placed.reason, { ...placed, id });
    }
    if (!this.#hasItsSession(identified, placed.revision)) return refuse(exchange, 404, 'there is no such session');
    return this.#message(classified, identified, placed.revision);
  }

  #place(classified: Classified, { headers, session, server }: Identified): Placed {
    if (classified.kind !== 'request')
      return placeOther(
        headers,
        session?.revision,
        classified.kind === 'notification' ? classified.message : undefined,
      );
    const placed = placeRequest(classified.message, headers, session?.revision);
    if ('status' in placed || eraOf(placed.revision) === 'stateful') return placed;
    const disagreement = this.#paramHeaders.check(server, classified.message, headers);
    return disagreement === undefined ? placed : mismatch(disagreement);
  }

  async #message(classified: Classified, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange } = identified;
    const context = contextOf(identified, revision, classified.message);
    const { interceptor } = this.#options;
    switch (classified.kind) {
      case 'request':
        return this.#request(classified.message, identified, context);
      case 'notification':
        if (!(await interceptor.notification(classified.message, context))) return exchange.respond(202, {});
        return this.#pass(classified.message, identified, revision);
      case 'response': {
        const { id } = classified.message;
        if (eraOf(revision) === 'stateless') return refuse(exchange, 400, 'this revision has no responses of clients');
        if (id === null || identified.session?.asked.delete(idKey(id)) !== true)
          return refuse(exchange, 400, 'nothing was asked that this answers');
        return this.#pass(await interceptor.answer(classified.message, context), identified, revision);
      }
    }
  }

  async #request(request: JsonRpcRequest, identified: Identified, context: ClientContext): Promise<void> {
    const { exchange } = identified;
    let begun: Interception;
    try {
      begun = await this.#options.interceptor.begin(request, context);
    } catch (thrown) {
      this.#options.failed?.(identified.server, thrown);
      // Fail closed: what could not be decided is not sent.
      begun = { kind: 'answer', response: failure(request.id, rpcCode.internal, 'the gateway failed') };
    }
    if (begun.kind === 'answer')
      return respondJson(exchange, statusOf(begun.response, context.revision), JSON.stringify(begun.response));
    const { server, headers } = identified;
    const fields = this.#paramHeaders.fieldsFor(server, begun.request, headers);
    const outgoing = {
      ...outgoingOf('message', identified, context.revision),
      message: begun.request,
      text: JSON.stringify(begun.request),
      added: { ...fields, ...begun.headers },
    };
    const filter = request.method === 'tools/list' ? this.#learning(server, begun.filter) : begun.filter;
    const isEndless = request.method === 'subscriptions/listen';
    await new RequestCarrier(this.#carried(identified, outgoing, filter), begun.request).carry(
      isEndless ? undefined : this.#bounds.gatewayCallMs,
      begun.signal,
    );
  }

  #learning(server: string, filter: MessageFilter): MessageFilter {
    return {
      message: (message) => {
        this.#paramHeaders.learn(server, message);
        return filter.message(message);
      },
      ended: (end) => filter.ended(end),
    };
  }

  #carried(identified: Identified, outgoing: Outgoing, filter: MessageFilter): Carried {
    const { exchange, upstream, session, principal, server } = identified;
    return {
      exchange,
      upstream,
      outgoing,
      filter,
      session,
      sessions: this.#sessions,
      failed: (thrown) => this.#options.failed?.(server, thrown),
      begin: (link) =>
        this.#sessions.begin({
          principal: principalKey(principal),
          server,
          link,
          revision: outgoing.revision,
          capabilities: capabilitiesIn(outgoing.message),
          ended: (revision) => endUpstream(upstream, { ...outgoing, link, revision }),
        }),
    };
  }

  async #listen(identified: Identified): Promise<void> {
    const { exchange, headers, session } = identified;
    const placed = placeOther(headers, session?.revision);
    if ('status' in placed) return refuse(exchange, placed.status, placed.reason, placed);
    const { revision } = placed;
    if (eraOf(revision) === 'stateless')
      return refuse(exchange, 405, 'this revision has no GET', { headers: { allow: 'POST' } });
    if (!this.#hasItsSession(identified, revision)) return refuse(exchange, 404, 'there is no such session');
    const filter = this.#options.interceptor.stream(contextOf(identified, revision));
    await carryListening(this.#carried(identified, outgoingOf('listen', identified, revision), filter));
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

  /** Sends what has no answer of its own: a notification or a response. */
  async #pass(message: JsonRpcMessage, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange, upstream } = identified;
    const outgoing = outgoingOf('message', identified, revision);
    try {
      const reply = await upstream.send({ ...outgoing, message, text: JSON.stringify(message) });
      if (reply.kind === 'message' && reply.status >= 400) respondJson(exchange, reply.status, reply.text);
      else exchange.respond(reply.kind === 'status' && reply.status >= 400 ? reply.status : 202, {});
    } catch (thrown) {
      this.#options.failed?.(identified.server, thrown);
      if (!exchange.signal.aborted) refuse(exchange, 502, reasonOf(thrown), { code: rpcCode.internal });
    }
  }

  /** False for a session that is not there, or somebody else's. The stateless era ignores the field. */
  #hasItsSession({ headers, session }: Identified, revision: McpRevision): boolean {
    return session !== undefined || !headers.has('mcp-session-id') || eraOf(revision) === 'stateless';
  }
}

/** The server that a path names: `/mcp/<name>`, or `/mcp` for all together. */
function serverOf(path: string): string | undefined {
  return path === '/mcp' ? aggregateName : /^\/mcp\/([a-z0-9][a-z0-9_-]{0,63})$/.exec(path)?.[1];
}

function contextOf(
  { exchange, headers, server, principal, session }: Identified,
  revision: McpRevision,
  message?: JsonRpcMessage,
): ClientContext {
  const meta = message !== undefined && 'method' in message ? message.params?.['_meta'] : undefined;
  const inMeta = typeof meta === 'object' && meta !== null && 'traceparent' in meta ? meta.traceparent : undefined;
  const trace = typeof inMeta === 'string' ? inMeta : headers.get('traceparent');
  const inRequest = isRecord(meta) ? meta[metaKey.clientCapabilities] : undefined;
  const capabilities = isRecord(inRequest) ? inRequest : (session?.capabilities ?? {});
  const named = namedRun(headers, meta);
  return { principal, server, revision, session: session?.id, capabilities, named, trace, signal: exchange.signal };
}

/** The field and the member of `_meta` in which a client names its run. */
const runField = 'demarc-run';
const runMetaKey = 'dev.demarc/run';

function namedRun(headers: RequestHeaders, meta: unknown): string | undefined {
  const inMeta = isRecord(meta) ? meta[runMetaKey] : undefined;
  const name = headers.get(runField) ?? (typeof inMeta === 'string' ? inMeta : undefined);
  return name === '' ? undefined : name;
}

function capabilitiesIn(message: JsonRpcMessage | undefined): Readonly<Record<string, unknown>> {
  const stated = message !== undefined && 'method' in message ? message.params?.['capabilities'] : undefined;
  return isRecord(stated) ? stated : {};
}

function outgoingOf(kind: Outgoing['kind'], identified: Identified, revision: McpRevision): Outgoing {
  const { exchange, headers, principal, session } = identified;
  return { kind, principal, revision, headers, link: session?.link, signal: exchange.signal };
}

/** Tells a server that a session has ended. Nobody waits for it: a server that is gone has forgotten the session as well. */
function endUpstream(upstream: Upstream, outgoing: Outgoing): void {
  const added = { ...outgoing.added, 'mcp-protocol-version': outgoing.revision };
  const signal = AbortSignal.timeout(endMs);
  upstream
    .send({ ...outgoing, kind: 'end', message: undefined, text: undefined, added, signal })
    .catch(() => undefined);
}
