/** Revisions of the Model Context Protocol that are spoken, oldest first (modelcontextprotocol.io/specification). */
export const mcpRevisions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'] as const;
export type McpRevision = (typeof mcpRevisions)[number];

/** Until 2025-11-25 a connection is initialised and has state; since 2026-07-28 every request stands for itself. */
export type McpEra = 'stateful' | 'stateless';

export function eraOf(revision: McpRevision): McpEra {
  return revision === '2026-07-28' ? 'stateless' : 'stateful';
}

/** JSON-RPC 2.0, as MCP uses it: no batches, ids are strings or integers. Unknown members are kept. */
export type JsonRpcId = string | number;
export interface JsonRpcRequest {
  readonly jsonrpc: '2.0';
  readonly id: JsonRpcId;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}
export interface JsonRpcNotification {
  readonly jsonrpc: '2.0';
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}
export interface JsonRpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}
export interface JsonRpcResult {
  readonly jsonrpc: '2.0';
  readonly id: JsonRpcId;
  readonly result: Readonly<Record<string, unknown>>;
}
export interface JsonRpcFailure {
  readonly jsonrpc: '2.0';
  /** Null when the request could not be read. */
  readonly id: JsonRpcId | null;
  readonly error: JsonRpcError;
}
export type JsonRpcResponse = JsonRpcResult | JsonRpcFailure;
export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResponse;

/** JSON-RPC 2.0 error codes, and those MCP adds (specification 2026-07-28, schema; -32002 and -32042: 2025-11-25). */
export const rpcErrors = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  resourceNotFound: -32002,
  urlElicitationRequired: -32042,
  headerMismatch: -32020,
  missingClientCapability: -32021,
  unsupportedVersion: -32022,
} as const;

export function resultOf(id: JsonRpcId, result: JsonRpcResult['result']): JsonRpcResult {
  return { jsonrpc: '2.0', id, result };
}

export function failureOf(id: JsonRpcId | null, code: number, message: string, data?: unknown): JsonRpcFailure {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } };
}
