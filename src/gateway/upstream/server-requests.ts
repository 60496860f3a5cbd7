import type { DemarcError } from '../../base/errors.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Principal } from '../../model/principal.ts';
import type { HttpCall, HttpPort, TimedAnswer } from './http-port.ts';
import { serverFailure, ServerTimeout } from './upstream.ts';

/** What a request carries to prove who sends it. */
export interface SentCredential {
  readonly headers: Readonly<Record<string, string>>;
  /** The only origins it may be sent to. */
  readonly origins: readonly string[];
  /** Further fields, made for exactly this request (RFC 9449). */
  readonly prove?:
    | ((request: {
        readonly method: string;
        readonly url: string;
        readonly body: Uint8Array | undefined;
      }) => Promise<Readonly<Record<string, string>>>)
    | undefined;
  /** What it is called when the server rejects it. */
  readonly reference?: string | undefined;
}

/** Where the gateway's own credentials for a server come from. Both reject with a `DemarcError` where there is none. */
export interface CredentialSource {
  get(principal: Principal, signal: StopSignal): Promise<SentCredential>;
  /** The server answered 401 or 403: what to send once more. */
  rejected(
    principal: Principal,
    rejection: {
      readonly status: number;
      readonly wwwAuthenticate: string | undefined;
      readonly dpopNonce: string | undefined;
      readonly reference: string | undefined;
    },
    signal: StopSignal,
  ): Promise<SentCredential>;
}

export interface RequestedServer {
  /** As the configuration names it; for messages. */
  readonly name: string;
  readonly url: URL;
  readonly credentials?: CredentialSource | undefined;
  /** Fields sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What a server did that answers with this status, where it refuses the credential; undefined for others. */
export function credentialRefusal(status: number): string | undefined {
  const refuses = status === 401 || status === 403 || status === 407;
  return refuses ? `refused the gateway's credential (HTTP ${status})` : undefined;
}

/** One request to a server: what goes to it, and for whom. */
export interface ServerCall extends Omit<HttpCall, 'origin'> {
  readonly principal: Principal;
}

/** Requests to one server, with the credential that the gateway has for it. */
export class ServerRequests {
  readonly #server: RequestedServer;
  readonly #http: HttpPort;

  constructor(server: RequestedServer, http: HttpPort) {
    this.#server = server;
    this.#http = http;
  }

  /**
   * The answer; where the server rejects the credential, that to a second request with another one.
   * @throws DemarcError `DMC_UPSTREAM` when the server cannot be reached, or there is no credential for it
   */
  async send(call: ServerCall): Promise<TimedAnswer> {
    const { credentials } = this.#server;
    if (credentials === undefined) return this.#request(call);
    const { principal, signal } = call;
    const credential = await credentials.get(principal, signal);
    const answer = await this.#request(call, credential);
    if (answer.status !== 401 && answer.status !== 403) return answer;
    answer.discard();
    const rejection = {
      status: answer.status,
      wwwAuthenticate: answer.headers['www-authenticate'],
      dpopNonce: answer.headers['dpop-nonce'],
      reference: credential.reference,
    };
    return this.#request(call, await credentials.rejected(principal, rejection, signal));
  }

  async #request(call: ServerCall, credential?: SentCredential): Promise<TimedAnswer> {
    const { method, path, body, signal, idleMs } = call;
    const headers =
      credential === undefined ? call.headers : { ...call.headers, ...(await this.#proof(call, credential)) };
    try {
      return await this.#http.send({ method, origin: this.#server.url.origin, path, headers, body, signal, idleMs });
    } catch (thrown) {
      throw this.failed('cannot be reached', thrown);
    }
  }

  async #proof(
    { method, path, body }: ServerCall,
    credential: SentCredential,
  ): Promise<Readonly<Record<string, string>>> {
    const { origin } = this.#server.url;
    if (!credential.origins.includes(origin)) throw this.failed('is not where its credential may be sent');
    if (credential.prove === undefined) return credential.headers;
    const bytes = body === undefined ? undefined : Buffer.from(body);
    return { ...credential.headers, ...(await credential.prove({ method, url: origin + path, body: bytes })) };
  }

  /** The error of a request that failed: a time-out where its cause is one. */
  failed(what: string, cause?: unknown): DemarcError {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ETIMEDOUT')
      return new ServerTimeout(this.#server.name, cause);
    return serverFailure(this.#server.name, what, cause);
  }
}
