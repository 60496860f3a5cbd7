import { z } from 'zod';
import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { confidentialities, effects } from '../../model/event.ts';
import { type ToolManifestEntry, toolActions } from '../../model/tool-labels.ts';
import { choicesOf } from '../choices.ts';
import type { ToolArgument, ToolDefinition } from './definition.ts';

const schemaNode = z.looseObject({ format: z.string().optional().catch(undefined) });
/** What is not of its type says nothing: a server's one bad tool is no reason to know none of them. */
const tool = z.looseObject({
  name: z.string().min(1),
  description: z.string().nullish().catch(undefined),
  inputSchema: z
    .looseObject({ properties: z.record(z.string(), z.unknown()).optional().catch(undefined) })
    .nullish()
    .catch(undefined),
  annotations: z
    .looseObject({
      readOnlyHint: z.boolean().optional().catch(undefined),
      destructiveHint: z.boolean().optional().catch(undefined),
      openWorldHint: z.boolean().optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
const toolList = z.array(tool).max(limits.manifestToolsMax);
const toolsAnswer = z.union([
  toolList,
  z.looseObject({ tools: toolList }).transform(({ tools }) => tools),
  z.looseObject({ result: z.looseObject({ tools: toolList }) }).transform(({ result }) => result.tools),
]);

/** Reads a `tools/list` answer: the list, the result around it, or the JSON-RPC response. @throws DemarcError `DMC_MANIFEST` */
export function readToolDefinitions(json: unknown, what: string): ToolDefinition[] {
  const parsed = toolsAnswer.safeParse(json);
  if (!parsed.success)
    throw new DemarcError('DMC_MANIFEST', `\`${what}\` is no \`tools/list\` answer`, {
      hint: 'it is a list of tools with `name` and `inputSchema`, `{"tools": [...]}`, or the JSON-RPC response with it',
    });
  return parsed.data.map(({ name, description, inputSchema, annotations }) => ({
    name,
    description: description ?? undefined,
    arguments: Object.entries(inputSchema?.properties ?? {}).map(
      ([argument, node]): ToolArgument => ({
        name: argument,
        format: schemaNode.safeParse(node).data?.format,
      }),
    ),
    choices: choicesOf(inputSchema),
    hints: {
      readOnly: annotations?.readOnlyHint,
      destructive: annotations?.destructiveHint,
      openWorld: annotations?.openWorldHint,
    },
  }));
}

const word = z.string().max(limits.manifestWordLengthMax);
const words = z.array(word).max(limits.manifestWordsMax);
const manifestFile = z.strictObject({
  manifest: z.literal(1),
  tools: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        effect: z.enum(effects),
        action: z.enum(toolActions).default('other'),
        untrustedOutput: z.boolean(),
        sendsOut: z.boolean(),
        sendsOutBy: words.optional(),
        confidentiality: z.enum(confidentialities),
        document: z.boolean().default(false),
        verb: word.optional(),
        nouns: words.optional(),
        review: z.enum(['draft', 'approved']).default('draft'),
        because: z.array(z.string()).default([]),
      }),
    )
    .max(limits.manifestToolsMax),
});

/** Reads a manifest file, as `demarc mcp draft-manifest` prints it. @throws DemarcError `DMC_MANIFEST` */
export function readManifest(json: unknown, what: string): ToolManifestEntry[] {
  const parsed = manifestFile.safeParse(json);
  if (parsed.success) return parsed.data.tools;
  const issue = parsed.error.issues[0];
  throw new DemarcError(
    'DMC_MANIFEST',
    `\`${what}\` is no tool manifest: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'invalid'}`,
    {
      hint: '`demarc mcp draft-manifest <tools.json>` prints one',
    },
  );
}

/** A manifest as a file holds it. */
export function manifestJson(tools: readonly ToolManifestEntry[]): string {
  return `${JSON.stringify({ manifest: 1, tools }, null, 2)}\n`;
}
