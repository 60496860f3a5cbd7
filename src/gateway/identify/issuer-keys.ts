import { createLocalJWKSet, type CryptoKey, type JWK } from 'jose';
import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { Clock, Http } from '../../base/ports.ts';
import { discoverKeys, getJson } from './discovery.ts';

export interface KeySource {
  /** The claim `iss`, exactly. */
  readonly issuer: string;
  /** Where the keys are; discovered from the issuer where absent. */
  readonly jwksUri?: string | undefined;
}

/** How long keys count; given shorter in tests. */
export type KeyTimes = Readonly<
  Record<
    'issuerKeysFreshMs' | 'issuerKeysStaleMs' | 'issuerKeysUnknownMs' | 'issuerKeysRetryMs' | 'identityRequestMs',
    number
  >
>;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The public keys of one issuer (RFC 7517), from the place the configuration or the issuer's own metadata names: never one that a
 * token names. They are fetched again beside the requests, and serve on while their place does not answer, for a bounded time.
 */
export class IssuerKeys {
  readonly #source: KeySource;
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #tell: (problem: string) => void;
  readonly #bounds: KeyTimes;
  #keys: { readonly find: KeySet; readonly fetchedMs: number } | undefined;
  #attemptedMs = Number.NEGATIVE_INFINITY;
  #attempt: Promise<void> | undefined;

  /** @param tell is told in one line why keys could not be fetched */
  constructor(
    source: KeySource,
    parts: { readonly http: Http; readonly clock: Clock; readonly tell: (problem: string) => void },
    bounds: KeyTimes = limits,
  ) {
    this.#source = source;
    this.#http = parts.http;
    this.#clock = parts.clock;
    this.#tell = parts.tell;
    this.#bounds = bounds;
  }

  /**
   * The key for an algorithm, by its name (`kid`: compared, never followed). An unknown name makes the keys be fetched again, but
   * not each time.
   */
  async keyFor(
    alg: string,
    kid: string | undefined,
  ): Promise<CryptoKey | 'identity.unknown-key' | 'identity.unavailable'> {
    const freshMs = this.#bounds.issuerKeysFreshMs;
    const staleMs = this.#bounds.issuerKeysStaleMs;
    const retryMs = this.#bounds.issuerKeysRetryMs;
    const age = this.#ageMs();
    const isUntried = this.#clock.monotonic() - this.#attemptedMs > freshMs;
    // Waited for where an issuer may have taken a key back and nobody asked since; not again and again while it does not answer.
    if (age > staleMs || isUntried) await this.#refresh(retryMs);
    else if (age > freshMs / 2) void this.#refresh(retryMs);
    if (this.#ageMs() > staleMs) return 'identity.unavailable';
    const found = await this.#find(alg, kid);
    if (found !== undefined) return found;
    await this.#refresh(this.#bounds.issuerKeysUnknownMs);
    return (await this.#find(alg, kid)) ?? 'identity.unknown-key';
  }

  #ageMs(): number {
    return this.#keys === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - this.#keys.fetchedMs;
  }

  /** The one key that fits; keys of one name, or a token that names none of several, are not tried one after the other. */
  async #find(alg: string, kid: string | undefined): Promise<CryptoKey | undefined> {
    return await this.#keys?.find({ alg, ...(kid === undefined ? {} : { kid }) }).catch(() => undefined);
  }

  /** Fetches the keys, unless that was tried within the time given; one attempt at a time. Never rejects. */
  async #refresh(quietMs: number): Promise<void> {
    if (this.#attempt === undefined && this.#clock.monotonic() - this.#attemptedMs >= quietMs) {
      this.#attemptedMs = this.#clock.monotonic();
      this.#attempt = this.#load().finally(() => (this.#attempt = undefined));
    }
    await this.#attempt;
  }

  async #load(): Promise<void> {
    const { issuer, jwksUri } = this.#source;
    const timeoutMs = this.#bounds.identityRequestMs;
    const place = jwksUri === undefined ? await discoverKeys(this.#http, issuer, timeoutMs) : { url: jwksUri };
    const answer = 'problem' in place ? place : await getJson(this.#http, place.url, timeoutMs);
    const keys = 'problem' in answer ? answer.problem : publicKeys(answer.json);
    if (typeof keys === 'string') return this.#tell(`keys of \`${issuer}\` cannot be fetched: ${keys}`);
    this.#keys = { find: createLocalJWKSet({ keys }), fetchedMs: this.#clock.monotonic() };
  }
}

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The keys of a set, or what is wrong with it. `createLocalJWKSet` uses no private or shared key in it. */
function publicKeys(json: unknown): JWK[] | string {
  const parsed = keySet.safeParse(json);
  if (!parsed.success) return 'the answer is no JSON Web Key Set';
  const { keys } = parsed.data;
  if (keys.length > limits.issuerKeysMax) return `the set has more than ${limits.issuerKeysMax} keys`;
  return keys as JWK[];
}
