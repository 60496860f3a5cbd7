import type { StopSignal } from '../../base/stop.ts';

/** Requests to servers over HTTP with kept connections; made with undici in `app/`. No redirect is followed. */
export interface HttpPort {
  /**
   * Resolves when the header fields of the answer are there. Rejects when they do not come in time, with the code `ETIMEDOUT`, and when
   * the signal aborts; so does reading the body.
   */
  send(request: HttpCall): Promise<TimedAnswer>;
  close(): Promise<void>;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Scheme and authority. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: StopSignal;
  /** Milliseconds without a byte of the answer before it fails. */
  readonly idleMs: number;
}

/** An answer of a server, which fails where it is silent for too long. */
export interface TimedAnswer extends HttpAnswer {
  /** Changes how long that is, from now on. @param idleMs milliseconds without a byte; 0 for as long as it likes */
  wait(idleMs: number): void;
}

/** An answer whose body is read once, in one of two ways. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body. Rejects, and breaks the connection, when it has more than `bytesMax` bytes. */
  bytes(bytesMax: number): Promise<Uint8Array>;
  /** The body as it comes; the server is slowed to the reader's pace. Leaving the loop breaks the connection. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Breaks the connection. */
  discard(): void;
}
