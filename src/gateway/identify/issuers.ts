import type { ProtectedHeaderParameters } from 'jose';
import type { Clock, Http } from '../../base/ports.ts';
import { isAccessTokenType, verifyJwt } from './access-token.ts';
import { type ClaimReader, claimReader } from './claims.ts';
import { IssuerKeys } from './issuer-keys.ts';
import type { Proven } from './proven.ts';
import type { RefusalCause } from './refusal.ts';
import type { Resources } from './resource.ts';
import type { IssuerSettings } from './settings.ts';

/** An issuer whose access tokens are accepted. */
export interface Issuer {
  readonly settings: IssuerSettings;
  readonly keys: IssuerKeys;
  readonly read: ClaimReader;
  readonly algorithms: ReadonlySet<string>;
  readonly audiences: ReadonlySet<string>;
}
/** By the claim `iss`. */
export type Issuers = ReadonlyMap<string, Issuer>;

export function makeIssuers(
  all: readonly IssuerSettings[],
  parts: { readonly http: Http; readonly clock: Clock; readonly tell: (problem: string) => void },
): Issuers {
  return new Map(
    all.map((settings) => [
      settings.issuer,
      {
        settings,
        keys: new IssuerKeys({ issuer: settings.issuer, jwksUri: settings['jwks-uri'] }, parts),
        read: claimReader(settings),
        algorithms: new Set(settings.algorithms),
        audiences: new Set(settings.audiences),
      },
    ]),
  );
}

/** Verifies an access token (RFC 9068, section 4; RFC 8725) of the issuer it names. */
export async function verifyAccessToken(
  token: string,
  header: ProtectedHeaderParameters,
  { settings, keys, read, algorithms, audiences }: Issuer,
  resources: Resources,
  nowMs: number,
): Promise<Proven | RefusalCause> {
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !algorithms.has(alg)) return 'identity.algorithm';
  if (!isAccessTokenType(typ, settings['require-type'])) return 'identity.type';
  const key = await keys.keyFor(alg, kid);
  if (typeof key === 'string') return key;
  const skewSeconds = settings['skew-seconds'];
  const claims = await verifyJwt(token, key, { algorithm: alg, issuer: settings.issuer, skewSeconds, nowMs });
  if (typeof claims === 'string') return claims;
  const reach = resources.reachOf(claims.aud, audiences);
  if (reach === undefined) return 'identity.audience';
  const certificate = boundTo(claims['cnf']);
  if (certificate === 'other') return 'identity.binding';
  const claimed = read(claims);
  if (typeof claimed === 'string') return claimed;
  const id: unknown = claims.jti;
  if (id !== undefined && typeof id !== 'string') return 'identity.claims';
  const { agent, person } = claimed;
  // An issuer's clock may be ahead: what it says was issued after a revocation may have been before.
  const issuedMs = claims.iat === undefined ? undefined : (claims.iat - skewSeconds) * 1000;
  return {
    ...claimed,
    authentication: 'jwt',
    expiresMs: claims.exp === undefined ? undefined : claims.exp * 1000,
    facts: { issuer: settings.issuer, id, agent, person, issuedMs },
    reach,
    certificate: certificate?.thumbprint,
  };
}

/**
 * What a token is bound to by `cnf` (RFC 7800): a certificate (RFC 8705, section 3.1), or something that cannot be checked here, a key
 * of DPoP among it. A token that is bound so is no bearer token, and not taken for one.
 */
function boundTo(cnf: unknown): { readonly thumbprint: string } | 'other' | undefined {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null) return 'other';
  const [[method, thumbprint] = [], ...more] = Object.entries(cnf as Readonly<Record<string, unknown>>);
  return method === 'x5t#S256' && typeof thumbprint === 'string' && more.length === 0 ? { thumbprint } : 'other';
}
