import type { Feature } from '../../model/access.ts';
import { limits } from '../../base/limits.ts';
import { DemarcError } from '../../base/errors.ts';
import { type JsonRpcRequest, type JsonRpcResponse, rpcErrors } from '../../model/mcp.ts';
import { lastOf, type ServerLink } from '../bridge/server-link.ts';
import { ownMeta } from '../mcp/revision.ts';

/** Lists of one server, all pages together. */
export type Lists = ReadonlyMap<Feature, readonly unknown[]>;

/** What a server says that it offers. */
export interface Offered {
  readonly lists: Lists;
  /** Of these, not all could be learnt. */
  readonly failed: ReadonlySet<Feature>;
}

const listings = [
  ['tool', 'tools/list', 'tools', 'tools'],
  ['prompt', 'prompts/list', 'prompts', 'prompts'],
  ['resource', 'resources/list', 'resources', 'resources'],
  ['resource', 'resources/templates/list', 'resourceTemplates', 'resources'],
] as const;

/**
 * Asks a server for everything it offers, page by page, to an end or to the limit of pages.
 *
 * @param link in the language of the stateless era @throws DemarcError `DMC_UPSTREAM` where it does not say what it is
 */
export async function fetchLists(link: ServerLink, signal: AbortSignal): Promise<Offered> {
  let asked = 0;
  const ask = async (method: string, params: Readonly<Record<string, unknown>>) => {
    const request: JsonRpcRequest = {
      jsonrpc: '2.0',
      id: `d-${++asked}`,
      method,
      params: { ...params, _meta: ownMeta() },
    };
    return lastOf(link.request(request, signal));
  };
  const capabilities = discovered(await ask('server/discover', {}));
  const offers = typeof capabilities === 'object' && capabilities !== null ? capabilities : {};
  const lists = new Map<Feature, unknown[]>();
  const failed = new Set<Feature>();
  for (const [feature, method, member, capability] of listings) {
    if (!(capability in offers)) continue;
    const list = lists.get(feature) ?? [];
    lists.set(feature, list);
    let cursor: unknown;
    for (let page = 0; page < limits.gatewayListPagesMax; page++) {
      const response = await ask(method, cursor === undefined ? {} : { cursor });
      const result = response !== undefined && 'result' in response ? response.result : undefined;
      if (hasFailed(response)) failed.add(feature);
      const found = result?.[member];
      if (Array.isArray(found)) list.push(...(found as unknown[]));
      cursor = result?.['nextCursor'];
      // Some servers write what is not there as null.
      if (typeof cursor !== 'string' || cursor === '') break;
    }
  }
  return { lists, failed };
}

function discovered(response: JsonRpcResponse | undefined): unknown {
  if (response !== undefined && 'result' in response) return response.result['capabilities'];
  throw new DemarcError('DMC_UPSTREAM', response?.error.message ?? 'no answer');
}

/** Whether a list could not be learnt: a server that has nothing of the kind says so by another code. */
export function hasFailed(response: JsonRpcResponse | undefined): boolean {
  return response === undefined || ('error' in response && response.error.code === rpcErrors.internal);
}
