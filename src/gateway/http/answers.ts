import {
  type JsonRpcFailure,
  type JsonRpcId,
  type JsonRpcResponse,
  type McpRevision,
  failureOf,
  rpcErrors,
} from '../../model/mcp.ts';
import { eraOf } from '../../model/mcp.ts';
import type { Exchange } from '../exchange.ts';

const json = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** Refuses a request with a JSON-RPC error, without an id where it is not known. */
export function refuse(
  exchange: Exchange,
  status: number,
  reason: string,
  more: {
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly code?: number | undefined;
    readonly id?: JsonRpcId | undefined;
    readonly data?: unknown;
  } = {},
): void {
  const body = failureOf(more.id ?? null, more.code ?? rpcErrors.invalidRequest, reason, more.data);
  exchange.respond(status, { ...json, ...more.headers }, JSON.stringify(body));
}

/** What a resource gets that is not there: the code differs (2025-11-25, Resources; 2026-07-28, Error Codes). */
export function resourceNotFound(id: JsonRpcId, revision: McpRevision, uri: unknown): JsonRpcFailure {
  const code = eraOf(revision) === 'stateful' ? rpcErrors.resourceNotFound : rpcErrors.invalidParams;
  return failureOf(id, code, 'Resource not found', { uri });
}

/** Answers with JSON text. */
export function respondJson(
  exchange: Exchange,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  exchange.respond(status, { ...json, ...headers }, text);
}

/** Fields of an answer that is a stream. Proxies on the way must not hold events back. */
export const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** The status of an answer the gateway makes itself (2026-07-28, Streamable HTTP; before, a JSON-RPC error was no HTTP error). */
export function statusOf(response: JsonRpcResponse, revision: McpRevision): number {
  if (!('error' in response) || eraOf(revision) === 'stateful') return 200;
  const { code } = response.error;
  if (code === rpcErrors.methodNotFound) return 404;
  return code <= rpcErrors.headerMismatch && code >= rpcErrors.unsupportedVersion ? 400 : 200;
}
