import { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import { parseRfc3339 } from '../base/rfc3339.ts';
import type { AccessRequest } from '../model/access.ts';
import { confidentialities, effects } from '../model/event.ts';
import { authentications } from '../model/principal.ts';
import { doubts, valueOrigins } from '../model/provenance.ts';
import { documentLabels, toolActions, type ToolLabels, unknownTool } from '../model/tool-labels.ts';
import type { TemporalValues } from './context.ts';
import type { Decider } from './decider.ts';
import type { SchemaTool } from './schema/generate.ts';

const labels = z
  .strictObject({
    effect: z.enum(effects),
    action: z.enum(toolActions),
    untrustedOutput: z.boolean(),
    sendsOut: z.boolean(),
    confidentiality: z.enum(confidentialities),
    document: z.boolean(),
  })
  .partial();

const tool = z.strictObject({
  server: z.string(),
  name: z.string(),
  inputSchema: z.unknown().optional(),
  outputSchema: z.unknown().optional(),
  labels: labels.optional(),
});

const principal = z
  .strictObject({
    agent: z.string(),
    person: z.strictObject({ issuer: z.string(), subject: z.string(), groups: z.array(z.string()).default([]) }),
    roles: z.array(z.string()),
    scopes: z.array(z.string()),
    clearance: z.enum(confidentialities),
    authentication: z.enum(authentications),
    training: z.array(z.string()),
    posture: z.string(),
  })
  .partial();

/** A request as people write it: what is not said is the harmless default. */
const request = z.strictObject({
  /** `server/tool`; or a resource's URI or a prompt's name behind the server, with `feature`. */
  use: z.string(),
  feature: z.enum(['tool', 'resource', 'prompt']).default('tool'),
  principal: principal.default({}),
  args: z.record(z.string(), z.unknown()).default({}),
  /** Where arguments came from, by their path. */
  origins: z.record(z.string(), z.enum(valueOrigins)).default({}),
  doubts: z.array(z.enum(doubts)).default([]),
  labels: labels.default({}),
  reviewed: z.boolean().optional(),
  tainted: z.boolean().default(false),
  readPrivate: z.boolean().default(false),
  /** The highest confidentiality that the run has read. */
  runLabel: z.enum(confidentialities).default('public'),
  intent: z.enum(['plausible', 'implausible', 'unseen']).default('plausible'),
  run: z.string().default('run'),
  time: z.string().default('2026-01-05T12:00:00Z'),
  /** Temporal conditions that hold. */
  temporal: z.array(z.string()).default([]),
});

const policyCase = z.strictObject({
  name: z.string(),
  request,
  expect: z.enum(['allow', 'ask', 'deny']),
  reasons: z.array(z.string()).optional(),
});

const caseFile = z.strictObject({
  tools: z.array(tool).default([]),
  cases: z.array(policyCase),
});

type RequestText = z.infer<typeof request>;

/** Cases of a policy set, and the tools they are about. */
export interface CaseFile {
  readonly tools: readonly SchemaTool[];
  readonly cases: readonly z.infer<typeof policyCase>[];
}

/**
 * Checks that the temporal conditions which requests name are those of a set: a name that is misspelt would never hold.
 * @throws DemarcError `DMC_POLICY`
 */
export function checkConditionNames(
  named: readonly string[],
  known: ReadonlyMap<string, unknown>,
  where: string,
): void {
  const wrong = named.find((name) => !known.has(name));
  if (wrong === undefined) return;
  const names = [...known.keys()];
  throw new DemarcError('DMC_POLICY', `${where}: the set has no temporal condition \`${wrong}\``, {
    hint: names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`,
  });
}

export interface CaseRequest {
  /** The temporal conditions that hold. */
  readonly holding: readonly string[];
  readonly request: AccessRequest;
  readonly temporal: TemporalValues;
}

/** Reads cases. @param path for messages @throws DemarcError `DMC_POLICY` */
export function readCases(json: unknown, path: string): CaseFile {
  const parsed = caseFile.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error, path);
  const tools = parsed.data.tools.map(
    (entry): SchemaTool => ({ ...entry, labels: labelsWith(unknownTool, entry.labels ?? {}) }),
  );
  return { tools, cases: parsed.data.cases };
}

/** Reads one request, as a case holds it. @throws DemarcError `DMC_POLICY` */
export function readRequest(json: unknown, path: string, tools: readonly SchemaTool[]): CaseRequest {
  const parsed = request.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error, path);
  return requestOf(parsed.data, tools);
}

function invalid(error: z.ZodError, path: string): DemarcError {
  const [issue] = error.issues;
  return new DemarcError('DMC_POLICY', `${path}: \`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? 'invalid'}`, {
    hint: 'docs/guide/policies.md describes requests and cases',
  });
}

/** The base, with what is said about it. */
function labelsWith(base: ToolLabels, said: z.infer<typeof labels>): ToolLabels {
  const stated = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...base, ...stated };
}

function requestOf(text: RequestText, tools: readonly SchemaTool[]): CaseRequest {
  const slash = text.use.indexOf('/');
  const [server, name] = slash < 0 ? ['', text.use] : [text.use.slice(0, slash), text.use.slice(slash + 1)];
  const isTool = text.feature === 'tool';
  const known = tools.find((entry) => isTool && entry.server === server && entry.name === name);
  const instant = parseRfc3339(text.time);
  if (instant === undefined) throw new DemarcError('DMC_POLICY', `\`${text.time}\` is no RFC 3339 time`);
  const { agent = 'agent', person, training = [], posture, ...who } = text.principal;
  const traced = Object.entries(text.origins).map(([path, origin]) => ({ path, origin }));
  const doubted = text.doubts.map((doubt) => ({ path: '', origin: 'free' as const, doubt }));
  return {
    request: {
      principal: {
        agent,
        person,
        roles: who.roles ?? [],
        scopes: who.scopes ?? [],
        clearance: who.clearance ?? 'public',
        authentication: who.authentication ?? 'jwt',
        training: training.map((module) => ({ module, expiresMs: Number.POSITIVE_INFINITY })),
        posture,
      },
      run: text.run,
      server,
      feature: text.feature,
      name,
      args: text.args,
      call: {
        tool: name,
        labels: labelsWith(known?.labels ?? (isTool ? unknownTool : documentLabels), text.labels),
        reviewed: text.reviewed ?? known?.reviewed ?? false,
        tainted: text.tainted,
        readPrivate: text.readPrivate,
        intent: text.intent,
        values: [...traced, ...doubted],
      },
      label: { confidentiality: text.runLabel, tainted: text.tainted },
      timeMs: instant.ms,
    },
    holding: text.temporal,
    temporal: (condition) => text.temporal.includes(condition),
  };
}

/** A case that did not come out as it should. */
export interface CaseFailure {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** Runs cases. @returns those that fail */
export function runCases(decider: Decider, { cases, tools }: CaseFile): CaseFailure[] {
  return cases.flatMap(({ name, request: text, expect, reasons }) => {
    const { request: made, temporal } = requestOf(text, tools);
    const found = decider.decide(made, temporal);
    const sameReasons = reasons === undefined || [...reasons].sort().join() === [...found.reasons].sort().join();
    if (found.decision === expect && sameReasons) return [];
    const tell = (decision: string, codes: readonly string[] | undefined): string =>
      codes === undefined ? decision : `${decision} (${codes.join(', ')})`;
    return [{ name, expected: tell(expect, reasons), found: tell(found.decision, found.reasons) }];
  });
}
