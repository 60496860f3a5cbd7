import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { DemarcError, messageOf, reasonOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { lastOf, meta, type ServerLink } from '../../gateway/bridge/server-link.ts';
import { UpstreamLink } from '../../gateway/bridge/upstream-link.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import type { Listing } from '../../integrity/definition.ts';
import type { McpRevision } from '../../model/mcp.ts';
import type { Principal } from '../../model/principal.ts';
import { version } from '../version.ts';

export type ListBounds = Readonly<Record<'mcpListMs' | 'mcpProbeMs' | 'gatewayListPagesMax', number>>;

const stateless: McpRevision = '2026-07-28';
const stateful: McpRevision = '2025-11-25';
const clientInfo = { name: 'demarc', version };
const nobody: Principal = {
  agent: 'demarc',
  roles: [],
  scopes: [],
  clearance: 'public',
  authentication: 'none',
  training: [],
};
const methodNotFound = -32601;

const lists = [
  ['tools', 'tools/list', 'tools'],
  ['prompts', 'prompts/list', 'prompts'],
  ['resources', 'resources/list', 'resources'],
  ['resourceTemplates', 'resources/templates/list', 'resources'],
] as const;

/**
 * Asks a server for everything it says of itself: by `server/discover` (2026-07-28) and, where it knows none, by the older
 * handshake. No tool is called and no resource read.
 *
 * @param name for messages
 * @throws DemarcError `DMC_MCP_LIST` when it does not answer in time, answers what is no MCP, or its pages have no end
 */
export async function fetchListing(
  name: string,
  upstream: Upstream,
  given: Partial<ListBounds> = {},
): Promise<Listing> {
  const bounds: ListBounds = { ...limits, ...given };
  const signal = AbortSignal.timeout(bounds.mcpListMs);
  const sender = (): { principal: Principal } => ({ principal: nobody });
  const modern = new Asker(name, new UpstreamLink(upstream, stateless, sender), stateless, signal);
  const discovered = await modern
    .ask('server/discover', {}, AbortSignal.any([signal, AbortSignal.timeout(bounds.mcpProbeMs)]))
    .catch(() => undefined);
  const versions = discovered?.['supportedVersions'];
  if (discovered !== undefined && Array.isArray(versions) && versions.includes(stateless))
    return modern.listAll(discovered, bounds.gatewayListPagesMax);
  const link = new UpstreamLink(upstream, stateful, sender);
  const older = new Asker(name, link, stateful, signal);
  try {
    const initialized = await older.ask('initialize', { protocolVersion: stateful, capabilities: {}, clientInfo });
    await link.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return await older.listAll(initialized, bounds.gatewayListPagesMax);
  } finally {
    await link.close();
  }
}

class Asker {
  readonly #name: string;
  readonly #link: ServerLink;
  readonly #revision: McpRevision;
  readonly #signal: AbortSignal;
  #asked = 0;

  constructor(name: string, link: ServerLink, revision: McpRevision, signal: AbortSignal) {
    this.#name = name;
    this.#link = link;
    this.#revision = revision;
    this.#signal = signal;
  }

  /** @throws DemarcError `DMC_MCP_LIST` @returns undefined where the server has no such method */
  async #try(method: string, params: JsonObject, signal: AbortSignal): Promise<JsonObject | undefined> {
    const own =
      this.#revision === stateless
        ? { _meta: { [meta.version]: stateless, [meta.clientInfo]: clientInfo, [meta.capabilities]: {} } }
        : {};
    const request = { jsonrpc: '2.0', id: `demarc-${++this.#asked}`, method, params: { ...params, ...own } } as const;
    const answer = await lastOf(this.#link.request(request, signal)).catch((thrown: unknown) => {
      if (signal.aborted) throw this.#failed('did not answer in time', thrown);
      // What it did wrong names the server already.
      if (thrown instanceof DemarcError) throw new DemarcError('DMC_MCP_LIST', reasonOf(thrown), { cause: thrown });
      throw this.#failed(messageOf(thrown), thrown);
    });
    if (answer === undefined) throw this.#failed(signal.aborted ? 'did not answer in time' : 'ended without an answer');
    if ('result' in answer) return answer.result;
    if (answer.error.code === methodNotFound) return undefined;
    throw this.#failed(`answers \`${method}\` with error ${answer.error.code}`);
  }

  async ask(method: string, params: JsonObject, signal = this.#signal): Promise<JsonObject> {
    const result = await this.#try(method, params, signal);
    if (result === undefined) throw this.#failed(`knows no \`${method}\``);
    return result;
  }

  /** @param said the answer to the first question: what it offers, and its instructions */
  async listAll(said: JsonObject, pagesMax: number): Promise<Listing> {
    const offers = asJsonObject(said['capabilities']);
    const found: Record<(typeof lists)[number][0], unknown[]> = {
      tools: [],
      prompts: [],
      resources: [],
      resourceTemplates: [],
    };
    for (const [member, method, capability] of lists)
      if (capability in offers) found[member] = await this.#list(method, member, pagesMax);
    const own = isJsonObject(said['_meta']) ? said['_meta'][meta.serverInfo] : undefined;
    const info = said['serverInfo'] ?? own;
    const { protocolVersion, instructions } = said;
    return {
      protocol: this.#revision === stateless || typeof protocolVersion !== 'string' ? this.#revision : protocolVersion,
      serverInfo: isJsonObject(info) ? info : undefined,
      instructions: typeof instructions === 'string' ? instructions : undefined,
      ...found,
    };
  }

  async #list(method: string, member: string, pagesMax: number): Promise<unknown[]> {
    const list: unknown[] = [];
    let cursor: unknown;
    for (let page = 0; page < pagesMax; page++) {
      const result = await this.#try(method, cursor === undefined ? {} : { cursor }, this.#signal);
      if (result === undefined) return list;
      const entries = result[member];
      if (!Array.isArray(entries)) throw this.#failed(`answers \`${method}\` without \`${member}\``);
      list.push(...(entries as unknown[]));
      cursor = result['nextCursor'];
      if (cursor === undefined || cursor === null || cursor === '') return list;
    }
    throw this.#failed(`has more than ${pagesMax} pages of \`${method}\``);
  }

  #failed(what: string, cause?: unknown): DemarcError {
    return new DemarcError('DMC_MCP_LIST', `server \`${this.#name}\` ${what}`, { cause });
  }
}
