import type { StopSignal } from '../base/stop.ts';
import type {
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  McpRevision,
} from '../model/mcp.ts';
import type { Principal } from '../model/principal.ts';

/** Where a message of a client belongs. */
export interface ClientContext {
  readonly principal: Principal;
  /** Name of the server in the configuration. */
  readonly server: string;
  readonly revision: McpRevision;
  /** The session of the stateful era, as the gateway names it; bound to the principal. */
  readonly session?: string | undefined;
  /** What the client says it can do: with the request (stateless era), or when the session began. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** The name a client gives its run, in the field `Demarc-Run` or in `_meta`. */
  readonly named?: string | undefined;
  /** What the client says its user wrote, from `_meta`; it never goes further. */
  readonly userWords?: string | undefined;
  /** W3C `traceparent`, from the header or `_meta`. */
  readonly trace?: string | undefined;
  /** The task that a request is about, where the principal has it: the tool whose call it is, and the run that called. */
  readonly task?:
    | {
        readonly tool: string;
        readonly run?: string | undefined;
        /** Has the server told that nobody wants it any more. */
        readonly stop?: (reason: string) => void;
      }
    | undefined;
  /** Aborted when the client went away. */
  readonly signal: StopSignal;
  /** Whether what the client proved itself with still counts, for what waited long; it does where that cannot be told. */
  readonly isProven?: (() => Promise<boolean>) | undefined;
}

/** How a request that went upstream ended. */
export type CallEnd = 'answered' | 'failed' | 'timeout' | 'cancelled';

/** Sees every message that a server sends about one request, or on a stream of its own, before the client does. */
export interface MessageFilter {
  /**
   * @returns the message the client gets: the same object where nothing changed; undefined where it gets none. A failure with
   * the id of a server's own request is the answer to the server, and the client gets nothing
   */
  message(message: JsonRpcMessage): JsonRpcMessage | undefined | Promise<JsonRpcMessage | undefined>;
  /** Called once, after the last message. */
  ended(end: CallEnd): void;
}

/** The filter, and then a change of what the client gets. @param change gives the same object where nothing changes */
export function changed(filter: MessageFilter, change: (message: JsonRpcMessage) => JsonRpcMessage): MessageFilter {
  const apply = (passed: JsonRpcMessage | undefined): JsonRpcMessage | undefined => passed && change(passed);
  return {
    message: (message) => {
      const passed = filter.message(message);
      return passed instanceof Promise ? passed.then(apply) : apply(passed);
    },
    ended: (end) => filter.ended(end),
  };
}

/** What an interceptor has to do with a task that goes on at its server once the call that made it is answered. */
export interface TaskHold {
  /** The run that made it. */
  readonly run: string;
  /** It goes on from now on. @returns what stops it, with a reason, and what is called once, when it is over */
  enter(): { readonly signal: StopSignal; readonly leave: () => void };
  /**
   * The gateway takes it back from its server.
   *
   * @param taskId the server's name for it @param reason stable reason code
   * @returns headers for the upstream only (a credential). Rejects where there are none
   */
  takenBack(taskId: string, reason: string, signal: StopSignal): Promise<Readonly<Record<string, string>>>;
}

/** What becomes of a client's request. */
export type Interception =
  /** The client gets this answer; the server sees nothing. */
  | { readonly kind: 'answer'; readonly response: JsonRpcResponse }
  /** It goes to the server: the same object where nothing changed. Headers are added for the upstream only (a credential). */
  | {
      readonly kind: 'forward';
      readonly request: JsonRpcRequest;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly filter: MessageFilter;
      /** What becomes of a task that the call may become. */
      readonly task?: TaskHold | undefined;
      /** Aborted when the call has to be stopped, with the reason to tell. */
      readonly signal?: StopSignal | undefined;
    };

/**
 * What stands between clients and servers. The relay carries messages and knows nothing of policy; the interceptor decides
 * and records and knows nothing of transports. The relay calls `begin` for every request of a client (also `initialize`,
 * lists and reads) before anything of it is sent.
 */
export interface Interceptor {
  begin(request: JsonRpcRequest, context: ClientContext): Promise<Interception>;
  /** A notification of a client: what the server gets; undefined where it gets nothing. */
  notification(
    notification: JsonRpcNotification,
    context: ClientContext,
  ): JsonRpcNotification | undefined | Promise<JsonRpcNotification | undefined>;
  /** A client's answer to a request of the server (sampling, elicitation, roots) in the stateful era: what the server gets. */
  answer(response: JsonRpcResponse, context: ClientContext): JsonRpcResponse | Promise<JsonRpcResponse>;
  /** The stream of a session on which a server speaks unasked (GET, stateful era): who sees its messages, and what cuts it. */
  stream(context: ClientContext): { readonly filter: MessageFilter; readonly signal?: StopSignal | undefined };
  /** Why the run of a client was stopped, which is not to go on in another session; undefined where it was not. */
  stopped(context: ClientContext): string | undefined;
}
