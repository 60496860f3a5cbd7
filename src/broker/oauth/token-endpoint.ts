import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { HttpResponse } from '../../base/ports.ts';
import { CredentialFault } from '../fault.ts';
import { jsonObject, type Outbound } from '../outbound.ts';
import { type ServerMetadata, hostOf } from './discovery.ts';
import { type OAuthClient, proveClient, type SigningPorts } from './oauth-client.ts';
import { type ProofKey, readNonce } from './proof-key.ts';

/** Token type URIs (RFC 8693, 3; draft-ietf-oauth-identity-assertion-authz-grant). */
export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  idJag: 'urn:ietf:params:oauth:token-type:id-jag',
} as const;
export const grantTypes = {
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const;

/** What a token endpoint gave (RFC 6749, 5.1; RFC 8693, 2.2.1). */
export interface TokenAnswer {
  readonly accessToken: string;
  /** In lower case: `bearer`, `dpop`, or `n_a` for a token that is no access token. */
  readonly tokenType: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  readonly issuedTokenType: string | undefined;
}

/** Goes into a header: visible ASCII only, no spaces (RFC 6750, 2.1, is narrower than what is issued in practice). */
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/)
  .max(limits.brokerTokenLengthMax);
const answerDocument = z.object({
  access_token: token,
  token_type: z.string().max(32),
  refresh_token: token.nullish(),
  expires_in: z.coerce
    .number()
    .positive()
    .max(10 * 366 * 86_400)
    .nullish()
    .catch(undefined),
  issued_token_type: z.string().nullish(),
});

/** The other side of a token request. */
export interface TokenEndpoint {
  readonly metadata: Pick<ServerMetadata, 'issuer' | 'token_endpoint' | 'token_endpoint_auth_methods_supported'>;
  /** Undefined where an assertion alone is enough (workload identity). */
  readonly client: OAuthClient | undefined;
  /** The key the token is to be bound to. */
  readonly proofKey?: ProofKey | undefined;
}

/**
 * Asks a token endpoint.
 *
 * @throws CredentialFault `token-refused` with the OAuth error, `token-invalid`, `unreachable` and those of the client
 */
export async function requestToken(
  outbound: Outbound,
  ports: SigningPorts,
  { metadata, client, proofKey }: TokenEndpoint,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<TokenAnswer> {
  const url = metadata.token_endpoint;
  const host = hostOf(url);
  const ask = async (nonce: string | undefined): Promise<HttpResponse> => {
    const proof = await proofKey?.prove({ method: 'POST', url, nonce }, ports);
    const { headers, body } = await prepare();
    return outbound.post(url, 'the token endpoint', proof === undefined ? headers : { ...headers, dpop: proof }, body);
  };
  // Made anew for each request: an assertion counts once.
  const prepare = async (): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body: string }> => {
    const proven = client === undefined ? undefined : await proveClient(client, metadata, ports);
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...parameters, ...proven?.parameters }))
      if (value !== undefined && value !== '') body.append(name, value);
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...proven?.headers },
      body: body.toString(),
    };
  };
  const answer = await ask(undefined);
  const nonce = readNonce(answer.headers['dpop-nonce']);
  const again = proofKey !== undefined && nonce !== undefined && errorCode(answer) === 'use_dpop_nonce';
  return readAnswer(again ? await ask(nonce) : answer, host);
}

function readAnswer(answer: HttpResponse, host: string): TokenAnswer {
  if (answer.status !== 200) throw refusal(answer, host);
  const parsed = answerDocument.safeParse(jsonObject(answer, 'token-invalid', `the token answer of \`${host}\``));
  if (!parsed.success)
    throw new CredentialFault(
      'token-invalid',
      `the token answer of \`${host}\` has no valid \`${parsed.error.issues[0]?.path.join('.') ?? ''}\``,
    );
  const { access_token, token_type, refresh_token, expires_in, issued_token_type } = parsed.data;
  return {
    accessToken: access_token,
    tokenType: token_type.toLowerCase(),
    refreshToken: refresh_token ?? undefined,
    expiresIn: expires_in ?? undefined,
    issuedTokenType: issued_token_type ?? undefined,
  };
}

/**
 * An error answer (RFC 6749, 5.2). Its description is the other side's prose and goes nowhere. Without an OAuth error, and with a status
 * that refuses no token, it is of something in between: a filter, or another page.
 */
function refusal(answer: HttpResponse, host: string): CredentialFault {
  const { status } = answer;
  const oauthError = errorCode(answer);
  const isOther = oauthError === undefined && status !== 400 && status !== 401;
  if (isOther || status === 429 || status >= 500)
    return new CredentialFault('unreachable', `the token endpoint at \`${host}\` answers with status ${status}`);
  return new CredentialFault(
    'token-refused',
    `\`${host}\` refuses a token${oauthError === undefined ? ` with status ${status}` : `: \`${oauthError}\``}`,
    { oauthError },
  );
}

function errorCode(answer: HttpResponse): string | undefined {
  try {
    const { error } = jsonObject(answer, 'token-invalid', 'it') as { error?: unknown };
    return readErrorCode(error);
  } catch {
    return undefined;
  }
}

/** An OAuth error code, where it looks like one. */
export function readErrorCode(error: unknown): string | undefined {
  return typeof error === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(error) ? error : undefined;
}
