import { isJsonObject } from '../../base/json-object.ts';
import { DemarcError } from '../../base/errors.ts';
import { type Listing } from '../../integrity/definition.ts';

/**
 * A listing out of a file: a list of tools, an answer to `tools/list` or its result, or everything together
 * (`tools`, `prompts`, `resources`, `resourceTemplates`, `instructions`, `serverInfo`).
 *
 * @throws DemarcError `DMC_MCP_LIST`
 */
export function readListing(json: unknown, what: string): Listing {
  if (Array.isArray(json)) return listingOf({ tools: json });
  if (isJsonObject(json)) {
    const answer = isJsonObject(json['result']) ? json['result'] : json;
    if (['tools', 'prompts', 'resources', 'resourceTemplates'].some((key) => Array.isArray(answer[key])))
      return listingOf(answer);
  }
  throw new DemarcError('DMC_MCP_LIST', `\`${what}\` is no list of definitions`, {
    hint: 'it is an answer to `tools/list`, or an object with `tools`, `prompts`, `resources`, `resourceTemplates` and `instructions`',
  });
}

function listingOf(json: Readonly<Record<string, unknown>>): Listing {
  const list = (key: string): readonly unknown[] => (Array.isArray(json[key]) ? (json[key] as unknown[]) : []);
  const { instructions, serverInfo } = json;
  return {
    tools: list('tools'),
    prompts: list('prompts'),
    resources: list('resources'),
    resourceTemplates: list('resourceTemplates'),
    instructions: typeof instructions === 'string' ? instructions : undefined,
    serverInfo: isJsonObject(serverInfo) ? serverInfo : undefined,
  };
}
