import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyOptions,
  type KeyObject,
  type CryptoKey,
  type ProtectedHeaderParameters,
} from 'jose';
import { limits } from '../../base/limits.ts';
import type { RefusalCause } from './refusal.ts';

/** What a token says before anything of it is known to be true. */
export interface Unverified {
  readonly header: ProtectedHeaderParameters;
  readonly issuer: string | undefined;
}

/** Reads a token without believing it; undefined when it is no signed JWT. */
export function peek(token: string): Unverified | undefined {
  if (token.length > limits.tokenLengthMax) return undefined;
  try {
    return { header: decodeProtectedHeader(token), issuer: decodeJwt(token).iss };
  } catch {
    return undefined;
  }
}

/** Types a JWT that is an access token may have: RFC 9068 `at+jwt`; many issuers say `JWT`, or nothing. */
export function isAccessTokenType(type: unknown, isStrict: boolean): boolean {
  if (type === undefined) return !isStrict;
  if (typeof type !== 'string') return false;
  const short = type.toLowerCase().replace(/^application\//, '');
  return short === 'at+jwt' || (!isStrict && short === 'jwt');
}

/**
 * Verifies signature, issuer and times of a token with one key. The audience is the caller's matter.
 *
 * @param nowMs milliseconds since the epoch
 */
export async function verifyJwt(
  token: string,
  key: CryptoKey | KeyObject,
  expected: {
    readonly algorithm: string;
    readonly issuer: string;
    readonly skewSeconds: number;
    readonly nowMs: number;
  },
): Promise<JWTPayload | RefusalCause> {
  const options: JWTVerifyOptions = {
    algorithms: [expected.algorithm],
    issuer: expected.issuer,
    clockTolerance: expected.skewSeconds,
    currentDate: new Date(expected.nowMs),
    requiredClaims: ['exp', 'aud'],
  };
  try {
    const { payload } = await jwtVerify(token, key, options);
    const isIssuedLater = payload.iat !== undefined && payload.iat > expected.nowMs / 1000 + expected.skewSeconds;
    return isIssuedLater ? 'identity.not-yet-valid' : payload;
  } catch (thrown) {
    return reasonOf(thrown);
  }
}

function reasonOf(thrown: unknown): RefusalCause {
  if (thrown instanceof errors.JWTExpired) return 'identity.expired';
  if (thrown instanceof errors.JWTClaimValidationFailed)
    return thrown.claim === 'nbf' ? 'identity.not-yet-valid' : 'identity.claims';
  if (thrown instanceof errors.JWSSignatureVerificationFailed) return 'identity.signature';
  if (thrown instanceof errors.JOSEAlgNotAllowed || thrown instanceof errors.JOSENotSupported)
    return 'identity.algorithm';
  // Anything else about the token itself, among it a key that does not fit its algorithm.
  if (thrown instanceof errors.JOSEError || thrown instanceof TypeError) return 'identity.token';
  throw thrown;
}
