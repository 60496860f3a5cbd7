import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { isLoopbackHost } from '../../base/public-address.ts';
import type { CredentialStore } from '../credential-store.ts';
import { CredentialFault } from '../fault.ts';
import { jsonObject, type Outbound } from '../outbound.ts';
import { type Discovered, hostOf } from './discovery.ts';
import { authenticationNamed, type OAuthClient } from './oauth-client.ts';
import { readErrorCode } from './token-endpoint.ts';

/** Who the gateway says it is to authorization servers. */
export interface ClientIdentity {
  readonly clientName: string;
  readonly redirectUri: string;
  /** URL of its Client ID Metadata Document. */
  readonly metadataUrl: string | undefined;
}

/** A registration as it is kept, under the issuer that made it. */
const kept = z.object({
  id: z.string(),
  secret: z.string().optional(),
  authentication: z.enum(['none', 'client_secret_basic', 'client_secret_post']).optional(),
  expiresMs: z.number().optional(),
});
type Kept = z.infer<typeof kept>;

/** What a registration endpoint answers (RFC 7591, 3.2.1), as far as it is used. */
const registrationDocument = z.object({
  client_id: z.string().min(1).max(2048),
  client_secret: z.string().min(1).max(limits.brokerTokenLengthMax).nullish(),
  client_secret_expires_at: z.number().nonnegative().nullish(),
  token_endpoint_auth_method: z.string().nullish(),
});

/** The gateway's metadata as a client, for Dynamic Client Registration and for its Client ID Metadata Document. */
function clientMetadata({ clientName, redirectUri }: ClientIdentity): Record<string, unknown> {
  return {
    client_name: clientName,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // `web` would be the default of OpenID Connect, and refuse a redirect to this machine.
    application_type: isLoopbackHost(new URL(redirectUri).hostname) ? 'native' : 'web',
  };
}

/**
 * The document to serve at the gateway's `client-metadata-url` (draft-ietf-oauth-client-id-metadata-document).
 *
 * @returns undefined where the gateway has no such URL
 */
export function clientMetadataDocument(identity: ClientIdentity): Record<string, unknown> | undefined {
  if (identity.metadataUrl === undefined) return undefined;
  return { client_id: identity.metadataUrl, ...clientMetadata(identity), token_endpoint_auth_method: 'none' };
}

/**
 * Clients at authorization servers that nobody registered by hand: the Client ID Metadata Document where the server
 * takes one, otherwise Dynamic Client Registration. A registration is bound to the issuer that made it.
 */
export class Registrations {
  readonly #outbound: Outbound;
  readonly #store: CredentialStore;
  readonly #identity: ClientIdentity;
  readonly #running = new Map<string, Promise<OAuthClient>>();

  constructor(outbound: Outbound, store: CredentialStore, identity: ClientIdentity) {
    this.#outbound = outbound;
    this.#store = store;
    this.#identity = identity;
  }

  /** @throws CredentialFault `no-client`, `registration-refused` */
  async clientAt(discovered: Discovered, nowMs: number): Promise<OAuthClient> {
    const { metadata, issuer } = discovered;
    const { metadataUrl } = this.#identity;
    if (metadata.client_id_metadata_document_supported === true && metadataUrl !== undefined)
      return { id: metadataUrl, proof: { kind: 'none' }, authentication: 'none' };
    const name = this.#nameOf(issuer);
    const data = await this.#store.get(name);
    const found = data === undefined ? undefined : kept.safeParse(JSON.parse(Buffer.from(data).toString())).data;
    if (found !== undefined && (found.expiresMs ?? Number.POSITIVE_INFINITY) > nowMs) return clientOf(found);
    const running = this.#running.get(name) ?? this.#register(discovered, name);
    this.#running.set(name, running);
    return running.finally(() => this.#running.delete(name));
  }

  /** Forgets a registration that its server no longer knows. */
  forget(issuer: string): Promise<void> {
    return this.#store.remove(this.#nameOf(issuer));
  }

  #nameOf(issuer: string): string {
    return `client ${JSON.stringify([issuer, this.#identity.redirectUri])}`;
  }

  async #register({ metadata, issuer }: Discovered, name: string): Promise<OAuthClient> {
    const endpoint = metadata.registration_endpoint;
    if (endpoint === undefined)
      throw new CredentialFault(
        'no-client',
        `\`${hostOf(issuer)}\` takes only clients that are registered by hand; set \`client\` and \`issuer\``,
      );
    const supported = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const asked = (['client_secret_basic', 'client_secret_post', 'none'] as const).find((method) =>
      supported.includes(method),
    );
    const body = JSON.stringify({ ...clientMetadata(this.#identity), token_endpoint_auth_method: asked ?? 'none' });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#outbound.post(endpoint, 'the registration endpoint', headers, body);
    if (answer.status !== 200 && answer.status !== 201) {
      const transient = answer.status === 429 || answer.status >= 500;
      const error = transient ? undefined : readErrorCode(errorOf(answer.body));
      throw new CredentialFault(
        transient ? 'unreachable' : 'registration-refused',
        `\`${hostOf(endpoint)}\` does not register the gateway: ${error ?? `status ${answer.status}`}`,
      );
    }
    const registered = registrationDocument.safeParse(jsonObject(answer, 'metadata-invalid', 'the registration'));
    if (!registered.success) throw new CredentialFault('registration-refused', 'the registration names no client');
    const { client_id: id, client_secret: secret, client_secret_expires_at: expires } = registered.data;
    const authentication = authenticationNamed(registered.data.token_endpoint_auth_method ?? undefined) ?? asked;
    const made: Kept = {
      id,
      ...(typeof secret === 'string' && authentication !== 'none' ? { secret } : {}),
      ...(authentication === undefined || authentication === 'private_key_jwt' ? {} : { authentication }),
      // 0 says that it does not expire.
      ...(typeof expires === 'number' && expires > 0 ? { expiresMs: expires * 1000 } : {}),
    };
    await this.#store.put(name, Buffer.from(JSON.stringify(made)));
    return clientOf(made);
  }
}

function clientOf({ id, secret, authentication }: Kept): OAuthClient {
  return secret === undefined
    ? { id, proof: { kind: 'none' }, authentication: 'none' }
    : { id, proof: { kind: 'secret', secret }, authentication };
}

function errorOf(body: Uint8Array): unknown {
  try {
    return (JSON.parse(Buffer.from(body).toString()) as { error?: unknown } | null)?.error;
  } catch {
    return undefined;
  }
}
