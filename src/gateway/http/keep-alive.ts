import { limits } from '../../base/limits.ts';
import type { AnswerStream } from '../exchange.ts';

/** A comment of one empty line (HTML standard, 9.2.7, authoring notes): clients skip it, what is on the way sees traffic. */
const comment = ':\n\n';
/** Each turn looks at one part of the streams: never do all of them write at once. */
const parts = 15;

/**
 * Keeps idle streams alive: one on which nothing was sent for `gatewayStreamSilenceMs` gets a comment before twice that time has
 * passed, so that proxies and load balancers do not take it for dead. One timer serves all streams.
 */
export class KeepAlive {
  readonly #parts: readonly Set<KeptStream>[] = Array.from({ length: parts }, () => new Set<KeptStream>());
  readonly #timer: ReturnType<typeof setInterval>;
  #at = 0;
  #next = 0;

  constructor(silenceMs: number = limits.gatewayStreamSilenceMs) {
    this.#timer = setInterval(() => this.#turn(), silenceMs / parts).unref();
  }

  /** @returns the stream to write to from now on; it has to be told when the connection closes */
  keep(stream: AnswerStream): KeptStream {
    const part = this.#parts[this.#next++ % parts];
    const kept = new KeptStream(stream, part);
    part?.add(kept);
    return kept;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const part of this.#parts) part.clear();
  }

  #turn(): void {
    for (const stream of this.#parts[this.#at++ % parts] ?? []) stream.look();
  }
}

export class KeptStream implements AnswerStream {
  readonly #stream: AnswerStream;
  readonly #part: Set<KeptStream> | undefined;
  /** Something was sent since the last look. */
  #hasSpoken = true;
  /** A comment waits for a client that reads slowly: one is enough. */
  #isWaiting = false;

  constructor(stream: AnswerStream, part: Set<KeptStream> | undefined) {
    this.#stream = stream;
    this.#part = part;
  }

  write(chunk: string | Uint8Array): Promise<void> {
    this.#hasSpoken = true;
    return this.#stream.write(chunk);
  }

  end(): void {
    this.closed();
    this.#stream.end();
  }

  abort(): void {
    this.closed();
    this.#stream.abort();
  }

  /** The connection is gone, or the answer complete. */
  closed(): void {
    this.#part?.delete(this);
  }

  look(): void {
    const isSilent = !this.#hasSpoken && !this.#isWaiting;
    this.#hasSpoken = false;
    if (!isSilent) return;
    this.#isWaiting = true;
    void this.#stream.write(comment).then(() => {
      this.#isWaiting = false;
    });
  }
}
