import { asJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import { type JsonRpcRequest, resultOf } from '../../model/mcp.ts';
import type { ClientContext, MessageFilter } from '../interceptor.ts';
import { usedBy } from './methods.ts';
import type { PipelineParts } from './parts.ts';
import type { Run } from './runs.ts';
import { useOf } from './use.ts';

/** A stream that breaks off is opened again, as often as its server likes: that is no loop of the agent, and takes nothing of its budget. */
const free: Pick<PipelineParts, 'loops' | 'budgets'> = {
  loops: { observe: () => undefined, peek: () => undefined },
  budgets: {
    reserve: () => ({
      kind: 'reserved',
      passed: () => undefined,
      settle: () => undefined,
      release: () => undefined,
    }),
  },
};

/**
 * A subscription (2026-07-28, Subscriptions) to those of its resources that may be subscribed to: each is decided and recorded as
 * `resources/subscribe` of the other era is, which the server may get for it. Of the rest nothing is said, as of what a server does
 * not agree to.
 */
export async function subscribed(
  parts: PipelineParts,
  withRun: (work: (run: Run) => Promise<unknown[]>) => Promise<unknown[]>,
  request: JsonRpcRequest,
  context: ClientContext,
  others: MessageFilter,
): Promise<JsonRpcRequest> {
  const notifications = asJsonObject(request.params?.['notifications']);
  const { resourceSubscriptions: wanted } = notifications;
  if (!Array.isArray(wanted) || wanted.length === 0) return request;
  const allowed = await withRun(async (run) => {
    const uris: unknown[] = [];
    for (const uri of [...new Set<unknown>(wanted)].slice(0, limits.bridgeSubscriptionsMax)) {
      const one: JsonRpcRequest = { jsonrpc: '2.0', id: request.id, method: 'resources/subscribe', params: { uri } };
      const subscribing = usedBy({ kind: 'use', feature: 'resource' }, one.params);
      if (typeof uri === 'string') await parts.integrity.listed(context, 'resource', uri);
      const used = await useOf({ ...parts, ...free }, run, subscribing, one, context, others);
      if (used.kind === 'answer') continue;
      uris.push(used.request.params?.['uri']);
      await used.filter.message(resultOf(one.id, {}));
      used.filter.ended('answered');
    }
    return uris;
  });
  return {
    ...request,
    params: { ...request.params, notifications: { ...notifications, resourceSubscriptions: allowed } },
  };
}
