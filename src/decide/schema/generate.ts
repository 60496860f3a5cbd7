import { limits } from '../../base/limits.ts';
import type { ToolLabels } from '../../model/tool-labels.ts';
import { emptyRecordType, type RecordType, type RecordTypeJson, recordTypeJson, type TypeJson } from './cedar-type.ts';
import { type LeftOut, readObjectSchema } from './json-schema.ts';
import { originsTypeJson } from './origins.ts';
import { actionGroups, getPromptAction, groupsOf, namespace, readResourceAction, toolId } from './vocabulary.ts';

/** A tool as an answer to `tools/list` defines it, with the labels it is used under. */
export interface SchemaTool {
  /** Name of the server in the configuration; holds no slash. */
  readonly server: string;
  readonly name: string;
  readonly inputSchema?: unknown;
  readonly outputSchema?: unknown;
  readonly labels: ToolLabels;
  /** Whether a person approved the labels, where that is known; only an analysis asks. */
  readonly reviewed?: boolean | undefined;
}

/** A tool whose arguments and results have types. */
export interface TypedTool {
  readonly tool: SchemaTool;
  readonly input: RecordType;
  /** Of its structured results. */
  readonly output: RecordType;
}

/** What of a tool policies cannot see. */
export interface ToolGap extends LeftOut {
  readonly tool: string;
  readonly part: 'input' | 'output';
}

export interface PolicySchema {
  /** In Cedar's JSON schema format. */
  readonly json: Readonly<Record<string, unknown>>;
  readonly tools: ReadonlyMap<string, TypedTool>;
  readonly gaps: readonly ToolGap[];
}

const string: TypeJson = { type: 'String' };
const boolean: TypeJson = { type: 'Boolean' };
const long: TypeJson = { type: 'Long' };
const strings: TypeJson = { type: 'Set', element: string };
const common = (name: string): TypeJson => ({ type: 'EntityOrCommon', name });
const entity = (name: string): TypeJson => ({ type: 'Entity', name });
const record = (attributes: Readonly<Record<string, TypeJson>>): RecordTypeJson => ({ type: 'Record', attributes });

/** Types that every context shares. */
const commonTypes = {
  /** Confidentiality: `level` 0 public, 1 internal, 2 confidential, 3 restricted. */
  Label: record({ level: long, name: string }),
  Run: record({ id: string, label: common('Label') }),
  Labels: record({
    effect: string,
    action: string,
    untrustedOutput: boolean,
    sendsOut: boolean,
    confidentiality: common('Label'),
    document: boolean,
    reviewed: boolean,
  }),
};

const entityTypes = {
  Role: { memberOfTypes: ['Role'] },
  Group: { memberOfTypes: ['Group'] },
  Person: {
    memberOfTypes: ['Group'],
    shape: record({ known: boolean, issuer: string, subject: string, groups: strings }),
  },
  Agent: {
    memberOfTypes: ['Role'],
    shape: record({
      name: string,
      roles: strings,
      scopes: strings,
      clearance: common('Label'),
      authentication: string,
      training: strings,
      posture: string,
      postureLevel: long,
      person: entity('Person'),
    }),
  },
  Server: { memberOfTypes: ['Server'], shape: record({ name: string }) },
  Tool: { memberOfTypes: ['Server'], shape: record({ name: string, server: entity('Server') }) },
  Resource: { memberOfTypes: ['Server'], shape: record({ uri: string, server: entity('Server') }) },
  Prompt: { memberOfTypes: ['Server'], shape: record({ name: string, server: entity('Server') }) },
};

/** What policies see of a request, in this order; `context.ts` fills it. */
function contextType(input: RecordType, conditions: readonly string[]): RecordTypeJson {
  return record({
    args: recordTypeJson(input),
    origins: originsTypeJson(input),
    undeclared: strings,
    doubts: strings,
    intent: string,
    tainted: boolean,
    readPrivate: boolean,
    run: common('Run'),
    labels: common('Labels'),
    time: { type: 'Extension', name: 'datetime' },
    temporal: record(Object.fromEntries(conditions.map((name) => [name, boolean]))),
  });
}

/** Every path from a name of this type down. */
function pathsBelow(name: string, type: TypeJson): string[] {
  return Object.entries(attributesOf(type)).flatMap(([field, inner]) => {
    const path = `${name}.${field}`;
    return [path, ...pathsBelow(path, inner)];
  });
}

function attributesOf(type: TypeJson): RecordTypeJson['attributes'] {
  if (type.type === 'Record') return type.attributes;
  if (type.type === 'EntityOrCommon') return commonTypes[type.name as keyof typeof commonTypes].attributes;
  if (type.type !== 'Entity') return {};
  const { shape } = { shape: undefined, ...entityTypes[type.name as keyof typeof entityTypes] };
  return shape?.attributes ?? {};
}

/** Everything that the request of any tool, resource or prompt has, by its path. */
export const requestNames: readonly string[] = [
  ...pathsBelow('context', contextType(emptyRecordType, [])),
  ...pathsBelow('principal', entity('Agent')),
  ...['Tool', 'Resource', 'Prompt'].flatMap((type) => pathsBelow('resource', entity(type))),
];

/**
 * The Cedar schema of a gateway's tools: one action for each, in groups by what they do. A tool that stands twice counts once,
 * as it stands last. @param conditions names of the temporal conditions that policies use
 */
export function generateSchema(tools: readonly SchemaTool[], conditions: readonly string[] = []): PolicySchema {
  const typed = new Map<string, TypedTool>();
  const gaps: ToolGap[] = [];
  const actions: Record<string, unknown> = Object.fromEntries(actionGroups.map((group) => [group, {}]));
  const action = (resource: string, input: RecordType, groups: readonly string[]): unknown => ({
    memberOf: groups.map((id) => ({ id })),
    appliesTo: { principalTypes: ['Agent'], resourceTypes: [resource], context: contextType(input, conditions) },
  });
  for (const tool of tools) {
    const id = toolId(tool.server, tool.name);
    const [input, output] = [readObjectSchema(tool.inputSchema), readObjectSchema(tool.outputSchema)];
    typed.set(id, { tool, input: input.type, output: output.type });
    gaps.push(...input.leftOut.map((left) => ({ tool: id, part: 'input' as const, ...left })));
    gaps.push(...output.leftOut.map((left) => ({ tool: id, part: 'output' as const, ...left })));
    actions[id] = action('Tool', input.type, groupsOf(tool.labels));
  }
  actions[readResourceAction] = action('Resource', emptyRecordType, ['read']);
  actions[getPromptAction] = action('Prompt', emptyRecordType, ['read']);
  return { json: { [namespace]: { commonTypes, entityTypes, actions } }, tools: typed, gaps };
}

/** Servers whose tools have schemas of too many parts together: what is read of a tool is bounded, how many it lists is not. */
export function serversTooLarge(tools: readonly SchemaTool[]): ReadonlySet<string> {
  const nodes = new Map<string, number>();
  for (const { server, inputSchema, outputSchema } of tools) {
    const before = nodes.get(server) ?? 0;
    if (before > limits.schemaNodesServerMax) continue;
    nodes.set(server, before + readObjectSchema(inputSchema).nodes + readObjectSchema(outputSchema).nodes);
  }
  return new Set([...nodes].flatMap(([server, count]) => (count > limits.schemaNodesServerMax ? [server] : [])));
}

/** The schema with only these tools, by their ids, to be used by anybody: for validating what they mean, and nothing else. */
export function schemaAbout({ json, tools }: PolicySchema, ids: ReadonlySet<string>): PolicySchema['json'] {
  const whole = json[namespace] as { readonly actions: Readonly<Record<string, { readonly memberOf?: unknown }>> };
  const actions = Object.entries(whole.actions).map(([id, action]) =>
    tools.has(id) && !ids.has(id) ? [id, { memberOf: action.memberOf }] : [id, action],
  );
  return { [namespace]: { ...whole, actions: Object.fromEntries(actions) as unknown } };
}
