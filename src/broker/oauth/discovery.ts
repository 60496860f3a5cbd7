import { z } from 'zod';
import type { HttpResponse } from '../../base/ports.ts';
import { CredentialFault } from '../fault.ts';
import { jsonObject, type Outbound } from '../outbound.ts';

/** Protected Resource Metadata (RFC 9728, 2), as far as it is used. */
const resourceDocument = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).min(1),
  scopes_supported: z.array(z.string()).optional(),
});

const strings = z.array(z.string()).optional();
/** Authorization server metadata (RFC 8414, 2; OpenID Connect Discovery 1.0, 3), as far as it is used. */
const serverDocument = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string(),
  registration_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
  scopes_supported: strings,
  code_challenge_methods_supported: strings,
  token_endpoint_auth_methods_supported: strings,
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  client_id_metadata_document_supported: z.boolean().optional(),
  dpop_signing_alg_values_supported: strings,
});
export type ServerMetadata = z.infer<typeof serverDocument>;

/** Where and for what tokens of an upstream server are obtained. */
export interface Discovered {
  /** The resource identifier exactly as published; the server's own URL where it publishes none. */
  readonly resource: string;
  readonly scopesSupported: readonly string[] | undefined;
  readonly issuer: string;
  readonly metadata: ServerMetadata;
  /** Where the server said that its metadata is. */
  readonly resourceMetadata?: string | undefined;
  /** No metadata at all: the default endpoints of revision 2025-03-26, where PKCE is required and cannot be advertised. */
  readonly assumed: boolean;
}

export interface DiscoveryRequest {
  /** URL of the MCP server. */
  readonly server: string;
  /** `resource_metadata` of its challenge. */
  readonly resourceMetadata: string | undefined;
  /** The authorization server the configuration names. */
  readonly issuer: string | undefined;
}

/**
 * Finds the authorization server of an MCP server: Protected Resource Metadata where the challenge says it is, or at the
 * well-known places; then the server's metadata. Without Protected Resource Metadata the MCP server's origin is its own
 * authorization server (revision 2025-03-26). Source: modelcontextprotocol.io/specification/2026-07-28, Authorization
 * Server Discovery; …/2025-03-26/basic/authorization, 2.3.
 *
 * @throws CredentialFault
 */
export async function discover(outbound: Outbound, request: DiscoveryRequest): Promise<Discovered> {
  const { server, issuer: pinned } = request;
  const published = await findResource(outbound, request);
  if (published === undefined) {
    const issuer = pinned ?? new URL(server).origin;
    const metadata = await findServer(outbound, issuer);
    const resource = canonicalServer(server);
    if (metadata !== undefined) return { resource, scopesSupported: undefined, issuer, metadata, assumed: false };
    if (pinned !== undefined) throw noMetadata(pinned);
    return { resource, scopesSupported: undefined, issuer, metadata: assumedMetadata(issuer), assumed: true };
  }
  if (!isResourceOf(published.resource, server))
    throw new CredentialFault('resource-mismatch', `\`${hostOf(server)}\` publishes metadata of another resource`);
  const issuer = pinned ?? published.authorization_servers[0] ?? '';
  if (!published.authorization_servers.includes(issuer))
    throw new CredentialFault(
      'issuer-not-listed',
      `\`${hostOf(server)}\` does not name \`${hostOf(issuer)}\` among its authorization servers`,
    );
  const metadata = await findServer(outbound, issuer);
  if (metadata === undefined) throw noMetadata(issuer);
  const { resource, scopes_supported: scopesSupported } = published;
  return { resource, scopesSupported, issuer, metadata, assumed: false };
}

async function findResource(
  outbound: Outbound,
  { server, resourceMetadata }: DiscoveryRequest,
): Promise<z.infer<typeof resourceDocument> | undefined> {
  const what = 'the protected resource metadata';
  const places = resourceMetadata === undefined ? resourcePlaces(server) : [resourceMetadata];
  for (const place of places) {
    const answer = await outbound.get(place, what);
    if (isAbsent(answer, what) && resourceMetadata === undefined) continue;
    return parse(resourceDocument, answer, what);
  }
  return undefined;
}

/** Well-known places of a resource's metadata: with its path, then at the root (RFC 9728, 3.1, and MCP's addition). */
export function resourcePlaces(server: string): string[] {
  const { origin, pathname, search } = new URL(server);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  const path = pathname.replace(/\/$/, '');
  return path === '' && search === '' ? [root] : [`${root}${path}${search}`, root];
}

/**
 * The metadata of an authorization server, or undefined when it publishes none.
 *
 * @throws CredentialFault `issuer-mismatch` when it publishes only metadata of another issuer
 */
export async function findServer(outbound: Outbound, issuer: string): Promise<ServerMetadata | undefined> {
  const what = 'the authorization server metadata';
  outbound.check(issuer, 'the issuer');
  let mismatch = false;
  for (const place of serverPlaces(issuer)) {
    const answer = await outbound.get(place, what);
    if (isAbsent(answer, what)) continue;
    const metadata = parse(serverDocument, answer, what);
    // Simple string comparison, nothing normalised (RFC 8414, 3.3; RFC 3986, 6.2.1).
    if (metadata.issuer === issuer) return metadata;
    mismatch = true;
  }
  if (mismatch)
    throw new CredentialFault('issuer-mismatch', `\`${hostOf(issuer)}\` publishes metadata of another issuer`);
  return undefined;
}

/** Well-known places of an issuer's metadata, in the order MCP asks for. */
export function serverPlaces(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
  ];
  return path === '' ? places : [...places, `${origin}${path}/.well-known/openid-configuration`];
}

/** The server's URL as a resource identifier: no fragment, no slash alone at the end (RFC 8707, 2; MCP, Canonical Server URI). */
export function canonicalServer(server: string): string {
  const url = new URL(server);
  url.hash = '';
  return url.pathname === '/' && url.search === '' ? url.origin : url.href;
}

/** Whether a published resource is the server or contains it: same origin, and its path is the server's or above it. */
function isResourceOf(resource: string, server: string): boolean {
  if (!URL.canParse(resource) || resource.includes('#')) return false;
  const published = new URL(resource);
  const own = new URL(server);
  if (published.origin !== own.origin || published.username !== '' || published.password !== '') return false;
  if (published.search !== '' && published.search !== own.search) return false;
  const path = published.pathname.replace(/\/$/, '');
  return own.pathname === path || own.pathname.startsWith(`${path}/`);
}

/** Nothing there: the next place is asked. A server that fails says nothing about what it publishes. */
function isAbsent({ status }: HttpResponse, what: string): boolean {
  if (status === 200) return false;
  if (status >= 400 && status < 500 && status !== 429) return true;
  if (status >= 300 && status < 400)
    throw new CredentialFault('metadata-invalid', `${what} redirects, which is not followed`);
  throw new CredentialFault('unreachable', `${what} is answered with status ${status}`);
}

function parse<T>(schema: z.ZodType<T>, answer: HttpResponse, what: string): T {
  if (answer.status !== 200) throw new CredentialFault('metadata-missing', `${what} is answered with ${answer.status}`);
  const parsed = schema.safeParse(jsonObject(answer, 'metadata-invalid', what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CredentialFault('metadata-invalid', `${what} has no valid \`${issue?.path.join('.') ?? ''}\``);
}

/** Revision 2025-03-26: without metadata the endpoints are at fixed places. */
function assumedMetadata(issuer: string): ServerMetadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
  };
}

function noMetadata(issuer: string): CredentialFault {
  return new CredentialFault('metadata-missing', `\`${hostOf(issuer)}\` publishes no authorization server metadata`);
}

/** The host of a URL, for messages: paths and queries may hold anything. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'something that is no URL';
}
