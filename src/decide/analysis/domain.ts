import { invariant } from '../../base/errors.ts';
import { type Confidentiality, confidentialities } from '../../model/event.ts';
import type { Feature } from '../../model/access.ts';
import type { ToolLabels } from '../../model/tool-labels.ts';
import type { EntityStore } from '../cedar/entity-store.ts';
import type { Environment } from '../cedar/environment.ts';
import { UnknownValue } from '../cedar/logic.ts';
import type { PolicyJson } from '../cedar/policy.ts';
import { CedarRecord, CedarSet, emptyRecord, type EntityUid, MapRecord, type Value } from '../cedar/value.ts';
import type { PrincipalEntities } from '../context.ts';
import type { PolicySet } from '../policy-set.ts';
import {
  confidentialityLevel,
  entityType,
  getPromptAction,
  groupsOf,
  readResourceAction,
  toolId,
} from '../schema/vocabulary.ts';

/** Who acts: an agent with one role and no other, one that policies name, or one of which nothing is said. */
export interface Subject {
  readonly kind: 'role' | 'agent' | 'other';
  readonly id: string;
}

/** A request of which only this is known; policies about anything else (arguments, time, training, …) stay open. */
export interface Cell {
  readonly subject: Subject;
  readonly tool: string;
  readonly tainted: boolean;
  /** What the run has read. */
  readonly confidentiality: Confidentiality;
}

export const subjectName = ({ kind, id }: Subject): string => (kind === 'other' ? 'anyone else' : `${kind} ${id}`);

/** Every role and agent that policies name or that stands in a hierarchy, and anyone else. The sets have to be compiled. */
export function subjectsOf(sets: readonly PolicySet[]): Subject[] {
  const kinds = [
    ['agent', entityType.agent],
    ['role', entityType.role],
  ] as const;
  const named = kinds.flatMap(([kind, type]): Subject[] => {
    const ids = new Set(sets.flatMap(({ store }) => store.ofType(type).map(({ id }) => id)));
    return [...ids].sort().map((id) => ({ kind, id }));
  });
  return [...named, { kind: 'other', id: '' }];
}

/** Every cell of the domain: subjects, tools, taint and what was read. It is finite, and stated: nothing else is enumerated. */
export function* cellsOf(subjects: readonly Subject[], tools: Iterable<string>): Generator<Cell> {
  for (const tool of tools)
    for (const subject of subjects)
      for (const tainted of [false, true])
        for (const confidentiality of confidentialities) yield { subject, tool, tainted, confidentiality };
}

const unknownValues = new Map<string, UnknownValue>();

function unknownValue(name: string): UnknownValue {
  const value = unknownValues.get(name) ?? new UnknownValue(name);
  unknownValues.set(name, value);
  return value;
}

/** A record of which some attributes are not known. */
class PartRecord extends CedarRecord {
  readonly #known: ReadonlyMap<string, Value>;
  readonly #unknown: ReadonlyMap<string, UnknownValue>;

  constructor(known: Readonly<Record<string, Value>>, unknown: readonly string[]) {
    super();
    this.#known = new Map(Object.entries(known));
    // Made once: most cells meet most of them.
    this.#unknown = new Map(unknown.map((name) => [name, unknownValue(name)]));
  }

  has(name: string): boolean {
    return this.#known.has(name) || this.#unknown.has(name);
  }

  get(name: string): Value | undefined {
    const unknown = this.#unknown.get(name);
    if (unknown !== undefined) throw unknown;
    return this.#known.get(name);
  }

  names(): Iterable<string> {
    return [...this.#known.keys(), ...this.#unknown.keys()];
  }
}

const label = (name: Confidentiality): Value =>
  new MapRecord(
    new Map<string, Value>([
      ['level', confidentialityLevel(name)],
      ['name', name],
    ]),
  );

/** What no cell says of a call. */
const openInCells = ['args', 'origins', 'undeclared', 'doubts', 'intent', 'time', 'temporal'];

interface UsedParts {
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly server: EntityUid;
}

interface ToolParts extends UsedParts {
  readonly labels: Value;
}

/** What somebody would use, by its own name: of a resource, its URI. */
export interface NamedUse {
  readonly server: string;
  readonly feature: Feature;
  readonly name: string;
}

/** Makes the requests of cells. Objects of one tool are shared, as a decider shares them. */
export class CellEnvironments {
  readonly #set: PolicySet;
  readonly #tools = new Map<string, ToolParts>();

  constructor(set: PolicySet) {
    this.#set = set;
  }

  of({ subject, tool, tainted, confidentiality }: Cell): Environment {
    const { action, resource, server, labels } = this.#tool(tool);
    const principal = subjectEntity(subject, this.#set.store);
    const context = new PartRecord(
      {
        tainted,
        readPrivate: confidentialityLevel(confidentiality) >= confidentialityLevel('confidential'),
        run: new PartRecord({ label: label(confidentiality) }, ['id']),
        labels,
      },
      openInCells,
    );
    return { principal, action, resource, context, brought: [principal, action, resource, server] };
  }

  /** A use by somebody who is known, of which nothing else is. */
  ofPrincipal({ agent, person }: PrincipalEntities, { server: of, feature, name }: NamedUse): Environment {
    const tool = feature === 'tool' ? this.#tool(toolId(of, name)) : undefined;
    const { action, resource, server } = tool ?? this.#document(of, feature === 'prompt', name);
    const open = [...openInCells, 'tainted', 'readPrivate', 'run'];
    const context =
      tool === undefined ? new PartRecord({}, [...open, 'labels']) : new PartRecord({ labels: tool.labels }, open);
    return { principal: agent, action, resource, context, brought: [agent, person, action, resource, server] };
  }

  /** Not kept: their names are endless. */
  #document(serverName: string, isPrompt: boolean, name: string): UsedParts {
    const [action, type, attribute] = isPrompt
      ? [getPromptAction, entityType.prompt, 'name']
      : [readResourceAction, entityType.resource, 'uri'];
    const server = this.#server(serverName);
    return {
      server,
      action: this.#bring(entityType.action, action, [this.#set.store.uid(entityType.action, 'read')], {}),
      resource: this.#bring(type, toolId(serverName, name), [server.name], { [attribute]: name, server }),
    };
  }

  #tool(id: string): ToolParts {
    const known = this.#tools.get(id);
    if (known !== undefined) return known;
    const { store, schema } = this.#set;
    const tool = schema.tools.get(id)?.tool;
    invariant(tool !== undefined, `\`${id}\` is a tool of the set`);
    const server = this.#server(tool.server);
    const groups = groupsOf(tool.labels).map((group) => store.uid(entityType.action, group));
    const made: ToolParts = {
      server,
      action: this.#bring(entityType.action, id, groups, {}),
      resource: this.#bring(entityType.tool, id, [server.name], { name: tool.name, server }),
      labels: labelsOf(tool.labels, tool.reviewed),
    };
    this.#tools.set(id, made);
    return made;
  }

  #server(name: string): EntityUid {
    const above = this.#set.store.uid(entityType.server, name).data?.ancestors ?? [];
    return this.#bring(entityType.server, name, [...above], { name });
  }

  #bring(type: string, id: string, parents: readonly EntityUid[], values: Readonly<Record<string, Value>>): EntityUid {
    const { store } = this.#set;
    const attributes = new PartRecord(values, []);
    return store.bring(type, id, { attributes, tags: emptyRecord, ancestors: store.above(parents) });
  }
}

/** What policies see of labels: the words of a tool's name are none of it. */
function labelsOf(labels: ToolLabels, reviewed: boolean | undefined): Value {
  const { effect, action, untrustedOutput, sendsOut, document, confidentiality } = labels;
  const known = { effect, action, untrustedOutput, sendsOut, document, confidentiality: label(confidentiality) };
  return reviewed === undefined ? new PartRecord(known, ['reviewed']) : new PartRecord({ ...known, reviewed }, []);
}

/** An agent that holds one role, or none. */
function subjectEntity({ kind, id }: Subject, store: EntityStore): EntityUid {
  const roles = kind === 'role' ? [id] : [];
  return store.bring(entityType.agent, kind === 'agent' ? id : '', {
    attributes: new PartRecord(
      kind === 'agent' ? { name: id, roles: new CedarSet(roles) } : { roles: new CedarSet(roles) },
      [
        ...(kind === 'agent' ? [] : ['name']),
        'scopes',
        'clearance',
        'authentication',
        'training',
        'posture',
        'postureLevel',
        'person',
      ],
    ),
    tags: emptyRecord,
    ancestors: store.above(roles.map((role) => store.uid(entityType.role, role))),
  });
}

const others = [entityType.resource, entityType.prompt, readResourceAction, getPromptAction].map((name) => `"${name}"`);

/** Whether a policy names resources or prompts, which there are no cells of. */
export function isAboutOthers(policy: PolicyJson): boolean {
  const text = JSON.stringify(policy);
  return others.some((name) => text.includes(name));
}
