import type { EdgeKind } from './graph.ts';

/** The eleven layers a control can lie on, from the machine to the people. */
export const layers = [
  'hardware',
  'network',
  'identity',
  'service-configuration',
  'model-artifact',
  'model-behaviour',
  'prompts-guardrails',
  'tools-connectors',
  'data',
  'logging-detection',
  'people',
] as const;
export type Layer = (typeof layers)[number];

/** The nine parties. The first six are providers of some kind; organisation, builder and user are your side. */
export const parties = [
  'infra',
  'platform',
  'router',
  'model',
  'app',
  'tool-publisher',
  'organisation',
  'builder',
  'user',
] as const;
export type Party = (typeof parties)[number];
export const ownParties: readonly Party[] = ['organisation', 'builder', 'user'];

/** A safeguard that should exist, on one layer. Rules and frameworks point at it; it names neither. */
export interface Control {
  /** `<family>.<name>`, unique. */
  readonly id: string;
  readonly title: string;
  readonly layer: Layer;
  /** What it asks for, in our own words, one or two sentences. */
  readonly statement: string;
}

export type EvidenceMethod = 'config' | 'api' | 'log' | 'attestation' | 'document';
export type CellConfidence = 'high' | 'medium' | 'low';

/** Where a catalogue statement comes from. `config`, `api` and `log` verify; attestation and document only claim. */
export interface Source {
  readonly method: EvidenceMethod;
  readonly url: string;
  /** ISO date the source was read. */
  readonly read: string;
  readonly confidence: CellConfidence;
  /** ISO date after which the statement is stale and counts as not assessed. */
  readonly expires: string;
  readonly conflicts: readonly { readonly url: string; readonly says: string }[];
}

/** (service, control) → who holds it. More than one party: shared, in the order mechanism, configuration. */
export interface Responsibility {
  readonly control: string;
  /** Empty: nobody claims it (orphaned). */
  readonly parties: readonly Party[];
  /** What the split is, one line. */
  readonly note: string;
  readonly source: Source;
}

/** A vendor default that matters to the customer; `value` in our own words, `unknown` where no source says. */
export interface VendorFact {
  readonly topic:
    | 'retention'
    | 'training-use'
    | 'opt-out'
    | 'audit-log'
    | 'identity'
    | 'tenant-restriction'
    | 'keys'
    | 'residency';
  readonly value: string;
  readonly source: Source;
}

/** What of the use of AI an audit log can tell. `integrity`: evidence that the log was not changed. */
export const auditSubjects = [
  'prompts',
  'responses',
  'tool-calls',
  'tool-results',
  'person',
  'agent',
  'decisions',
  'integrity',
] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** `content`: the thing itself. `metadata`: that it was, when, how much. `nothing`: the log never holds it. */
export const auditDetails = ['content', 'metadata', 'nothing'] as const;
export type AuditDetail = (typeof auditDetails)[number];

/** How much of a subject a log holds at most. A subject no source speaks of has no holding: it is not known. */
export interface AuditHolding {
  readonly subject: AuditSubject;
  readonly detail: AuditDetail;
  /** A setting beside the log's own that is needed for it and is off by default. */
  readonly switch: string | undefined;
}

/** A log of a service: what it could record, and what has to be done for it. */
export interface AuditLog {
  readonly id: string;
  readonly name: string;
  /** Format in collect/logs that reads it; its events have the source `import:<importer>`. */
  readonly importer: string | undefined;
  /** The `provider` of its events, where several services share the importer. */
  readonly provider: string | undefined;
  readonly default: 'on' | 'off' | 'unknown';
  /** What switches it on, one line. */
  readonly switch: string;
  readonly retention: string;
  /** Days after which the source drops what was not fetched. */
  readonly retentionDays: number | undefined;
  /** How long an event takes to appear; `unknown` where no source says. */
  readonly delay: string;
  /** What it leaves out even when it is on, one line each. */
  readonly limits: readonly string[];
  readonly holdings: readonly AuditHolding[];
  readonly source: Source;
}

/** One link of a service's trust-boundary chain, nearest first: who stands behind whom. */
export interface ChainLink {
  readonly party: Party;
  /** The company or role: `Amazon Web Services`, `the model's publisher`, `you`. */
  readonly who: string;
}

/** A catalogue entry: a managed service, a SaaS product, or something self-hosted. */
export interface Service {
  /** `aws.bedrock`, `anthropic.claude-code`, `self-hosted.vllm`. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly category:
    | 'managed-ai'
    | 'model-api'
    | 'saas'
    | 'agent-client'
    | 'data-store'
    | 'self-hosted'
    | 'router'
    | 'platform';
  readonly chain: readonly ChainLink[];
  readonly responsibilities: readonly Responsibility[];
  readonly facts: readonly VendorFact[];
  /** Its audit logs; empty where nobody has looked, which says nothing. */
  readonly audits: readonly AuditLog[];
  /** How many security recommendations the vendor publishes for customers, by date (growth of the customer's side). */
  readonly recommendations: readonly { readonly date: string; readonly count: number; readonly url: string }[];
}

export type RequirementStatus = 'active' | 'draft' | 'renumbered' | 'retired';

/** One requirement of a framework and the controls that serve it. */
export interface Requirement {
  readonly id: string;
  readonly title: string;
  readonly status: RequirementStatus;
  readonly replacedBy: string | undefined;
  readonly aliases: readonly string[];
  /** ISO date from which it applies, where law says so. */
  readonly appliesFrom: string | undefined;
  readonly controls: readonly string[];
}

/** A framework at one version; requirements are cited as `<id>@<version>:<requirement>`. */
export interface Framework {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly url: string;
  readonly status: 'final' | 'beta' | 'draft';
  readonly licence: string;
  readonly read: string;
  readonly requirements: readonly Requirement[];
}

/** What a posture asks of one control. `required`: must be held; `advised`: reported; `not-needed`. */
export type Demand = 'required' | 'advised' | 'not-needed';

export interface Posture {
  readonly id: 'lockdown' | 'controlled' | 'open';
  readonly name: string;
  readonly intent: string;
  /** Control id → demand; a control not named is `advised`. */
  readonly controls: Readonly<Record<string, Demand>>;
}

/** What a resource type means: the service it belongs to, and its traits. From `catalogue/domains/`. */
export interface TypeMeaning {
  readonly type: string;
  /** CEL over `r`; the meaning applies only when it is true. */
  readonly when: string | undefined;
  readonly service: string | undefined;
  readonly traits: readonly Trait[];
  /** Where it is drawn: the party whose side of the boundary it stands on. */
  readonly party: Party;
  /**
   * How references at a property path (its first element, or a longer prefix) read as edges. `reverse`: the other
   * resource uses this one (a policy names the role it is attached to). Unlisted paths are plain references.
   */
  readonly edges: Readonly<Record<string, { readonly kind: EdgeKind; readonly reverse: boolean }>>;
}

/**
 * What a resource does in a workload. `ai` seeds a workload. `shared` resources (networks, keys, log buckets) are
 * attached to every workload that refers to them but join no two workloads together.
 */
export const traits = [
  'ai',
  'agent',
  'model',
  'guardrail',
  'tool',
  'mcp-server',
  'knowledge',
  'memory',
  'data-store',
  'private-data',
  'untrusted-input',
  'egress',
  'write-action',
  'code-execution',
  'identity',
  'network',
  'endpoint',
  'public-endpoint',
  'compute',
  'log',
  'prompt-log',
  'key',
  'secret-store',
  'policy',
  'client',
  'application',
  'credential',
  'shared',
] as const;
export type Trait = (typeof traits)[number];
