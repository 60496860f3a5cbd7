import { isJsonObject, type JsonObject } from '../base/json-object.ts';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import { limits } from '../base/limits.ts';

/**
 * What a server says about itself to a model. `resource` is an entry of `resources/list`, `template` one of
 * `resources/templates/list`, `instructions` what `initialize` or `server/discover` answers for the whole server.
 */
export const definitionKinds = ['tool', 'prompt', 'resource', 'template', 'instructions'] as const;
export type DefinitionKind = (typeof definitionKinds)[number];

/** One definition as it was listed, nothing left out. */
export interface Definition {
  readonly kind: DefinitionKind;
  /** `name` of a tool or prompt, `uri` of a resource, `uriTemplate` of a template, empty for instructions. */
  readonly name: string;
  readonly json: JsonObject;
}

/** Everything a server lists, all pages together. */
export interface Listing {
  /** Revision of the protocol it was listed in; undefined for a list out of a file. */
  readonly protocol?: string | undefined;
  /** `name`, `version` and whatever else the server says of itself. */
  readonly serverInfo?: JsonObject | undefined;
  readonly instructions?: string | undefined;
  readonly tools: readonly unknown[];
  readonly prompts: readonly unknown[];
  readonly resources: readonly unknown[];
  readonly resourceTemplates: readonly unknown[];
}

/** An entry of a list that is no definition: what the client is given for it, nobody can compare or inspect. */
export type Refusal = 'definition.malformed' | 'definition.too-deep' | 'definition.duplicate' | 'definition.too-many';

export interface ReadDefinition {
  readonly definition: Definition | undefined;
  readonly refusal: Refusal | undefined;
}

const members = [
  ['tool', 'tools'],
  ['prompt', 'prompts'],
  ['resource', 'resources'],
  ['template', 'resourceTemplates'],
] as const;

/** Reads the entries of a list, in order. Of two with one name only the first is taken: clients disagree which one counts. */
export function readDefinitions(kind: DefinitionKind, entries: readonly unknown[]): ReadDefinition[] {
  const seen = new Set<string>();
  return entries.map((entry, at) => {
    if (at >= limits.manifestToolsMax) return { definition: undefined, refusal: 'definition.too-many' };
    const name = isJsonObject(entry) ? nameOf(kind, entry) : undefined;
    if (!isJsonObject(entry) || name === undefined) return { definition: undefined, refusal: 'definition.malformed' };
    if (isDeeper(entry, limits.nestingDepthMax)) return { definition: undefined, refusal: 'definition.too-deep' };
    const definition = { kind, name, json: entry };
    if (seen.has(name)) return { definition, refusal: 'definition.duplicate' };
    seen.add(name);
    return { definition, refusal: undefined };
  });
}

/** All definitions of a listing that can be read, instructions last; how many entries cannot, by reason. */
export function definitionsOf(listing: Listing): {
  readonly definitions: readonly Definition[];
  readonly refused: readonly { readonly kind: DefinitionKind; readonly at: number; readonly refusal: Refusal }[];
} {
  const read = members.flatMap(([kind, member]) =>
    readDefinitions(kind, listing[member]).map((found, at) => ({ ...found, kind, at })),
  );
  const definitions = read.flatMap(({ definition, refusal }) =>
    definition === undefined || refusal !== undefined ? [] : [definition],
  );
  const { instructions } = listing;
  if (instructions !== undefined && instructions !== '')
    definitions.push({ kind: 'instructions', name: '', json: { instructions } });
  const refused = read.flatMap(({ kind, at, refusal }) => (refusal === undefined ? [] : [{ kind, at, refusal }]));
  return { definitions, refused };
}

/** SHA-256, in hex, of the canonical JSON (RFC 8785) of a definition. */
export function digestOf({ json }: Definition): string {
  return createHash('sha256').update(canonicalJson(json)).digest('hex');
}

/** What a definition is called in lists of this run, lock files and messages: `tool read_file`. */
export function keyOf({ kind, name }: Pick<Definition, 'kind' | 'name'>): string {
  return name === '' ? kind : `${kind} ${name}`;
}

/** Apps are code of the server that a client runs (MCP Apps, `ui://`); other resources are content, which changes. */
export function isPinned({ kind, name }: Pick<Definition, 'kind' | 'name'>): boolean {
  return kind !== 'resource' || name.startsWith('ui://');
}

function nameOf(kind: DefinitionKind, json: JsonObject): string | undefined {
  const name = kind === 'resource' ? json['uri'] : kind === 'template' ? json['uriTemplate'] : json['name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Whether values nest deeper. Goes by breadth: a hostile depth costs no stack. */
function isDeeper(value: unknown, depthMax: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > depthMax) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
  }
  return false;
}
