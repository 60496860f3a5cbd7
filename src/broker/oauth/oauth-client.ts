import { importPKCS8, SignJWT } from 'jose';
import type { Clock, Random } from '../../base/ports.ts';
import { CredentialFault } from '../fault.ts';
import { type ClientAuthentication, clientAuthentications, type ClientSettings } from '../settings.ts';
import type { ServerMetadata } from './discovery.ts';

/** A client as one authorization server knows it, with what it proves itself with. */
export interface OAuthClient {
  readonly id: string;
  readonly proof:
    | { readonly kind: 'none' }
    | { readonly kind: 'secret'; readonly secret: string }
    | { readonly kind: 'key'; readonly pem: string; readonly algorithm: string; readonly keyId: string | undefined };
  /** The method it was registered for; chosen by what the server supports where undefined. */
  readonly authentication: ClientAuthentication | undefined;
}

export interface SigningPorts {
  readonly clock: Clock;
  readonly random: Random;
}

/** What a token request carries of the client. */
export interface ProvenClient {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Seconds an assertion is valid: long enough for clocks that differ, too short to be worth stealing. */
const assertionSeconds = 60;

/**
 * How a client proves itself at a token endpoint (RFC 6749, 2.3; RFC 7523, 2.2; OpenID Connect Core, 9).
 *
 * @throws CredentialFault `client-authentication-unsupported`, `secret-unavailable`
 */
export async function proveClient(
  client: OAuthClient,
  metadata: Pick<ServerMetadata, 'issuer' | 'token_endpoint_auth_methods_supported'>,
  ports: SigningPorts,
): Promise<ProvenClient> {
  const method = client.authentication ?? chooseAuthentication(client.proof.kind, metadata);
  const { proof } = client;
  if (method === 'none') return { headers: {}, parameters: { client_id: client.id } };
  if (method === 'private_key_jwt' && proof.kind === 'key')
    return {
      headers: {},
      parameters: {
        client_id: client.id,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await signAssertion(client.id, proof, metadata.issuer, ports),
      },
    };
  if (proof.kind !== 'secret') throw unsupported(metadata.issuer);
  if (method === 'client_secret_post')
    return { headers: {}, parameters: { client_id: client.id, client_secret: proof.secret } };
  // Both are form-encoded before they are joined (RFC 6749, 2.3.1).
  const pair = `${formEncode(client.id)}:${formEncode(proof.secret)}`;
  return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, parameters: {} };
}

/** The strongest method that both sides can. Servers that list none take `client_secret_basic` (RFC 8414, 2). */
function chooseAuthentication(
  kind: OAuthClient['proof']['kind'],
  { issuer, token_endpoint_auth_methods_supported: supported }: Parameters<typeof proveClient>[1],
): ClientAuthentication {
  const possible = possibleMethods[kind];
  if (supported === undefined) return possible[0];
  const found = possible.find((method) => supported.includes(method));
  // A public client proves nothing; what the server lists is for those that do.
  if (found === undefined && kind !== 'none') throw unsupported(issuer);
  return found ?? 'none';
}

const possibleMethods = {
  none: ['none'],
  secret: ['client_secret_basic', 'client_secret_post'],
  key: ['private_key_jwt'],
} as const;

function unsupported(issuer: string): CredentialFault {
  return new CredentialFault(
    'client-authentication-unsupported',
    `\`${new URL(issuer).host}\` supports no way this client can prove itself`,
  );
}

async function signAssertion(
  id: string,
  proof: Extract<OAuthClient['proof'], { kind: 'key' }>,
  audience: string,
  { clock, random }: SigningPorts,
): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000);
  const key = await importPKCS8(proof.pem, proof.algorithm).catch((cause: unknown) => {
    throw new CredentialFault('secret-unavailable', `the key of the client is no ${proof.algorithm} key`, { cause });
  });
  // The issuer alone is the audience: an endpoint's URL could be another server's (draft-ietf-oauth-rfc7523bis).
  return new SignJWT({})
    .setProtectedHeader({
      alg: proof.algorithm,
      typ: 'JWT',
      ...(proof.keyId === undefined ? {} : { kid: proof.keyId }),
    })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(audience)
    .setJti(Buffer.from(random.bytes(16)).toString('base64url'))
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + assertionSeconds)
    .sign(key);
}

/** The client of the settings, with its secret. @param resolve gives the secret a reference leads to */
export async function configuredClient(
  settings: ClientSettings,
  resolve: (reference: NonNullable<ClientSettings['secret']>) => Promise<string>,
): Promise<OAuthClient> {
  const { id, secret, key, authentication } = settings;
  const proof: OAuthClient['proof'] =
    secret !== undefined
      ? { kind: 'secret', secret: await resolve(secret) }
      : key !== undefined
        ? { kind: 'key', pem: await resolve(key), algorithm: settings['key-algorithm'], keyId: settings['key-id'] }
        : { kind: 'none' };
  return { id, proof, authentication };
}

/** `application/x-www-form-urlencoded` of one value. */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/** A method name, where it is one that is known. */
export function authenticationNamed(name: string | undefined): ClientAuthentication | undefined {
  return clientAuthentications.find((method) => method === name);
}
