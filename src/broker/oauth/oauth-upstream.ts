import type { limits } from '../../base/limits.ts';
import type { Clock, Random } from '../../base/ports.ts';
import type { Principal } from '../../model/principal.ts';
import { CredentialFault } from '../fault.ts';
import type { Outbound } from '../outbound.ts';
import type { BrokerNotice, ConsentReason, CredentialEvent, CredentialOutcome, UpstreamRejection } from '../outcome.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import type { ClientSettings, OAuthSettings } from '../settings.ts';
import { beginAuthorization, codeOf, codeParameters } from './authorization-code.ts';
import { type ResourceChallenge, resourceChallenge } from './challenge.ts';
import type { Consent, Consents } from './consents.ts';
import { type Discovered, discover, findServer, hostOf, type ServerMetadata } from './discovery.ts';
import { grantToken } from './grants.ts';
import { type Holding, type Holdings, isDue, isUsable } from './holdings.ts';
import { Leases } from './leases.ts';
import { configuredClient, type OAuthClient, proveClient } from './oauth-client.ts';
import { ProofKey, proofAlgorithm, readNonce } from './proof-key.ts';
import type { Registrations } from './registration.ts';
import { requestToken, type TokenAnswer } from './token-endpoint.ts';

/** What all servers share. */
export interface OAuthShared {
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly random: Random;
  readonly holdings: Holdings;
  readonly consents: Consents;
  readonly registrations: Registrations;
  readonly redirectUri: string;
  readonly secret: (reference: SecretReference) => Promise<string>;
  readonly subject: (principal: Principal, issuer: string) => string;
  readonly record: (event: CredentialEvent) => Promise<void>;
  readonly notice: (notice: BrokerNotice) => void;
  readonly bounds: Pick<typeof limits, 'brokerRetryMs' | 'brokerDiscoveryMs' | 'brokerStepUpsMax' | 'brokerScopesMax'>;
}

/** What a new token has to be. */
interface Want {
  readonly reason: ConsentReason;
  /** Scopes it has to be asked for, beside those that are asked for anyway. */
  readonly scopes: readonly string[];
  /** A token that does not do. */
  readonly not?: string | undefined;
  /** Refreshing the one that is held would not help. */
  readonly anew?: boolean | undefined;
  readonly stepUps?: number | undefined;
}

/** A token that is refused this soon after it was issued is not too old, it is not wanted. */
const freshMs = 30_000;

/** Tokens for one upstream server, by holder. Throws `CredentialFault` throughout. */
export class OAuthUpstream {
  readonly #name: string;
  readonly #url: string;
  readonly #settings: OAuthSettings;
  readonly #shared: OAuthShared;
  readonly #leases: Leases;
  /** What the server said last about how to be let in. */
  #challenge: ResourceChallenge | undefined;
  #discovered: { readonly atMs: number; readonly value: Promise<Discovered> } | undefined;
  /** One piece of work at a time for each holder. */
  readonly #working = new Map<string, Promise<unknown>>();
  /** What the server asked to be repeated in proofs. */
  #nonce: string | undefined;
  readonly #failed = new Map<string, { readonly untilMs: number; readonly fault: CredentialFault }>();

  constructor(server: { readonly name: string; readonly url: string }, settings: OAuthSettings, shared: OAuthShared) {
    this.#name = server.name;
    this.#url = server.url;
    this.#settings = settings;
    this.#shared = shared;
    this.#leases = new Leases(server, settings.type, shared);
  }

  /** The token at hand, renewed before its end; or a new one; or where a person has to agree. */
  async credentialFor(key: string, principal: Principal): Promise<CredentialOutcome> {
    const { holdings, clock } = this.#shared;
    const holding = holdings.peek(key) ?? (await holdings.get(key));
    const nowMs = clock.now();
    if (holding !== undefined && holding.recorded && isUsable(holding, nowMs) && this.#fits(holding)) {
      const isAhead = isDue(holding, nowMs) && !this.#working.has(key) && this.#failureOf(key, nowMs) === undefined;
      if (isAhead && this.#canRenew(holding)) this.#renewAhead(key, principal, holding);
      return this.#ready(holding);
    }
    // The server's first challenge says where its metadata is and which scopes it takes.
    if (holding === undefined && this.#challenge === undefined && this.#settings.type === 'authorization-code')
      return { kind: 'ready', headers: {}, origins: [new URL(this.#url).origin] };
    return this.connect(key, principal);
  }

  /** As `credentialFor`, without waiting for the server to ask. */
  connect(key: string, principal: Principal): Promise<CredentialOutcome> {
    return this.#obtain(key, principal, { reason: 'first', scopes: this.#challenge?.scopes ?? [] });
  }

  /** What to do about an answer with status 401 or 403. */
  async rejected(key: string, principal: Principal, rejection: UpstreamRejection): Promise<CredentialOutcome> {
    const challenge = resourceChallenge(rejection.wwwAuthenticate);
    const held = await this.#shared.holdings.get(key);
    const holding = held !== undefined && this.#fits(held) ? held : undefined;
    const nonce = readNonce(rejection.dpopNonce);
    if (rejection.status === 401 && holding?.proofKey !== undefined && nonce !== undefined && nonce !== this.#nonce) {
      this.#nonce = nonce;
      if (challenge?.error === 'use_dpop_nonce') return this.#ready(holding);
    }
    const missing = rejection.status === 403 && challenge?.error === 'insufficient_scope';
    if (rejection.status !== 401 && !missing)
      throw new CredentialFault('scope-refused', `\`${hostOf(this.#url)}\` forbids it, whatever the token`);
    if (missing && holding !== undefined && holding.reference === rejection.reference)
      return this.#stepUp(key, principal, holding, challenge.scopes);
    this.#challenge = challenge ?? { resourceMetadata: undefined, scopes: [], error: undefined };
    if (holding === undefined || holding.reference !== rejection.reference)
      return this.#obtain(key, principal, { reason: 'first', scopes: this.#challenge.scopes });
    return this.#replace(key, principal, holding, this.#challenge);
  }

  /** Redeems the code that answers a consent. */
  complete(consent: Consent, response: URLSearchParams): Promise<void> {
    const { key, request, principal, shared } = consent;
    const code = codeOf(request, response);
    return this.#alone(key, async () => {
      const { metadata, client, proofKey } = request;
      const answer = await this.#request(metadata, client, proofKey, codeParameters(request, code)).catch(
        async (thrown: unknown) => {
          // A registration the server has forgotten: the next consent is asked for with a new one.
          if (thrown instanceof CredentialFault && thrown.oauthError === 'invalid_client')
            await this.#shared.registrations.forget(request.issuer);
          throw thrown;
        },
      );
      await this.#leases.adopt(key, shared ? undefined : principal, answer, {
        ...request,
        proofKey: request.proofKey?.jwk,
        clientId: request.client.id,
        requested: request.scopes,
        resourceMetadata: consent.resourceMetadata,
        from: 'grant',
        stepUps: consent.stepUps,
      });
      this.#shared.consents.removeOf(key);
    });
  }

  /** Destroys what a holder has, here and at the authorization server. @returns whether there was anything */
  disconnect(key: string, principal: Principal | undefined, reason: string): Promise<boolean> {
    return this.#alone(key, async () => {
      this.#shared.consents.removeOf(key);
      const holding = await this.#shared.holdings.get(key);
      if (holding === undefined) return false;
      await this.#leases.drop(key, principal, holding, reason);
      await this.#revoke(holding).catch((thrown: unknown) => this.#tell(thrown));
      return true;
    });
  }

  /** 403 with `insufficient_scope`: all scopes so far and those that are missing, once each. */
  #stepUp(key: string, principal: Principal, holding: Holding, scopes: readonly string[]): Promise<CredentialOutcome> {
    const missing = scopes.filter((scope) => !holding.requested.includes(scope));
    const refuse = (why: string): CredentialFault =>
      new CredentialFault('scope-refused', `\`${hostOf(this.#url)}\` ${why}`);
    if (missing.length === 0) throw refuse('asks for scopes that were asked for already');
    if (holding.stepUps >= this.#shared.bounds.brokerStepUpsMax) throw refuse('asks for more scopes again and again');
    return this.#obtain(key, principal, {
      reason: 'more-scopes',
      scopes: [...holding.requested, ...missing],
      not: holding.reference,
      anew: true,
      stepUps: holding.stepUps + 1,
    });
  }

  /** 401 for a token that is held: the authorization server may be another by now. */
  async #replace(
    key: string,
    principal: Principal,
    holding: Holding,
    challenge: ResourceChallenge,
  ): Promise<CredentialOutcome> {
    const nowMs = this.#shared.clock.now();
    this.#discovered = undefined;
    const { issuer } = await this.#discover();
    const want = { scopes: [...holding.requested, ...challenge.scopes], not: holding.reference, anew: true };
    if (issuer !== holding.issuer) {
      await this.#leases.drop(key, principal, holding, 'authorization-server-changed');
      return this.#obtain(key, principal, { ...want, scopes: challenge.scopes, reason: 'server-moved' });
    }
    const fresh = nowMs - holding.issuedMs < freshMs;
    if (fresh && holding.from === 'grant')
      throw new CredentialFault(
        'token-rejected',
        `\`${hostOf(this.#url)}\` rejects a token that was just issued for it`,
      );
    if (holding.refreshToken !== undefined && !fresh)
      return this.#obtain(key, principal, { ...want, anew: false, reason: 'token-rejected' });
    await this.#leases.drop(key, principal, holding, 'token-rejected');
    return this.#obtain(key, principal, { ...want, reason: 'token-rejected' });
  }

  /** Renews while the token at hand still serves; a failure is told, and the request after its end will meet it. */
  #renewAhead(key: string, principal: Principal, holding: Holding): void {
    const want = { reason: 'renewal-refused', scopes: holding.requested, not: holding.reference } as const;
    this.#obtain(key, principal, want).catch((thrown: unknown) => this.#tell(thrown));
  }

  #obtain(key: string, principal: Principal, want: Want): Promise<CredentialOutcome> {
    return this.#alone(key, async () => {
      const { holdings, clock, bounds } = this.#shared;
      const nowMs = clock.now();
      const held = await holdings.get(key);
      const holding = await this.#dropUnfit(key, principal, held);
      if (holding !== undefined && this.#serves(holding, want, nowMs)) return this.#hand(key, principal, holding);
      const failure = this.#failureOf(key, nowMs);
      if (failure !== undefined) throw failure;
      try {
        return await this.#make(key, principal, holding, want);
      } catch (thrown) {
        if (thrown instanceof CredentialFault && thrown.stands)
          this.#remember(key, { untilMs: nowMs + bounds.brokerRetryMs, fault: thrown }, nowMs);
        throw thrown;
      }
    });
  }

  /** Whether a token is what the configuration asks for now: it may be from before a change. */
  #fits({ url, issuer, proofKey, clientId, requested }: Holding): boolean {
    const { issuer: configured, dpop } = this.#settings;
    if (url !== this.#url || (configured ?? issuer) !== issuer || (proofKey !== undefined) !== dpop) return false;
    return (this.#client?.id ?? clientId) === clientId && this.#outside(requested) === undefined;
  }

  /** The first of these scopes that may not be asked for; `offline_access` opens nothing that a token does not open anyway. */
  #outside(scopes: readonly string[]): string | undefined {
    const allowed = this.#settings['allowed-scopes'];
    return scopes.find((scope) => allowed?.includes(scope) === false && scope !== 'offline_access');
  }

  /** The client that was registered by hand. */
  get #client(): ClientSettings | undefined {
    return this.#settings.type === 'workload-identity' ? undefined : this.#settings.client;
  }

  async #dropUnfit(key: string, principal: Principal, held: Holding | undefined): Promise<Holding | undefined> {
    if (held === undefined || this.#fits(held)) return held;
    await this.#leases.drop(key, this.#owner(principal), held, 'configuration-changed');
    return undefined;
  }

  /** A failure that stands. */
  #failureOf(key: string, nowMs: number): CredentialFault | undefined {
    const failed = this.#failed.get(key);
    if (failed !== undefined && nowMs < failed.untilMs) return failed.fault;
    this.#failed.delete(key);
    return undefined;
  }

  /** Whether another token can be had without asking anybody. */
  #canRenew({ refreshToken }: Holding): boolean {
    return refreshToken !== undefined || this.#settings.type !== 'authorization-code';
  }

  /** Those that are over go: in the order they were added, which is that of their end. */
  #remember(key: string, failure: { readonly untilMs: number; readonly fault: CredentialFault }, nowMs: number): void {
    for (const [other, { untilMs }] of this.#failed) {
      if (untilMs > nowMs) break;
      this.#failed.delete(other);
    }
    this.#failed.set(key, failure);
  }

  /** Whether somebody else has obtained meanwhile what is wanted. */
  #serves(holding: Holding, { not, scopes, anew }: Want, nowMs: number): boolean {
    if (!isUsable(holding, nowMs) || holding.reference === not) return false;
    return anew !== true || scopes.every((scope) => holding.requested.includes(scope));
  }

  async #make(key: string, principal: Principal, holding: Holding | undefined, want: Want): Promise<CredentialOutcome> {
    let { reason } = want;
    if (holding?.refreshToken !== undefined && want.anew !== true) {
      // Another gateway on the same store may have been first; a refresh token is best never used twice.
      const latest = (await this.#shared.holdings.reread(key)) ?? holding;
      const renewed = this.#serves(latest, want, this.#shared.clock.now())
        ? latest
        : await this.#refresh(key, principal, latest, latest.refreshToken ?? holding.refreshToken);
      if (renewed !== undefined) return this.#hand(key, principal, renewed);
      reason = 'renewal-refused';
    }
    const discovered = await this.#discover(holding?.resourceMetadata);
    const scopes = this.#scopes(discovered, want.scopes);
    if (this.#settings.type === 'authorization-code')
      return this.#askConsent(key, principal, discovered, scopes, { ...want, reason });
    const { outbound, clock, random, secret, subject } = this.#shared;
    const client = this.#settings.type === 'workload-identity' ? undefined : await this.#clientAt(discovered);
    const proofKey = this.#proofKey(discovered.metadata);
    const answer = await grantToken(this.#settings, discovered, client, proofKey, scopes, {
      outbound,
      clock,
      random,
      secret,
      subject: (issuer) => subject(principal, issuer),
    });
    const { issuer, resource } = discovered;
    const got = { issuer, resource, clientId: client?.id ?? '', requested: scopes, from: 'grant' } as const;
    const adopted = await this.#leases.adopt(key, this.#owner(principal), answer, {
      ...got,
      resourceMetadata: discovered.resourceMetadata,
      stepUps: want.stepUps ?? 0,
      proofKey: proofKey?.jwk,
    });
    return this.#ready(adopted);
  }

  async #askConsent(
    key: string,
    principal: Principal,
    discovered: Discovered,
    scopes: readonly string[],
    { reason, stepUps }: Want,
  ): Promise<CredentialOutcome> {
    const { outbound, random, consents, redirectUri } = this.#shared;
    const waiting = consents.find(key, discovered.issuer, scopes);
    const consent =
      waiting ??
      consents.add({
        request: beginAuthorization(outbound, random, discovered, {
          client: await this.#clientAt(discovered),
          redirectUri,
          scopes,
          proofKey: this.#proofKey(discovered.metadata),
        }),
        server: this.#name,
        key,
        principal,
        shared: this.#settings.identity === 'shared',
        stepUps: stepUps ?? 0,
        resourceMetadata: discovered.resourceMetadata,
      });
    const { request, expiresMs } = consent;
    return { kind: 'consent', url: request.url, host: new URL(request.url).host, scopes, reason, expiresMs };
  }

  /** @returns undefined when the authorization server does not renew it: it was dropped, and that was told */
  async #refresh(
    key: string,
    principal: Principal,
    holding: Holding,
    refreshToken: string,
  ): Promise<Holding | undefined> {
    const { issuer, resource } = holding;
    const metadata = await this.#metadataOf(issuer);
    const client = await this.#clientAt({ ...holding, metadata, scopesSupported: undefined, assumed: false });
    if (client.id !== holding.clientId) {
      await this.#leases.drop(key, this.#owner(principal), holding, 'client-changed');
      return undefined;
    }
    try {
      const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken, resource };
      const proofKey = holding.proofKey === undefined ? undefined : new ProofKey(holding.proofKey);
      const answer = await this.#request(metadata, client, proofKey, parameters);
      return await this.#leases.adopt(
        key,
        this.#owner(principal),
        { ...answer, refreshToken: answer.refreshToken ?? refreshToken },
        { ...holding, from: 'refresh' },
      );
    } catch (thrown) {
      if (!(thrown instanceof CredentialFault) || thrown.code !== 'token-refused') throw thrown;
      // Another process may have used the token, and stored the one that follows it.
      const other = await this.#shared.holdings.reread(key);
      if (other !== undefined && other.refreshToken !== refreshToken) {
        if (isUsable(other, this.#shared.clock.now())) return other;
        if (other.refreshToken !== undefined) return this.#refresh(key, principal, other, other.refreshToken);
      }
      if (thrown.oauthError === 'invalid_client') await this.#shared.registrations.forget(issuer);
      await this.#leases.drop(key, this.#owner(principal), holding, 'renewal-refused');
      this.#tell(thrown);
      return undefined;
    }
  }

  #request(
    metadata: ServerMetadata,
    client: OAuthClient,
    proofKey: ProofKey | undefined,
    parameters: Readonly<Record<string, string>>,
  ): Promise<TokenAnswer> {
    return requestToken(this.#shared.outbound, this.#shared, { metadata, client, proofKey }, parameters);
  }

  async #hand(key: string, principal: Principal, holding: Holding): Promise<CredentialOutcome> {
    return this.#ready(await this.#leases.recorded(key, this.#owner(principal), holding));
  }

  /** RFC 7009, where the server offers it. */
  async #revoke({ issuer, clientId, refreshToken, accessToken, ...rest }: Holding): Promise<void> {
    const metadata = await this.#metadataOf(issuer);
    if (metadata.revocation_endpoint === undefined) return;
    const client = await this.#clientAt({ ...rest, issuer, metadata, scopesSupported: undefined, assumed: false });
    if (client.id !== clientId) return;
    const { outbound } = this.#shared;
    const { headers, parameters } = await proveClient(client, metadata, this.#shared);
    const body = new URLSearchParams({ token: refreshToken ?? accessToken, ...parameters });
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const what = 'the revocation endpoint';
    const { status } = await outbound.post(
      metadata.revocation_endpoint,
      what,
      { ...type, ...headers },
      body.toString(),
    );
    if (status !== 200)
      throw new CredentialFault('token-refused', `${what} at \`${hostOf(issuer)}\` answers ${status}`);
  }

  /** What to ask for: what the settings say, or else what the server publishes; and what it was found to need. */
  #scopes({ scopesSupported, metadata }: Discovered, needed: readonly string[]): readonly string[] {
    const configured = this.#settings.scopes;
    const first = configured ?? (needed.length > 0 ? [] : (scopesSupported ?? []));
    const scopes = [...new Set([...first, ...needed])];
    const outside = this.#outside(scopes);
    if (outside !== undefined)
      throw new CredentialFault(
        'scope-refused',
        `\`${hostOf(this.#url)}\` needs the scope \`${outside}\`, not allowed here`,
      );
    if (scopes.length > this.#shared.bounds.brokerScopesMax)
      throw new CredentialFault('scope-refused', `\`${hostOf(this.#url)}\` needs too many scopes`);
    const isOffline =
      this.#settings.type === 'authorization-code' && metadata.scopes_supported?.includes('offline_access');
    return isOffline === true && !scopes.includes('offline_access') ? [...scopes, 'offline_access'] : scopes;
  }

  async #clientAt(discovered: Discovered): Promise<OAuthClient> {
    const client = this.#client;
    if (client === undefined) return this.#shared.registrations.clientAt(discovered, this.#shared.clock.now());
    // What was registered with one authorization server is never shown to another.
    if (this.#settings.issuer !== discovered.issuer)
      throw new CredentialFault('issuer-changed', `the client is not registered with \`${hostOf(discovered.issuer)}\``);
    return configuredClient(client, this.#shared.secret);
  }

  /** @param place where the server said that its metadata is, as far as it did to a process before this one */
  #discover(place?: string): Promise<Discovered> {
    const { outbound, clock, bounds } = this.#shared;
    const nowMs = clock.monotonic();
    if (this.#discovered !== undefined && nowMs - this.#discovered.atMs < bounds.brokerDiscoveryMs)
      return this.#discovered.value;
    const resourceMetadata = this.#challenge?.resourceMetadata ?? place;
    const request = { server: this.#url, resourceMetadata, issuer: this.#settings.issuer };
    const value = discover(outbound, request).then((found) => ({ ...found, resourceMetadata }));
    const found = { atMs: nowMs, value };
    this.#discovered = found;
    value.catch(() => {
      if (this.#discovered === found) this.#discovered = undefined;
    });
    return value;
  }

  async #metadataOf(issuer: string): Promise<ServerMetadata> {
    const known = await this.#discovered?.value.catch(() => undefined);
    if (known?.issuer === issuer) return known.metadata;
    const found = await findServer(this.#shared.outbound, issuer);
    if (found === undefined)
      throw new CredentialFault('metadata-missing', `\`${hostOf(issuer)}\` publishes no metadata`);
    return found;
  }

  #ready({ accessToken, reference, proofKey }: Holding): CredentialOutcome {
    const origins = [new URL(this.#url).origin];
    if (proofKey === undefined)
      return { kind: 'ready', headers: { authorization: `Bearer ${accessToken}` }, origins, reference };
    const key = new ProofKey(proofKey);
    return {
      kind: 'ready',
      headers: { authorization: `DPoP ${accessToken}` },
      prove: async (request) => ({
        dpop: await key.prove({ ...request, accessToken, nonce: this.#nonce }, this.#shared),
      }),
      origins,
      reference,
    };
  }

  /** A new key for a token that is to be bound to one. */
  #proofKey({ issuer, dpop_signing_alg_values_supported: supported }: ServerMetadata): ProofKey | undefined {
    if (!this.#settings.dpop) return undefined;
    if (supported?.includes(proofAlgorithm) !== true)
      throw new CredentialFault('dpop-unsupported', `\`${hostOf(issuer)}\` takes no proofs with ${proofAlgorithm}`);
    return ProofKey.make(this.#shared.random.bytes(32));
  }

  #owner(principal: Principal): Principal | undefined {
    return this.#settings.identity === 'shared' ? undefined : principal;
  }

  #tell(thrown: unknown): void {
    const { code, message } =
      thrown instanceof CredentialFault ? thrown : new CredentialFault('store-failed', 'the store of tokens failed');
    this.#shared.notice({ server: this.#name, code, message });
  }

  /** One after the other for a holder, whatever becomes of the one before. */
  #alone<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#working.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#working.set(key, mine);
    const done = (): void => {
      if (this.#working.get(key) === mine) this.#working.delete(key);
    };
    mine.then(done, done);
    return mine;
  }
}
