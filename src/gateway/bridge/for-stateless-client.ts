import { DemarcError } from '../../base/errors.ts';
import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, Random } from '../../base/ports.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import {
  failureOf,
  resultOf,
  rpcErrors,
  type JsonRpcFailure,
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
} from '../../model/mcp.ts';
import { isRequest } from '../mcp/message.ts';
import { isAskable, isLevel, lackedCapabilities, noLevel } from './questions.ts';
import { type Fields, lastOf, meta, objectIn, type ServerLink, SessionGone, without } from './server-link.ts';
import { CallMessages, Session } from './stateful-session.ts';
import { heardOf, isOfCall, isWanted, ofSubscription, withOwnToken } from './told.ts';

/** How long a server that is no longer listened to is given to hear of it. */
const unsubscribeMs = 2_000;
/** Results that say how long they may be kept (specification 2026-07-28, CacheableResult). */
const cacheable = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'server/discover',
]);

/** What servers of the stateful era answer, and this era has no more (specification 2026-07-28, changelog); tasks are other ones. */
const removed = /^(?:initialize|ping|logging\/setLevel|resources\/(?:un)?subscribe|tasks\/.*)$/;
/** Requests that may be answered with a question (specification 2026-07-28, Multi Round-Trip Requests). */
const carriesQuestions = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** How long another request may go on unanswered after a question: a server that waits for its answer is told there is none. */
const heldQuestionMs = 1_000;
/** Milliseconds in which further questions of a server join the first one in one result. */
const gatherMs = 25;

export interface StatelessBridgeParts {
  /** Opens a new connection to the server, not initialised yet. */
  readonly connect: () => ServerLink;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  readonly gatherMs?: number | undefined;
}

/** A call that waits for the client to come back with answers. */
interface Pending {
  readonly session: Session;
  readonly messages: CallMessages;
  readonly abort: Stop;
  /** The call it belongs to: method and parameters without what changes between rounds. */
  readonly binding: string;
  /** The server's requests by their key in `inputRequests`. */
  readonly asked: ReadonlyMap<string, JsonRpcRequest>;
  readonly expiresMs: number;
}

/**
 * A server of the stateful era for a client of the stateless one. Connections are initialised here, one for each set of
 * capabilities that the client states; what the server asks in the middle of a call becomes a result that asks for input, and the
 * call waits for the client's next round under a state that nobody can guess and that works once.
 */
export class ForStatelessClient implements ServerLink {
  readonly #parts: StatelessBridgeParts;
  /** By what their clients can do. */
  readonly #sessions = new Map<string, Session>();
  readonly #pending = new Map<string, Pending>();
  #sent = 0;

  constructor(parts: StatelessBridgeParts) {
    this.#parts = parts;
  }

  async *request(request: JsonRpcRequest, signal: StopSignal, fields?: Fields): AsyncGenerator<JsonRpcMessage> {
    this.#expire();
    if (removed.test(request.method)) {
      yield failureOf(request.id, rpcErrors.methodNotFound, 'Method not found');
      return;
    }
    const params = request.params ?? {};
    const level = objectIn(params, '_meta')[meta.logLevel];
    if (level !== undefined && !isLevel(level)) return yield noLevel(request.id);
    const state = params['requestState'];
    if (state !== undefined || params['inputResponses'] !== undefined) {
      const pending = this.#take(state, bindingOf(request));
      if (pending === undefined) {
        // Without a state there is nothing to go on with: a first round, whatever the client believes.
        if (state !== undefined) yield failureOf(request.id, rpcErrors.invalidParams, 'Invalid params: requestState');
        else yield* this.#begin(request, params, signal, fields);
        return;
      }
      if (pending !== 'again') return yield* this.#using(pending.session, this.#goOn(request, params, pending, signal));
    }
    yield* this.#begin(request, params, signal, fields);
  }

  notify(): Promise<void> {
    return Promise.resolve();
  }

  answer(): Promise<void> {
    return Promise.resolve();
  }

  async *unasked(): AsyncGenerator<JsonRpcMessage> {}

  async close(): Promise<void> {
    for (const { abort } of this.#pending.values()) abort.abort();
    this.#pending.clear();
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.allSettled(sessions.map((session) => session.close()));
  }

  /** Ends the sessions that nobody has used since then. @returns whether there is none left */
  endIdle(beforeMs: number): boolean {
    this.#expire();
    for (const session of this.#sessions.values())
      if (session.usedMs < beforeMs && !this.#isInUse(session)) this.#end(session);
    return this.#sessions.size === 0;
  }

  /** A server that was started anew knows its sessions no more: then the call goes to another one, once. */
  async *#begin(
    request: JsonRpcRequest,
    params: JsonObject,
    signal: StopSignal,
    fields: Fields | undefined,
  ): AsyncGenerator<JsonRpcMessage> {
    for (let isFirst = true; ; isFirst = false) {
      const session = this.#session(objectIn(params, '_meta'));
      if (session === undefined)
        return yield failureOf(request.id, rpcErrors.internal, 'Too many different clients have calls under way');
      try {
        return yield* this.#using(session, this.#beginIn(session, request, params, signal, fields));
      } catch (thrown) {
        if (thrown instanceof Refused) return yield { ...thrown.failure, id: request.id };
        if (!isFirst || !(thrown instanceof SessionGone)) throw thrown;
        this.#end(session);
      }
    }
  }

  /** What comes of a request in a session. A handshake that nobody waits for any more is given up. */
  async *#using(session: Session, messages: AsyncIterable<JsonRpcMessage>): AsyncGenerator<JsonRpcMessage> {
    session.users++;
    try {
      yield* messages;
    } finally {
      session.users--;
      session.usedMs = this.#parts.clock.now();
      if (session.users === 0 && !session.isReady) this.#end(session);
    }
  }

  async *#goOn(
    request: JsonRpcRequest,
    params: JsonObject,
    pending: Pending,
    signal: StopSignal,
  ): AsyncGenerator<JsonRpcMessage> {
    const open = await this.#answer(pending, objectIn(params, 'inputResponses'));
    // A server that cannot go on without asks for what is missing again (2026-07-28, Multi Round-Trip Requests, Error Handling).
    if (open.size > 0) return yield this.#inputRequired(request, open, pending);
    yield* this.#follow(request, pending.session, pending.messages, pending.abort, signal);
  }

  async *#beginIn(
    opened: Session,
    request: JsonRpcRequest,
    params: JsonObject,
    signal: StopSignal,
    fields: Fields | undefined,
  ): AsyncGenerator<JsonRpcMessage> {
    if (!opened.isReady) {
      const left = new Promise<void>((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      if (!signal.aborted) await Promise.race([opened.ready, left]);
      if (signal.aborted) throw new DemarcError('DMC_UPSTREAM', 'nobody waits for the handshake any more');
    }
    if (request.method === 'server/discover') yield resultOf(request.id, discovered(opened.initialized));
    else if (request.method === 'subscriptions/listen') yield* this.#listen(request, params, opened, signal);
    else {
      await this.#setLogLevel(opened, objectIn(params, '_meta')[meta.logLevel], signal);
      const abort = new Stop();
      const outgoing = withOwnToken(this.#outgoing(request.method, params));
      // A closed connection cancels nothing in that era (2025-11-25, cancellation).
      const cancel = { method: 'notifications/cancelled', params: { requestId: outgoing.id } };
      const gone = (): void => void opened.link.notify({ jsonrpc: '2.0', ...cancel }).catch(() => undefined);
      abort.addEventListener('abort', gone);
      const own = opened.link.request(outgoing, abort, fields);
      const messages = new CallMessages(opened, own, carriesQuestions.has(request.method), outgoing.id);
      yield* this.#follow(request, opened, messages, abort, signal);
    }
  }

  /** Passes on what the server says until it answers, or asks for something. */
  async *#follow(
    request: JsonRpcRequest,
    session: Session,
    messages: CallMessages,
    abort: Stop,
    signal: StopSignal,
  ): AsyncGenerator<JsonRpcMessage> {
    const gone = (): void => abort.abort();
    const held: ReturnType<typeof setTimeout>[] = [];
    signal.addEventListener('abort', gone);
    if (signal.aborted) gone();
    const questions: JsonRpcRequest[] = [];
    const { gatherMs: waitMs = gatherMs } = this.#parts;
    try {
      for (;;) {
        const isAsked = questions.length > 0;
        const message = isAsked ? await messages.soon(waitMs) : await messages.next();
        if (message === undefined) {
          if (isAsked && !signal.aborted)
            yield this.#inputRequired(request, named(questions), { session, messages, abort });
          return;
        }
        if (isRequest(message)) {
          if (isAskable(message) && !carriesQuestions.has(request.method)) {
            held.push(setTimeout(session.setAside(message), heldQuestionMs));
            continue;
          }
          const failure = await this.#asked(request, session, message, questions);
          if (failure === undefined) continue;
          abort.abort();
          yield failure;
          return;
        }
        if ('method' in message) {
          const heard = isOfCall(message, request, session, questions)
            ? heardOf(messages, message, request)
            : undefined;
          if (heard !== undefined) yield heard;
        } else if (isAsked && messages.hasStray) {
          messages.putBack(message);
          yield this.#inputRequired(request, named(questions), { session, messages, abort });
          return;
        } else {
          for (const { id } of questions.splice(0)) await refuseToAnswer(session, id);
          yield this.#response(request, session, message);
          return;
        }
      }
    } finally {
      signal.removeEventListener('abort', gone);
      held.forEach(clearTimeout);
    }
  }

  /**
   * Takes a question of the server, where the client may be asked it.
   * @returns the failure of the call, which needs what the client cannot do (2026-07-28, MissingRequiredClientCapabilityError)
   */
  async #asked(
    request: JsonRpcRequest,
    session: Session,
    question: JsonRpcRequest,
    questions: JsonRpcRequest[],
  ): Promise<JsonRpcFailure | undefined> {
    const { id, method } = question;
    if (!isAskable(question)) {
      await session.link.answer(
        method === 'ping' ? resultOf(id, {}) : failureOf(id, rpcErrors.methodNotFound, 'Method not found'),
      );
      return undefined;
    }
    const lacked = lackedCapabilities(declaredIn(request), question);
    if (lacked === undefined && questions.length < limits.gatewayAskedMax) {
      questions.push(question);
      return undefined;
    }
    for (const one of [question, ...questions.splice(0)]) await refuseToAnswer(session, one.id);
    if (lacked === undefined) return failureOf(request.id, rpcErrors.internal, 'The server asked for too much');
    return lacking(request.id, lacked);
  }

  #inputRequired(
    request: JsonRpcRequest,
    asked: ReadonlyMap<string, JsonRpcRequest>,
    { session, messages, abort }: Pick<Pending, 'session' | 'messages' | 'abort'>,
  ): JsonRpcResponse {
    const requestState = this.#keep({ session, messages, abort, binding: bindingOf(request), asked });
    const inputRequests = Object.fromEntries(
      [...asked].map(([key, { method, params }]) => [key, { method, ...(params === undefined ? {} : { params }) }]),
    );
    return resultOf(request.id, { resultType: 'input_required', inputRequests, requestState });
  }

  #response(request: JsonRpcRequest, session: Session, response: JsonRpcResponse): JsonRpcResponse {
    if ('result' in response) {
      const own = cacheable.has(request.method) ? { ttlMs: 0, cacheScope: 'private' } : {};
      const serverInfo = session.initialized['serverInfo'];
      const marked = {
        ...(serverInfo === undefined ? {} : { [meta.serverInfo]: serverInfo }),
        ...objectIn(response.result, '_meta'),
      };
      return resultOf(request.id, { resultType: 'complete', ...own, ...response.result, _meta: marked });
    }
    return response.error.code === rpcErrors.urlElicitationRequired && carriesQuestions.has(request.method)
      ? this.#elicited(request, response)
      : { ...response, id: request.id, error: newerError(request.method, response.error) };
  }

  /** An error that asks for a visit to a page becomes a result that asks for it; the next round is a new call. */
  #elicited(request: JsonRpcRequest, { error }: JsonRpcFailure): JsonRpcResponse {
    const elicitations = isJsonObject(error.data) ? error.data['elicitations'] : undefined;
    const listed = Array.isArray(elicitations) ? elicitations.filter(isJsonObject) : [];
    const questions = listed.map((params) => ({ method: 'elicitation/create', params: { ...params, mode: 'url' } }));
    const [first] = questions;
    if (first === undefined) return { jsonrpc: '2.0', id: request.id, error: newerError(request.method, error) };
    const lacked = lackedCapabilities(declaredIn(request), first);
    if (lacked !== undefined) return lacking(request.id, lacked);
    return resultOf(request.id, {
      resultType: 'input_required',
      inputRequests: Object.fromEntries(questions.map((question, at) => [`elicitation-${at + 1}`, question])),
      requestState: `again.${tagOf(bindingOf(request))}`,
    });
  }

  async *#listen(
    request: JsonRpcRequest,
    params: JsonObject,
    session: Session,
    signal: StopSignal,
  ): AsyncGenerator<JsonRpcMessage> {
    const { capabilities } = session.initialized;
    const wanted = objectIn(params, 'notifications');
    const can = (feature: string, what: string): boolean =>
      objectIn(asJsonObject(capabilities), feature)[what] === true;
    const uris =
      Array.isArray(wanted['resourceSubscriptions']) && can('resources', 'subscribe')
        ? wanted['resourceSubscriptions'].map(String)
        : [];
    const marked = (message: JsonRpcNotification): JsonRpcNotification => ofSubscription(request.id, message);
    // Nothing is lost between what is subscribed to, the client's word of it, and the first time it listens.
    const over = new Stop();
    over.follow(signal);
    const heard = session.heard(over);
    const asked: string[] = [];
    const kept: string[] = [];
    try {
      for (const uri of uris.slice(0, limits.bridgeSubscriptionsMax)) {
        asked.push(uri);
        session.subscribe(uri);
        const answer = await lastOf(session.link.request(this.#outgoing('resources/subscribe', { uri }), signal));
        if (answer !== undefined && 'result' in answer) kept.push(uri);
      }
      const agreed = {
        ...(wanted['toolsListChanged'] === true && can('tools', 'listChanged') ? { toolsListChanged: true } : {}),
        ...(wanted['promptsListChanged'] === true && can('prompts', 'listChanged') ? { promptsListChanged: true } : {}),
        ...(wanted['resourcesListChanged'] === true && can('resources', 'listChanged')
          ? { resourcesListChanged: true }
          : {}),
        ...(kept.length === 0 ? {} : { resourceSubscriptions: kept }),
      };
      yield marked({
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: agreed },
      });
      for await (const message of heard) if (isWanted(message, agreed)) yield marked(message);
      // The connection to the server is gone: a subscription ends with its result (2026-07-28, subscriptions).
      if (!signal.aborted)
        yield resultOf(request.id, { resultType: 'complete', _meta: { [meta.subscription]: request.id } });
    } finally {
      over.abort();
      const late = AbortSignal.timeout(unsubscribeMs);
      for (const uri of asked)
        if (session.unsubscribe(uri))
          await lastOf(session.link.request(this.#outgoing('resources/unsubscribe', { uri }), late)).catch(
            () => undefined,
          );
    }
  }

  /**
   * The session of clients that can do what this one can; a new one takes the place of the one that was not used for longest.
   * @returns undefined where all are in use
   */
  #session(own: JsonObject): Session | undefined {
    const key = sessionKeyOf(own);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    if (this.#sessions.size >= limits.bridgeSessionsMax) {
      const unused = [...this.#sessions.values()].filter((session) => !this.#isInUse(session));
      const [oldest] = unused.sort((one, other) => one.usedMs - other.usedMs);
      if (oldest === undefined) return undefined;
      this.#end(oldest);
    }
    const link = this.#parts.connect();
    const session = new Session(link, (signal) => this.#initialize(link, own, signal), this.#parts.clock.now());
    this.#sessions.set(key, session);
    return session;
  }

  /** Somebody waits for it, or it for somebody's answer. */
  #isInUse(session: Session): boolean {
    return session.users > 0 || [...this.#pending.values()].some((pending) => pending.session === session);
  }

  #end(session: Session): void {
    for (const [key, one] of this.#sessions) if (one === session) this.#sessions.delete(key);
    void session.close().catch(() => undefined);
  }

  async #initialize(link: ServerLink, own: JsonObject, signal: StopSignal): Promise<JsonObject> {
    const capabilities = without(objectIn(own, meta.capabilities), 'extensions');
    const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: clientInfoIn(own) };
    const request: JsonRpcRequest = { jsonrpc: '2.0', id: `i-${++this.#sent}`, method: 'initialize', params };
    const response = await lastOf(link.request(request, signal));
    if (response === undefined || 'error' in response)
      throw new Refused(response ?? failureOf('initialize', rpcErrors.internal, 'The server did not answer'));
    await link.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return response.result;
  }

  async #setLogLevel(session: Session, level: unknown, signal: StopSignal): Promise<void> {
    if (level === undefined || level === session.logLevel) return;
    if (objectIn(session.initialized, 'capabilities')['logging'] === undefined) return;
    session.logLevel = level;
    await lastOf(session.link.request(this.#outgoing('logging/setLevel', { level }), signal));
  }

  /** A request as a stateful server expects it: without what a client says of itself in each. */
  #outgoing(method: string, params: JsonObject): JsonRpcRequest {
    const own = without(objectIn(params, '_meta'), meta.version, meta.clientInfo, meta.capabilities, meta.logLevel);
    const rest = without(params, '_meta', 'inputResponses', 'requestState');
    return {
      jsonrpc: '2.0',
      id: `c-${++this.#sent}`,
      method,
      params: Object.keys(own).length === 0 ? rest : { ...rest, _meta: own },
    };
  }

  #keep(pending: Omit<Pending, 'expiresMs'>): string {
    const state = Buffer.from(this.#parts.random.bytes(24)).toString('base64url');
    if (this.#pending.size >= limits.bridgePendingMax) {
      const [oldest] = this.#pending;
      oldest?.[1].abort.abort();
      if (oldest !== undefined) this.#pending.delete(oldest[0]);
    }
    this.#pending.set(state, { ...pending, expiresMs: this.#parts.clock.now() + limits.bridgePendingMs });
    return state;
  }

  /** The call a state belongs to: once, and only for the same call. */
  #take(state: unknown, binding: string): Pending | 'again' | undefined {
    if (typeof state !== 'string') return undefined;
    if (state === `again.${tagOf(binding)}`) return 'again';
    const pending = this.#pending.get(state);
    if (pending === undefined || pending.binding !== binding) return undefined;
    this.#pending.delete(state);
    return pending;
  }

  /** Answers what the client answered. @returns what it did not */
  async #answer({ session, asked }: Pending, inputResponses: JsonObject): Promise<ReadonlyMap<string, JsonRpcRequest>> {
    const open = new Map<string, JsonRpcRequest>();
    for (const [key, question] of asked) {
      const result = inputResponses[key];
      if (isJsonObject(result)) await session.link.answer(resultOf(question.id, result));
      else open.set(key, question);
    }
    return open;
  }

  #expire(): void {
    const now = this.#parts.clock.now();
    for (const [state, { expiresMs, abort }] of this.#pending) {
      if (expiresMs >= now) break;
      abort.abort();
      this.#pending.delete(state);
    }
  }
}

const clientInfoIn = (own: JsonObject): unknown => own[meta.clientInfo] ?? { name: 'demarc', version: '0' };

/** The server's questions have no names: the first is called `request`. */
function named(questions: readonly JsonRpcRequest[]): ReadonlyMap<string, JsonRpcRequest> {
  return new Map(questions.map((question, at) => [at === 0 ? 'request' : `request-${at + 1}`, question]));
}

const declaredIn = ({ params }: JsonRpcRequest): JsonObject => objectIn(objectIn(params, '_meta'), meta.capabilities);

function lacking(id: JsonRpcId, requiredCapabilities: JsonObject): JsonRpcFailure {
  const data = { requiredCapabilities };
  return failureOf(id, rpcErrors.missingClientCapability, 'Missing required client capability', data);
}

/** An error whose code says the same in this era: those of the protocol's own are other ones (2026-07-28, Error Codes). */
function newerError(method: string, error: JsonRpcFailure['error']): JsonRpcFailure['error'] {
  const { code } = error;
  if (code === rpcErrors.resourceNotFound && method === 'resources/read')
    return { ...error, code: rpcErrors.invalidParams };
  const isOther = code === rpcErrors.resourceNotFound || (code <= rpcErrors.headerMismatch && code >= -32_099);
  return isOther ? { ...error, code: rpcErrors.internal } : error;
}

/** Clients that can do the same share a connection. */
const sessionKeyOf = (own: JsonObject): string => canonicalJson([objectIn(own, meta.capabilities), clientInfoIn(own)]);

/** The server refused to be initialised. */
class Refused extends Error {
  readonly failure: JsonRpcFailure;
  constructor(failure: JsonRpcFailure) {
    super('refused');
    this.failure = failure;
  }
}

function refuseToAnswer(session: Session, id: JsonRpcId): Promise<void> {
  return session.link.answer(failureOf(id, rpcErrors.internal, 'The client does not answer this request'));
}

function bindingOf({ method, params = {} }: JsonRpcRequest): string {
  return canonicalJson([method, without(params, '_meta', 'inputResponses', 'requestState')]);
}

/** Says nothing a client could not compute: a new call is all it leads to. */
function tagOf(binding: string): string {
  return Buffer.from(binding).toString('base64url').slice(0, 64);
}

function discovered(initialized: JsonObject): JsonObject {
  const { instructions, serverInfo, capabilities } = initialized;
  return {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: isJsonObject(capabilities) ? without(capabilities, 'tasks') : {},
    ...(instructions === undefined ? {} : { instructions }),
    ttlMs: 0,
    cacheScope: 'private',
    ...(serverInfo === undefined ? {} : { _meta: { [meta.serverInfo]: serverInfo } }),
  };
}
