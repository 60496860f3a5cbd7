import { resolve } from 'node:path';
import { limits } from '../../base/limits.ts';
import type { Clock, Http, KeyFiles, Random } from '../../base/ports.ts';
import { isLoopbackAddress } from '../../base/public-address.ts';
import { confidentialities, type Confidentiality } from '../../model/event.ts';
import type { Completion, Person, Principal } from '../../model/principal.ts';
import type { Exchange, Peer } from '../exchange.ts';
import { ApiKeys } from './api-keys.ts';
import { certificateHolder, isInTime, thumbprintOf } from './certificates.ts';
import { credentialOf, type Headers, isBearerToken } from './credentials.ts';
import { refusalFor, type Challenge, type Refusal, type RefusalCause } from './refusal.ts';
import type { Proven } from './proven.ts';
import { type MetadataAnswer, metadataAnswer } from './resource-metadata.ts';
import { Resources } from './resource.ts';
import type { RevocationCheck } from './revocations.ts';
import { newRunKey, RunTokens, runTokenIssuer, type RunTokenRequest, storedRunKey } from './run-tokens.ts';
import type { IdentitySettings } from './settings.ts';
import { digestOf, TokenCache } from './token-cache.ts';
import { type Issuers, makeIssuers, verifyAccessToken } from './issuers.ts';
import { peek } from './access-token.ts';

/** What is known about an agent and a person beside what they prove: looked up when a credential is verified. */
export interface Attributes {
  training(agent: string, person: Person | undefined): readonly Completion[] | Promise<readonly Completion[]>;
  posture(agent: string): string | undefined | Promise<string | undefined>;
  /** Another number whenever what was told before may not hold any more: principals are then made anew. */
  readonly generation?: number | undefined;
}

export interface IdentityParts {
  readonly settings: IdentitySettings;
  /** Absolute: paths in the settings are relative to it. */
  readonly folder: string;
  readonly http: Http;
  readonly files: KeyFiles;
  readonly clock: Clock;
  readonly random: Random;
  readonly revocations: RevocationCheck;
  readonly attributes?: Attributes | undefined;
  /** Is given the access token that a principal was verified by, where somebody exchanges it: nothing here keeps one. */
  readonly verified?: ((principal: Principal, token: string) => void) | undefined;
  /** Is told in one line what an operator should know: keys that cannot be fetched or read. */
  readonly tell: (problem: string) => void;
}

/** A proven credential as it is remembered. */
interface Remembered {
  readonly proven: Proven;
  readonly principal: Principal;
  /** Of revocations and keys, when it was last seen to hold. */
  generation: number;
  /** Of attributes, when they were looked up. */
  readonly attributes: number | undefined;
}

type Verified = Remembered | RefusalCause;
/** Verifies a credential that is not remembered. */
type Prove = () => Proven | RefusalCause | Promise<Proven | RefusalCause>;

/** Opens what identification needs. @throws DemarcError `DMC_IDENTITY` when the key for run tokens cannot be used */
export async function openIdentity(parts: IdentityParts): Promise<Identity> {
  const { settings, folder, files, random } = parts;
  const keyFile = settings['run-tokens']['key-file'];
  const runKey =
    keyFile === undefined ? newRunKey(random) : await storedRunKey(files, resolve(folder, keyFile), random);
  return new Identity(parts, new RunTokens(runKey, settings.origin, parts));
}

/** Says who sends a request, or how it is refused. */
export class Identity {
  readonly #parts: IdentityParts;
  readonly #runTokens: RunTokens;
  readonly #resources: Resources;
  readonly #issuers: Issuers;
  readonly #apiKeys: ApiKeys | undefined;
  readonly #challenges: ReadonlyMap<string, Challenge>;
  readonly #cache = new TokenCache<Remembered>(limits.tokenCacheEntriesMax);

  constructor(parts: IdentityParts, runTokens: RunTokens) {
    const { settings, folder } = parts;
    this.#parts = parts;
    this.#runTokens = runTokens;
    this.#resources = new Resources(settings.origin);
    this.#issuers = makeIssuers(settings.issuers, parts);
    const keys = settings['api-keys'];
    this.#apiKeys = keys === undefined ? undefined : new ApiKeys(resolve(folder, keys.directory), parts);
    this.#challenges = new Map(
      Object.entries(settings.scopes.servers).map(([server, more]) => [
        server,
        this.#challenge(server, [...new Set([...settings.scopes.required, ...more])]),
      ]),
    );
  }

  /** Who sends this request. Whatever is wrong is a refusal; nothing is thrown about what a client sent. */
  async identify(exchange: Pick<Exchange, 'target' | 'headers' | 'peer'>): Promise<Principal | Refusal> {
    const server = this.#resources.serverOf(exchange.target);
    // What is remembered is not waited for.
    const verified = this.#verify(exchange);
    const known = verified instanceof Promise ? await verified : verified;
    if (typeof known === 'string') return refusalFor(known, this.#challengeOf(server));
    const reason = this.#objection(known.proven, server, exchange.peer);
    return reason === undefined ? known.principal : refusalFor(reason, this.#challengeOf(server));
  }

  /** Answers a request for protected-resource metadata; undefined for any other. */
  metadata(request: Pick<Exchange, 'method' | 'target'>): MetadataAnswer | undefined {
    return metadataAnswer(request, this.#resources, this.#parts.settings);
  }

  /** Why a principal that was identified for all servers together may not use one of them; undefined where it may. */
  lacking(principal: Principal, server: string): Refusal | undefined {
    const { scopes } = this.#challengeOf(server);
    return hasScopes(principal, scopes) ? undefined : this.insufficientScope(undefined, scopes);
  }

  /** The answer to a request that needs further scopes, all of them named at once. */
  insufficientScope(server: string | undefined, scopes: readonly string[]): Refusal {
    return refusalFor('identity.scope', this.#challenge(server, scopes));
  }

  /** @param request.ttlMs as configured where absent @throws DemarcError `DMC_IDENTITY` */
  mintRunToken(
    request: Omit<RunTokenRequest, 'ttlMs'> & { readonly ttlMs?: number | undefined },
  ): Promise<{ token: string; expiresMs: number }> {
    const ttlMs = request.ttlMs ?? this.#parts.settings['run-tokens']['ttl-minutes'] * 60_000;
    return this.#runTokens.mint({ ...request, ttlMs });
  }

  #verify({ target, headers, peer }: Pick<Exchange, 'target' | 'headers' | 'peer'>): Verified | Promise<Verified> {
    const credential = credentialOf(headers, target);
    switch (credential.kind) {
      case 'malformed':
        return 'identity.malformed';
      case 'token':
        return this.#remembered(digestOf(credential.text), () => this.#verifyToken(credential.text), credential.text);
      case 'api-key': {
        const keys = this.#apiKeys;
        if (keys === undefined) return 'identity.token';
        const known = (): Verified | Promise<Verified> =>
          this.#remembered(digestOf(credential.text), () => this.#verifyApiKey(keys, credential.text));
        return keys.isCurrent ? known() : keys.refresh().then(known);
      }
      case 'none':
        return this.#verifyPeer(headers, peer);
    }
  }

  /** What was proven before, unless something was revoked since; or what is proven now, by a token where it is one. */
  #remembered(key: string, prove: Prove, token?: string): Verified | Promise<Verified> {
    const nowMs = this.#parts.clock.now();
    const entry = this.#cache.get(key, nowMs);
    const holds =
      entry !== undefined &&
      entry.attributes === this.#parts.attributes?.generation &&
      (entry.generation === this.#generation || this.#stillHolds(entry));
    return holds ? entry : this.#prove(key, prove, nowMs, token);
  }

  async #prove(key: string, prove: Prove, nowMs: number, token: string | undefined): Promise<Verified> {
    // Taken first: a key that is revoked while others are waited for is looked up again next time.
    const generation = this.#generation;
    const proven = await prove();
    if (typeof proven === 'string') return proven;
    const attributes = this.#parts.attributes?.generation;
    const principal = await this.#principal(proven);
    // Asked last: what was revoked meanwhile counts.
    if (this.#parts.revocations.isRevoked(proven.facts)) return 'identity.revoked';
    if (token !== undefined && proven.authentication === 'jwt') this.#parts.verified?.(principal, token);
    const made: Remembered = { proven, principal, generation, attributes };
    this.#cache.set(key, made, Math.min(proven.expiresMs ?? Number.POSITIVE_INFINITY, nowMs + limits.tokenCacheMs));
    return made;
  }

  /** Both numbers only grow: their sum is another whenever one is. */
  get #generation(): number {
    return this.#parts.revocations.generation + (this.#apiKeys?.generation ?? 0);
  }

  /** An API key is looked up again; a token cannot change, but may have been revoked. */
  #stillHolds(entry: Remembered): boolean {
    if (entry.proven.authentication === 'api-key' || this.#parts.revocations.isRevoked(entry.proven.facts))
      return false;
    entry.generation = this.#generation;
    return true;
  }

  async #verifyToken(token: string): Promise<Proven | RefusalCause> {
    if (!isBearerToken(token)) return 'identity.malformed';
    const unverified = peek(token);
    if (unverified === undefined) return 'identity.token';
    const { header, issuer } = unverified;
    if (issuer === runTokenIssuer) return this.#verifyRunToken(token, header.typ);
    const known = issuer === undefined ? undefined : this.#issuers.get(issuer);
    if (known === undefined) return 'identity.unknown-issuer';
    return verifyAccessToken(token, header, known, this.#resources, this.#parts.clock.now());
  }

  async #verifyRunToken(token: string, type: unknown): Promise<Proven | RefusalCause> {
    const claims = await this.#runTokens.verify(token, type);
    if (typeof claims === 'string') return claims;
    const reach = this.#resources.reachOf(claims.aud, new Set());
    if (reach === undefined) return 'identity.audience';
    const { sub: agent, person, run, roles, jti: id, iat, exp } = claims;
    const facts = { issuer: 'local', id, agent, person, run, issuedMs: iat * 1000 };
    return { agent, person, roles, scopes: [], authentication: 'run-token', run, expiresMs: exp * 1000, facts, reach };
  }

  #verifyApiKey(keys: ApiKeys, text: string): Proven | RefusalCause {
    const found = keys.verify(text);
    if (typeof found === 'string') return found;
    const { id, agent, roles, issuer = 'local', person: subject, created, expires } = found;
    const person = subject === undefined ? undefined : { issuer, subject, groups: [] };
    return {
      agent,
      person,
      roles,
      scopes: [],
      authentication: 'api-key',
      reach: 'gateway',
      expiresMs: expires === undefined ? undefined : Date.parse(expires),
      facts: { issuer: 'local', id, agent, person, issuedMs: Date.parse(created) },
    };
  }

  #verifyPeer(headers: Headers, { address, certificate }: Peer): Verified | Promise<Verified> {
    const { certificates, anonymous } = this.#parts.settings;
    if (certificate !== undefined && certificates.length > 0) {
      const holder = certificateHolder(certificate, certificates);
      if (holder === undefined) return 'identity.certificate';
      if (!isInTime(certificate, this.#parts.clock.now())) return 'identity.expired';
      const { fingerprint256, expiresMs } = certificate;
      return this.#remembered(`certificate ${fingerprint256}`, () => withoutToken('mtls', holder, expiresMs));
    }
    if (anonymous === undefined || !isOnThisMachine(address, headers)) return 'identity.missing';
    return this.#remembered('anonymous', () => withoutToken('none', anonymous));
  }

  /** Why what is proven does not do for this request. */
  #objection({ certificate, reach, authentication, scopes }: Proven, server: string | undefined, peer: Peer) {
    if (
      certificate !== undefined &&
      (peer.certificate === undefined ||
        thumbprintOf(peer.certificate.fingerprint256) !== certificate ||
        !isInTime(peer.certificate, this.#parts.clock.now()))
    )
      return 'identity.binding';
    if (reach !== 'gateway' && (server === undefined || !reach.has(server))) return 'identity.audience';
    return hasScopes({ authentication, scopes }, this.#challengeOf(server).scopes) ? undefined : 'identity.scope';
  }

  async #principal({ agent, person, roles, scopes, authentication, run, expiresMs }: Proven): Promise<Principal> {
    const { attributes } = this.#parts;
    const [training, posture] = await Promise.all([
      attributes?.training(agent, person) ?? [],
      attributes?.posture(agent),
    ]);
    const clearance = this.#clearanceOf(roles);
    return { agent, person, roles, scopes, clearance, authentication, run, expiresMs, training, posture };
  }

  #clearanceOf(roles: readonly string[]): Confidentiality {
    const { clearance } = this.#parts.settings;
    const byRole = new Map(Object.entries(clearance.roles));
    const levels = roles.flatMap((role) => byRole.get(role) ?? []);
    return [clearance.default, ...levels].reduce((a, b) =>
      confidentialities.indexOf(b) > confidentialities.indexOf(a) ? b : a,
    );
  }

  #challengeOf(server: string | undefined): Challenge {
    return this.#challenges.get(server ?? '') ?? this.#challenge(server, this.#parts.settings.scopes.required);
  }

  #challenge(server: string | undefined, scopes: readonly string[]): Challenge {
    const metadataUrl = this.#parts.settings.issuers.length === 0 ? undefined : this.#resources.metadataUrl(server);
    return { metadataUrl, scopes };
  }
}

/** Whether somebody was refused. */
export function isRefusal(outcome: Principal | Refusal): outcome is Refusal {
  return 'status' in outcome;
}

/** Only access tokens have scopes; what this gateway issues itself says by roles what it is for. */
function hasScopes(
  { authentication, scopes }: Pick<Principal, 'authentication' | 'scopes'>,
  needed: readonly string[],
): boolean {
  return authentication !== 'jwt' || needed.every((scope) => scopes.includes(scope));
}

function withoutToken(
  authentication: 'mtls' | 'none',
  { agent, roles }: { readonly agent: string; readonly roles: readonly string[] },
  expiresMs?: number,
): Proven {
  return { agent, roles, scopes: [], authentication, facts: { issuer: 'local', agent }, reach: 'gateway', expiresMs };
}

/** Fields that proxies add, beside those that begin with `x-forwarded-`. */
const proxied: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
]);

/** Whether a request comes from this machine. One that a proxy passed on comes from elsewhere, also where the proxy is here. */
export function isOnThisMachine(address: string, headers: Headers): boolean {
  return isLoopbackAddress(address) && !headers.some(([name]) => proxied.has(name) || name.startsWith('x-forwarded-'));
}
