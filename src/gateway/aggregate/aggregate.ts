import { asJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import { Stop } from '../../base/stop.ts';
import {
  eraOf,
  type JsonRpcError,
  type JsonRpcId,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type McpRevision,
  mcpRevisions,
  failureOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { principalKey } from '../../model/principal.ts';
import { cutStatus } from '../carry.ts';
import { hasFailed } from '../definitions/fetch-lists.ts';
import { refuse, resourceNotFound, respondJson, statusOf } from '../http/answers.ts';
import type { MessageFilter } from '../interceptor.ts';
import type { Identified, Lane, Unidentified } from '../lane.ts';
import { askedId, cancelledId, type Classified, isRequest, isResponse } from '../mcp/message.ts';
import { metaKey } from '../mcp/revision.ts';
import type { Session, Sessions } from '../mcp/sessions.ts';
import { mapSubscribed, renameTasks, type Tasks, tasksExtension } from '../tasks.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { CapturedExchange, RenamedExchange } from './captured.ts';
import { type Answering, listenToAll, type SendSubscription, subscribeToAll } from './listening.ts';
import { lists, mergeCapabilities, mergeHints, mergeInstructions, mergeLists, type Part, readCursor } from './merge.ts';
import { canBeJoined, joinId, splitEventId, splitId, splitName, unaskedOf } from './names.ts';
import { type ResourceIndex, ResourceIndexes } from './resource-index.ts';
import { Silences } from './silences.ts';

type Params = Readonly<Record<string, unknown>>;

/** What the stateless era has no more, and what only it has (2026-07-28, changelog; SEP-2663). */
const removed = /^(?:initialize|ping|logging\/setLevel|resources\/(?:un)?subscribe|tasks\/(?:list|result))$/;
const added = /^(?:server\/discover|subscriptions\/listen|tasks\/update)$/;

/** What comes of asking every server the same. */
interface Asked {
  readonly parts: readonly Part[];
  /** The errors of others. */
  readonly refusals: readonly JsonRpcError[];
  /** None of them failed. */
  readonly isComplete: boolean;
}

/** A request for one of several servers. */
export interface Member {
  readonly server: string;
  readonly identified: Identified;
}

/**
 * All servers as one: lists are joined, names are prefixed with the server's, and every request goes the way a request to the one
 * server it concerns would go, interceptor included. Policies see servers and names as they are configured.
 */
export class Aggregate {
  readonly #self: { readonly name: string; readonly version: string };
  readonly #servers: ReadonlyMap<string, Upstream>;
  readonly #lane: Lane;
  readonly #sessions: Sessions;
  /** The servers that a session of all together is made of, with their own sessions where they have one. */
  readonly #sessionsOf = new WeakMap<Session, ReadonlyMap<string, Session | undefined>>();
  readonly #tasks: Tasks;
  readonly #resources = new ResourceIndexes();
  readonly #silences: Silences;
  readonly #partMs: number;
  /** Lists of resources asked for: in one session no id comes twice (2025-11-25, Requests). */
  #asked = 0;

  constructor(
    self: { readonly name: string; readonly version: string },
    servers: ReadonlyMap<string, Upstream>,
    lane: Lane,
    sessions: Sessions,
    tasks: Tasks,
    partMs: number,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.#partMs = partMs;
    this.#silences = new Silences(clock, partMs);
    this.#self = self;
    this.#servers = servers;
    this.#lane = lane;
    this.#sessions = sessions;
    this.#tasks = tasks;
  }

  /** Why a principal may use none of the servers; undefined where it may use one. */
  lacking(identified: Identified): Unidentified | undefined {
    let first: Unidentified | undefined;
    for (const { identified: to } of this.#members(identified)) {
      const lacking = this.#lane.lacking(to);
      if (lacking === undefined) return undefined;
      first ??= lacking;
    }
    return first;
  }

  async message(classified: Classified, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange, session } = identified;
    const isInitialize = classified.kind === 'request' && classified.message.method === 'initialize';
    if (eraOf(revision) === 'stateful' && session === undefined && !isInitialize)
      return refuse(exchange, 400, 'there is no session', { id: askedId(classified.message) });
    switch (classified.kind) {
      case 'request':
        return this.#request(classified.message, identified, revision);
      case 'notification':
        await Promise.all(
          this.#told(classified.message, identified).map(({ server, identified: to, message }) =>
            this.#lane
              .message(
                { ...classified, message },
                { ...to, exchange: new CapturedExchange(exchange), partMs: this.#partMs },
                to.session?.revision ?? revision,
              )
              .catch(() => server),
          ),
        );
        return exchange.respond(202, {});
      case 'response': {
        const [server, id] = splitId(classified.message.id) ?? [];
        const to = server === undefined ? undefined : this.#one(server, identified);
        if (to === undefined || id === undefined) return refuse(exchange, 400, 'nothing was asked that this answers');
        return this.#lane.message(
          { ...classified, message: { ...classified.message, id } },
          to,
          to.session?.revision ?? revision,
        );
      }
    }
  }

  async listen(identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange, session, headers } = identified;
    if (session === undefined) return refuse(exchange, 400, 'there is no session');
    const resumed = splitEventId(headers.get('last-event-id') ?? '');
    // The stream of a call is taken up again at the server it is of; that of all is one of all.
    const isOfCall = resumed?.isUnasked === false;
    const members = this.#all(identified).filter(({ server }) => !isOfCall || server === resumed.server);
    /** Where streams were left, by servers. */
    const places = new Map<string, string>(resumed && [[resumed.server, resumed.event]]);
    const listen = async ({ server, identified: to }: Member, answering: Answering): Promise<void> => {
      const fields = new Map(headers);
      const place = places.get(server);
      if (place === undefined) fields.delete('last-event-id');
      else fields.set('last-event-id', place);
      const renamed = new RenamedExchange(exchange, isOfCall ? server : unaskedOf(server), {
        ...answering,
        respond: (status, ...answer) => {
          // The server does not know the place: what it said since is lost, what it says from now on need not be.
          if (status === 400) places.delete(server);
          answering.respond(status, ...answer);
        },
      });
      const cut = (): void => answering.respond(cutStatus, {});
      await this.#lane.listen(
        { ...to, headers: fieldsOf(fields, to.session), exchange: renamed, cut },
        to.session?.revision ?? revision,
      );
      if (renamed.lastId !== undefined) places.set(server, renamed.lastId);
    };
    await listenToAll(exchange, members, listen, !isOfCall);
  }

  async #request(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { method, params = {} } = request;
    if ((eraOf(revision) === 'stateless' ? removed : added).test(method))
      return this.#fail(request.id, rpcErrors.methodNotFound, 'Method not found', identified, revision);
    if (method === 'initialize') return this.#initialize(request, identified, revision);
    if (lists.has(method)) return this.#list(request, identified, revision);
    switch (method) {
      case 'ping':
        return this.#answer(request.id, {}, identified, revision);
      case 'server/discover':
        return this.#discover(request, identified, revision);
      case 'logging/setLevel':
        return this.#setLevel(request, identified, revision);
      case 'tools/call':
      case 'prompts/get':
        return this.#named(request, params['name'], (name) => ({ ...params, name }), identified, revision);
      case 'completion/complete': {
        const ref = asJsonObject(params['ref']);
        if (ref['uri'] !== undefined) return this.#resource(request, ref['uri'], identified, revision);
        return this.#named(
          request,
          ref['name'],
          (name) => ({ ...params, ref: { ...ref, name } }),
          identified,
          revision,
        );
      }
      case 'resources/read':
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return this.#resource(request, params['uri'], identified, revision);
      case 'tasks/get':
      case 'tasks/result':
      case 'tasks/cancel':
      case 'tasks/update':
        return this.#task(request, identified, revision);
      case 'subscriptions/listen':
        return this.#subscribe(request, identified, revision);
      default:
        return this.#fail(request.id, rpcErrors.methodNotFound, 'Method not found', identified, revision);
    }
  }

  /** A request about one name, to the server whose it is. */
  async #named(
    request: JsonRpcRequest,
    name: unknown,
    rename: (name: string) => Params,
    identified: Identified,
    revision: McpRevision,
  ): Promise<void> {
    const [server, own] = (typeof name === 'string' ? splitName(name) : undefined) ?? [];
    const to = server === undefined ? undefined : this.#one(server, identified);
    if (to === undefined || own === undefined)
      return this.#fail(request.id, rpcErrors.invalidParams, 'there is nothing of that name', identified, revision);
    await this.#forward({ ...request, params: rename(own) }, to, revision);
  }

  /** A request about a task, to the server that made it; for another principal's there is none. */
  async #task(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const task = this.#tasks.byHandle(principalKey(identified.principal), request.params?.['taskId']);
    const to = task === undefined ? undefined : this.#one(task.server, identified);
    if (task === undefined || to === undefined)
      return this.#fail(request.id, rpcErrors.invalidParams, 'Task not found', identified, revision);
    await this.#forward({ ...request, params: { ...request.params, taskId: task.id } }, to, revision);
  }

  async #resource(request: JsonRpcRequest, uri: unknown, identified: Identified, revision: McpRevision): Promise<void> {
    const server = typeof uri === 'string' ? await this.#serverOf(uri, request, identified, revision) : undefined;
    const to = server === undefined ? undefined : this.#one(server, identified);
    if (to === undefined) {
      const { code, message, data } = resourceNotFound(request.id, revision, uri).error;
      return this.#fail(request.id, code, message, identified, revision, data);
    }
    await this.#forward(request, to, revision);
  }

  /** Carries a request to one server and its answer as it is to the client. */
  async #forward(request: JsonRpcRequest, to: Identified, revision: McpRevision): Promise<void> {
    const exchange = new RenamedExchange(to.exchange, to.server);
    await this.#lane.message(
      { kind: 'request', message: request },
      { ...to, exchange },
      to.session?.revision ?? revision,
    );
  }

  async #serverOf(
    uri: string,
    request: JsonRpcRequest,
    identified: Identified,
    revision: McpRevision,
  ): Promise<string | undefined> {
    const index = this.#index(identified);
    const known = index.find(uri);
    if (known !== undefined || this.#all(identified).every(({ server }) => index.asked.has(server))) return known;
    index.asking ??= this.#askForResources(index, request, identified, revision).finally(() => {
      index.asking = undefined;
    });
    return index.found(uri, index.asking);
  }

  /** Asks all servers for their lists; where one fails, they are asked again another time. */
  async #askForResources(
    index: ResourceIndex,
    request: JsonRpcRequest,
    identified: Identified,
    revision: McpRevision,
  ): Promise<void> {
    const { method: verb, target, headers, peer } = identified.exchange;
    // Others wait for them as well: whoever asked first may go away.
    const exchange = new CapturedExchange({ method: verb, target, headers, peer, signal: new Stop() });
    const servers = this.#all(identified);
    let isComplete = true;
    let isLate = false;
    const timer = setTimeout(() => (isLate = true), this.#partMs);
    for (const method of ['resources/list', 'resources/templates/list'])
      for (
        let cursor: unknown, page = 0;
        page === 0 || (cursor !== undefined && page < limits.gatewayListPagesMax && !isLate);
        page++
      ) {
        const { _meta } = request.params ?? {};
        const params = { ...(_meta === undefined ? {} : { _meta }), ...(cursor === undefined ? {} : { cursor }) };
        // Nor is it taken back with the request.
        const own = { ...request, id: `demarc-resources-${++this.#asked}`, method, params };
        const asked = await this.#page(own, { ...identified, exchange }, revision);
        cursor = asked.result['nextCursor'];
        isComplete &&= asked.isComplete;
      }
    clearTimeout(timer);
    if (isComplete && !isLate) for (const { server } of servers) index.asked.add(server);
  }

  async #list(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { cursor } = request.params ?? {};
    if (cursor !== undefined && readCursor(cursor) === undefined)
      return this.#fail(request.id, rpcErrors.invalidParams, 'Invalid cursor', identified, revision);
    const { result, parts, refusals, isComplete } = await this.#page(request, identified, revision);
    // An empty list would be taken for all there is.
    if (parts.length === 0 && !isComplete) return this.#failAll(request.id, refusals, identified, revision);
    return this.#answer(request.id, result, identified, revision);
  }

  /** One page of all servers that have one. */
  async #page(
    request: JsonRpcRequest,
    identified: Identified,
    revision: McpRevision,
  ): Promise<Asked & { readonly result: Params }> {
    const { cursor, ...params } = request.params ?? {};
    const cursors = readCursor(cursor);
    const asked = await this.#askAll(request, identified, revision, (server) => {
      const own = cursors?.get(server);
      if (cursors !== undefined && own === undefined) return undefined;
      return { ...request, params: own === undefined ? params : { ...params, cursor: own } };
    });
    const { parts, isComplete } = asked;
    const hints = eraOf(revision) === 'stateless' ? mergeHints(parts, isComplete) : {};
    return { ...asked, result: { ...mergeLists(request.method, parts), ...hints } };
  }

  async #initialize(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { exchange, principal } = identified;
    const begun = new Map<string, Session>();
    const { tasks: _tasks, ...capabilities } = asJsonObject(request.params?.['capabilities']);
    const { parts, refusals } = await this.#askAll(
      // Tasks that a client makes are named by itself: a server could ask it for another's.
      { ...request, params: { ...request.params, capabilities } },
      { ...identified, session: undefined },
      revision,
      undefined,
      (server, session) => begun.set(server, session),
    );
    if (parts.length === 0) return this.#failAll(request.id, refusals, identified, revision);
    const versions = parts.map(({ result }) => mcpRevisions.findIndex((one) => one === result['protocolVersion']));
    const agreed = mcpRevisions[Math.min(...versions)] ?? revision;
    const session = this.#sessions.begin({
      principal: principalKey(principal),
      server: identified.server,
      link: '',
      revision: agreed,
      capabilities,
      parts: [...begun.values()],
      ended: () => {
        for (const own of begun.values()) this.#sessions.end(own);
      },
    });
    this.#sessionsOf.set(session, new Map(parts.map(({ server }) => [server, begun.get(server)])));
    const result = {
      protocolVersion: agreed,
      capabilities: mergeCapabilities(parts),
      serverInfo: this.#self,
      ...mergeInstructions(parts),
    };
    // A client that went away before it is told the name of its session cannot end it.
    if (exchange.signal.aborted) return this.#sessions.end(session);
    const text = JSON.stringify({ jsonrpc: '2.0', id: request.id, result });
    respondJson(exchange, 200, text, { 'mcp-session-id': session.id });
  }

  async #discover(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { parts, refusals } = await this.#askAll(request, identified, revision);
    if (parts.length === 0) return this.#failAll(request.id, refusals, identified, revision);
    const result = {
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      supportedVersions: ['2026-07-28'],
      capabilities: mergeCapabilities(parts),
      ...mergeInstructions(parts),
    };
    return this.#answer(request.id, result, identified, revision);
  }

  /** Set where one server takes it: those without log messages refuse. */
  async #setLevel(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { parts, refusals } = await this.#askAll(request, identified, revision);
    if (parts.length === 0) return this.#failAll(request.id, refusals, identified, revision);
    return this.#answer(request.id, {}, identified, revision);
  }

  async #subscribe(request: JsonRpcRequest, identified: Identified, revision: McpRevision): Promise<void> {
    const { taskIds } = asJsonObject(request.params?.['notifications']);
    if (Array.isArray(taskIds) && taskIds.length > 0 && !declaresTasks(request)) {
      // As every server with tasks would say; of several, the client would not hear it.
      const data = { requiredCapabilities: { extensions: { [tasksExtension]: {} } } };
      const reason = 'Missing required client capability';
      return this.#fail(request.id, rpcErrors.missingClientCapability, reason, identified, revision, data);
    }
    const members = this.#all(identified);
    const principal = principalKey(identified.principal);
    const send: SendSubscription = (own, { server, identified: to }, answering, cut) => {
      const message = mapSubscribed(own, (handles) =>
        handles
          .map((handle) => this.#tasks.byHandle(principal, handle))
          .flatMap((task) => (task?.server === server ? [task.id] : [])),
      );
      const exchange = new RenamedExchange(to.exchange, server, answering);
      return this.#lane.message({ kind: 'request', message }, { ...to, exchange, partMs: this.#partMs, cut }, revision);
    };
    const serverOf = (uri: string): Promise<string | undefined> => this.#serverOf(uri, request, identified, revision);
    await subscribeToAll(identified.exchange, request, members, serverOf, send);
  }

  /** Asks every server the same, and gives what those that succeed in time answer, the errors of others, and whether none of them failed. */
  async #askAll(
    request: JsonRpcRequest,
    identified: Identified,
    revision: McpRevision,
    own: (server: string) => JsonRpcRequest | undefined = () => request,
    begun: (server: string, session: Session) => void = () => undefined,
  ): Promise<Asked> {
    const refusals: JsonRpcError[] = [];
    let isComplete = true;
    const parts = await Promise.all(
      this.#all(identified).map(async (member): Promise<readonly Part[]> => {
        const { server } = member;
        const message = own(server);
        if (message === undefined) return [];
        const ask = (): Promise<JsonRpcResponse | undefined> =>
          this.#ask(message, member, revision, (session) => begun(server, session));
        // What a session is made of is settled when it begins.
        const response =
          message.method === 'initialize'
            ? await ask()
            : await this.#silences.wait(server, message.method, principalKey(identified.principal), ask);
        if (response !== undefined && 'result' in response) return [{ server, result: response.result }];
        if (response !== undefined) refusals.push(response.error);
        isComplete &&= !hasFailed(response);
        return [];
      }),
    );
    return { parts: parts.flat(), refusals, isComplete };
  }

  async #ask(
    message: JsonRpcRequest,
    { server, identified: to }: Member,
    revision: McpRevision,
    begun: (session: Session) => void,
  ): Promise<JsonRpcResponse | undefined> {
    const exchange = new CapturedExchange(to.exchange);
    const over = this.#silences.asks(server, message.method, principalKey(to.principal));
    const around = { ...to, exchange, partMs: this.#partMs, begun };
    await this.#lane.message({ kind: 'request', message }, around, to.session?.revision ?? revision);
    const { response } = exchange;
    // Whoever went away after long had no answer either: clients have time limits of their own.
    over(!hasFailed(response));
    if (response !== undefined && 'result' in response && lists.has(message.method))
      this.#index(to).learn({ server, result: response.result });
    return response;
  }

  /** Whom a notification is for, and as each gets it. */
  #told(
    message: JsonRpcNotification,
    identified: Identified,
  ): readonly (Member & { readonly message: JsonRpcNotification })[] {
    const members = this.#all(identified);
    if (message.method !== 'notifications/progress') return members.map((member) => ({ ...member, message }));
    const [asker, progressToken] = splitId(message.params?.['progressToken']) ?? [];
    const own = { ...message, params: { ...message.params, progressToken } };
    return members.filter(({ server }) => server === asker).map((member) => ({ ...member, message: own }));
  }

  /** The servers that a client's request may go to, as it is identified now. */
  #all(identified: Identified): Member[] {
    return [...this.#members(identified)].filter(({ identified: to }) => this.#lane.lacking(to) === undefined);
  }

  *#members(identified: Identified): Generator<Member> {
    for (const server of this.#servers.keys()) {
      const to = this.#one(server, identified);
      if (to !== undefined) yield { server, identified: to };
    }
  }

  #one(server: string, identified: Identified): Identified | undefined {
    const upstream = this.#servers.get(server);
    if (upstream === undefined || !canBeJoined(server)) return undefined;
    const sessions = identified.session === undefined ? undefined : this.#sessionsOf.get(identified.session);
    // A server that was not there when the session began is no part of it.
    if (sessions?.has(server) === false) return undefined;
    const session = sessions?.get(server);
    const around = (filter: MessageFilter): MessageFilter => this.#around(filter, server, identified);
    const headers = fieldsOf(identified.headers, session);
    return { ...identified, server, upstream, session, whole: identified.session, headers, around };
  }

  /** Requests of servers get ids that tell whose they are, tasks the gateway's own; links in answers are remembered. */
  #around(filter: MessageFilter, server: string, identified: Identified): MessageFilter {
    const principal = principalKey(identified.principal);
    // One that is not the principal's gets a name that leads nowhere.
    const handleOf = (id: unknown): string =>
      this.#tasks.find(principal, server, id)?.handle ?? this.#tasks.unknownId();
    return {
      message: async (message) => {
        const filtered = await filter.message(message);
        if (filtered === undefined) return undefined;
        const passed = renameTasks(filtered, handleOf);
        if (isRequest(passed)) return joinedQuestion(server, passed);
        const cancelled = cancelledId(passed);
        if (cancelled !== undefined && 'method' in passed)
          return { ...passed, params: { ...passed.params, requestId: joinId(server, cancelled) } };
        if (isResponse(passed) && 'result' in passed)
          this.#index(identified).learnLinks({ server, result: passed.result });
        return passed;
      },
      ended: (end) => filter.ended(end),
    };
  }

  #index({ principal }: Identified): ResourceIndex {
    return this.#resources.of(principalKey(principal));
  }

  #answer(id: JsonRpcId, result: Params, { exchange }: Identified, revision: McpRevision): void {
    const _meta = { 'io.modelcontextprotocol/serverInfo': this.#self };
    const own = eraOf(revision) === 'stateless' ? { resultType: 'complete', _meta } : {};
    respondJson(exchange, 200, JSON.stringify({ jsonrpc: '2.0', id, result: { ...own, ...result } }));
  }

  /** Where none answers: what all say alike, as that the operator stopped the client, is for the client. */
  #failAll(
    id: JsonRpcId,
    [first, ...others]: readonly JsonRpcError[],
    identified: Identified,
    revision: McpRevision,
  ): void {
    if (first === undefined || others.some(({ message }) => message !== first.message))
      return this.#fail(id, rpcErrors.internal, 'no server answers', identified, revision);
    return this.#fail(id, first.code, first.message, identified, revision, first.data);
  }

  #fail(
    id: JsonRpcId,
    code: number,
    reason: string,
    { exchange }: Identified,
    revision: McpRevision,
    data?: unknown,
  ): void {
    const response = failureOf(id, code, reason, data);
    respondJson(exchange, statusOf(response, revision), JSON.stringify(response));
  }
}

/** A question that tells whose it is, and in what its client says how far it has come. */
function joinedQuestion(server: string, question: JsonRpcRequest): JsonRpcRequest {
  const joined = { ...question, id: joinId(server, question.id) };
  const meta = asJsonObject(question.params?.['_meta']);
  const { progressToken: token } = meta;
  if (typeof token !== 'string' && typeof token !== 'number') return joined;
  return { ...joined, params: { ...question.params, _meta: { ...meta, progressToken: joinId(server, token) } } };
}

function declaresTasks({ params }: JsonRpcRequest): boolean {
  const capabilities = asJsonObject(asJsonObject(params?.['_meta'])[metaKey.clientCapabilities]);
  return tasksExtension in asJsonObject(capabilities['extensions']);
}

/** The fields of a request for one server: its session may have agreed on another revision. */
function fieldsOf(headers: Identified['headers'], session: Session | undefined): Identified['headers'] {
  if (session === undefined || !headers.has('mcp-protocol-version')) return headers;
  return new Map(headers).set('mcp-protocol-version', session.revision);
}
