import { type Resources, wellKnown } from './resource.ts';
import type { IdentitySettings } from './settings.ts';

/** An answer to a request for metadata. */
export interface MetadataAnswer {
  readonly status: 200 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers requests for the protected-resource metadata of the gateway and its servers (RFC 9728, section 3); undefined for any
 * other request. It needs no credential, so it says the same of a server that is not there.
 */
export function metadataAnswer(
  { method, target }: { readonly method: string; readonly target: string },
  resources: Resources,
  { issuers, scopes, certificates }: IdentitySettings,
): MetadataAnswer | undefined {
  const path = target.split('?', 1)[0] ?? '';
  if (!path.startsWith(wellKnown)) return undefined;
  const json = { 'content-type': 'application/json' };
  const resource = resources.describedBy(path.slice(wellKnown.length));
  if (resource === undefined || issuers.length === 0)
    return { status: 404, headers: json, body: '{"error":"not_found"}' };
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { ...json, allow: 'GET, HEAD' }, body: '{"error":"method_not_allowed"}' };
  return {
    status: 200,
    headers: { ...json, 'cache-control': 'public, max-age=300' },
    body: JSON.stringify({
      resource,
      authorization_servers: issuers.map(({ issuer }) => issuer),
      ...(scopes.required.length === 0 ? {} : { scopes_supported: scopes.required }),
      bearer_methods_supported: ['header'],
      ...(certificates.length === 0 ? {} : { tls_client_certificate_bound_access_tokens: true }),
    }),
  };
}
