import { asJsonObject, isJsonObject } from '../base/json-object.ts';
import type { limits } from '../base/limits.ts';
import type { Clock } from '../base/ports.ts';
import { Stop, type StopSignal } from '../base/stop.ts';
import {
  eraOf,
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type McpRevision,
  failureOf,
  rpcErrors,
} from '../model/mcp.ts';
import { type Principal, principalKey } from '../model/principal.ts';
import {
  type Carried,
  carryListening,
  drain,
  principalExpired,
  RequestCarrier,
  reasonOf,
  takenBack,
  whyStopped,
} from './carry.ts';
import type { Exchange } from './exchange.ts';
import { refuse, respondJson, statusOf } from './http/answers.ts';
import type { RequestHeaders } from './http/request-headers.ts';
import type { Refusal } from './identify/refusal.ts';
import {
  changed,
  type ClientContext,
  type Interception,
  type Interceptor,
  type MessageFilter,
  type TaskHold,
} from './interceptor.ts';
import { cancelledId, type Classified, idKey, isRequest } from './mcp/message.ts';
import { inOlderShape } from './mcp/older-shapes.ts';
import { ParamHeaders } from './mcp/param-headers.ts';
import { metaKey, mismatch, ownMeta } from './mcp/revision.ts';
import type { Session, Sessions } from './mcp/sessions.ts';
import { aboutNone, isAboutTask, mapSubscribed, type Task, TaskFilter, type Tasks, tasksExtension } from './tasks.ts';
import { type Outgoing, ServerTimeout, type Upstream } from './upstream/upstream.ts';

/** Milliseconds a server has to take note that a session ended. */
const endMs = 5_000;
/** The longest a timer of Node can wait; whoever still listens then connects again. */
const timeoutMsMax = 2 ** 31 - 1;

/** Why a request has no principal, or none that does for a server, and what the client gets: 401 with `WWW-Authenticate`, say. */
export type Unidentified = Pick<Refusal, 'status' | 'reason' | 'cause'> & Partial<Pick<Refusal, 'headers'>>;

/** A request of a client whose sender is known, on its way to one server. */
export interface Identified {
  readonly exchange: Exchange;
  readonly headers: RequestHeaders;
  /** Name of the server in the configuration. */
  readonly server: string;
  readonly upstream: Upstream;
  readonly principal: Principal;
  readonly session: Session | undefined;
  /** The session of the client, where that with this server is a part of it: its run is one with all servers. */
  readonly whole?: Session | undefined;
  /** What else sees the messages of the server, after the interceptor. */
  readonly around?: ((filter: MessageFilter) => MessageFilter) | undefined;
  /** Milliseconds a message may take, where others wait for it. */
  readonly partMs?: number | undefined;
  /** Told of a session that begins. */
  readonly begun?: ((session: Session) => void) | undefined;
  /** Told of a stream without an end that the gateway refused or ended, whatever its server does: to ask again is of no use. */
  readonly cut?: ((failure: JsonRpcResponse) => void) | undefined;
}

export interface LaneOptions {
  /** Who sends a request. */
  readonly identify: (exchange: Exchange) => Promise<Principal | Unidentified>;
  readonly interceptor: Interceptor;
  /** Why somebody who may use the gateway may not use this server; undefined where they may. */
  readonly lacking?: ((principal: Principal, server: string) => Unidentified | undefined) | undefined;
  /** Told of everybody who is turned away. */
  readonly refused?: ((why: Unidentified, exchange: Exchange) => void) | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly failed?: ((server: string, thrown: unknown) => void) | undefined;
  readonly bounds: Readonly<Record<Extract<keyof typeof limits, 'gatewayCallMs' | 'gatewayProofMs'>, number>>;
}

/** The way of messages between a client and one server, with the interceptor in the middle. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #sessions: Sessions;
  readonly #tasks: Tasks;
  readonly #paramHeaders = new ParamHeaders();
  /** Requests that their clients may take back, by `runningKey`. */
  readonly #running = new Map<string, Stop>();

  constructor(options: LaneOptions, sessions: Sessions, tasks: Tasks) {
    this.#options = options;
    this.#tasks = tasks;
    this.#sessions = sessions;
  }

  /** Why a principal may not use the server; undefined where it may. */
  lacking({ principal, server }: Identified): Unidentified | undefined {
    return this.#options.lacking?.(principal, server);
  }

  /** Answers somebody who may not go on, and has it recorded. */
  turnAway(exchange: Exchange, why: Unidentified, asked?: Classified): void {
    this.#options.refused?.(why, exchange);
    const id = asked?.kind === 'request' ? asked.message.id : undefined;
    refuse(exchange, why.status, why.reason, { headers: why.headers, id });
  }

  /**
   * Answers for a session that is not there. Whose run was stopped hears that: without its session it would go on in another one, as
   * another run.
   */
  sessionGone(identified: Identified, revision: McpRevision, message?: JsonRpcMessage): void {
    const { exchange, headers } = identified;
    const context = { ...contextOf(identified, revision, message), session: headers.get('mcp-session-id') };
    const stopped = this.#options.interceptor.stopped(context);
    const id = message !== undefined && isRequest(message) ? message.id : undefined;
    if (stopped === undefined) return refuse(exchange, 404, 'there is no such session', { id });
    refuse(exchange, id === undefined ? 403 : 200, stopped, { code: rpcErrors.internal, id });
  }

  /** Carries a message of the client, and answers the exchange. */
  async message(classified: Classified, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange } = identified;
    const lacking = this.lacking(identified);
    if (lacking !== undefined) return this.turnAway(exchange, lacking, classified);
    const isProven = (): Promise<boolean> => this.#isProven(identified);
    const context = contextOf(identified, revision, classified.message, isProven);
    const { interceptor } = this.#options;
    switch (classified.kind) {
      case 'request':
        return this.#request(withoutUserWords(classified.message), identified, context);
      case 'notification': {
        const passed = await interceptor.notification(withoutUserWords(classified.message), context);
        if (passed === undefined) return exchange.respond(202, {});
        // A server is told only of requests that it was sent and has not answered (Cancellation).
        if (!this.#takeBack(cancelledId(passed), identified)) return exchange.respond(202, {});
        return this.#pass(passed, identified, revision);
      }
      case 'response': {
        const { id } = classified.message;
        if (eraOf(revision) === 'stateless') return refuse(exchange, 400, 'this revision has no responses of clients');
        if (id === null || identified.session?.asked.delete(idKey(id)) !== true)
          return refuse(exchange, 400, 'nothing was asked that this answers');
        return this.#pass(await interceptor.answer(classified.message, context), identified, revision);
      }
    }
  }

  /** @returns false where it is known that there is nothing to take back */
  #takeBack(id: JsonRpcId | undefined, { session }: Identified): boolean {
    if (session === undefined || id === undefined) return true;
    const running = this.#running.get(runningKey(session, id));
    running?.abort(takenBack);
    return this.#sessions.takeBack(session, id) || running !== undefined;
  }

  /** A client of a session says with a notification that it does not wait any more (Cancellation): also of what is being decided. */
  async #request(asked: JsonRpcRequest, identified: Identified, of: ClientContext): Promise<void> {
    const { session } = identified;
    // The ids of two clients without sessions can be the same.
    if (session === undefined || asked.method === 'initialize') return this.#carry(asked, identified, of, new Stop());
    const key = runningKey(session, asked.id);
    const [taken, gone] = [new Stop(), new Stop()];
    const unfollow = gone.follow(identified.exchange.signal, taken);
    this.#running.set(key, taken);
    try {
      await this.#carry(asked, identified, { ...of, signal: gone }, taken);
    } finally {
      unfollow();
      if (this.#running.get(key) === taken) this.#running.delete(key);
    }
  }

  async #carry(asked: JsonRpcRequest, identified: Identified, of: ClientContext, taken: Stop): Promise<void> {
    const { exchange, server, headers, principal } = identified;
    const owner = { principal: principalKey(principal), server };
    const isTask = isAboutTask(asked);
    const isEndless = asked.method === 'subscriptions/listen';
    const taskOf = (id: unknown): Task | undefined => this.#tasks.find(owner.principal, server, id);
    const task = isTask ? taskOf(asked.params?.['taskId']) : undefined;
    let request = isTask && task === undefined ? aboutNone(asked, this.#tasks) : asked;
    if (isEndless) request = mapSubscribed(asked, (ids) => ids.filter(taskOf));
    const context = task === undefined ? of : { ...of, task: this.#taskOf(task) };
    const isStateless = eraOf(context.revision) === 'stateless';
    const disagreement = isStateless ? this.#paramHeaders.check(server, request, headers) : undefined;
    if (disagreement !== undefined) {
      const { status, code, reason } = mismatch(disagreement);
      return refuse(exchange, status, reason, { code, id: request.id });
    }
    const begun = await this.#begin(request, context);
    if (begun.kind === 'answer') {
      if (isEndless) identified.cut?.(begun.response);
      return respondJson(exchange, statusOf(begun.response, context.revision), JSON.stringify(begun.response));
    }
    const fields = this.#paramHeaders.fieldsFor(server, begun.request, headers);
    const outgoing = outgoingOf('message', identified, context.revision, {
      message: begun.request,
      text: JSON.stringify(begun.request),
      added: { ...fields, ...begun.headers },
    });
    const learning = request.method === 'tools/list' ? this.#learning(server, begun.filter) : begun.filter;
    const made = begun.task && this.#holding(begun.task, identified, context.revision);
    const noting = new TaskFilter(
      learning,
      this.#tasks,
      { principal: owner.principal, server, request: begun.request, made },
      task,
    );
    // What the interceptor has seen as its server has it reaches the client as its era has it.
    const filter = isStateless ? noting : changed(noting, (message) => inOlderShape(request.method, message));
    const carrier = new RequestCarrier(this.#carried(identified, outgoing, filter), begun.request);
    if (isEndless) return this.#untilCut(request.id, identified, begun.signal, (cut) => carrier.carry(undefined, cut));
    const unfollow = taken.follow(begun.signal);
    await carrier.carry(identified.partMs ?? this.#options.bounds.gatewayCallMs, taken).finally(unfollow);
  }

  #taskOf({ tool, run, handle }: Task): ClientContext['task'] {
    return { tool, run, stop: (reason) => this.#tasks.running.stop(handle, reason) };
  }

  /**
   * A task that a call became is taken back from its server once the interceptor has it stopped. Of the request nothing is kept: its
   * client may write at any length, also about itself.
   */
  #holding(
    hold: TaskHold,
    identified: Identified,
    revision: McpRevision,
  ): ConstructorParameters<typeof TaskFilter>[2]['made'] {
    const { upstream, principal, session } = identified;
    const headers = heldOf(identified.headers, revision);
    const outgoing = { kind: 'message', principal, revision, headers, link: session?.link } as const;
    return {
      run: hold.run,
      begins: ({ id, handle }) => {
        const cancel = (reason: string): Promise<void> => cancelTask(upstream, outgoing, id, hold, reason);
        this.#tasks.running.begin(handle, hold.enter(), cancel);
      },
    };
  }

  async #begin(request: JsonRpcRequest, context: ClientContext): Promise<Interception> {
    try {
      return await this.#options.interceptor.begin(request, context);
    } catch (thrown) {
      this.#options.failed?.(context.server, thrown);
      // Fail closed: what could not be decided is not sent.
      return { kind: 'answer', response: failureOf(request.id, rpcErrors.internal, 'the gateway failed') };
    }
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
      filter: identified.around?.(filter) ?? filter,
      session,
      sessions: this.#sessions,
      failed: (thrown) => this.#options.failed?.(server, thrown),
      begin: (link) => {
        const begun = this.#sessions.begin({
          principal: principalKey(principal),
          server,
          link,
          revision: outgoing.revision,
          capabilities: capabilitiesIn(outgoing.message),
          ended: (revision) => endUpstream(upstream, { ...outgoing, link, revision }),
        });
        identified.begun?.(begun);
        return begun;
      },
    };
  }

  /** Carries the stream on which the server speaks unasked. */
  async listen(identified: Identified, revision: McpRevision): Promise<void> {
    const { principal, server } = identified;
    const lacking = this.lacking(identified);
    if (lacking !== undefined) return this.turnAway(identified.exchange, lacking);
    const owner = { principal: principalKey(principal), server };
    const { filter, signal } = this.#options.interceptor.stream(contextOf(identified, revision));
    const carried = this.#carried(
      identified,
      outgoingOf('listen', identified, revision),
      new TaskFilter(filter, this.#tasks, owner),
    );
    await this.#untilCut(null, identified, signal, (cut) => carryListening(carried, cut));
  }

  /**
   * Carries a stream without an end until the operator stops it, or its principal has to prove again who it is: in time, or since what
   * it proved itself with was revoked.
   *
   * @param id of the request that asked for it
   */
  async #untilCut(
    id: JsonRpcId | null,
    identified: Identified,
    stopped: StopSignal | undefined,
    carry: (cut: StopSignal) => Promise<void>,
  ): Promise<void> {
    const cut = new Stop();
    const unfollow = cut.follow(stopped);
    const expire = (): void => cut.abort(principalExpired);
    const { bounds, clock } = this.#options;
    const leftMs = (identified.principal.expiresMs ?? Infinity) - clock.now();
    if (leftMs <= 0) expire();
    const timer = leftMs === Infinity ? undefined : setTimeout(expire, Math.min(leftMs, timeoutMsMax)).unref();
    const prove = async (): Promise<void> => void ((await this.#isProven(identified)) || expire());
    const proving = setInterval(() => void prove(), bounds.gatewayProofMs).unref();
    try {
      // A stream at `/mcp` is opened anew on behalf of whoever opened it once.
      await prove();
      await carry(cut);
      if (cut.aborted) identified.cut?.(failureOf(id, rpcErrors.internal, whyStopped(cut)));
    } finally {
      clearTimeout(timer);
      clearInterval(proving);
      unfollow();
    }
  }

  /** Whether a client still is who it proved to be: what it shows can be revoked while it waits or listens. */
  async #isProven({ exchange, principal }: Identified): Promise<boolean> {
    // Of a connection that is gone nobody knows whose it was.
    if (exchange.signal.aborted) return true;
    try {
      const known = await this.#options.identify(exchange);
      if (!('status' in known)) return principalKey(known) === principalKey(principal);
      this.#options.refused?.(known, exchange);
      return known.status >= 500;
    } catch {
      return false;
    }
  }

  /** Sends what has no answer of its own: a notification or a response. */
  async #pass(message: JsonRpcMessage, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange, upstream, server, partMs } = identified;
    const outgoing = outgoingOf('message', identified, revision);
    const stop = new Stop();
    const unfollow = stop.follow(exchange.signal);
    const timer = partMs === undefined ? undefined : setTimeout(() => stop.abort(), partMs);
    try {
      const reply = await upstream.send({ ...outgoing, message, text: JSON.stringify(message), signal: stop });
      if (reply.kind === 'message' && reply.status >= 400) respondJson(exchange, reply.status, reply.text);
      else exchange.respond(reply.kind === 'status' && reply.status >= 400 ? reply.status : 202, {});
    } catch (thrown) {
      const isLate = stop.aborted && !exchange.signal.aborted;
      this.#options.failed?.(server, isLate ? new ServerTimeout(server, thrown) : thrown);
      if (!exchange.signal.aborted) refuse(exchange, 502, reasonOf(thrown), { code: rpcErrors.internal });
    } finally {
      clearTimeout(timer);
      unfollow();
    }
  }
}

/** Characters of a client's fields that are kept for as long as a task goes on: there are very many tasks. */
const heldLengthMax = 2_000;

/** The fields of a client that a server gets once more when a task is taken back: all, unless they are unusually long. */
function heldOf(headers: RequestHeaders, revision: McpRevision): RequestHeaders {
  let length = 0;
  for (const [name, value] of headers) length += name.length + value.length;
  return length <= heldLengthMax ? headers : new Map([['mcp-protocol-version', revision]]);
}

/** Milliseconds that a server has to take note that a task is not wanted. */
const cancelMs = 2_000;

/** Tells a server that nobody wants a task of it any more (2025-11-25, tasks; SEP-2663). Rejects where it cannot be told. */
async function cancelTask(
  upstream: Upstream,
  outgoing: Omit<Outgoing, 'signal'>,
  id: string,
  hold: TaskHold,
  reason: string,
): Promise<void> {
  const stop = new Stop();
  const timer = setTimeout(() => stop.abort(), cancelMs);
  try {
    const added = await hold.takenBack(id, reason, stop);
    const params = {
      taskId: id,
      ...(eraOf(outgoing.revision) === 'stateless' ? { _meta: ownMeta({ extensions: { [tasksExtension]: {} } }) } : {}),
    };
    const message = { jsonrpc: '2.0', id: `demarc-cancel-${id}`, method: 'tasks/cancel', params } as const;
    const sent = { ...outgoing, message, text: JSON.stringify(message), added, signal: stop };
    const reply = await upstream.send(sent);
    if (reply.kind === 'stream') await drain(reply.events[Symbol.asyncIterator](), stop);
  } finally {
    clearTimeout(timer);
  }
}

/** What a request of a session is known by. */
function runningKey(session: Session, id: JsonRpcId): string {
  return `${session.id} ${idKey(id)}`;
}

function contextOf(
  { exchange, headers, server, principal, session, whole }: Identified,
  revision: McpRevision,
  message?: JsonRpcMessage,
  isProven?: () => Promise<boolean>,
): ClientContext {
  const meta = message !== undefined && 'method' in message ? message.params?.['_meta'] : undefined;
  const inMeta = typeof meta === 'object' && meta !== null && 'traceparent' in meta ? meta.traceparent : undefined;
  const trace = typeof inMeta === 'string' ? inMeta : headers.get('traceparent');
  const inRequest = isJsonObject(meta) ? meta[metaKey.clientCapabilities] : undefined;
  const capabilities = isJsonObject(inRequest) ? inRequest : (session?.capabilities ?? {});
  const named = namedRun(headers, meta);
  const said = isJsonObject(meta) ? meta[userWordsKey] : undefined;
  const userWords = typeof said === 'string' && said !== '' ? said : undefined;
  return {
    principal,
    server,
    revision,
    session: (whole ?? session)?.id,
    capabilities,
    named,
    userWords,
    trace,
    signal: exchange.signal,
    isProven,
  };
}

/** The member of `_meta` in which a client says what its user wrote. */
const userWordsKey = 'dev.demarc/user-words';

/** What people write to their agent is no server's to know, whether the gateway makes use of it or not. */
function withoutUserWords<M extends JsonRpcRequest | JsonRpcNotification>(message: M): M {
  const meta = message.params?.['_meta'];
  if (!isJsonObject(meta) || !(userWordsKey in meta)) return message;
  const { [userWordsKey]: _, ...rest } = meta;
  const { _meta: __, ...params } = message.params ?? {};
  return { ...message, params: Object.keys(rest).length === 0 ? params : { ...params, _meta: rest } };
}

/** The field and the member of `_meta` in which a client names its run. */
const runField = 'demarc-run';
const runMetaKey = 'dev.demarc/run';

function namedRun(headers: RequestHeaders, meta: unknown): string | undefined {
  const inMeta = isJsonObject(meta) ? meta[runMetaKey] : undefined;
  const name = headers.get(runField) ?? (typeof inMeta === 'string' ? inMeta : undefined);
  return name === '' ? undefined : name;
}

function capabilitiesIn(message: JsonRpcMessage | undefined): Readonly<Record<string, unknown>> {
  const stated = message !== undefined && 'method' in message ? message.params?.['capabilities'] : undefined;
  return asJsonObject(stated);
}

function outgoingOf(
  kind: Outgoing['kind'],
  identified: Identified,
  revision: McpRevision,
  { message, text, added }: Pick<Outgoing, 'message' | 'text' | 'added'> = {},
): Outgoing {
  const { exchange, headers, principal, session } = identified;
  return { kind, message, text, added, principal, revision, headers, link: session?.link, signal: exchange.signal };
}

/** Tells a server that a session has ended. Nobody waits for it: a server that is gone has forgotten the session as well. */
function endUpstream(upstream: Upstream, outgoing: Outgoing): void {
  const added = { ...outgoing.added, 'mcp-protocol-version': outgoing.revision };
  const signal = AbortSignal.timeout(endMs);
  upstream
    .send({ ...outgoing, kind: 'end', message: undefined, text: undefined, added, signal })
    .catch(() => undefined);
}
