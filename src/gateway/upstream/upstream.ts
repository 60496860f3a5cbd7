import { DemarcError } from '../../base/errors.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { JsonRpcMessage, McpRevision } from '../../model/mcp.ts';
import type { Principal } from '../../model/principal.ts';
import type { RequestHeaders } from '../http/request-headers.ts';

/** One server as the relay reaches it: over HTTP, standard input and output, or several together. */
export interface Upstream {
  /**
   * Sends a message, or opens the stream on which the server speaks unasked (`listen`), or ends a session (`end`).
   * @throws DemarcError `DMC_UPSTREAM` when the server cannot be reached, is too slow or answers what is no MCP
   */
  send(outgoing: Outgoing): Promise<Reply>;
  /** Ends everything that is open. */
  close(): Promise<void>;
}

export interface Outgoing {
  readonly kind: 'message' | 'listen' | 'end';
  /** What is sent, and the same as canonical JSON text; absent for `listen` and `end`. */
  readonly message?: JsonRpcMessage | undefined;
  readonly text?: string | undefined;
  readonly principal: Principal;
  readonly revision: McpRevision;
  /** The fields of the client's request; what of them may go on is the upstream's affair. */
  readonly headers: RequestHeaders;
  /** Fields the gateway adds, such as a credential for this server. */
  readonly added?: Readonly<Record<string, string>> | undefined;
  /** The session as the server names it. */
  readonly link?: string | undefined;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: StopSignal;
}

/** The same with another signal. Written out: Node 20 takes microseconds for an object that is spread and then added to. */
export function withSignal(
  { kind, message, text, principal, revision, headers, added, link }: Outgoing,
  signal: StopSignal,
): Outgoing {
  return { kind, message, text, principal, revision, headers, added, link, signal };
}

/** What a server answers. */
export type Reply =
  | {
      readonly kind: 'message';
      readonly status: number;
      readonly message: JsonRpcMessage;
      /** The message as JSON text. */
      readonly text: string;
      readonly link?: string | undefined;
    }
  | { readonly kind: 'stream'; readonly events: AsyncIterable<ServerEvent>; readonly link?: string | undefined }
  /** No message: an acceptance (202), or a refusal without a JSON-RPC body. */
  | { readonly kind: 'status'; readonly status: number; readonly link?: string | undefined };

/** One event of a server's stream: a message, or what only keeps the stream alive or resumable. */
export interface ServerEvent {
  readonly message?: JsonRpcMessage;
  readonly text?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
}

/** What a server did wrong, in an error that names it. @param what such as `cannot be reached` */
export function serverFailure(server: string, what: string, cause?: unknown): DemarcError {
  return new DemarcError('DMC_UPSTREAM', `server \`${server}\` ${what}`, { cause });
}

/** A server that said nothing for too long. */
export class ServerTimeout extends DemarcError {
  constructor(server: string, cause?: unknown) {
    super('DMC_UPSTREAM', `server \`${server}\` did not answer in time`, { cause });
  }
}
