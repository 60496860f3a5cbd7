import type { JsonRpcMessage } from '../../model/mcp.ts';
import type { MessageFilter } from '../interceptor.ts';

/**
 * Answers that may be kept for whoever asked only (2026-07-28, Caching): what a server would give to everybody, the gateway gives to
 * those who may have it.
 */
export function privateAnswers(filter: MessageFilter): MessageFilter {
  return {
    message: (message) => {
      const passed = filter.message(message);
      return passed instanceof Promise ? passed.then(asPrivate) : asPrivate(passed);
    },
    ended: (end) => filter.ended(end),
  };
}

function asPrivate(message: JsonRpcMessage | undefined): JsonRpcMessage | undefined {
  if (message === undefined || !('result' in message) || message.result['cacheScope'] !== 'public') return message;
  return { ...message, result: { ...message.result, cacheScope: 'private' } };
}
