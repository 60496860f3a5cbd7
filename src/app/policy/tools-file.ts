import { z } from 'zod';
import { DemarcError } from '../../base/errors.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import { draftLabels } from '../../provenance/manifest/draft.ts';
import type { ToolManifestEntry } from '../../model/tool-labels.ts';
import { readToolDefinitions } from '../../provenance/manifest/tools-list.ts';

const schemas = z.looseObject({
  name: z.string(),
  inputSchema: z.unknown().optional(),
  outputSchema: z.unknown().optional(),
});
const list = z.array(schemas);
const answer = z.union([
  list,
  z.looseObject({ tools: list }).transform(({ tools }) => tools),
  z.looseObject({ result: z.looseObject({ tools: list }) }).transform(({ result }) => result.tools),
]);

/**
 * Tools of one server from its `tools/list` answer: labelled by the manifest where it names them, else as drafted.
 * @throws DemarcError `DMC_MANIFEST`
 */
export function serverTools(
  server: string,
  json: unknown,
  path: string,
  manifest: readonly ToolManifestEntry[] = [],
): SchemaTool[] {
  if (server === '' || server.includes('/'))
    throw new DemarcError('DMC_USAGE', `\`${server}\` names no server`, { hint: '--tools mail=tools.json' });
  const drafts = new Map(readToolDefinitions(json, path).map((tool) => [tool.name, draftLabels(tool)]));
  const labelled = new Map(manifest.map((entry) => [entry.name, entry]));
  return answer.parse(json).map(({ name, inputSchema, outputSchema }) => {
    const entry = labelled.get(name) ?? drafts.get(name);
    const { effect, action, untrustedOutput, sendsOut, confidentiality, document } = entry ?? unknownTool;
    const labels = { effect, action, untrustedOutput, sendsOut, confidentiality, document };
    return { server, name, inputSchema, outputSchema, labels, reviewed: entry?.review === 'approved' };
  });
}
