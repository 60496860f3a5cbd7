import type { JsonRpcMessage } from '../../model/mcp.ts';
import type { MessageFilter } from '../interceptor.ts';

const ofMethods: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params']);
const ofResponses: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'result', 'error']);

/** What a server sends, with the members of JSON-RPC 2.0 only. */
export function onlyMembers(filter: MessageFilter): MessageFilter {
  return {
    message: (message) => filter.message(withoutOthers(message)),
    ended: (end) => filter.ended(end),
  };
}

/** A message with the members of JSON-RPC 2.0 only: beside them stands what nobody looks at. The same object where there is nothing. */
export function withoutOthers<M extends JsonRpcMessage>(message: M): M {
  const own = 'method' in message ? ofMethods : ofResponses;
  for (const name in message)
    if (!own.has(name))
      return Object.fromEntries(Object.entries(message).filter(([member]) => own.has(member))) as typeof message;
  return message;
}
