/** What the pipeline does with a method of MCP. */
export type MethodClass =
  /** Uses one tool, resource or prompt: decided. */
  | { readonly kind: 'use'; readonly feature: 'tool' | 'resource' | 'prompt' }
  /** Lists what there is: filtered to what the principal may use. */
  | { readonly kind: 'list'; readonly feature: 'tool' | 'resource' | 'prompt'; readonly member: string }
  /** About the task that a call became: what it brings is labelled and recorded. */
  | { readonly kind: 'task' }
  /** Part of the protocol itself: carried. */
  | { readonly kind: 'protocol' };

const protocol: MethodClass = { kind: 'protocol' };
const task: MethodClass = { kind: 'task' };

/**
 * Every method of a client that is known (specification revisions 2024-11-05 to 2026-07-28 and the tasks extension). One
 * that is not here is not carried: what cannot be classified cannot be decided.
 */
const clientMethods = new Map<string, MethodClass>([
  ['initialize', protocol],
  ['ping', protocol],
  ['server/discover', protocol],
  ['logging/setLevel', protocol],
  ['completion/complete', protocol],
  ['subscriptions/listen', protocol],
  ['tools/call', { kind: 'use', feature: 'tool' }],
  ['resources/read', { kind: 'use', feature: 'resource' }],
  ['resources/subscribe', { kind: 'use', feature: 'resource' }],
  ['resources/unsubscribe', protocol],
  ['prompts/get', { kind: 'use', feature: 'prompt' }],
  ['tools/list', { kind: 'list', feature: 'tool', member: 'tools' }],
  ['resources/list', { kind: 'list', feature: 'resource', member: 'resources' }],
  ['resources/templates/list', { kind: 'list', feature: 'resource', member: 'resourceTemplates' }],
  ['prompts/list', { kind: 'list', feature: 'prompt', member: 'prompts' }],
  ['tasks/get', task],
  ['tasks/result', task],
  ['tasks/list', task],
  ['tasks/cancel', task],
  ['tasks/update', task],
]);

/**
 * The notifications of clients (the same revisions). What is no part of the protocol is not carried: nothing decides about what it
 * says.
 */
export const clientNotifications: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
]);

/** How a client's request is treated; undefined for a method nobody knows. */
export function classOf(method: string): MethodClass | undefined {
  return clientMethods.get(method);
}

/** The name a request uses, for methods of kind `use`: the tool's or prompt's name, or the resource's URI. */
export function usedName(feature: 'tool' | 'resource' | 'prompt', params: Readonly<Record<string, unknown>>): unknown {
  return feature === 'resource' ? params['uri'] : params['name'];
}
