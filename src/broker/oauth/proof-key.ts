import { createECDH, createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningPorts } from './oauth-client.ts';

/** A private P-256 key as it is kept (RFC 7518, 6.2). */
export const proofKeyJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
export type ProofKeyJwk = z.infer<typeof proofKeyJwk>;

/** The algorithm of proofs: the one that authorization servers that take proofs at all can be expected to take. */
export const proofAlgorithm = 'ES256';

/** A request that a proof is made for. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: string;
  /** The token it presents; none at a token endpoint. */
  readonly accessToken?: string | undefined;
  /** Its bytes, where it goes to an MCP server (MCP extension DPoP: `content_digest`). */
  readonly body?: Uint8Array | undefined;
  /** What the other side asked to be repeated. */
  readonly nonce?: string | undefined;
}

/** The key a token is bound to: whoever has the token alone can do nothing with it (RFC 9449). */
export class ProofKey {
  readonly jwk: ProofKeyJwk;
  #key: KeyObject | undefined;

  constructor(jwk: ProofKeyJwk) {
    this.jwk = jwk;
  }

  /** @param random 32 random bytes: the private scalar */
  static make(random: Uint8Array): ProofKey {
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(random);
    // 0x04 ‖ x ‖ y (SEC 1, 2.3.3).
    const point = curve.getPublicKey();
    const part = (from: number, to: number): string => point.subarray(from, to).toString('base64url');
    return new ProofKey({
      kty: 'EC',
      crv: 'P-256',
      x: part(1, 33),
      y: part(33, 65),
      d: Buffer.from(random).toString('base64url'),
    });
  }

  /** RFC 7638: members in this order. */
  get thumbprint(): string {
    const { crv, kty, x, y } = this.jwk;
    return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  }

  /** A proof for one request (RFC 9449, 4.2). */
  prove({ method, url, accessToken, body, nonce }: ProvenRequest, { clock, random }: SigningPorts): Promise<string> {
    const { kty, crv, x, y } = this.jwk;
    const target = new URL(url);
    const claims = {
      htm: method,
      htu: `${target.origin}${target.pathname}`,
      ...(accessToken === undefined ? {} : { ath: createHash('sha256').update(accessToken).digest('base64url') }),
      ...(body === undefined
        ? {}
        : { content_digest: `sha-256=:${createHash('sha256').update(body).digest('base64')}:` }),
      ...(nonce === undefined ? {} : { nonce }),
    };
    this.#key ??= createPrivateKey({ key: this.jwk, format: 'jwk' });
    return new SignJWT(claims)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: proofAlgorithm, jwk: { kty, crv, x, y } })
      .setJti(Buffer.from(random.bytes(16)).toString('base64url'))
      .setIssuedAt(Math.floor(clock.now() / 1000))
      .sign(this.#key);
  }
}

/** A nonce of a `DPoP-Nonce` header (RFC 9449, 8.1), where it is one. */
export function readNonce(header: string | undefined): string | undefined {
  return header !== undefined && /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/.test(header) ? header : undefined;
}
