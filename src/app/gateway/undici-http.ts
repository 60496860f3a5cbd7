import { Agent, type Dispatcher } from 'undici';
import { DemarcError } from '../../base/errors.ts';
import type { HttpCall, HttpPort, TimedAnswer } from '../../gateway/upstream/http-port.ts';

const connectMs = 10_000;
/** Chunks that wait for their reader before the connection is paused. */
const chunksWaitingMax = 16;

/**
 * Requests with undici's `dispatch`: kept connections, no redirects, no decoding. There is no limit on connections to one server: streams
 * hold theirs for long, and each of them serves a connection of a client, of which there is one.
 */
export function undiciHttp(): HttpPort {
  const agent = new Agent({
    connect: { timeout: connectMs },
    connections: null,
    keepAliveTimeout: 30_000,
    pipelining: 1,
  });
  return {
    send: (call) =>
      new Promise((resolve, reject) => {
        if (call.signal.aborted) return reject(new Error('aborted'));
        agent.dispatch(
          {
            origin: call.origin,
            path: call.path,
            method: call.method,
            headers: call.headers,
            body: call.body ?? null,
            headersTimeout: call.idleMs,
            // It may change while the body comes; see `wait`.
            bodyTimeout: 0,
          },
          new Receiver(call, resolve, reject),
        );
      }),
    close: () => agent.destroy(),
  };
}

/** Receives one answer: first its fields, then its body, whole or in chunks. */
class Receiver implements Dispatcher.DispatchHandler, TimedAnswer {
  status = 0;
  headers: Readonly<Record<string, string | undefined>> = {};
  readonly #signal: HttpCall['signal'];
  readonly #idleMs: number;
  readonly #resolve: (answer: TimedAnswer) => void;
  readonly #reject: (thrown: Error) => void;
  readonly #waiting: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  #failed: Error | undefined;
  #wake: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: HttpCall, resolve: (answer: TimedAnswer) => void, reject: (thrown: Error) => void) {
    this.#signal = call.signal;
    this.#idleMs = call.idleMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) return controller.abort(new Error('aborted'));
    this.#signal.addEventListener('abort', this.#abort, { once: true });
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: object): void {
    // Of a stream without an end they would be kept as long as it lasts.
    controller.rawHeaders = null;
    // 1xx: the answer is still to come.
    if (status < 200) return;
    this.status = status;
    // Fields of which there is one stay as they are: this is done for every answer.
    for (const [name, value] of Object.entries(headers as Record<string, string | string[] | undefined>))
      if (Array.isArray(value)) (headers as Record<string, string>)[name] = value.join(', ');
    this.headers = headers as Record<string, string | undefined>;
    this.wait(this.#idleMs);
    this.#resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#timer?.refresh();
    this.#waiting.push(chunk);
    if (this.#waiting.length >= chunksWaitingMax) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#settle();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, thrown: Error & { code?: string }): void {
    this.#failed = thrown.code === 'UND_ERR_HEADERS_TIMEOUT' ? timeout() : thrown;
    this.#settle();
    this.#reject(this.#failed);
  }

  async bytes(bytesMax: number): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let length = 0;
    for (;;) {
      for (const chunk of this.#waiting.splice(0)) {
        length += chunk.length;
        chunks.push(chunk);
      }
      if (length > bytesMax) {
        this.discard();
        throw new DemarcError('DMC_UPSTREAM', `the answer is larger than ${bytesMax} bytes`);
      }
      if (this.#failed !== undefined) throw this.#failed;
      if (this.#ended) break;
      await this.#more();
    }
    const [only] = chunks;
    return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#waiting.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#failed !== undefined) throw this.#failed;
        else if (this.#ended) return;
        else await this.#more();
      }
    } finally {
      this.discard();
    }
  }

  /** Resolves when there is more, or the end. */
  #more(): Promise<void> {
    if (this.#controller?.paused === true) this.#controller.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  discard(): void {
    if (!this.#ended && this.#failed === undefined) this.#controller?.abort(new Error('the answer is not wanted'));
  }

  wait(idleMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (idleMs === 0 || this.#ended || this.#failed !== undefined) return;
    this.#timer = setTimeout(() => {
      // A reader that is slow is no silence of the server.
      if (this.#controller?.paused === true) this.#timer?.refresh();
      else this.#controller?.abort(timeout());
    }, idleMs);
  }

  readonly #abort = (): void => this.#controller?.abort(new Error('aborted'));

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#abort);
    this.#wake?.();
  }
}

function timeout(): Error {
  return Object.assign(new Error('the server is silent'), { code: 'ETIMEDOUT' });
}
