import { asJsonObject } from '../base/json-object.ts';
import type { AccessRequest } from '../model/access.ts';
import { type Confidentiality, confidentialities } from '../model/event.ts';
import type { Principal } from '../model/principal.ts';
import type { ToolLabels } from '../model/tool-labels.ts';
import type { EntityStore } from './cedar/entity-store.ts';
import { Datetime } from './cedar/extension.ts';
import { CedarRecord, CedarSet, type EntityUid, MapRecord, type Value } from './cedar/value.ts';
import { JsonRecord, undeclared } from './schema/arguments.ts';
import type { RecordType } from './schema/cedar-type.ts';
import { OriginsRecord } from './schema/origins.ts';
import { confidentialityLevel, entityType, personId, postureLevel } from './schema/vocabulary.ts';

/** Tells whether a temporal condition holds for the call that is decided. */
export type TemporalValues = (name: string) => boolean;

const record = (values: Readonly<Record<string, Value>>): MapRecord => new MapRecord(new Map(Object.entries(values)));

const labelRecords: ReadonlyMap<Confidentiality, CedarRecord> = new Map(
  confidentialities.map((name) => [name, record({ level: confidentialityLevel(name), name })]),
);
const labelOf = (name: Confidentiality): Value => labelRecords.get(name) ?? '';

class LabelsRecord extends CedarRecord {
  static readonly #names: ReadonlySet<string> = new Set([
    'effect',
    'action',
    'untrustedOutput',
    'sendsOut',
    'confidentiality',
    'document',
    'reviewed',
  ]);
  readonly #labels: ToolLabels;
  readonly #reviewed: boolean;

  constructor(labels: ToolLabels, reviewed: boolean) {
    super();
    this.#labels = labels;
    this.#reviewed = reviewed;
  }

  has(name: string): boolean {
    return LabelsRecord.#names.has(name);
  }

  get(name: string): Value | undefined {
    switch (name) {
      case 'effect':
      case 'action':
      case 'untrustedOutput':
      case 'sendsOut':
      case 'document':
        return this.#labels[name];
      case 'confidentiality':
        return labelOf(this.#labels.confidentiality);
      case 'reviewed':
        return this.#reviewed;
      default:
        return undefined;
    }
  }

  names(): Iterable<string> {
    return LabelsRecord.#names;
  }
}

class TemporalRecord extends CedarRecord {
  readonly #names: ReadonlyMap<string, unknown>;
  readonly #values: TemporalValues;

  constructor(names: ReadonlyMap<string, unknown>, values: TemporalValues) {
    super();
    this.#names = names;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  get(name: string): Value | undefined {
    return this.#names.has(name) ? this.#values(name) : undefined;
  }

  names(): Iterable<string> {
    return this.#names.keys();
  }
}

export interface ContextParts {
  /** Of the tool's arguments. */
  readonly input: RecordType;
  readonly conditions: ReadonlyMap<string, unknown>;
  readonly temporal: TemporalValues;
}

/** What policies see of a request: every attribute is always there, each made when a policy first looks at it. */
export class RequestContext extends CedarRecord {
  static readonly #names: ReadonlySet<string> = new Set([
    'args',
    'origins',
    'undeclared',
    'doubts',
    'intent',
    'tainted',
    'readPrivate',
    'run',
    'labels',
    'time',
    'temporal',
  ]);
  readonly #request: AccessRequest;
  readonly #parts: ContextParts;
  readonly #made = new Map<string, Value>();

  constructor(request: AccessRequest, parts: ContextParts) {
    super();
    this.#request = request;
    this.#parts = parts;
  }

  has(name: string): boolean {
    return RequestContext.#names.has(name);
  }

  names(): Iterable<string> {
    return RequestContext.#names;
  }

  get(name: string): Value | undefined {
    const made = this.#made.get(name) ?? this.#make(name);
    if (made !== undefined) this.#made.set(name, made);
    return made;
  }

  #make(name: string): Value | undefined {
    const { args, call, feature, label, run, timeMs } = this.#request;
    const { input, conditions, temporal } = this.#parts;
    switch (name) {
      case 'args':
        return new JsonRecord(input, asJsonObject(args));
      case 'origins':
        return new OriginsRecord(input, call.values, asJsonObject(args));
      case 'undeclared':
        // Those of a prompt are declared by itself, and no policy looks at them.
        return new CedarSet(feature === 'tool' ? undeclared(input, asJsonObject(args)) : []);
      case 'doubts':
        return new CedarSet(call.values.flatMap(({ doubt }) => doubt ?? []));
      case 'intent':
        return call.intent;
      case 'tainted':
        return call.tainted || label.tainted;
      case 'readPrivate':
        return call.readPrivate || confidentialityLevel(label.confidentiality) >= confidentialityLevel('confidential');
      case 'run':
        return record({ id: run, label: labelOf(label.confidentiality) });
      case 'labels':
        return new LabelsRecord(call.labels, call.reviewed);
      case 'time':
        return new Datetime(Math.trunc(timeMs));
      case 'temporal':
        return new TemporalRecord(conditions, temporal);
      default:
        return undefined;
    }
  }
}

/** The entities of a principal: the agent, and the person on whose behalf it acts. */
export interface PrincipalEntities {
  readonly agent: EntityUid;
  readonly person: EntityUid;
  /** From when on a completed training no longer counts: milliseconds since the epoch. */
  readonly untilMs: number;
}

export function principalEntities(principal: Principal, timeMs: number, store: EntityStore): PrincipalEntities {
  const { agent, person, roles, scopes, clearance, authentication, training, posture } = principal;
  const current = training.filter(({ expiresMs }) => expiresMs > timeMs);
  const personEntity = store.bring(
    entityType.person,
    person === undefined ? '' : personId(person.issuer, person.subject),
    {
      attributes: record({
        known: person !== undefined,
        issuer: person?.issuer ?? '',
        subject: person?.subject ?? '',
        groups: new CedarSet(person?.groups ?? []),
      }),
      tags: record({}),
      ancestors: store.above((person?.groups ?? []).map((id) => store.uid(entityType.group, id))),
    },
  );
  const agentEntity = store.bring(entityType.agent, agent, {
    attributes: record({
      name: agent,
      roles: new CedarSet(roles),
      scopes: new CedarSet(scopes),
      clearance: labelOf(clearance),
      authentication,
      training: new CedarSet(current.map(({ module }) => module)),
      posture: posture ?? '',
      postureLevel: postureLevel(posture),
      person: personEntity,
    }),
    tags: record({}),
    ancestors: store.above(roles.map((id) => store.uid(entityType.role, id))),
  });
  return { agent: agentEntity, person: personEntity, untilMs: Math.min(...current.map(({ expiresMs }) => expiresMs)) };
}
