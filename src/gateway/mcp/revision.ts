import { isJsonObject, type JsonObject } from '../../base/json-object.ts';
import {
  eraOf,
  type JsonRpcNotification,
  type JsonRpcRequest,
  type McpRevision,
  mcpRevisions,
  rpcErrors,
} from '../../model/mcp.ts';
import type { RequestHeaders } from '../http/request-headers.ts';

/** Names that MCP reserves in `_meta` (2026-07-28, basic, Per-request protocol fields). */
export const metaKey = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** What the gateway says of itself with a request of its own (2026-07-28, basic, Per-request protocol fields). */
export function ownMeta(capabilities: JsonObject = {}): JsonObject {
  return {
    [metaKey.protocolVersion]: '2026-07-28',
    [metaKey.clientInfo]: { name: 'demarc', version: '1' },
    [metaKey.clientCapabilities]: capabilities,
  };
}

/** Where the value of `Mcp-Name` stands in `params` (2026-07-28, Streamable HTTP, Standard Request Headers; tasks: SEP-2663). */
const nameSources: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

export interface Refused {
  readonly status: number;
  readonly code: number;
  readonly reason: string;
  readonly data?: unknown;
}
export type Placed = { readonly revision: McpRevision } | Refused;

/** What a server of the stateful era assumes of a client that names no revision (2025-11-25, Protocol Version Header). */
const assumedRevision: McpRevision = '2025-03-26';
const newestStateful: McpRevision = '2025-11-25';

function knownRevision(text: unknown): McpRevision | undefined {
  return mcpRevisions.find((revision) => revision === text);
}

/**
 * The revision a request belongs to. The body decides; the headers are cross-checked against it, as a server of 2026-07-28 must
 * (Streamable HTTP, Server Validation). An older revision in the header never turns the checks off for a body that says
 * it is of the stateless era.
 */
export function placeRequest(
  request: JsonRpcRequest,
  headers: RequestHeaders,
  session: McpRevision | undefined,
): Placed {
  const header = headers.get('mcp-protocol-version');
  const meta = request.params?.['_meta'];
  const claims = isJsonObject(meta) && meta[metaKey.protocolVersion] !== undefined;
  if (request.method === 'initialize' && !claims) {
    if (header !== undefined && knownRevision(header) === '2026-07-28')
      return mismatch('`initialize` is not of the revision that `MCP-Protocol-Version` names');
    const asked = knownRevision(request.params?.['protocolVersion']);
    return { revision: asked !== undefined && eraOf(asked) === 'stateful' ? asked : newestStateful };
  }
  if (isJsonObject(meta) && claims) return placeStateless(request, meta, headers);
  if (header === '2026-07-28')
    return {
      status: 400,
      code: rpcErrors.invalidParams,
      reason: `\`_meta\` lacks \`${metaKey.protocolVersion}\``,
      data: { missing: [metaKey.protocolVersion] },
    };
  return placeStateful(header, session);
}

/** The revision of what carries no request: a notification, a GET, a DELETE, a response. */
export function placeOther(
  headers: RequestHeaders,
  session: McpRevision | undefined,
  notification?: JsonRpcNotification,
): Placed {
  const header = headers.get('mcp-protocol-version');
  const meta = notification?.params?.['_meta'];
  const claim = isJsonObject(meta) ? meta[metaKey.protocolVersion] : undefined;
  if (claim !== undefined && header !== undefined && claim !== header)
    return mismatch('`MCP-Protocol-Version` differs from `_meta`');
  if ((claim ?? header) !== '2026-07-28') return placeStateful(header, session);
  const method = headers.get('mcp-method');
  if (notification !== undefined && method !== undefined && method !== notification.method)
    return mismatch('`Mcp-Method` differs from `method`');
  return { revision: '2026-07-28' };
}

function placeStateful(header: string | undefined, session: McpRevision | undefined): Placed {
  if (header === undefined) return { revision: session ?? assumedRevision };
  const known = knownRevision(header);
  if (known === undefined)
    return { status: 400, code: rpcErrors.invalidRequest, reason: 'the protocol version is not supported' };
  return { revision: session ?? known };
}

function placeStateless(
  request: JsonRpcRequest,
  meta: Readonly<Record<string, unknown>>,
  headers: RequestHeaders,
): Placed {
  const version = meta[metaKey.protocolVersion];
  const capabilities = meta[metaKey.clientCapabilities];
  if (typeof version !== 'string' || !isJsonObject(capabilities)) {
    const key = typeof version === 'string' ? metaKey.clientCapabilities : metaKey.protocolVersion;
    return { status: 400, code: rpcErrors.invalidParams, reason: `\`_meta\` has no valid \`${key}\`` };
  }
  const header = headers.get('mcp-protocol-version');
  if (header !== undefined && header !== version) return mismatch('`MCP-Protocol-Version` differs from `_meta`');
  const method = headers.get('mcp-method');
  if (method !== undefined && method !== request.method) return mismatch('`Mcp-Method` differs from `method`');
  if (version !== '2026-07-28')
    return {
      status: 400,
      code: rpcErrors.unsupportedVersion,
      reason: 'Unsupported protocol version',
      data: { supported: ['2026-07-28'], requested: version },
    };
  if (header === undefined) return mismatch('`MCP-Protocol-Version` is missing');
  if (method === undefined) return mismatch('`Mcp-Method` is missing');
  return checkName(request, headers.get('mcp-name')) ?? { revision: '2026-07-28' };
}

function checkName(request: JsonRpcRequest, header: string | undefined): Refused | undefined {
  const source = nameSources.get(request.method);
  const value = source === undefined ? undefined : request.params?.[source];
  if (typeof value !== 'string') return undefined;
  if (header === undefined) return mismatch('`Mcp-Name` is missing');
  return decodeHeaderValue(header) === value ? undefined : mismatch(`\`Mcp-Name\` differs from \`params.${source}\``);
}

/** The value of `Mcp-Name` for a request; undefined where it has none. */
export function nameOf(request: JsonRpcRequest): string | undefined {
  const source = nameSources.get(request.method);
  const value = source === undefined ? undefined : request.params?.[source];
  return typeof value === 'string' ? value : undefined;
}

/** What a server answers when header fields and body disagree. */
export function mismatch(reason: string): Refused {
  return { status: 400, code: rpcErrors.headerMismatch, reason: `Header mismatch: ${reason}` };
}

const sentinel = /^=\?base64\?(.*)\?=$/;

/**
 * Decodes a value of `Mcp-Name` or `Mcp-Param-*` (2026-07-28, Streamable HTTP, Value Encoding).
 * @returns undefined for what is no valid encoding or has other characters than visible ASCII, space and tab
 */
export function decodeHeaderValue(value: string): string | undefined {
  const [, encoded] = sentinel.exec(value) ?? [];
  if (encoded === undefined) return /^[\t\x20-\x7e]*$/.test(value) ? value : undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined;
}

/** Encodes a value for `Mcp-Name` or `Mcp-Param-*`. */
export function encodeHeaderValue(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !sentinel.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}
