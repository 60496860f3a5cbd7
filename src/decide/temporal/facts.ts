import type { AccessRequest, Feature, RunEvent, RunLabel } from '../../model/access.ts';
import { confidentialities } from '../../model/event.ts';
import type { EventKind } from './syntax.ts';
import { absent, entity, type Value, valueOf } from './value.ts';
import { entityType, getPromptAction, groupsOf, personId, readResourceAction, toolId } from '../schema/vocabulary.ts';

/** What a fact is, as far as it can be told before there is one. */
export type FactType = 'String' | 'Long' | 'Boolean' | 'Entity' | 'Any';

interface Fact<From> {
  readonly type: FactType;
  readonly of: (from: From) => Value | undefined;
}

const level = (name: (typeof confidentialities)[number]): number => confidentialities.indexOf(name);
const plain =
  <From>(of: (from: From) => unknown): ((from: From) => Value | undefined) =>
  (from) =>
    valueOf(of(from));

const resourceTypes: Readonly<Record<Feature, string>> = {
  tool: entityType.tool,
  resource: entityType.resource,
  prompt: entityType.prompt,
};
const resourceOf = ({ feature, server, name }: AccessRequest): Value =>
  entity(resourceTypes[feature], toolId(server, name));
const agentOf = ({ principal }: AccessRequest): Value => entity(entityType.agent, principal.agent);
const personOf = ({ principal: { person } }: AccessRequest): Value =>
  entity(entityType.person, person === undefined ? '' : personId(person.issuer, person.subject));

/** Facts of a call that a request and every event of it share, by path. */
const callFacts: Readonly<Record<string, Fact<AccessRequest>>> = {
  'labels.effect': { type: 'String', of: plain(({ call }) => call.labels.effect) },
  'labels.action': { type: 'String', of: plain(({ call }) => call.labels.action) },
  'labels.untrustedOutput': { type: 'Boolean', of: plain(({ call }) => call.labels.untrustedOutput) },
  'labels.sendsOut': { type: 'Boolean', of: plain(({ call }) => call.labels.sendsOut) },
  'labels.document': { type: 'Boolean', of: plain(({ call }) => call.labels.document) },
  'labels.reviewed': { type: 'Boolean', of: plain(({ call }) => call.reviewed) },
  'labels.confidentiality.name': { type: 'String', of: plain(({ call }) => call.labels.confidentiality) },
  'labels.confidentiality.level': { type: 'Long', of: plain(({ call }) => level(call.labels.confidentiality)) },
  intent: { type: 'String', of: plain(({ call }) => call.intent) },
};

const under = (
  prefix: string,
  facts: Readonly<Record<string, Fact<AccessRequest>>>,
): Readonly<Record<string, Fact<AccessRequest>>> =>
  Object.fromEntries(Object.entries(facts).map(([path, fact]) => [`${prefix}${path}`, fact]));

/** Facts of the request that is decided, as Cedar policies name them; its arguments are `context.args.…`. */
export const requestFacts: ReadonlyMap<string, Fact<AccessRequest>> = new Map(
  Object.entries({
    ...under('context.', callFacts),
    'context.tainted': { type: 'Boolean', of: plain(({ call, label }) => call.tainted || label.tainted) },
    'context.readPrivate': {
      type: 'Boolean',
      of: plain(({ call, label }) => call.readPrivate || isPrivate(label)),
    },
    'context.run.id': { type: 'String', of: plain(({ run }) => run) },
    'context.run.label.name': { type: 'String', of: plain(({ label }) => label.confidentiality) },
    'context.run.label.level': { type: 'Long', of: plain(({ label }) => level(label.confidentiality)) },
    principal: { type: 'Entity', of: agentOf },
    'principal.name': { type: 'String', of: plain(({ principal }) => principal.agent) },
    'principal.person': { type: 'Entity', of: personOf },
    'principal.authentication': { type: 'String', of: plain(({ principal }) => principal.authentication) },
    'principal.posture': { type: 'String', of: plain(({ principal }) => principal.posture ?? '') },
    'principal.clearance.name': { type: 'String', of: plain(({ principal }) => principal.clearance) },
    'principal.clearance.level': { type: 'Long', of: plain(({ principal }) => level(principal.clearance)) },
    resource: { type: 'Entity', of: resourceOf },
    'resource.name': { type: 'String', of: plain(({ name }) => name) },
  } satisfies Record<string, Fact<AccessRequest>>),
);

/** Facts of an event of history, by path; arguments are `args.…` (also `input.…`), a result is `output.…`. */
export const eventFacts: ReadonlyMap<string, Fact<HistoryEvent>> = new Map(
  Object.entries({
    ...Object.fromEntries(
      Object.entries(callFacts).map(([path, { type, of }]) => [
        path,
        { type, of: ({ request }: HistoryEvent) => of(request) },
      ]),
    ),
    tainted: {
      type: 'Boolean',
      of: plain(({ kind, label, request }) => label.tainted || (kind === 'request' && request.call.tainted)),
    },
    readPrivate: { type: 'Boolean', of: plain(({ label }) => isPrivate(label)) },
    'label.name': { type: 'String', of: plain(({ label }) => label.confidentiality) },
    'label.level': { type: 'Long', of: plain(({ label }) => level(label.confidentiality)) },
    server: { type: 'String', of: plain(({ request }) => request.server) },
    name: { type: 'String', of: plain(({ request }) => request.name) },
    requestId: { type: 'String', of: plain(({ call }) => call) },
    sessionId: { type: 'String', of: plain(({ request }) => request.run) },
    callerPrincipal: { type: 'Entity', of: ({ request }) => agentOf(request) },
    callerPerson: { type: 'Entity', of: ({ request }) => personOf(request) },
    callerResource: { type: 'Entity', of: ({ request }) => resourceOf(request) },
  } satisfies Record<string, Fact<HistoryEvent>>),
);

const isPrivate = ({ confidentiality }: RunLabel): boolean => level(confidentiality) >= level('confidential');

/** The value of a fact of a request by its path; `absent` where the request does not have it. */
export function factOf(request: AccessRequest, path: string): Value {
  const fact = requestFacts.get(path);
  if (fact !== undefined) return fact.of(request) ?? absent;
  return valueAt(request.args, path.split('.').slice(2)) ?? absent;
}

function valueAt(json: unknown, path: readonly string[]): Value | undefined {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return valueOf(value);
}

/** One event as conditions see it. */
export class HistoryEvent {
  readonly kind: EventKind;
  readonly request: AccessRequest;
  /** Undefined for the request that is decided: it has no id yet. */
  readonly call: string | undefined;
  readonly label: RunLabel;
  readonly timeMs: number;
  readonly #result: unknown;
  #output: { readonly json: unknown } | undefined;
  #actions: ReadonlySet<string> | undefined;

  private constructor(event: Pick<HistoryEvent, 'kind' | 'request' | 'call' | 'label' | 'timeMs'>, result?: unknown) {
    this.kind = event.kind;
    this.request = event.request;
    this.call = event.call;
    this.label = event.label;
    this.timeMs = event.timeMs;
    this.#result = result;
  }

  static of(event: RunEvent): HistoryEvent {
    const { kind, call, request } = event;
    switch (event.kind) {
      case 'request':
        return new HistoryEvent({ kind, call, request, label: request.label, timeMs: request.timeMs });
      case 'approval':
        return new HistoryEvent({ kind, call, request, label: request.label, timeMs: event.timeMs });
      case 'response':
      case 'error':
        return new HistoryEvent({ kind, call, request, label: event.label, timeMs: event.timeMs }, event.result);
    }
  }

  /** The request that is decided, as the event it becomes when it is allowed. */
  static deciding(request: AccessRequest): HistoryEvent {
    const { label, timeMs } = request;
    return new HistoryEvent({ kind: 'request', call: undefined, request, label, timeMs });
  }

  /** Everything its action is called: its id, its groups, every tool of its server, any action. */
  get actions(): ReadonlySet<string> {
    const { feature, server, name, call } = this.request;
    return (this.#actions ??= new Set(
      feature === 'tool'
        ? [toolId(server, name), ...groupsOf(call.labels), toolId(server, '*'), '*']
        : [feature === 'resource' ? readResourceAction : getPromptAction, 'read', toolId(server, '*'), '*'],
    ));
  }

  field(path: readonly string[]): Value | undefined {
    const [root = '', ...rest] = path;
    if (root === 'args') return valueAt(this.request.args, rest);
    if (root === 'output') return valueAt((this.#output ??= { json: outputOf(this.#result) }).json, rest);
    return eventFacts.get(path.join('.'))?.of(this);
  }
}

/**
 * The fields of a result: `structuredContent` where the answer has it (modelcontextprotocol.io/specification/2025-06-18/server/tools,
 * structured content); else its only text, when that is a JSON object, as servers of older revisions send it.
 */
function outputOf(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return undefined;
  const { structuredContent, content } = result as { structuredContent?: unknown; content?: unknown };
  if (structuredContent !== undefined) return structuredContent;
  if (!Array.isArray(content)) return result;
  const [only, ...more] = content as readonly { type?: unknown; text?: unknown }[];
  if (more.length > 0 || only?.type !== 'text' || typeof only.text !== 'string' || !only.text.startsWith('{'))
    return undefined;
  try {
    return JSON.parse(only.text);
  } catch {
    return undefined;
  }
}
