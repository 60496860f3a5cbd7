import type { StopSignal } from '../base/stop.ts';

/** One HTTP request and the way to answer it; made by the real server in `app/`. */
export interface Exchange {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Names in lower case, in order, duplicates kept: pairs of name and value. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly peer: Peer;
  /** Aborted when the client went away before the answer was complete. */
  readonly signal: StopSignal;
  /** The whole body. @throws DemarcError `DMC_REQUEST_TOO_LARGE` as soon as it has more than `bytesMax` bytes */
  body(bytesMax: number): Promise<Uint8Array>;
  /** Answers, once. */
  respond(status: number, headers: Readonly<Record<string, string>>, body?: string | Uint8Array): void;
  /** Begins an answer of unknown length. */
  stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream;
}

export interface Peer {
  readonly address: string;
  /** The client's certificate, verified against the configured authorities (mutual TLS). */
  readonly certificate?: PeerCertificate | undefined;
}

export interface PeerCertificate {
  /** Attributes in the certificate's order, as `CN=build,O=Example`; commas and the like in a value have a backslash before them. */
  readonly subject: string;
  /** SHA-256 as Node.js writes it: `AA:BB:…`. */
  readonly fingerprint256: string;
  /** Subject alternative names that are URIs: SPIFFE ids. */
  readonly uris?: readonly string[] | undefined;
  /** When it ends, in milliseconds since the epoch; not a number where that cannot be read. */
  readonly expiresMs: number;
}

export interface AnswerStream {
  /** Resolves when more can be written: at once, unless the client reads slowly. */
  write(chunk: string | Uint8Array): Promise<void>;
  end(): void;
  /** Breaks the connection: what was sent is not the whole answer. */
  abort(): void;
}
