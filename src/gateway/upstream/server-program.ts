import { isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { DemarcError } from '../../base/errors.ts';
import type { StopSignal } from '../../base/stop.ts';
import {
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  failureOf,
  resultOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { parseStrictJson } from '../http/strict-json.ts';
import { cancelledId, classify, idKey, isRequest, isResponse } from '../mcp/message.ts';
import { replaceId } from '../mcp/replace-id.ts';
import { metaKey } from '../mcp/revision.ts';
import type { Channel } from './channel.ts';
import { EventQueue, type QueueBounds } from './event-queue.ts';
import { LineReader } from './line-reader.ts';
import { serverFailure, ServerTimeout } from './upstream.ts';

export type ProgramBounds = QueueBounds &
  Readonly<
    Record<
      'gatewayMessageBytesMax' | 'gatewayErrorOutputLengthMax' | 'gatewayCallIdleMs' | 'gatewayProcessEndMs',
      number
    >
  >;

/** A request that waits for its answer. */
interface Call {
  readonly id: JsonRpcId;
  readonly method: string;
  readonly link: string;
  readonly progressToken: unknown;
  readonly events: EventQueue;
  /** Keys of the questions that the server asked about it and that wait for an answer. */
  readonly asked: Set<string>;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * One process or connection of a server, shared by the sessions (links) of one principal. Each request gets an id and a progress token of the
 * process's own, so that clients cannot collide; both are given back with the answer. What the server says unasked goes to the
 * one request in flight, if there is one only, and else to the streams of the sessions.
 */
export class ServerProgram {
  readonly #name: string;
  readonly #channel: Channel;
  readonly #bounds: ProgramBounds;
  readonly #calls = new Map<number, Call>();
  /** Calls that became tasks: how far they have come is told by their tokens for as long as those last. */
  readonly #tasks = new Map<number, Pick<Call, 'link' | 'progressToken'>>();
  /** The streams of the sessions on which the server speaks unasked. */
  readonly #listeners = new Map<string, EventQueue>();
  #nextId = 1;
  #errorOutput = '';
  #ended: string | undefined;
  #unwritten = 0;
  /** Why the process ended. Never rejects. */
  readonly ended: Promise<string>;
  /** The server has said something: it works. */
  hasSpoken = false;

  constructor(name: string, channel: Channel, bounds: ProgramBounds) {
    this.#name = name;
    this.#channel = channel;
    this.#bounds = bounds;
    this.ended = channel.ended.then((why) => {
      this.#endAll(why);
      return why;
    });
    void this.#read();
    void this.#readErrors();
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  /** The last of what it wrote to standard error. */
  get errorOutput(): string {
    return this.#errorOutput;
  }

  open(link: string): void {
    this.#listeners.set(link, this.#queue());
  }

  /** Forgets a session, and cancels its calls. @returns whether there is none left */
  close(link: string): boolean {
    for (const [id, call] of this.#calls) {
      if (call.link !== link) continue;
      this.#cancel(id, 'its session ended');
      call.events.end(this.#failed('was not waited for'));
    }
    this.#listeners.get(link)?.end();
    this.#listeners.delete(link);
    return this.#listeners.size === 0;
  }

  /** What the server says unasked in a session, from now on; whoever listened before hears no more. */
  listen(link: string, signal: StopSignal): EventQueue | undefined {
    const before = this.#listeners.get(link);
    if (before === undefined) return undefined;
    const queue = this.#queue();
    before.moveTo(queue);
    this.#listeners.set(link, queue);
    const stop = (): void => {
      // What comes until the client listens again waits for it.
      const next = this.#queue();
      queue.moveTo(next);
      if (this.#listeners.get(link) === queue) this.#listeners.set(link, next);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return queue;
  }

  /** Sends a request; the events end with its answer. */
  request(request: JsonRpcRequest, link: string, signal: StopSignal): EventQueue {
    const id = this.#nextId++;
    const events = new EventQueue(this.#bounds, () => this.#cancel(id, 'the client went away'));
    const meta = request.params?.['_meta'];
    const progressToken = isJsonObject(meta) ? meta['progressToken'] : undefined;
    const asked = new Set<string>();
    const timer = setTimeout(() => {
      // A subscription may be silent, and while somebody is asked, the server has nothing to say.
      if (request.method === 'subscriptions/listen' || asked.size > 0) return;
      this.#cancel(id, 'it took too long');
      events.end(new ServerTimeout(this.#name));
    }, this.#bounds.gatewayCallIdleMs);
    this.#calls.set(id, { id: request.id, method: request.method, link, progressToken, events, asked, timer });
    const stop = (): void => {
      this.#cancel(id, 'the client went away');
      events.end(this.#failed('was not waited for'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    const sent =
      progressToken === undefined
        ? { ...request, id }
        : { ...request, id, params: { ...request.params, _meta: { ...(meta as object), progressToken: id } } };
    if (this.#ended !== undefined) this.#endAll(this.#ended);
    else if (!signal.aborted) void this.#write(sent);
    return events;
  }

  #queue(): EventQueue {
    return new EventQueue(this.#bounds, () => undefined);
  }

  /** Sends a notification or a response of a client. */
  async pass(message: JsonRpcMessage, link: string): Promise<void> {
    if (this.#ended !== undefined) throw this.#failed(this.#ended);
    if (isResponse(message) && message.id !== null) this.#settle(message.id);
    if ('method' in message && message.method === 'notifications/cancelled') {
      const id = this.#idOf(message.params?.['requestId'], link);
      // What is not in flight any more cannot be cancelled.
      if (id === undefined) return;
      await this.#write({ ...message, params: { ...message.params, requestId: id } });
    } else await this.#write(message);
  }

  async end(): Promise<void> {
    await this.#channel.end(this.#bounds.gatewayProcessEndMs);
    await this.ended;
  }

  async #write(message: JsonRpcMessage): Promise<void> {
    const text = `${JSON.stringify(message)}\n`;
    if (this.#unwritten > this.#bounds.gatewayMessageBytesMax) {
      this.#endAll('does not read its input');
      return this.#channel.end(this.#bounds.gatewayProcessEndMs);
    }
    this.#unwritten += text.length;
    await this.#channel.write(text);
    this.#unwritten -= text.length;
  }

  async #read(): Promise<void> {
    const reader = new LineReader(this.#bounds.gatewayMessageBytesMax);
    for await (const chunk of this.#channel.output) {
      for (const line of reader.push(chunk)) {
        const read = line === undefined ? { fault: 'is too long' } : parseStrictJson(line);
        const classified = 'fault' in read ? read : classify(read.value);
        // Servers print to standard output what belongs on standard error; that is no reason to give them up.
        if ('fault' in read || 'fault' in classified)
          this.#keepError(`${line === undefined ? 'a line is too long' : Buffer.from(line).toString('utf8')}\n`);
        else this.#take(classified.message, read.text);
      }
    }
  }

  async #readErrors(): Promise<void> {
    for await (const chunk of this.#channel.errors) this.#keepError(Buffer.from(chunk).toString('utf8'));
  }

  #keepError(text: string): void {
    this.#errorOutput = (this.#errorOutput + text).slice(-this.#bounds.gatewayErrorOutputLengthMax);
  }

  #take(message: JsonRpcMessage, text: string): void {
    this.hasSpoken = true;
    if (isResponse(message)) return this.#takeResponse(message.id, message, text);
    if (isRequest(message)) return this.#takeRequest(message, text);
    const cancelled = cancelledId(message);
    const asker = cancelled === undefined ? undefined : this.#settle(cancelled);
    if (asker !== undefined) return void asker.events.push({ message, text });
    const found = this.#callOf(message);
    if (found === undefined) return this.#takeUnasked(message, text);
    const [id, call] = found;
    call.timer.refresh();
    if (message.method === 'notifications/cancelled') {
      this.#finish(id, call);
      return call.events.end();
    }
    call.events.push(this.#restored(message, call));
  }

  #takeResponse(id: JsonRpcId | null, message: JsonRpcMessage, text: string): void {
    const call = typeof id === 'number' ? this.#calls.get(id) : undefined;
    // An answer to nothing that was asked, or to what was cancelled.
    if (call === undefined || typeof id !== 'number') return;
    this.#finish(id, call);
    if (call.progressToken !== undefined && 'result' in message && isJsonObject(message.result['task']))
      this.#keepToken(id, call);
    call.events.push({ message: { ...message, id: call.id } as JsonRpcMessage, text: replaceId(text, call.id) }, true);
    call.events.end();
  }

  /** A request of the server goes to one client only; a ping, to none. */
  #takeRequest(message: JsonRpcRequest, text: string): void {
    // It asks whether this end is there, and no client may be listening (2025-11-25, Ping).
    if (message.method === 'ping') return void this.#write(resultOf(message.id, {}));
    const call = this.#onlyCall();
    const queue = call?.events ?? [...this.#listeners.values()].at(-1);
    if (queue?.push({ message, text }) === true) call?.asked.add(idKey(message.id));
    else void this.#write(failureOf(message.id, rpcErrors.internal, 'no client can be asked'));
  }

  /** A question is answered, or taken back: from now on the server may be silent for so long. @returns the call that it is about */
  #settle(id: JsonRpcId): Call | undefined {
    for (const call of this.#calls.values()) {
      if (!call.asked.delete(idKey(id))) continue;
      call.timer.refresh();
      return call;
    }
    return undefined;
  }

  #keepToken(id: number, { link, progressToken }: Call): void {
    const [oldest] = this.#tasks.keys();
    if (oldest !== undefined && this.#tasks.size >= limits.gatewayPendingMax) this.#tasks.delete(oldest);
    this.#tasks.set(id, { link, progressToken });
  }

  /** How far a task has come: for the session whose it is. Of what has ended nobody waits to hear. */
  #takeProgress(message: JsonRpcNotification): void {
    const task = this.#tasks.get(message.params?.['progressToken'] as number);
    if (task === undefined) return;
    const only = this.#onlyCall();
    const queue = only?.link === task.link ? only.events : this.#listeners.get(task.link);
    queue?.push(withToken(message, task.progressToken));
  }

  #takeUnasked(message: JsonRpcNotification, text: string): void {
    if (message.method === 'notifications/progress') return this.#takeProgress(message);
    const only = isAboutCalls(message) ? this.#onlyCall() : undefined;
    if (only !== undefined) only.events.push({ message, text });
    else for (const queue of this.#listeners.values()) queue.push({ message, text });
  }

  /** The one request in flight, if it is the only one: what is said then is about it. */
  #onlyCall(): Call | undefined {
    const [only] = this.#calls.values();
    return this.#calls.size === 1 && only?.method !== 'initialize' ? only : undefined;
  }

  /** The request that a notification is about. */
  #callOf({ method, params }: JsonRpcNotification): readonly [id: number, call: Call] | undefined {
    const meta = params?.['_meta'];
    const id =
      method === 'notifications/progress'
        ? params?.['progressToken']
        : method === 'notifications/cancelled'
          ? params?.['requestId']
          : isJsonObject(meta)
            ? meta[metaKey.subscriptionId]
            : undefined;
    const call = typeof id === 'number' ? this.#calls.get(id) : undefined;
    if (call === undefined || typeof id !== 'number') return undefined;
    // Of calls, a server takes back subscriptions only; else it takes back questions of its own, whose ids can be the same numbers.
    if (method === 'notifications/cancelled' && call.method !== 'subscriptions/listen') return undefined;
    return [id, call];
  }

  /** The notification with the client's own token or id. */
  #restored(message: JsonRpcNotification, call: Call): { message: JsonRpcMessage; text: string } {
    if (message.method === 'notifications/progress') return withToken(message, call.progressToken);
    const meta = message.params?.['_meta'];
    const params = { ...message.params, _meta: { ...(meta as object), [metaKey.subscriptionId]: call.id } };
    const restored = { ...message, params };
    return { message: restored, text: JSON.stringify(restored) };
  }

  #idOf(id: unknown, link: string): number | undefined {
    if (typeof id !== 'string' && typeof id !== 'number') return undefined;
    for (const [own, call] of this.#calls) if (call.link === link && idKey(call.id) === idKey(id)) return own;
    return undefined;
  }

  /** Where it is still waited for. */
  #cancel(id: number, reason: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#finish(id, call);
    // A client never takes back its handshake (2025-11-25, Cancellation).
    if (call.method === 'initialize') return;
    void this.#write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason } });
  }

  #finish(id: number, call: Call): void {
    this.#calls.delete(id);
    clearTimeout(call.timer);
  }

  #endAll(why: string): void {
    this.#ended ??= why;
    for (const [id, call] of this.#calls) {
      this.#finish(id, call);
      call.events.end(this.#failed(why));
    }
    for (const queue of this.#listeners.values()) queue.end();
    this.#listeners.clear();
  }

  #failed(what: string): DemarcError {
    return serverFailure(this.#name, what);
  }
}

/** Notifications that belong to what is being done, rather than to what the server offers. */
function isAboutCalls({ method }: JsonRpcNotification): boolean {
  return !/\/list_changed$|^notifications\/resources\/updated$/.test(method);
}

function withToken(message: JsonRpcNotification, progressToken: unknown): { message: JsonRpcMessage; text: string } {
  const restored = { ...message, params: { ...message.params, progressToken } };
  return { message: restored, text: JSON.stringify(restored) };
}
