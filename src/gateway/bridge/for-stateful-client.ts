import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { Random } from '../../base/ports.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import {
  type JsonRpcFailure,
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type JsonRpcResponse,
  failureOf,
  mcpRevisions,
  resultOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { listable } from '../mcp/param-headers.ts';
import { EventQueue } from '../upstream/event-queue.ts';
import { isAskable, isLevel, lackedCapabilities, noLevel } from './questions.ts';
import { type Fields, lastOf, meta, objectIn, type ServerLink, without } from './server-link.ts';
import { everyList, missed } from './told.ts';

/** The newest revision that the stateful era has. */
const newestStateful = '2025-11-25';

/** What is of the stateless era only; tasks are other ones there (specification 2026-07-28, changelog). */
const unknown = /^(?:server\/discover|subscriptions\/listen|tasks\/.*)$/;

interface Client {
  readonly info: JsonObject;
  readonly capabilities: JsonObject;
}

/** The subscription that a stream of the client hears, and the one that is to take its place. */
interface Heard {
  agreed: Stop | undefined;
  asked: Stop | undefined;
}

/** A subscription is over. @returns whether it was the last: what was heard before stays where more was refused */
function isLast(heard: Heard, own: Stop): boolean {
  if (heard.agreed === own) heard.agreed = undefined;
  if (heard.asked === own) heard.asked = undefined;
  return heard.agreed === undefined && heard.asked === undefined;
}

/**
 * A server of the stateless era for a client of the stateful one: the handshake, ping, log level and subscriptions are
 * answered here; every request carries what the client said of itself; what the server asks for in a result is asked of the client as
 * a request, and the call is made again with the answers (specification 2026-07-28, multi round-trip requests).
 */
export class ForStatefulClient implements ServerLink {
  readonly #server: ServerLink;
  readonly #random: Random;
  #client: Client = { info: { name: 'unknown', version: '0' }, capabilities: {} };
  #logLevel: unknown;
  #asked = 0;
  #sent = 0;
  readonly #waiting = new Map<JsonRpcId, (response: JsonRpcResponse) => void>();
  readonly #running = new Map<JsonRpcId, Stop>();
  readonly #subscriptions = new Set<string>();
  #resubscribe: (() => void) | undefined;
  #hasListened = false;
  #replaced: Stop | undefined;

  constructor(server: ServerLink, random: Random) {
    this.#server = server;
    this.#random = random;
  }

  async *request(request: JsonRpcRequest, signal: StopSignal, fields?: Fields): AsyncGenerator<JsonRpcMessage> {
    const params = request.params ?? {};
    if (unknown.test(request.method)) {
      yield failureOf(request.id, rpcErrors.methodNotFound, 'Method not found');
      return;
    }
    switch (request.method) {
      case 'initialize':
        yield await this.#initialize(request, params, signal, fields);
        return;
      case 'ping':
        yield resultOf(request.id, {});
        return;
      case 'logging/setLevel':
        // It goes with every request from now on: one that there is not would fail them all.
        if (isLevel(params['level'])) this.#logLevel = params['level'];
        yield isLevel(params['level']) ? resultOf(request.id, {}) : noLevel(request.id);
        return;
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        yield this.#subscribe(request, params);
        return;
      default: {
        const own = new Stop();
        const unfollow = own.follow(signal);
        this.#running.set(request.id, own);
        try {
          yield* this.#call(request, params, own, fields);
        } finally {
          unfollow();
          this.#running.delete(request.id);
        }
      }
    }
  }

  notify({ method, params }: JsonRpcNotification): Promise<void> {
    // Closing the stream of a request is what cancels it in the other era; nothing else is said to a stateless server.
    if (method === 'notifications/cancelled') this.#running.get(params?.['requestId'] as JsonRpcId)?.abort();
    return Promise.resolve();
  }

  answer(response: JsonRpcResponse): Promise<void> {
    if (response.id !== null) this.#waiting.get(response.id)?.(response);
    return Promise.resolve();
  }

  /** Nothing is told on two streams (2025-11-25, Multiple Connections): one that is opened ends the one before. */
  async *unasked(signal: StopSignal): AsyncGenerator<JsonRpcMessage> {
    this.#replaced?.abort();
    const over = new Stop();
    over.follow(signal);
    this.#replaced = over;
    const told = new EventQueue(limits, () => undefined);
    over.addEventListener('abort', () => told.end());
    const heard: Heard = { agreed: undefined, asked: undefined };
    this.#resubscribe = () => void (over.aborted || this.#hear(heard, told, over));
    this.#resubscribe();
    try {
      for await (const { message } of told) if (message !== undefined) yield message;
    } finally {
      over.abort();
    }
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /**
   * Subscribes to what is wanted now. What was subscribed to before is heard until the server agreed: nothing is lost between, and some of
   * it may come twice.
   */
  async #hear(heard: Heard, told: EventQueue, over: StopSignal): Promise<void> {
    const own = new Stop();
    own.follow(over);
    heard.asked?.abort();
    heard.asked = own;
    const notifications = {
      ...everyList,
      ...(this.#subscriptions.size === 0 ? {} : { resourceSubscriptions: [...this.#subscriptions] }),
    };
    const listen = this.#outgoing('subscriptions/listen', { notifications });
    const tell = (message: JsonRpcNotification, isForced = false): boolean =>
      told.push({ message, text: JSON.stringify(message) }, isForced);
    try {
      for await (const message of this.#server.request(listen, own)) {
        if (!('method' in message)) break;
        if (message.method === 'notifications/subscriptions/acknowledged') {
          if (heard.agreed === own) continue;
          // Between this stream of the client and the one before it nobody listened.
          if (heard.agreed === undefined && this.#hasListened)
            for (const one of missed(objectIn(message.params, 'notifications'))) tell(one, true);
          this.#hasListened = true;
          heard.agreed?.abort();
          heard.agreed = own;
          heard.asked = undefined;
        } else if (!tell(withoutSubscription(message))) return told.end();
      }
      if (!own.aborted && isLast(heard, own)) told.end();
    } catch (thrown) {
      // One that is cut here breaks off like any other.
      if (!own.aborted && isLast(heard, own)) told.end(thrown instanceof Error ? thrown : undefined);
    } finally {
      own.abort();
    }
  }

  async #initialize(
    request: JsonRpcRequest,
    params: JsonObject,
    signal: StopSignal,
    fields: Fields | undefined,
  ): Promise<JsonRpcResponse> {
    this.#client = { info: objectIn(params, 'clientInfo'), capabilities: objectIn(params, 'capabilities') };
    const response = await lastOf(this.#server.request(this.#outgoing('server/discover', {}), signal, fields));
    if (response === undefined) return failureOf(request.id, rpcErrors.internal, 'The server did not answer');
    if ('error' in response) return { ...response, id: request.id };
    const { result } = response;
    const wanted = params['protocolVersion'];
    const known = mcpRevisions.find((revision) => revision === wanted && revision !== '2026-07-28');
    const instructions = result['instructions'];
    return resultOf(request.id, {
      protocolVersion: known ?? newestStateful,
      capabilities: result['capabilities'] ?? {},
      serverInfo: objectIn(result, '_meta')[meta.serverInfo] ??
        result['serverInfo'] ?? { name: 'unknown', version: '0' },
      ...(instructions === undefined ? {} : { instructions }),
    });
  }

  #subscribe({ id, method }: JsonRpcRequest, { uri }: JsonObject): JsonRpcResponse {
    if (typeof uri !== 'string') return failureOf(id, rpcErrors.invalidParams, 'Invalid params: uri');
    if (method === 'resources/unsubscribe') this.#subscriptions.delete(uri);
    else if (this.#subscriptions.size < limits.bridgeSubscriptionsMax) this.#subscriptions.add(uri);
    else return failureOf(id, rpcErrors.invalidParams, 'Too many subscriptions');
    this.#resubscribe?.();
    return resultOf(id, {});
  }

  /** One call, over as many rounds as the server needs to be told what it asks for. */
  async *#call(
    request: JsonRpcRequest,
    params: JsonObject,
    signal: StopSignal,
    fields: Fields | undefined,
  ): AsyncGenerator<JsonRpcMessage> {
    let more: JsonObject = {};
    for (let round = 0; round < limits.bridgeRoundsMax; round++) {
      const outgoing = this.#outgoing(request.method, { ...params, ...more });
      let response: JsonRpcResponse | undefined;
      for await (const message of this.#server.request(outgoing, signal, fields)) {
        if ('method' in message) yield message;
        else response = message;
      }
      if (response === undefined) return;
      if ('error' in response) {
        yield { ...response, id: request.id, error: errorFor(request.method, response.error) };
        return;
      }
      const { result } = response;
      const { resultType = 'complete' } = result;
      if (resultType === 'complete') {
        const known = resultOf(request.id, without(result, 'resultType'));
        // Its client would not know what must not be listed (2026-07-28, Streamable HTTP, Schema Extension).
        yield request.method === 'tools/list' ? listable(known) : known;
        return;
      }
      // What no extension told of is invalid (2026-07-28, ResultType): the era of the client has none of those.
      if (resultType !== 'input_required') {
        yield failureOf(
          request.id,
          rpcErrors.internal,
          'The server answered with a result of a kind that there is not',
        );
        return;
      }
      const unasked = this.#cannotBeAsked(objectIn(result, 'inputRequests'));
      if (unasked !== undefined) {
        yield failureOf(request.id, rpcErrors.internal, unasked);
        return;
      }
      const { messages, responses } = this.#ask(objectIn(result, 'inputRequests'), signal);
      yield* messages;
      const answers = await responses;
      if ('failure' in answers) {
        yield { ...answers.failure, id: request.id };
        return;
      }
      const state = result['requestState'];
      more = { inputResponses: answers.inputResponses, ...(state === undefined ? {} : { requestState: state }) };
    }
    yield failureOf(request.id, rpcErrors.internal, 'The server asked for input too many times');
  }

  /** Why the client is not asked: it is no question of the protocol, or it needs what the client did not say it can do. */
  #cannotBeAsked(inputRequests: JsonObject): string | undefined {
    for (const question of Object.values(inputRequests)) {
      const { method, params } = asJsonObject(question);
      if (typeof method !== 'string' || !isAskable({ method })) return 'The server asked for what there is not';
      const lacked = lackedCapabilities(this.#client.capabilities, { method, params: asJsonObject(params) });
      if (lacked !== undefined) return `The client lacks a capability: ${JSON.stringify(lacked)}`;
    }
    return undefined;
  }

  /** The server's questions as requests to the client, and what comes of them. */
  #ask(
    inputRequests: JsonObject,
    signal: StopSignal,
  ): {
    readonly messages: readonly JsonRpcRequest[];
    readonly responses: Promise<{ readonly inputResponses: JsonObject } | { readonly failure: JsonRpcFailure }>;
  } {
    const asked = Object.entries(inputRequests).flatMap(([key, question]) => {
      if (!isJsonObject(question) || typeof question['method'] !== 'string') return [];
      const id = `demarc-${++this.#asked}`;
      const message: JsonRpcRequest = {
        jsonrpc: '2.0',
        id,
        method: question['method'],
        params: this.#named(objectIn(question, 'params')),
      };
      return [{ key, message, response: this.#responseTo(id, signal) }];
    });
    const responses = Promise.all(asked.map(async ({ key, response }) => [key, await response] as const)).then(
      (all) => {
        for (const [, response] of all) if ('error' in response) return { failure: response };
        const inputResponses = Object.fromEntries(
          all.map(([key, response]) => [key, 'result' in response ? response.result : {}]),
        );
        return { inputResponses };
      },
    );
    return { messages: asked.map(({ message }) => message), responses };
  }

  /** The visit to a page that is asked for has a name in this era only, and must (2025-11-25, URL Mode Elicitation Requests). */
  #named(params: JsonObject): JsonObject {
    if (params['mode'] !== 'url' || params['elicitationId'] !== undefined) return params;
    return { ...params, elicitationId: Buffer.from(this.#random.bytes(16)).toString('base64url') };
  }

  #responseTo(id: JsonRpcId, signal: StopSignal): Promise<JsonRpcResponse> {
    return new Promise((resolve) => {
      const settle = (response: JsonRpcResponse): void => {
        this.#waiting.delete(id);
        signal.removeEventListener('abort', gone);
        resolve(response);
      };
      const gone = (): void => settle(failureOf(id, rpcErrors.internal, 'The client went away'));
      signal.addEventListener('abort', gone);
      this.#waiting.set(id, settle);
      if (signal.aborted) gone();
    });
  }

  /** A request as a stateless server expects it: every one says who asks, in which revision, and what the client can do. */
  #outgoing(method: string, params: JsonObject): JsonRpcRequest {
    const own = {
      [meta.version]: '2026-07-28',
      [meta.clientInfo]: this.#client.info,
      [meta.capabilities]: this.#client.capabilities,
      ...(this.#logLevel === undefined ? {} : { [meta.logLevel]: this.#logLevel }),
    };
    return {
      jsonrpc: '2.0',
      id: `s-${++this.#sent}`,
      method,
      params: { ...params, _meta: { ...objectIn(params, '_meta'), ...own } },
    };
  }
}

function errorFor(method: string, error: JsonRpcFailure['error']): JsonRpcFailure['error'] {
  return method === 'resources/read' && error.code === rpcErrors.invalidParams
    ? { ...error, code: rpcErrors.resourceNotFound }
    : error;
}

function withoutSubscription<T extends JsonRpcNotification>(message: T): T {
  const own = objectIn(message.params, '_meta');
  if (own[meta.subscription] === undefined) return message;
  const rest = without(own, meta.subscription);
  const params = without(message.params ?? {}, '_meta');
  return { ...message, params: Object.keys(rest).length === 0 ? params : { ...params, _meta: rest } };
}
