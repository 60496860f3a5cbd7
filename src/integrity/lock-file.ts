import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { confidentialities, effects } from '../model/event.ts';
import { toolActions } from '../model/tool-labels.ts';
import { definitionKinds, keyOf } from './definition.ts';
import { findingCodes, type FindingCode } from './inspect/finding.ts';
import type { ServerPins } from './pins.ts';

/** Pins by the name of the server in the configuration. */
export type LockFile = ReadonlyMap<string, ServerPins>;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
/** Those of twelve digits are from before: equal to none, so that what changed has to be looked at. */
const short = z.string().regex(/^(?:[0-9a-f]{12}|[0-9a-f]{40})$/);
const argument = z.strictObject({
  types: z.array(z.string()),
  required: z.boolean(),
  format: z.string().optional(),
  values: z.array(short).optional(),
  pattern: short.optional(),
  bounds: z.record(z.string(), z.number()).optional(),
  open: z.boolean().optional(),
  rest: short.optional(),
});
const shape = z.strictObject({
  labels: z.strictObject({
    effect: z.enum(effects),
    action: z.enum(toolActions),
    untrustedOutput: z.boolean(),
    sendsOut: z.boolean(),
    confidentiality: z.enum(confidentialities),
    document: z.boolean().optional(),
  }),
  hints: z.strictObject({
    readOnlyHint: z.boolean().optional(),
    destructiveHint: z.boolean().optional(),
    idempotentHint: z.boolean().optional(),
    openWorldHint: z.boolean().optional(),
  }),
  arguments: z.record(z.string(), argument),
});
const code = z.string().transform((text, context): FindingCode => {
  if (Object.hasOwn(findingCodes, text)) return text as FindingCode;
  context.addIssue({ code: 'custom', message: `\`${text}\` is no finding` });
  return z.NEVER;
});
const server = z.strictObject({
  identity: z.strictObject({ command: z.string().optional(), url: z.string().optional() }),
  protocol: z.string().optional(),
  server: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  time: z.string(),
  definitions: z
    .array(
      z.strictObject({
        kind: z.enum(definitionKinds),
        name: z.string(),
        digest,
        body: digest,
        sentences: z.array(short),
        words: short,
        accepted: z.array(code),
        tool: shape.optional(),
      }),
    )
    .max(limits.lockDefinitionsMax)
    // Nobody can tell which one was approved.
    .refine((definitions) => new Set(definitions.map(keyOf)).size === definitions.length, 'one stands twice'),
  differs: z.strictObject({ time: z.string(), definitions: z.array(z.string()) }).optional(),
  signature: z.string().optional(),
});
const file = z.strictObject({
  lock: z.literal(1),
  servers: z.record(z.string(), server).refine((servers) => Object.keys(servers).length <= limits.lockServersMax, {
    message: `more than ${limits.lockServersMax} servers`,
  }),
});

/** @param what the file's name, for messages. @throws DemarcError `DMC_MCP_LOCK` */
export function parseLockFile(text: string, what: string): LockFile {
  const hint =
    '`demarc mcp pin` writes this file, do not edit it; take one from before it was merged or damaged, or remove it and pin again';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DemarcError('DMC_MCP_LOCK', `\`${what}\` is no JSON`, { cause, hint });
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data.servers));
  const [issue] = parsed.error.issues;
  throw new DemarcError(
    'DMC_MCP_LOCK',
    `\`${what}\`: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'invalid'}`,
    { hint },
  );
}

/** The file's text: servers by name, one definition a line, so that a change of one shows as one line. */
export function formatLockFile(lock: LockFile): string {
  const servers = [...lock]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { definitions, ...rest }]) => {
      const head = Object.entries(rest)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `      ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
        .join('');
      const lines = definitions.map((definition) => `        ${JSON.stringify(definition)}`).join(',\n');
      return `    ${JSON.stringify(name)}: {\n${head}      "definitions": [${lines === '' ? '' : `\n${lines}\n      `}]\n    }`;
    });
  return `{\n  "lock": 1,\n  "servers": {${servers.length === 0 ? '' : `\n${servers.join(',\n')}\n  `}}\n}\n`;
}

/** Digest of what a person approves by signing: the pins of one server under its name. What was seen to differ is not part of it. */
export function pinsDigest(name: string, { differs: _differs, signature: _signature, ...pins }: ServerPins): string {
  return createHash('sha256').update(canonicalJson({ name, pins })).digest('hex');
}
