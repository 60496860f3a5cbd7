import {
  eraOf,
  failureOf,
  type JsonRpcFailure,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type McpRevision,
  rpcErrors,
} from '../../model/mcp.ts';
import { resourceNotFound } from '../http/answers.ts';

/**
 * What a client gets for something that is not there, or that it may not know of: the same answer, so that it learns
 * nothing. The codes and texts are those of servers (specification 2025-11-25, tools, resources; 2026-07-28, resources).
 */
export function unknownName(
  request: JsonRpcRequest,
  revision: McpRevision,
  feature: 'tool' | 'resource' | 'prompt',
  name: string,
): JsonRpcFailure {
  if (feature === 'resource') return resourceNotFound(request.id, revision, name);
  const what = feature === 'tool' ? `Unknown tool: ${name}` : `Unknown prompt: ${name}`;
  return failureOf(request.id, rpcErrors.invalidParams, what);
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
  if (feature !== 'tool') return failureOf(request.id, rpcErrors.invalidParams, text);
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
