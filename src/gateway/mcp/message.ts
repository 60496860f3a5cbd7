import { isJsonObject } from '../../base/json-object.ts';
import type {
  JsonRpcId,
  JsonRpcMessage,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
} from '../../model/mcp.ts';

/** A message by what it is. */
export type Classified =
  | { readonly kind: 'request'; readonly message: JsonRpcRequest }
  | { readonly kind: 'notification'; readonly message: JsonRpcNotification }
  | { readonly kind: 'response'; readonly message: JsonRpcResponse };

/** @returns the message by its kind, or what it lacks to be one. Unknown members stay. */
export function classify(value: unknown): Classified | { readonly fault: string } {
  if (Array.isArray(value)) return { fault: 'batches are not supported' };
  if (!isJsonObject(value) || value['jsonrpc'] !== '2.0') return { fault: 'it is no JSON-RPC 2.0 message' };
  const { id, method, params, result, error } = value;
  if (method === undefined) return classifyResponse(value, id, result, error);
  if (typeof method !== 'string') return { fault: '`method` is no text' };
  if (result !== undefined || error !== undefined) return { fault: 'it is a request and a response' };
  if (params !== undefined && !isJsonObject(params)) return { fault: '`params` is no object' };
  // Checked above: the narrowing of single members does not reach the object.
  if (!('id' in value)) return { kind: 'notification', message: value as unknown as JsonRpcNotification };
  if (!isId(id)) return { fault: '`id` is no text and no integer' };
  return { kind: 'request', message: value as unknown as JsonRpcRequest };
}

function classifyResponse(
  value: Readonly<Record<string, unknown>>,
  id: unknown,
  result: unknown,
  error: unknown,
): Classified | { readonly fault: string } {
  if (result !== undefined && error === undefined) {
    if (!isId(id) || !isJsonObject(result)) return { fault: 'it is no response' };
    return { kind: 'response', message: value as unknown as JsonRpcResponse };
  }
  const isFailure =
    isJsonObject(error) &&
    Number.isInteger(error['code']) &&
    typeof error['message'] === 'string' &&
    result === undefined;
  if (!isFailure || !(id === null || id === undefined || isId(id))) return { fault: 'it is no response' };
  return { kind: 'response', message: value as unknown as JsonRpcResponse };
}

function isId(value: unknown): value is JsonRpcId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** The id of a request that is none as it should be, as far as it can be read: an error names it (JSON-RPC 2.0, Response object). */
export function askedId(value: unknown): JsonRpcId | undefined {
  return isJsonObject(value) && 'method' in value && isId(value['id']) ? value['id'] : undefined;
}

/** A key for an id that tells `1` and `"1"` apart. */
export function idKey(id: JsonRpcId): string {
  return typeof id === 'string' ? `s${id}` : `n${id}`;
}

export function isRequest(message: JsonRpcMessage): message is JsonRpcRequest {
  return 'method' in message && 'id' in message;
}

export function isResponse(message: JsonRpcMessage): message is JsonRpcResponse {
  return !('method' in message);
}

/** Whether a message answers a request: an error that names none does, where it comes as the answer (JSON-RPC 2.0, Response object). */
export function isAnswerTo(id: JsonRpcId, message: JsonRpcMessage): message is JsonRpcResponse {
  return isResponse(message) && (message.id === id || ('error' in message && (message.id ?? null) === null));
}

/** The id of the request that a message takes back; undefined for any other message. */
export function cancelledId(message: JsonRpcMessage): JsonRpcId | undefined {
  if (!('method' in message) || message.method !== 'notifications/cancelled') return undefined;
  const id = message.params?.['requestId'];
  return isId(id) ? id : undefined;
}
