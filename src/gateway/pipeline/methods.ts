import { asJsonObject } from '../../base/json-object.ts';
import { secretKindsIn } from '../../base/json-secrets.ts';
import type { Feature } from '../../model/access.ts';
import type { JsonRpcNotification } from '../../model/mcp.ts';

/** What the pipeline does with a method of MCP. `own` are the members of its parameters that are the protocol's; the client tells the rest. */
export type MethodClass =
  /** Uses one tool, resource or prompt: decided. */
  | { readonly kind: 'use'; readonly feature: Feature }
  /** Asks what an argument of a prompt or resource could be: decided as a use of it with what is known of its arguments. */
  | { readonly kind: 'completion' }
  /** Lists what there is: filtered to what the principal may use. */
  | {
      readonly kind: 'list';
      readonly feature: Feature;
      readonly member: string;
      readonly own: ReadonlySet<string>;
    }
  /** About the task that a call became: what it brings is labelled and recorded. */
  | { readonly kind: 'task'; readonly own: ReadonlySet<string> }
  /** Part of the protocol itself: carried. */
  | { readonly kind: 'protocol'; readonly own: ReadonlySet<string> };

const membersOf = (...own: readonly string[]): ReadonlySet<string> => new Set([...own, '_meta']);
const protocol = (...own: readonly string[]): MethodClass => ({ kind: 'protocol', own: membersOf(...own) });
const listOf = (feature: Feature, member: string): MethodClass => ({
  kind: 'list',
  feature,
  member,
  own: membersOf('cursor'),
});
const task: MethodClass = { kind: 'task', own: membersOf('taskId', 'cursor', 'requestState') };

/**
 * Every method of a client that is known (specification revisions 2024-11-05 to 2026-07-28 and the tasks extension). One
 * that is not here is not carried: what cannot be classified cannot be decided.
 */
const clientMethods = new Map<string, MethodClass>([
  ['initialize', protocol('protocolVersion', 'capabilities', 'clientInfo')],
  ['ping', protocol()],
  ['server/discover', protocol()],
  ['logging/setLevel', protocol('level')],
  ['completion/complete', { kind: 'completion' }],
  ['subscriptions/listen', protocol('notifications')],
  ['tools/call', { kind: 'use', feature: 'tool' }],
  ['resources/read', { kind: 'use', feature: 'resource' }],
  ['resources/subscribe', { kind: 'use', feature: 'resource' }],
  ['resources/unsubscribe', protocol('uri')],
  ['prompts/get', { kind: 'use', feature: 'prompt' }],
  ['tools/list', listOf('tool', 'tools')],
  ['resources/list', listOf('resource', 'resources')],
  ['resources/templates/list', listOf('resource', 'resourceTemplates')],
  ['prompts/list', listOf('prompt', 'prompts')],
  ['tasks/get', task],
  ['tasks/result', task],
  ['tasks/list', task],
  ['tasks/cancel', task],
  ['tasks/update', task],
]);

interface NotificationClass {
  readonly own: ReadonlySet<string>;
  /** The member of `own` in which the client says something in words. */
  readonly words?: string;
}

/**
 * The notifications of clients (the same revisions), with the members of their parameters that are the protocol's. What is no part of the
 * protocol is not carried: nothing decides about what it says.
 */
const clientNotifications = new Map<string, NotificationClass>([
  ['notifications/initialized', { own: membersOf() }],
  ['notifications/cancelled', { own: membersOf('requestId', 'reason'), words: 'reason' }],
  ['notifications/progress', { own: membersOf('progressToken', 'progress', 'total', 'message'), words: 'message' }],
  ['notifications/roots/list_changed', { own: membersOf() }],
  [
    'notifications/tasks/status',
    {
      own: membersOf('taskId', 'status', 'statusMessage', 'createdAt', 'lastUpdatedAt', 'ttl', 'pollInterval'),
      words: 'statusMessage',
    },
  ],
]);

/**
 * What of a client's notification is the protocol's; undefined for one nobody knows. Words in which there is a credential are the
 * client's: others are not, since they say little and can be many.
 */
export function ownOfNotification({
  method,
  params = {},
}: Pick<JsonRpcNotification, 'method' | 'params'>): ReadonlySet<string> | undefined {
  const known = clientNotifications.get(method);
  if (known?.words === undefined || secretKindsIn(params[known.words]).length === 0) return known?.own;
  const own = new Set(known.own);
  own.delete(known.words);
  return own;
}

/** How a client's request is treated; undefined for a method nobody knows. */
export function classOf(method: string): MethodClass | undefined {
  return clientMethods.get(method);
}

/** What a request uses, as it says: nothing of it is looked at yet. */
export interface Used {
  readonly feature: Feature;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly name: unknown;
  readonly args: unknown;
  readonly isCompletion: boolean;
}

export function usedBy(
  method: Extract<MethodClass, { kind: 'use' | 'completion' }>,
  params: Readonly<Record<string, unknown>> = {},
): Used {
  if (method.kind === 'completion') return completed(params);
  const { feature } = method;
  const name = feature === 'resource' ? params['uri'] : params['name'];
  return { feature, name, args: params['arguments'] ?? {}, isCompletion: false };
}

/** 2025-11-25, server/utilities/completion: `ref` is what for, `argument` what is completed, `context` what is known already. */
function completed({ ref, argument, context }: Readonly<Record<string, unknown>>): Used {
  const { type, name: prompt, uri } = asJsonObject(ref);
  const { name, value } = asJsonObject(argument);
  const known = asJsonObject(context)['arguments'];
  return {
    ...(type === 'ref/prompt' ? { feature: 'prompt', name: prompt } : { feature: 'resource', name: uri }),
    args: typeof name === 'string' ? { ...asJsonObject(known), [name]: value } : undefined,
    isCompletion: true,
  };
}
