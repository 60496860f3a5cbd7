import { setMaxListeners } from 'node:events';
import { wait } from '../wait.ts';
import { isJsonObject } from '../../base/json-object.ts';
import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import {
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  failureOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { parseStrictJson, parseStrictText } from '../http/strict-json.ts';
import { askedId, cancelledId, type Classified, classify, idKey, isResponse } from '../mcp/message.ts';
import { listable, ParamHeaders, relearnt } from '../mcp/param-headers.ts';
import { backedOffMs, reopenMs, statedReopenMs } from '../mcp/reopen.ts';
import { encodeHeaderValue, metaKey, nameOf } from '../mcp/revision.ts';
import { type SseEvent, SseReader } from '../mcp/sse.ts';
import type { HttpAnswer } from '../upstream/http-port.ts';
import { LineReader } from '../upstream/line-reader.ts';
import { responseIn } from './response-in.ts';
import { SessionSettings } from './session-settings.ts';

/** A request to the gateway's endpoint. */
export interface FrontCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
}

export interface FrontOptions {
  /** Sends to the gateway, over the network or in this process. */
  readonly send: (call: FrontCall) => Promise<HttpAnswer>;
  /** Fields for every request: who the client is. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly input: AsyncIterable<Uint8Array>;
  /** Writes one line to the client. Resolves when more can be written. */
  readonly write: (line: string) => Promise<void>;
  /** Given shorter by tests. */
  readonly setAgainMs?: number | undefined;
}

/** How long another session may take to be as the one before was; what waits for it then goes on. */
const setAgainMs = 10_000;

/** A session of the stateful era. */
interface FrontSession {
  readonly id: string | undefined;
  revision: string;
  /** What it began with, as the client wrote it. */
  readonly initialize: string;
  readonly initializeId: JsonRpcId;
  readonly settings: SessionSettings;
  /** Ends the stream on which the server speaks unasked, where there is one. */
  listening?: AbortController;
  /** Resolves when another one has begun in its place. */
  renewed?: Promise<void> | undefined;
}

const posted = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const initialized = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });

/**
 * A local client over standard input and output, in front of a gateway that speaks Streamable HTTP: the client's lines become requests, and
 * every message that comes back a line. It lasts until the input ends, and outlives
 * sessions: a client of a program knows of none, and could not begin another one.
 */
export class StdioFront {
  readonly #options: FrontOptions;
  readonly #end = new AbortController();
  readonly #paramHeaders = new ParamHeaders();
  /** Requests in flight, by their ids. */
  readonly #running = new Map<string, { readonly request: JsonRpcRequest; readonly aborter: AbortController }>();
  /** Requests of a session that the client does not wait for any more: no answer to them goes to it (2025-11-25, Cancellation). */
  readonly #takenBack = new WeakSet<JsonRpcRequest>();
  #session: FrontSession | undefined;
  /** Lists asked for on its own account. */
  #asked = 0;
  /** Resolves when the session has begun, if one was asked for. */
  #begun: Promise<void> = Promise.resolve();

  constructor(options: FrontOptions) {
    this.#options = options;
    // As many as there are requests.
    setMaxListeners(0, this.#end.signal);
  }

  /** Resolves when the input has ended and everything is closed. */
  async run(): Promise<void> {
    const reader = new LineReader(limits.gatewayRequestBytesMax);
    for await (const chunk of this.#options.input) for (const line of reader.push(chunk)) await this.#line(line);
    // One that has not begun by then is not waited for: a server may take minutes to start, and whoever asked has gone.
    await Promise.race([this.#begun, wait(limits.gatewayProcessEndMs, this.#end.signal)]);
    await this.#endSession();
    this.#end.abort();
  }

  async #line(line: Uint8Array | undefined): Promise<void> {
    if (line?.length === 0) return;
    const read = line === undefined ? { fault: 'is too long' } : parseStrictJson(line);
    if ('fault' in read) return this.#say(failureOf(null, rpcErrors.parse, `the line ${read.fault}`));
    const classified = classify(read.value);
    if ('fault' in classified)
      return this.#say(failureOf(askedId(read.value) ?? null, rpcErrors.invalidRequest, classified.fault));
    if (classified.kind === 'request' && classified.message.method === 'initialize')
      this.#begun = new Promise((begun) => {
        void this.#request(classified.message as JsonRpcRequest, read.text, begun).then(begun);
      });
    else void this.#message(classified, read.text);
  }

  async #message(classified: Classified, text: string): Promise<void> {
    // What follows `initialize` needs the session that it begins.
    await this.#begun;
    if (classified.kind === 'request') return this.#request(classified.message, text);
    const { message } = classified;
    if (classified.kind === 'notification' && this.#cancels(classified.message)) return;
    const answer = await this.#post(message, text, this.#end.signal).catch(() => undefined);
    answer?.discard();
    const isInitialized =
      classified.kind === 'notification' && classified.message.method === 'notifications/initialized';
    if (isInitialized && this.#session !== undefined) void this.#listen(this.#session);
  }

  /** Takes note that the client takes back a request. @returns whether that is all: in the stateless era, closing its connection says it */
  #cancels(notification: JsonRpcNotification): boolean {
    if (notification.method !== 'notifications/cancelled') return false;
    const id = cancelledId(notification);
    const running = id === undefined ? undefined : this.#running.get(idKey(id));
    const isStateless = this.#session === undefined;
    if (isStateless) running?.aborter.abort();
    else if (running !== undefined) this.#takenBack.add(running.request);
    return isStateless;
  }

  /** @param begun is called as soon as an `initialize` has begun its session */
  async #request(request: JsonRpcRequest, text: string, begun: () => void = () => undefined): Promise<void> {
    const aborter = new AbortController();
    const { signal } = aborter;
    const key = idKey(request.id);
    this.#running.set(key, { request, aborter });
    // A signal made of this one and another is kept for as long as the front lasts, with all that listens to it.
    const end = (): void => aborter.abort();
    this.#end.signal.addEventListener('abort', end, { once: true });
    if (this.#end.signal.aborted) end();
    try {
      const answer = await this.#post(request, text, signal);
      if (request.method === 'initialize') this.#begin(answer, request, text);
      begun();
      await this.#takeAnswer(answer, request, signal, text);
    } catch (thrown) {
      if (signal.aborted || this.#takenBack.has(request)) return;
      const reason = thrown instanceof DemarcError ? thrown.message : 'the gateway cannot be reached';
      await this.#say(failureOf(request.id, rpcErrors.internal, reason));
    } finally {
      if (this.#running.get(key)?.request === request) this.#running.delete(key);
      this.#end.signal.removeEventListener('abort', end);
    }
  }

  /** @param text of the request, where it may be sent again */
  async #takeAnswer(answer: HttpAnswer, request: JsonRpcRequest, signal: AbortSignal, text?: string): Promise<void> {
    if (typeOf(answer) === 'text/event-stream') {
      let last = await this.#takeEvents(answer, request);
      // The server closed the connection and goes on in another (2025-11-25, Sending Messages).
      while (!last.isAnswered && last.id !== undefined && !signal.aborted) {
        await wait(last.retryMs, signal);
        const headers = { accept: 'text/event-stream', 'last-event-id': last.id, ...headersIn(this.#session) };
        last = await this.#takeEvents(await this.#send('GET', headers, undefined, signal), request);
      }
      if (!last.isAnswered) throw new DemarcError('DMC_UPSTREAM', 'the gateway ended its stream without an answer');
      return;
    }
    const read = parseStrictJson(await answer.bytes(limits.gatewayMessageBytesMax));
    const classified = 'fault' in read ? read : classify(read.value);
    if ('fault' in read || 'fault' in classified)
      throw new DemarcError('DMC_UPSTREAM', `the gateway answered with HTTP ${answer.status}`);
    const { message } = classified;
    if (text !== undefined && (await this.#learns(request, message, signal)))
      return this.#takeAnswer(await this.#post(request, text, signal), request, signal);
    // What was refused before its id was read is this request all the same.
    const isNameless = isResponse(message) && (message.id ?? null) === null;
    await this.#take(
      isNameless ? { ...message, id: request.id } : message,
      isNameless ? undefined : read.text,
      request,
    );
  }

  #learns(request: JsonRpcRequest, answer: JsonRpcMessage, signal: AbortSignal): Promise<boolean> {
    return relearnt(request, answer, async (page) => {
      const params = { _meta: request.params?.['_meta'], ...page };
      const asked = { jsonrpc: '2.0', id: `demarc-list-${++this.#asked}`, method: 'tools/list', params } as const;
      const listed = await responseIn(await this.#post(asked, JSON.stringify(asked), signal), asked.id);
      if (listed !== undefined) this.#paramHeaders.learn('', listed);
      return listed;
    });
  }

  async #takeEvents(
    answer: HttpAnswer,
    request?: JsonRpcRequest,
  ): Promise<{ readonly isAnswered: boolean; readonly id: string | undefined; readonly retryMs: number }> {
    const reader = new SseReader();
    let isAnswered = false;
    let id: string | undefined;
    let retryMs = reopenMs;
    for await (const chunk of answer.chunks())
      for (const event of reader.push(chunk)) {
        id = event.id ?? id;
        if (event.retry !== undefined) retryMs = statedReopenMs(event.retry);
        const message = await this.#event(event, request);
        isAnswered ||= message !== undefined && isResponse(message) && message.id === request?.id;
      }
    return { isAnswered, id, retryMs };
  }

  async #event({ data }: SseEvent, request: JsonRpcRequest | undefined): Promise<JsonRpcMessage | undefined> {
    const read = data === undefined || data === '' ? undefined : parseStrictText(data);
    const classified = read === undefined || 'fault' in read ? undefined : classify(read.value);
    if (classified === undefined || 'fault' in classified) return undefined;
    await this.#take(classified.message, data, request);
    return classified.message;
  }

  async #take(message: JsonRpcMessage, text: string | undefined, request: JsonRpcRequest | undefined): Promise<void> {
    if (request !== undefined && 'result' in message && message.id === request.id)
      this.#session?.settings.granted(request);
    if (request?.method === 'tools/list') this.#paramHeaders.learn('', message);
    const agreed =
      'result' in message && request?.method === 'initialize' ? message.result['protocolVersion'] : undefined;
    if (this.#session !== undefined && typeof agreed === 'string') this.#session.revision = agreed;
    if (request !== undefined && isResponse(message) && this.#takenBack.has(request)) return;
    // Who speaks for a client over HTTP leaves out what must not be listed (2026-07-28, Schema Extension).
    const isList = request?.method === 'tools/list' && this.#session === undefined;
    const shown = isList ? listable(message) : message;
    await this.#say(shown, shown === message ? text : undefined);
  }

  /** A message is one line; text of JSON may have several. */
  async #say(message: JsonRpcMessage, text?: string): Promise<void> {
    const line = text === undefined || /[\r\n]/.test(text) ? JSON.stringify(message) : text;
    await this.#options.write(`${line}\n`);
  }

  #begin(answer: HttpAnswer, { id, params }: JsonRpcRequest, text: string): void {
    const asked = params?.['protocolVersion'];
    this.#session = {
      id: answer.headers['mcp-session-id'],
      revision: typeof asked === 'string' ? asked : '2025-03-26',
      initialize: text,
      initializeId: id,
      settings: new SessionSettings(),
    };
  }

  /** Begins another session where the gateway knows this one no more; of all who find that out, the first does. */
  #renew(gone: FrontSession): Promise<void> {
    gone.renewed ??= this.#beginAgain(gone).catch((thrown: unknown) => {
      // Who comes next may have more luck.
      gone.renewed = undefined;
      throw thrown;
    });
    this.#begun = gone.renewed.catch(() => undefined);
    return gone.renewed;
  }

  async #beginAgain({ revision, initialize, initializeId, settings, listening }: FrontSession): Promise<void> {
    const { signal } = this.#end;
    const answer = await this.#send('POST', posted, initialize, signal);
    const id = answer.headers['mcp-session-id'];
    // The client has had an answer to this: of another one only counts why there is none.
    const response = await responseIn(answer, initializeId);
    const why = response !== undefined && 'error' in response ? `: ${response.error.message}` : '';
    if (id === undefined) throw new DemarcError('DMC_UPSTREAM', `the session is gone, and no other one begins${why}`);
    const session: FrontSession = { id, revision, initialize, initializeId, settings };
    const taken = await this.#send('POST', { ...posted, ...headersIn(session) }, initialized, signal);
    taken.discard();
    this.#session = session;
    listening?.abort();
    if (listening !== undefined) void this.#listen(session);
    await this.#setAgain(session);
  }

  /** Sets what was set in the session before; what the server does not take again, or not in time, is left. */
  async #setAgain(session: FrontSession): Promise<void> {
    const late = AbortSignal.timeout(this.#options.setAgainMs ?? setAgainMs);
    const signal = AbortSignal.any([this.#end.signal, late]);
    const headers = { ...posted, ...headersIn(session) };
    try {
      for (const request of session.settings.again()) {
        const answer = await this.#send('POST', headers, JSON.stringify(request), signal);
        await answer.bytes(limits.gatewayMessageBytesMax);
      }
    } catch {
      // The next request of the client hears what is wrong.
    }
  }

  /** What the server says unasked, for as long as the session lasts. */
  async #listen(session: FrontSession): Promise<void> {
    session.listening = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, session.listening.signal]);
    let lastId: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const resumed: Record<string, string> = lastId === undefined ? {} : { 'last-event-id': lastId };
        const headers = { accept: 'text/event-stream', ...resumed, ...headersIn(session) };
        const answer = await this.#send('GET', headers, undefined, signal);
        if (typeOf(answer) !== 'text/event-stream') {
          answer.discard();
          return isGone(answer, headers) ? await this.#renew(session) : undefined;
        }
        failures = 0;
        const last = await this.#takeEvents(answer);
        lastId = last.id ?? lastId;
        await wait(last.retryMs, signal);
      } catch {
        await wait(backedOffMs(reopenMs, failures++), signal);
      }
    }
  }

  async #endSession(): Promise<void> {
    if (this.#session?.id === undefined) return;
    const signal = AbortSignal.timeout(limits.gatewayProcessEndMs);
    const answer = await this.#send('DELETE', headersIn(this.#session), undefined, signal).catch(() => undefined);
    answer?.discard();
  }

  /** Sends a message of the client; once more where that takes another session (2025-11-25, Session Management). */
  async #post(message: JsonRpcMessage, text: string, signal: AbortSignal): Promise<HttpAnswer> {
    const session = this.#session;
    const headers = this.#headersOf(message);
    const answer = await this.#send('POST', headers, text, signal);
    if (session === undefined || !isGone(answer, headers)) return answer;
    answer.discard();
    await this.#renew(session);
    return this.#send('POST', this.#headersOf(message), text, signal);
  }

  async #send(
    method: FrontCall['method'],
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    return this.#options.send({ method, headers: { ...headers, ...(await this.#options.headers()) }, body, signal });
  }

  #headersOf(message: JsonRpcMessage): Record<string, string> {
    const headers: Record<string, string> = { ...posted };
    if ('method' in message && message.method === 'initialize') return headers;
    const meta = 'method' in message ? message.params?.['_meta'] : undefined;
    const revision = isJsonObject(meta) ? meta[metaKey.protocolVersion] : undefined;
    if (!('method' in message) || typeof revision !== 'string') return Object.assign(headers, headersIn(this.#session));
    headers['mcp-protocol-version'] = revision;
    headers['mcp-method'] = message.method;
    if (!('id' in message)) return headers;
    const name = nameOf(message);
    if (name !== undefined) headers['mcp-name'] = encodeHeaderValue(name);
    return Object.assign(headers, this.#paramHeaders.fieldsFor('', message, new Map()));
  }
}

function typeOf({ headers }: HttpAnswer): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
}

function headersIn(session: FrontSession | undefined): Record<string, string> {
  if (session === undefined) return {};
  const { id, revision } = session;
  return { 'mcp-protocol-version': revision, ...(id === undefined ? {} : { 'mcp-session-id': id }) };
}

/** Whether an answer says that there is no such session. */
function isGone({ status }: HttpAnswer, sent: Readonly<Record<string, string>>): boolean {
  return status === 404 && 'mcp-session-id' in sent;
}
