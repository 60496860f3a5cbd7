import { z } from 'zod';
import { networkTest } from '../base/network-address.ts';
import { isLoopbackHost } from '../base/public-address.ts';
import { findSecrets } from '../base/secrets.ts';
import { secretReference } from '../model/secret-reference.ts';

/** A URL without user, password and fragment: https, or http to this machine. */
const httpsUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '' || text.includes('#')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
}, 'is not an https URL (or http to this machine) without user, password and fragment');
const origin = httpsUrl
  .refine((text) => new URL(text).pathname === '/' && !text.includes('?'), 'is not an origin: scheme, host and port')
  .transform((text) => new URL(text).origin);
const issuer = httpsUrl.refine((text) => !text.includes('?'), 'takes no query');
/** RFC 6749, 3.3. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not one scope');
const text = z
  .string()
  .min(1)
  .refine((value) => findSecrets(value).length === 0, 'is a secret in clear');

/** JWS algorithms for keys of clients: asymmetric ones only (RFC 7518, RFC 8037). */
export const keyAlgorithms = ['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA'] as const;
export const clientAuthentications = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
/** Ways a client proves itself at a token endpoint (OpenID Connect Core, 9; RFC 8414). */
export type ClientAuthentication = (typeof clientAuthentications)[number];

/** An OAuth client that was registered by hand. */
const client = z
  .strictObject({
    id: text,
    secret: secretReference.optional(),
    /** A private key, PKCS #8 in PEM. */
    key: secretReference.optional(),
    'key-id': text.optional(),
    'key-algorithm': z.enum(keyAlgorithms).default('ES256'),
    authentication: z.enum(clientAuthentications).optional(),
  })
  .superRefine(({ secret, key, authentication }, context) => {
    const fail = (message: string): void => context.addIssue({ code: 'custom', message });
    if (secret !== undefined && key !== undefined) fail('has a `secret` or a `key`, not both');
    if (authentication?.startsWith('client_secret') === true && secret === undefined) fail('needs a `secret`');
    if (authentication === 'private_key_jwt' && key === undefined) fail('needs a `key`');
    if (authentication === 'none' && (secret !== undefined || key !== undefined)) fail('has nothing to prove with');
  });
export type ClientSettings = z.infer<typeof client>;

/** What is asked for, and what may ever be asked for. Without scopes the server's own metadata and challenges say it. */
const asked = {
  scopes: z.array(scope).min(1).optional(),
  'allowed-scopes': z.array(scope).min(1).optional(),
  /** Tokens are bound to a key of the gateway (RFC 9449), or there are none. */
  dpop: z.boolean().default(false),
};
const sharedIdentity = z.literal('shared', {
  error: 'everybody would act upstream as one account: write `identity: shared` to say that this is meant',
});
/** For whom a token is held: agent and person together, the person whatever the agent, or one for everybody. */
const identity = z.enum(['principal', 'person', 'shared']).default('principal');

const staticSecret = z.strictObject({
  type: z.literal('static'),
  secret: secretReference,
  header: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
    .default('authorization'),
  /** What stands before the secret, a space between; `''` for nothing. */
  scheme: z
    .string()
    .regex(/^[A-Za-z0-9-]*$/)
    .default('Bearer'),
  /** Where it may be sent; the server's own origin where absent. */
  origins: z.array(origin).min(1).optional(),
  identity: sharedIdentity,
});
const authorizationCode = z.strictObject({
  type: z.literal('authorization-code'),
  client: client.optional(),
  issuer: issuer.optional(),
  ...asked,
  identity,
});
const clientCredentials = z.strictObject({
  type: z.literal('client-credentials'),
  client,
  issuer,
  ...asked,
  identity: sharedIdentity,
});
/** RFC 7523 with an assertion that the platform provides (MCP extension Workload Identity Federation). */
const workload = z.strictObject({
  type: z.literal('workload-identity'),
  assertion: secretReference,
  issuer,
  ...asked,
  identity: sharedIdentity,
});
/** What the token is that people show the gateway (RFC 8693, 3). */
const subjectToken = z.enum(['access-token', 'id-token', 'jwt']);
export type SubjectTokenType = z.infer<typeof subjectToken>;
/** RFC 8693 at the authorization server of the resource. */
const tokenExchange = z.strictObject({
  type: z.literal('token-exchange'),
  client,
  issuer,
  /** Issuer of the person's token; `issuer` where absent. */
  'subject-issuer': issuer.optional(),
  'subject-token': subjectToken.default('access-token'),
  audience: text.optional(),
  ...asked,
  identity: z.enum(['principal', 'person']).default('principal'),
});
/** MCP extension Enterprise-Managed Authorization: an ID-JAG from the identity provider, then RFC 7523. */
const enterprise = z.strictObject({
  type: z.literal('enterprise-managed'),
  client,
  /** Authorization server of the resource. */
  issuer,
  'identity-provider': z.strictObject({ issuer, client, 'token-endpoint': httpsUrl.optional() }),
  /** An ID token is what the extension exchanges; whether the provider takes another is the provider's matter. */
  'subject-token': subjectToken.default('id-token'),
  ...asked,
  identity: z.enum(['principal', 'person']).default('principal'),
});

/** How the gateway proves itself to one upstream server: `credential:` of its entry. */
export const upstreamCredential = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    staticSecret,
    authorizationCode,
    clientCredentials,
    workload,
    tokenExchange,
    enterprise,
  ])
  .superRefine((credential, context) => {
    const fail = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (credential.type === 'none' || credential.type === 'static') return;
    const allowed = credential['allowed-scopes'];
    const outside = (credential.scopes ?? []).filter((one) => allowed !== undefined && !allowed.includes(one));
    if (outside.length > 0) fail('scopes', `\`${outside[0] ?? ''}\` is not in \`allowed-scopes\``);
    if (credential.type === 'authorization-code' && credential.client !== undefined && credential.issuer === undefined)
      fail('issuer', 'a client is known to one authorization server: say which');
    if (
      credential.type === 'client-credentials' &&
      credential.client.secret === undefined &&
      credential.client.key === undefined
    )
      fail('client', 'needs a `secret` or a `key`');
  });
export type UpstreamCredentialSettings = z.infer<typeof upstreamCredential>;
export type OAuthSettings = Exclude<UpstreamCredentialSettings, { type: 'none' | 'static' }>;

/** What holds for all upstream servers: `credentials:` of the gateway's configuration. */
export const brokerSettings = z.strictObject({
  /** Non-public networks that discovered addresses may lie in. */
  networks: z
    .array(z.string().refine((cidr) => networkTest(cidr) !== undefined, 'is not a network (`10.0.0.0/8`)'))
    .default([]),
  /** Discovered addresses may lead to this machine, over http too. For trying things out. */
  'allow-loopback': z.boolean().default(false),
  /** Who asks, on the consent page. */
  'client-name': text.default('Demarc gateway'),
  /** Roles of people who may consent for what everybody shares. */
  administrators: z.array(text).default([]),
  /** Where the gateway's Client ID Metadata Document is served. */
  'client-metadata-url': httpsUrl
    .refine((url) => url.startsWith('https:') && new URL(url).pathname !== '/', 'is not an https URL with a path')
    .optional(),
  /** A server that speaks HashiCorp Vault's HTTP API. */
  vault: z
    .strictObject({
      url: httpsUrl,
      token: secretReference.refine(({ store }) => store !== 'vault', 'is in the vault that it opens'),
      namespace: text.optional(),
    })
    .optional(),
});
export type BrokerSettings = z.infer<typeof brokerSettings>;
