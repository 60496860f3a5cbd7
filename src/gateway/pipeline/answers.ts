import type { JsonRpcFailure, JsonRpcId, JsonRpcRequest, JsonRpcResponse } from '../../model/mcp.ts';
import { eraOf, type McpRevision } from '../../model/mcp.ts';

/** JSON-RPC error codes that the gateway answers with itself. */
export const rpcErrors = { methodNotFound: -32601, invalidParams: -32602, internal: -32603 } as const;

export function failure(id: JsonRpcId, code: number, message: string): JsonRpcFailure {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

/**
 * What a client gets for something that is not there, or that it may not know of: the same answer, so that it learns
 * nothing. The codes and texts are those of servers (specification 2025-11-25, tools; 2026-07-28, resources).
 */
export function unknownName(
  request: JsonRpcRequest,
  feature: 'tool' | 'resource' | 'prompt',
  name: string,
): JsonRpcFailure {
  const what =
    feature === 'tool'
      ? `Unknown tool: ${name}`
      : feature === 'prompt'
        ? `Unknown prompt: ${name}`
        : 'Resource not found';
  return failure(request.id, rpcErrors.invalidParams, what);
}

/**
 * A refusal that the model behind the client can read. For a tool it is a result with `isError`, so that the run goes on;
 * it names reason codes and the call, and nothing of the policy.
 */
export function refusal(
  request: JsonRpcRequest,
  revision: McpRevision,
  feature: 'tool' | 'resource' | 'prompt',
  text: string,
): JsonRpcResponse {
  if (feature !== 'tool') return failure(request.id, rpcErrors.invalidParams, text);
  return {
    jsonrpc: '2.0',
    id: request.id,
    result: {
      ...(eraOf(revision) === 'stateless' ? { resultType: 'complete' } : {}),
      content: [{ type: 'text', text }],
      isError: true,
    },
  };
}
