import { z } from 'zod';
import { auditDetails, auditSubjects, layers, parties, traits } from '../model/catalogue.ts';
import type {
  CellConfidence,
  Demand,
  EvidenceMethod,
  RequirementStatus,
  Service,
  VendorFact,
} from '../model/catalogue.ts';
import type { EdgeKind } from '../model/graph.ts';

/**
 * Shapes of the YAML files under `catalogue/`. Unknown keys are errors everywhere: a misspelt key must not become
 * silence. Only the build reads these; a running command loads the compiled catalogue and never this module.
 */

const methods = ['config', 'api', 'log', 'attestation', 'document'] as const satisfies readonly EvidenceMethod[];
const confidences = ['high', 'medium', 'low'] as const satisfies readonly CellConfidence[];
const demands = ['required', 'advised', 'not-needed'] as const satisfies readonly Demand[];
const requirementStatuses = [
  'active',
  'draft',
  'renumbered',
  'retired',
] as const satisfies readonly RequirementStatus[];
const topics = [
  'retention',
  'training-use',
  'opt-out',
  'audit-log',
  'identity',
  'tenant-restriction',
  'keys',
  'residency',
] as const satisfies readonly VendorFact['topic'][];
const categories = [
  'managed-ai',
  'model-api',
  'saas',
  'agent-client',
  'data-store',
  'self-hosted',
  'router',
  'platform',
] as const satisfies readonly Service['category'][];
const edgeKinds = [
  'reference',
  'role',
  'guardrail',
  'network',
  'key',
  'data',
  'tool',
  'model',
  'endpoint',
  'log',
  'hosts',
  'contains',
] as const satisfies readonly EdgeKind[];

/** One line that says something: trimmed, no line break, not a place-holder. */
const line = z
  .string()
  .min(1)
  .max(600)
  .refine((text) => text === text.trim() && !text.includes('\n'), 'must be one trimmed line')
  .refine((text) => !/^(?:TODO|TBD|FIXME)\b/.test(text), 'still to be written');
const isoDate = z.iso.date('must be an ISO date (2026-11-20)');
const url = z.url({ protocol: /^https$/, error: 'must be an https URL' });
const controlId = z.string().regex(/^[a-z]+\.[a-z0-9-]+$/, 'must be `<family>.<name>` in kebab case');
const serviceId = z.string().regex(/^[a-z0-9-]+\.[a-z0-9.-]+$/, 'must be `<vendor>.<service>` in kebab case');
/** Quoted in YAML: `'1.0'` and `'2026'` would otherwise be read as numbers. */
const text = z.string({ error: 'must be a string (quote it if it looks like a number)' }).min(1).max(120);

/** `catalogue/controls/<layer>.yaml` */
export const controlFile = z.strictObject({
  layer: z.enum(layers),
  controls: z.array(z.strictObject({ id: controlId, title: line, statement: line })).min(1),
});

const conflict = z.strictObject({ url, says: line });
/** A source with what it does not share with the file's `defaults`. `method` is `document` where nothing says more. */
const sourceEntry = z.strictObject({
  url,
  method: z.enum(methods).optional(),
  read: isoDate.optional(),
  confidence: z.enum(confidences).optional(),
  expires: isoDate.optional(),
  conflicts: z.array(conflict).optional(),
});
/** A key of the file's `sources`, or a source written in place. */
const sourceReference = z.union([z.string().regex(/^[a-z0-9-]+$/, 'must be a key of `sources`'), sourceEntry]);

/** One audit log of a service. A subject that is not under `holds` is not known. */
const audit = z.strictObject({
  name: line,
  importer: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a folder of src/collect/logs')
    .optional(),
  provider: text.optional(),
  default: z.enum(['on', 'off', 'unknown']),
  switch: line,
  retention: line,
  retentionDays: z.int().positive().optional(),
  delay: line,
  limits: z.array(line).default([]),
  /** Subject → how much of it, or that with the further switch it needs. */
  holds: z.partialRecord(
    z.enum(auditSubjects),
    z.union([z.enum(auditDetails), z.strictObject({ detail: z.enum(auditDetails), switch: line })]),
  ),
  source: sourceReference,
});

/** `catalogue/services/<id>.yaml`: one service a file. Types: `Service` and its parts in model/catalogue.ts. */
export const serviceFile = z.strictObject({
  id: serviceId,
  name: line,
  vendor: line,
  category: z.enum(categories),
  /** What every source of the file shares unless it says otherwise. */
  defaults: z
    .strictObject({
      read: isoDate.optional(),
      confidence: z.enum(confidences).optional(),
      expires: isoDate.optional(),
      method: z.enum(methods).optional(),
    })
    .default({}),
  /** Short name → source. */
  sources: z.record(z.string().regex(/^[a-z0-9-]+$/, 'must be kebab case'), sourceEntry).default({}),
  chain: z.array(z.strictObject({ party: z.enum(parties), who: line })).min(1),
  /** Control id → who holds it; `parties: []` says that nobody claims it. */
  responsibilities: z.record(
    controlId,
    z.strictObject({ parties: z.array(z.enum(parties)), note: line, source: sourceReference }),
  ),
  /** Topic → what the vendor does by default; `value: unknown` where no source says. */
  facts: z.partialRecord(z.enum(topics), z.strictObject({ value: line, source: sourceReference })).default({}),
  /** Short name → an audit log of the service. */
  audits: z.record(z.string().regex(/^[a-z0-9-]+$/, 'must be kebab case'), audit).default({}),
  recommendations: z.array(z.strictObject({ date: isoDate, count: z.int().nonnegative(), url })).default([]),
});

/** `catalogue/frameworks/<id>@<version>.yaml` */
export const frameworkFile = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'must be kebab case'),
  version: text.regex(/^[\w.-]+$/, 'must have no space, `@` or `:`'),
  name: line,
  url,
  status: z.enum(['final', 'beta', 'draft']),
  licence: line,
  read: isoDate,
  requirements: z
    .array(
      z.strictObject({
        id: text.regex(/^[\w.() -]+$/, 'must have no `@` or `:`'),
        title: line,
        status: z.enum(requirementStatuses).default('active'),
        /** An id of this file, or `<framework>@<version>:<id>` of another. */
        replacedBy: text.optional(),
        /** Other ids it is cited by: bare (this framework) or full references. */
        aliases: z.array(text).default([]),
        appliesFrom: isoDate.optional(),
        controls: z.array(controlId),
      }),
    )
    .min(1),
});

/** `catalogue/postures/<id>.yaml` */
export const postureFile = z.strictObject({
  id: z.enum(['lockdown', 'controlled', 'open']),
  name: line,
  intent: line,
  controls: z.record(controlId, z.enum(demands)),
});

const edgeMeaning = z.union([
  z.enum(edgeKinds),
  z.strictObject({ kind: z.enum(edgeKinds), reverse: z.boolean().default(false) }),
]);

/** `catalogue/domains/<name>.yaml`: a list. `edges: {RoleArn: role, Roles: {kind: role, reverse: true}}`. */
export const domainFile = z.array(
  z.strictObject({
    type: text,
    when: z.string().min(1).max(2_000).optional(),
    service: serviceId.optional(),
    traits: z.array(z.enum(traits)).default([]),
    party: z.enum(parties),
    edges: z.record(z.string().min(1).max(200), edgeMeaning).default({}),
  }),
);

export type ControlFile = z.infer<typeof controlFile>;
export type ServiceFile = z.infer<typeof serviceFile>;
export type SourceEntry = z.infer<typeof sourceEntry>;
export type SourceReference = z.infer<typeof sourceReference>;
export type FrameworkFile = z.infer<typeof frameworkFile>;
export type PostureFile = z.infer<typeof postureFile>;
export type DomainFile = z.infer<typeof domainFile>;
