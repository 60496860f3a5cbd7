import type { JsonObject } from '../../base/json-object.ts';
import type { JsonRpcId, JsonRpcNotification, JsonRpcRequest } from '../../model/mcp.ts';
import { cancelledId } from '../mcp/message.ts';
import { isLoud } from './questions.ts';
import { meta, objectIn } from './server-link.ts';
import type { CallMessages, Session } from './stateful-session.ts';

/** Clients that share a session may have the same tokens; all that are in use at a server differ (2025-11-25, Progress). */
export function withOwnToken(request: JsonRpcRequest): JsonRpcRequest {
  const own = objectIn(request.params, '_meta');
  if (own['progressToken'] === undefined) return request;
  return { ...request, params: { ...request.params, _meta: { ...own, progressToken: request.id } } };
}

/** The message with the token of its client, as it is called by now. */
export function heardOf(
  { call }: CallMessages,
  message: JsonRpcNotification,
  request: JsonRpcRequest,
): JsonRpcNotification | undefined {
  const token = message.params?.['progressToken'];
  if (message.method !== 'notifications/progress' || token === undefined) return message;
  const { progressToken } = objectIn(request.params, '_meta');
  return token === call && progressToken !== undefined
    ? { ...message, params: { ...message.params, progressToken } }
    : undefined;
}

/**
 * Whether who calls hears it: of changes, who listens does (2026-07-28, Receiving Messages); the rest of the list is of the other era.
 * A question that is taken back is none.
 */
export function isOfCall(
  message: JsonRpcNotification,
  request: JsonRpcRequest,
  session: Session,
  questions: JsonRpcRequest[],
): boolean {
  switch (message.method) {
    case 'notifications/message':
      return isLoud(objectIn(request.params, '_meta')[meta.logLevel], message.params?.['level']);
    case 'notifications/tools/list_changed':
    case 'notifications/prompts/list_changed':
    case 'notifications/resources/list_changed':
    case 'notifications/resources/updated':
      session.tell(message);
      return false;
    case 'notifications/cancelled': {
      const at = questions.findIndex(({ id }) => id === cancelledId(message));
      if (at !== -1) questions.splice(at, 1);
      return false;
    }
    default:
      return !/^notifications\/(?:elicitation|tasks)\//.test(message.method);
  }
}

/** Whether who listens hears it, by what was agreed (2026-07-28, Subscriptions). */
export function isWanted({ method, params }: JsonRpcNotification, agreed: JsonObject): boolean {
  if (method === 'notifications/resources/updated') {
    const uris = agreed['resourceSubscriptions'];
    return Array.isArray(uris) && uris.some((uri) => holds(String(uri), String(params?.['uri'])));
  }
  return kinds.some(([name, tells]) => tells === method && agreed[name] === true);
}

const kinds = [
  ['toolsListChanged', 'notifications/tools/list_changed'],
  ['promptsListChanged', 'notifications/prompts/list_changed'],
  ['resourcesListChanged', 'notifications/resources/list_changed'],
] as const;

/** A subscription to the changes of all lists. */
export const everyList: JsonObject = Object.fromEntries(kinds.map(([name]) => [name, true]));

/** A notification that says which subscription it belongs to (2026-07-28, Subscriptions). */
export function ofSubscription(id: JsonRpcId, message: JsonRpcNotification): JsonRpcNotification {
  const _meta = { ...objectIn(message.params, '_meta'), [meta.subscription]: id };
  return { ...message, params: { ...message.params, _meta } };
}

/** All that who listens may have missed while it could not, so that it asks again. @param agreed what it is told of */
export function missed(agreed: JsonObject): readonly JsonRpcNotification[] {
  const { resourceSubscriptions: uris } = agreed;
  return [
    ...kinds.flatMap(([name, method]) => (agreed[name] === true ? [{ jsonrpc: '2.0' as const, method }] : [])),
    ...(Array.isArray(uris) ? uris : []).map((uri: unknown) => ({
      jsonrpc: '2.0' as const,
      method: 'notifications/resources/updated',
      params: { uri },
    })),
  ];
}

/** What changed may be in what was subscribed to (2025-11-25, schema, ResourceUpdatedNotification). */
function holds(subscribed: string, changed: string): boolean {
  return changed === subscribed || changed.startsWith(subscribed.endsWith('/') ? subscribed : `${subscribed}/`);
}
