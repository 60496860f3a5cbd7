import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import type { JsonRpcMessage } from '../../model/mcp.ts';

/**
 * An answer as clients of the stateful era can read it: there, what a tool brings besides its content is an object, and so is what its
 * schema describes (2025-11-25, Tools); since 2026-07-28 it may be any value (SEP-2106). The same object where nothing changes.
 */
export function inOlderShape(method: string, message: JsonRpcMessage): JsonRpcMessage {
  if (!('result' in message)) return message;
  const { result } = message;
  const older = method === 'tools/call' ? olderCall(result) : method === 'tools/list' ? olderList(result) : result;
  return older === result ? message : { ...message, result: older };
}

function olderList(result: JsonObject): JsonObject {
  const { tools } = result;
  if (!Array.isArray(tools)) return result;
  const older = tools.map(olderTool);
  return older.every((tool, at) => tool === tools[at]) ? result : { ...result, tools: older };
}

function olderTool(tool: unknown): unknown {
  if (!isJsonObject(tool)) return tool;
  const { outputSchema, ...rest } = tool;
  return outputSchema === undefined || asJsonObject(outputSchema)['type'] === 'object' ? tool : rest;
}

/** Nothing is lost: what cannot stay is told as text, unless the server told it so itself. */
function olderCall(result: JsonObject): JsonObject {
  const { structuredContent: structured, ...rest } = result;
  if (structured === undefined || isJsonObject(structured)) return result;
  const content: readonly unknown[] = Array.isArray(rest['content']) ? rest['content'] : [];
  const hasText = content.some((block) => asJsonObject(block)['type'] === 'text');
  return { ...rest, content: hasText ? content : [...content, { type: 'text', text: JSON.stringify(structured) }] };
}
