import type { JsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import {
  failureOf,
  type JsonRpcId,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  resultOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { BoundedQueue } from '../bounded-queue.ts';
import { cancelledId } from '../mcp/message.ts';
import { type ServerLink, SessionGone } from './server-link.ts';
import { everyList, missed } from './told.ts';

/** One connection to a server of the stateful era, for clients that can do the same things. */
export class Session {
  readonly link: ServerLink;
  /** Resolves when the connection is initialised; rejects as the handshake does. */
  readonly ready: Promise<void>;
  isReady = false;
  /** What the server said of itself. */
  initialized: JsonObject = {};
  logLevel: unknown;
  /** Requests that wait for it or are under way in it, and when the last of them ended. */
  users = 0;
  usedMs: number;
  /** Questions of the server that came on no call's own stream: any call of this client can carry one back to it. */
  readonly #strays = new BoundedQueue<JsonRpcRequest>(limits.bridgeUnheardMax, limits.gatewayQueuedLengthMax);
  readonly #waiting = new Set<() => void>();
  readonly #listeners = new Set<(notification: JsonRpcNotification) => void>();
  /** Subscriptions by resource: for the server those of all clients are one. */
  readonly #subscribed = new Map<string, number>();
  readonly #stop = new Stop();

  /** @param handshake what the server says of itself; it ends with the session, whoever asked for it first */
  constructor(link: ServerLink, handshake: (signal: StopSignal) => Promise<JsonObject>, nowMs: number) {
    this.link = link;
    this.usedMs = nowMs;
    this.ready = handshake(this.#stop).then((initialized) => {
      this.initialized = initialized;
      this.isReady = true;
      void this.#hear();
    });
    // All who waited for it may have gone.
    this.ready.catch(() => undefined);
  }

  takeStray(): JsonRpcRequest | undefined {
    return this.#strays.shift();
  }

  /** Keeps a question for a call that can carry it back. @returns what answers it with an error, where no call has taken it yet */
  setAside(question: JsonRpcRequest): () => void {
    const refuse = (): void => void this.#refuse(question).catch(() => undefined);
    if (!this.#strays.push(question, lengthOf(question))) {
      refuse();
      return () => undefined;
    }
    for (const wake of this.#waiting) wake();
    return () => {
      if (this.#strays.remove(question)) refuse();
    };
  }

  /** Resolves when there may be a stray, or never. @returns what ends the wait */
  waitForStray(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  /** What the server says unasked, from this call on until `signal` is aborted or the connection is gone. */
  heard(signal: StopSignal): AsyncIterable<JsonRpcNotification> {
    const queue = new BoundedQueue<JsonRpcNotification>(limits.bridgeUnheardMax, limits.gatewayQueuedLengthMax);
    let wake: () => void = () => undefined;
    const listener = (notification: JsonRpcNotification): void => {
      queue.push(notification, lengthOf(notification));
      wake();
    };
    const over = new Stop();
    over.follow(signal, this.#stop);
    const stop = (): void => {
      this.#listeners.delete(listener);
      wake();
    };
    if (!over.aborted) this.#listeners.add(listener);
    over.addEventListener('abort', stop);
    const events = async function* (): AsyncGenerator<JsonRpcNotification> {
      while (!over.aborted) {
        for (let next = queue.shift(); next !== undefined && !over.aborted; next = queue.shift()) yield next;
        if (queue.isEmpty && !over.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    };
    return events();
  }

  /** Everybody who listens hears it. */
  tell(notification: JsonRpcNotification): void {
    for (const listener of this.#listeners) listener(notification);
  }

  subscribe(uri: string): void {
    this.#subscribed.set(uri, (this.#subscribed.get(uri) ?? 0) + 1);
  }

  /** @returns whether that was the last subscription to it */
  unsubscribe(uri: string): boolean {
    const left = (this.#subscribed.get(uri) ?? 0) - 1;
    if (left > 0) this.#subscribed.set(uri, left);
    else this.#subscribed.delete(uri);
    return left === 0;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.link.close();
  }

  async #hear(): Promise<void> {
    try {
      // A ping whose answer is not taken is the server's loss; what it says next is heard.
      for await (const message of this.link.unasked(this.#stop, () => this.#tellMissed()))
        await this.#take(message).catch(() => undefined);
    } catch (thrown) {
      // A server need not have such a stream; calls do without it. Who waits for what a session brings waits no longer where it is gone.
      if (thrown instanceof SessionGone) this.#stop.abort();
    }
  }

  #tellMissed(): void {
    for (const one of missed({ ...everyList, resourceSubscriptions: [...this.#subscribed.keys()] })) this.tell(one);
  }

  async #take(message: JsonRpcMessage): Promise<void> {
    if (!('method' in message)) return;
    const cancelled = cancelledId(message);
    if (cancelled !== undefined) this.#strays.removeFirst(({ id }) => id === cancelled);
    else if (!('id' in message)) this.tell(message);
    else if (message.method === 'ping') await this.link.answer(resultOf(message.id, {}));
    else this.setAside(message);
  }

  async #refuse({ id }: JsonRpcRequest): Promise<void> {
    await this.link.answer(failureOf(id, rpcErrors.internal, 'The client does not answer'));
  }
}

function lengthOf(message: JsonRpcMessage): number {
  return JSON.stringify(message).length;
}

/** What a server says about one call: on the call's own stream, or, for its questions, anywhere. */
export class CallMessages {
  readonly #session: Session;
  readonly #own: AsyncIterator<JsonRpcMessage>;
  readonly #carriesQuestions: boolean;
  #next: Promise<IteratorResult<JsonRpcMessage>> | undefined;
  #result: IteratorResult<JsonRpcMessage> | undefined;
  /** A question came on no call's own stream: the server may answer this call and wait for it all the same. */
  hasStray = false;
  /** Its id at the server. */
  readonly call: JsonRpcId;

  /** @param carriesQuestions whether its answer can be a question; else what the server asks waits for a call whose can */
  constructor(session: Session, own: AsyncIterable<JsonRpcMessage>, carriesQuestions: boolean, call: JsonRpcId) {
    this.call = call;
    this.#session = session;
    this.#carriesQuestions = carriesQuestions;
    this.#own = own[Symbol.asyncIterator]();
  }

  /** @returns undefined after the last message */
  async next(): Promise<JsonRpcMessage | undefined> {
    const own = this.#begin();
    for (;;) {
      if (this.#result !== undefined) {
        const { value, done } = this.#result;
        this.#next = undefined;
        this.#result = undefined;
        return done === true ? undefined : value;
      }
      const stray = this.#carriesQuestions ? this.#takeStray() : undefined;
      if (stray !== undefined) return stray;
      let end: () => void = () => undefined;
      const woken = new Promise<void>((resolve) => {
        end = this.#session.waitForStray(resolve);
      });
      await Promise.race([own, woken]).finally(() => end());
    }
  }

  /** The next message, if there is one before so many milliseconds have passed. @returns undefined also after the last one */
  async soon(waitMs: number): Promise<JsonRpcMessage | undefined> {
    const own = this.#begin();
    const stray = this.#result === undefined ? this.#takeStray() : undefined;
    if (stray !== undefined) return stray;
    let end: () => void = () => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
      end = this.#session.waitForStray(resolve);
    });
    await Promise.race([own, over]).finally(() => {
      clearTimeout(timer);
      end();
    });
    return this.#result === undefined ? this.#takeStray() : this.next();
  }

  /** Comes again with the next call of `next`. */
  putBack(message: JsonRpcMessage): void {
    const result: IteratorResult<JsonRpcMessage> = { value: message, done: false };
    this.#result = result;
    this.#next = Promise.resolve(result);
  }

  #begin(): Promise<unknown> {
    if (this.#next !== undefined) return this.#next;
    this.#next = this.#own.next().then((result) => (this.#result = result));
    // Who gets a question of before the call does not wait for the call: it may fail all the same.
    this.#next.catch(() => undefined);
    return this.#next;
  }

  #takeStray(): JsonRpcRequest | undefined {
    const stray = this.#session.takeStray();
    this.hasStray ||= stray !== undefined;
    return stray;
  }
}
