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
