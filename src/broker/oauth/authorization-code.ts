import { createHash } from 'node:crypto';
import type { Random } from '../../base/ports.ts';
import { CredentialFault } from '../fault.ts';
import type { Outbound } from '../outbound.ts';
import { type Discovered, hostOf, type ServerMetadata } from './discovery.ts';
import type { OAuthClient } from './oauth-client.ts';
import type { ProofKey } from './proof-key.ts';
import { readErrorCode } from './token-endpoint.ts';

/** A request for a person's consent that was begun: what its answer is checked against, and redeemed with. */
export interface AuthorizationRequest {
  /** What the person opens. https, or http to this machine where that is allowed; for a browser, never for a shell. */
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
  /** The issuer whose validated metadata the request was made with (RFC 9207). */
  readonly issuer: string;
  readonly metadata: ServerMetadata;
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** The key the token will be bound to. */
  readonly proofKey: ProofKey | undefined;
}

/**
 * Begins an authorization code request with PKCE (RFC 7636, S256) and a resource indicator (RFC 8707).
 *
 * @throws CredentialFault `pkce-unsupported`, `metadata-invalid`, `url-not-allowed`
 */
export function beginAuthorization(
  outbound: Outbound,
  random: Random,
  discovered: Discovered,
  asked: Pick<AuthorizationRequest, 'client' | 'redirectUri' | 'scopes' | 'proofKey'>,
): AuthorizationRequest {
  const { metadata, issuer, resource, assumed } = discovered;
  if (!assumed && metadata.code_challenge_methods_supported?.includes('S256') !== true)
    throw new CredentialFault('pkce-unsupported', `\`${hostOf(issuer)}\` does not say that it supports PKCE with S256`);
  if (metadata.authorization_endpoint === undefined)
    throw new CredentialFault('metadata-invalid', `\`${hostOf(issuer)}\` names no authorization endpoint`);
  const url = outbound.check(metadata.authorization_endpoint, 'the authorization endpoint');
  const secret = (): string => Buffer.from(random.bytes(32)).toString('base64url');
  const [state, verifier] = [secret(), secret()];
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: asked.client.id,
    redirect_uri: asked.redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    resource,
  };
  // RFC 9449, 10: the code is bound to the key already.
  if (asked.proofKey !== undefined) parameters['dpop_jkt'] = asked.proofKey.thumbprint;
  if (asked.scopes.length > 0) parameters['scope'] = asked.scopes.join(' ');
  // Whatever the endpoint's own query says, these are ours.
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  if (asked.scopes.includes('offline_access')) url.searchParams.set('prompt', 'consent');
  return { url: url.href, state, verifier, issuer, metadata, resource, ...asked };
}

/**
 * The code in an authorization response, which was found by its `state`. The issuer is compared before anything else is looked at, errors too
 * (RFC 9207, 2.4): simple string comparison, nothing normalised.
 *
 * @param response query of the redirect, decoded
 * @throws CredentialFault `authorization-response-invalid`, `authorization-denied`
 */
export function codeOf(request: AuthorizationRequest, response: URLSearchParams): string {
  const invalid = (why: string): CredentialFault =>
    new CredentialFault('authorization-response-invalid', `the answer of \`${hostOf(request.issuer)}\` ${why}`);
  for (const name of ['iss', 'code', 'error'])
    if (response.getAll(name).length > 1) throw invalid(`has more than one \`${name}\``);
  const iss = response.get('iss');
  if (iss !== null && iss !== request.issuer) throw invalid('names another issuer');
  if (iss === null && request.metadata.authorization_response_iss_parameter_supported === true)
    throw invalid('does not name its issuer, as it said it would');
  const error = response.get('error');
  if (error !== null)
    throw new CredentialFault(
      'authorization-denied',
      `\`${hostOf(request.issuer)}\` did not authorise: ${readErrorCode(error) ?? 'an unknown error'}`,
      { oauthError: readErrorCode(error) },
    );
  const code = response.get('code');
  if (code === null || code === '') throw invalid('holds no code');
  return code;
}

/** Parameters that redeem a code. */
export function codeParameters(request: AuthorizationRequest, code: string): Record<string, string> {
  const { verifier, redirectUri, resource } = request;
  return { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri, resource };
}
