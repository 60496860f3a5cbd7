import type { JsonRpcMessage } from '../../model/mcp.ts';
import { changed, type MessageFilter } from '../interceptor.ts';

/**
 * Answers that may be kept for whoever asked only (2026-07-28, Caching): what a server would give to everybody, the gateway gives to
 * those who may have it.
 */
export function privateAnswers(filter: MessageFilter): MessageFilter {
  return changed(filter, asPrivate);
}

function asPrivate(message: JsonRpcMessage): JsonRpcMessage {
  if (!('result' in message) || message.result['cacheScope'] !== 'public') return message;
  return { ...message, result: { ...message.result, cacheScope: 'private' } };
}
