import { DemarcError } from '../../base/errors.ts';
import { Stop } from '../../base/stop.ts';
import type { AnswerStream, Exchange, Peer } from '../exchange.ts';
import type { HttpAnswer } from '../upstream/http-port.ts';
import type { FrontCall } from './stdio-front.ts';

/**
 * A way to a relay in this process, without a socket: what `send` of a front needs.
 * @param host one of the relay's own names
 * @param path such as `/mcp/files`
 */
export function localSend(
  handle: (exchange: Exchange) => Promise<void>,
  host: string,
  path: string,
): (call: FrontCall) => Promise<HttpAnswer> {
  return (call) =>
    new Promise((resolve, reject) => {
      const stop = new Stop();
      // Some signals last for as long as the front: they let go of what is over.
      const unfollow = stop.follow(call.signal);
      const cancelled = (): void => reject(new DemarcError('DMC_UPSTREAM', 'the request was cancelled'));
      stop.addEventListener('abort', cancelled);
      if (stop.aborted) cancelled();
      handle(new LocalExchange(call, host, path, stop, resolve))
        .catch(reject)
        .finally(unfollow);
    });
}

class LocalExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly headers: Exchange['headers'];
  readonly peer: Peer = { address: '127.0.0.1' };
  readonly signal: Stop;
  readonly #body: Uint8Array;
  readonly #answer: (answer: HttpAnswer) => void;

  constructor(call: FrontCall, host: string, path: string, signal: Stop, answer: (answer: HttpAnswer) => void) {
    this.method = call.method;
    this.target = path;
    this.headers = [['host', host], ...Object.entries(call.headers)];
    this.signal = signal;
    this.#body = Buffer.from(call.body ?? '');
    this.#answer = answer;
  }

  async body(bytesMax: number): Promise<Uint8Array> {
    if (this.#body.length > bytesMax)
      throw new DemarcError('DMC_REQUEST_TOO_LARGE', `the body is larger than ${bytesMax} bytes`);
    return this.#body;
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array = ''): void {
    const stream = this.stream(status, headers);
    void stream.write(body);
    stream.end();
  }

  stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream {
    const pipe = new Pipe(() => this.signal.abort());
    this.#answer({
      status,
      headers,
      chunks: () => pipe,
      discard: () => this.signal.abort(),
      bytes: async (bytesMax) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of pipe) chunks.push(chunk);
        const bytes = Buffer.concat(chunks);
        if (bytes.length <= bytesMax) return bytes;
        throw new DemarcError('DMC_UPSTREAM', `the answer is larger than ${bytesMax} bytes`);
      },
    });
    return {
      write: (chunk) => pipe.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
      end: () => pipe.end(),
      abort: () => pipe.end(new DemarcError('DMC_UPSTREAM', 'the answer was broken off')),
    };
  }
}

/** Chunks from one writer to one reader, who sets the pace. */
class Pipe implements AsyncIterable<Uint8Array> {
  readonly #left: () => void;
  readonly #chunks: { readonly chunk: Uint8Array; taken: () => void }[] = [];
  #ended: { readonly thrown?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(left: () => void) {
    this.#left = left;
  }

  write(chunk: Uint8Array): Promise<void> {
    return new Promise((taken) => {
      if (this.#ended !== undefined) return taken();
      this.#chunks.push({ chunk, taken });
      this.#wake?.();
    });
  }

  end(thrown?: Error): void {
    this.#ended ??= thrown === undefined ? {} : { thrown };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        const next = this.#chunks.shift();
        if (next !== undefined) {
          next.taken();
          yield next.chunk;
        } else if (this.#ended?.thrown !== undefined) throw this.#ended.thrown;
        else if (this.#ended !== undefined) return;
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
      }
    } finally {
      for (const { taken } of this.#chunks.splice(0)) taken();
      if (this.#ended === undefined) this.#left();
      this.#ended ??= {};
    }
  }
}
