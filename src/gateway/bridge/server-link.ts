import { DemarcError } from '../../base/errors.ts';
import { asJsonObject, type JsonObject } from '../../base/json-object.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { JsonRpcMessage, JsonRpcNotification, JsonRpcRequest, JsonRpcResponse } from '../../model/mcp.ts';
import type { Outgoing } from '../upstream/upstream.ts';

/** What goes with one request of a client, and with no other: the fields it came with, and those that are added. */
export type Fields = Pick<Outgoing, 'headers' | 'added'>;

/**
 * A server as one client talks to it, in the language of one era. The relay makes links to real servers; a bridge makes a link
 * of one era out of a link of the other.
 */
export interface ServerLink {
  /**
   * Sends a request. Yields what the server says about it, in order: notifications, requests of its own (stateful era; to be
   * answered by `answer`), and the response last. Aborting cancels it.
   *
   * @param fields of the client's request it is sent for; without them, those of what the client sent last
   */
  request(request: JsonRpcRequest, signal: StopSignal, fields?: Fields): AsyncIterable<JsonRpcMessage>;
  notify(notification: JsonRpcNotification): Promise<void>;
  /** The client's answer to a request of the server (stateful era). */
  answer(response: JsonRpcResponse): Promise<void>;
  /**
   * What the server says unasked (stateful era: the GET stream, or anything on stdio), until it is aborted.
   *
   * @param gap told of a time in which the server may have said something that is lost
   */
  unasked(signal: StopSignal, gap?: () => void): AsyncIterable<JsonRpcMessage>;
  close(): Promise<void>;
}

/** Names of members of `_meta` (specification 2026-07-28, basic, `_meta`). */
export const meta = {
  version: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscription: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** An object member, or an empty object. */
export function objectIn(value: JsonObject | undefined, name: string): JsonObject {
  return asJsonObject(value?.[name]);
}

/** The object without some of its members. */
export function without(value: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** The response at the end of what a server says. */
export async function lastOf(messages: AsyncIterable<JsonRpcMessage>): Promise<JsonRpcResponse | undefined> {
  let response: JsonRpcResponse | undefined;
  for await (const message of messages) if (!('method' in message)) response = message;
  return response;
}

/**
 * The server knows the session no more, and has done nothing: who asked begins another one (2025-11-25, Streamable HTTP, Session
 * Management).
 */
export class SessionGone extends DemarcError {
  constructor() {
    super('DMC_UPSTREAM', 'the server answered with HTTP 404');
  }
}
