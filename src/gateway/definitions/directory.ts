import { isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { limits } from '../../base/limits.ts';
import { type Feature, features } from '../../model/access.ts';
import { type Principal, principalKey } from '../../model/principal.ts';
import { type ApprovedLabels, documentLabels, type ToolManifestEntry } from '../../model/tool-labels.ts';
import { choicesOf } from '../../provenance/choices.ts';
import { noLowerThan } from '../../provenance/manifest/caution.ts';
import { draftLabels } from '../../provenance/manifest/draft.ts';
import { readToolDefinitions } from '../../provenance/manifest/tools-list.ts';
import type { JudgedDefinition } from '../pipeline/parts.ts';
import type { Offered } from './fetch-lists.ts';

/** A definition as a server lists it; what of it is of no matter stays as it is. */
export type Definition = JsonObject;

/** Looks at a list as one principal was shown it. @returns for each definition, the stable reason codes that block it */
export type Inspect = (
  server: string,
  principal: Principal,
  feature: Feature,
  definitions: readonly Definition[],
) => readonly (readonly string[])[];

/** What policies know of a tool: the same object as long as nothing of it changes. */
export interface ListedTool {
  readonly server: string;
  readonly name: string;
  readonly inputSchema: unknown;
  readonly outputSchema: unknown;
  readonly labels: ToolManifestEntry;
}

export interface DirectoryParts {
  /** Labels that a person approved or wrote, by tool; they go before drafts. */
  readonly manifest: (server: string) => ReadonlyMap<string, ToolManifestEntry>;
  readonly inspect: Inspect;
  /** Labels that a tool which has changed was approved or first seen with; its draft goes not below them. */
  readonly approved: (server: string, name: string, definition: Definition) => ApprovedLabels | undefined;
  /** Told when a tool appears, or changes in what policies see of it: they are checked against the tools there are. */
  readonly changed: () => void;
}

/** What one principal was shown of one server. */
interface View {
  /** By feature and name. */
  readonly definitions: Map<string, JudgedDefinition>;
  /** Of these it is all there is. */
  readonly whole: Set<Feature>;
}

/** A tool as policies know it, and all they see of it as text. */
interface Noted {
  readonly tool: ListedTool;
  readonly text: string;
}

/** What servers offer: each principal's own view of it, and all tools together for the policies. */
export class Directory {
  readonly #parts: DirectoryParts;
  /** By server and principal, the views used last. */
  readonly #views = new Map<string, View>();
  /** By server and name. */
  readonly #tools = new Map<string, Map<string, Noted>>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Takes in a list, or a page of one, and says of each definition what is known of it; undefined for what is none. */
  list(
    server: string,
    principal: Principal,
    feature: Feature,
    definitions: readonly unknown[],
  ): readonly (JudgedDefinition | undefined)[] {
    const known = definitions.filter(isJsonObject);
    const blocked = this.#parts.inspect(server, principal, feature, known);
    const { definitions: view } = this.#view(server, principal);
    let isChanged = false;
    const judged = new Map<unknown, JudgedDefinition>();
    const twice = namesTwice(known, feature);
    for (const [at, definition] of known.entries()) {
      const name = nameOf(definition, feature);
      if (name === undefined) continue;
      const labels = this.#labels(server, feature, name, definition);
      const reasons = blocked[at] ?? [];
      // Nobody can tell which of two the server means: neither is shown nor called.
      const found = {
        labels,
        choices: feature === 'tool' ? choicesOf(definition['inputSchema']) : undefined,
        blocked: twice.has(name) ? [...new Set([...reasons, 'definition.duplicate'])] : reasons,
      };
      judged.set(definition, found);
      view.set(`${feature} ${name}`, found);
      // What is not callable changes nothing for what was.
      const isNew = found.blocked.length === 0 || this.#tools.get(server)?.has(name) !== true;
      if (feature === 'tool' && isNew) isChanged = this.#note(server, name, definition, labels) || isChanged;
    }
    if (isChanged) this.#parts.changed();
    return definitions.map((definition) => judged.get(definition));
  }

  get(server: string, principal: Principal, feature: Feature, name: string): JudgedDefinition | undefined {
    return this.#views.get(viewKey(server, principal))?.definitions.get(`${feature} ${name}`);
  }

  /** Takes in what a server offers a principal: where that is all, what is not among it is not offered. */
  fill(server: string, principal: Principal, { lists, failed }: Offered): void {
    for (const [feature, definitions] of lists) this.list(server, principal, feature, definitions);
    const { whole } = this.#view(server, principal);
    for (const feature of features) if (!failed.has(feature)) whole.add(feature);
  }

  /** Whether it is known of a name what this server offers this principal by it. Who was shown one page may not have seen it. */
  knows(server: string, principal: Principal, feature: Feature, name: string): boolean {
    const view = this.#views.get(viewKey(server, principal));
    return view !== undefined && (view.whole.has(feature) || view.definitions.has(`${feature} ${name}`));
  }

  /** What was approved changed: servers are asked again before anything of theirs is used. */
  forget(): void {
    this.#views.clear();
  }

  /** All tools of all servers, whoever was shown them. */
  tools(): readonly ListedTool[] {
    return [...this.#tools.values()].flatMap((own) => Array.from(own.values(), ({ tool }) => tool));
  }

  /** Tools as they were known before, of a server that does not say now what it offers: for the policies, for nobody to see or call. */
  recall(tools: readonly ListedTool[]): void {
    for (const { server, name, labels, ...schemas } of tools) {
      if (this.#tools.get(server)?.has(name) === true) continue;
      this.#note(server, name, schemas, this.#parts.manifest(server).get(name) ?? labels);
    }
  }

  #labels(server: string, feature: Feature, name: string, definition: Definition): ToolManifestEntry {
    const written = feature === 'tool' ? this.#parts.manifest(server).get(name) : undefined;
    if (written !== undefined) return written;
    if (feature === 'tool') {
      const [tool] = readToolDefinitions([definition], `${server}/${name}`);
      const approved = this.#parts.approved(server, name, definition);
      if (tool !== undefined)
        return approved === undefined ? draftLabels(tool) : noLowerThan(approved, draftLabels(tool));
    }
    return { ...documentLabels, review: 'draft', because: ['a document of the server'], name };
  }

  #note(
    server: string,
    name: string,
    { inputSchema, outputSchema }: { readonly inputSchema?: unknown; readonly outputSchema?: unknown },
    labels: ToolManifestEntry,
  ): boolean {
    const own = this.#tools.get(server) ?? new Map<string, Noted>();
    const text = canonicalJson([inputSchema ?? null, outputSchema ?? null, { ...labels, because: [] }]);
    if (own.get(name)?.text === text) return false;
    if (own.size >= limits.gatewayServerToolsMax && !own.has(name)) return false;
    own.set(name, { tool: { server, name, inputSchema, outputSchema, labels }, text });
    this.#tools.set(server, own);
    return true;
  }

  #view(server: string, principal: Principal): View {
    const key = viewKey(server, principal);
    const view: View = this.#views.get(key) ?? { definitions: new Map(), whole: new Set() };
    this.#views.delete(key);
    this.#views.set(key, view);
    if (this.#views.size > limits.gatewayViewsMax) {
      const [oldest] = this.#views.keys();
      if (oldest !== undefined) this.#views.delete(oldest);
    }
    return view;
  }
}

function namesTwice(definitions: readonly Definition[], feature: Feature): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const definition of definitions) {
    const name = nameOf(definition, feature);
    if (name === undefined) continue;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
}

const viewKey = (server: string, principal: Principal): string => `${server}\n${principalKey(principal)}`;

/** The name a definition is used by: of a resource, its URI or template. */
export function nameOf(definition: Definition, feature: Feature): string | undefined {
  const found = feature === 'resource' ? (definition['uri'] ?? definition['uriTemplate']) : definition['name'];
  return typeof found === 'string' && found !== '' ? found : undefined;
}
