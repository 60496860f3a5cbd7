/** Tokens that are bound to a key of the gateway (RFC 9449, and MCP's profile of it). */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OAuthWorld, principalOf, ready, type Ready } from './fixtures/oauth-world.ts';
import { readNonce } from './oauth/proof-key.ts';

let world: OAuthWorld;
beforeEach(async () => {
  world = await new OAuthWorld().listen();
  world.authorization.metadata = { dpop_signing_alg_values_supported: ['ES256'] };
});
afterEach(() => world.close());

const anna = principalOf('anna');
const settings = { type: 'authorization-code', dpop: true };
const body = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');

/** Claims of a proof that holds, and the thumbprint of its key. */
async function verified(proof: unknown): Promise<{ claims: JWTPayload; thumbprint: string }> {
  const options = { typ: 'dpop+jwt', algorithms: ['ES256'], currentDate: new Date(world.nowMs) };
  const { payload } = await jwtVerify(String(proof), EmbeddedJWK, options);
  const { jwk = {} } = decodeProtectedHeader(String(proof));
  expect(Object.keys(jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  return { claims: payload, thumbprint: await calculateJwkThumbprint(jwk) };
}

async function proofOf(credential: Ready): Promise<Awaited<ReturnType<typeof verified>>> {
  const made = await credential.prove?.({ method: 'POST', url: `${world.server.mcp}?a=1`, body });
  return verified(made?.['dpop']);
}

describe('a bound token', () => {
  it('is asked for, renewed and sent with proofs of one key, each for one request', async () => {
    const broker = world.broker(settings);
    const credential = await world.connect(broker, anna);
    const token = (credential.headers['authorization'] ?? '').replace(/^DPoP /, '');
    expect(world.authorization.accessTokens.has(token)).toBe(true);
    const { claims, thumbprint } = await proofOf(credential);
    expect(claims).toEqual({
      htm: 'POST',
      htu: world.server.mcp,
      ath: createHash('sha256').update(token).digest('base64url'),
      content_digest: `sha-256=:${createHash('sha256').update(body).digest('base64')}:`,
      iat: world.nowMs / 1000,
      jti: expect.any(String) as string,
    });
    expect((await proofOf(credential)).claims.jti).not.toBe(claims.jti);
    expect(world.authorization.at('/authorize')[0]?.query.get('dpop_jkt')).toBe(thumbprint);
    const asked = await verified(world.authorization.at('/token')[0]?.headers['dpop']);
    expect(asked.thumbprint).toBe(thumbprint);
    expect(asked.claims).toMatchObject({ htm: 'POST', htu: `${world.authorization.url}/token` });
    expect(asked.claims).not.toHaveProperty('content_digest');
    // After a restart too: the key is kept with the token.
    world.nowMs += 3_600_000;
    const renewed = ready(await world.broker(settings).credentialFor('docs', anna));
    expect((await verified(world.authorization.at('/token')[1]?.headers['dpop'])).thumbprint).toBe(thumbprint);
    expect((await proofOf(renewed)).thumbprint).toBe(thumbprint);
  });

  it('of another person has another key', async () => {
    const broker = world.broker(settings);
    const [one, two] = [await world.connect(broker, anna), await world.connect(broker, principalOf('bert'))];
    expect((await proofOf(one)).thumbprint).not.toBe((await proofOf(two)).thumbprint);
  });

  it('repeats what either side asks for, once', async () => {
    world.authorization.nonce = 'as-nonce';
    const broker = world.broker(settings);
    const credential = await world.connect(broker, anna);
    expect(world.authorization.at('/token')).toHaveLength(2);
    world.nowMs += 60_000;
    const { reference } = credential;
    const rejection = { status: 401, wwwAuthenticate: 'DPoP error="use_dpop_nonce"', dpopNonce: 'rs-nonce', reference };
    const again = ready(await broker.challenge('docs', anna, rejection));
    expect(again.reference).toBe(reference);
    expect((await proofOf(again)).claims['nonce']).toBe('rs-nonce');
    expect(world.authorization.at('/token')).toHaveLength(2);
    // The same once more is no nonce that is missing: the token is not wanted.
    expect(ready(await broker.challenge('docs', anna, rejection)).reference).not.toBe(reference);
  });

  it('is not had from a server that takes no proofs, or that gives one that is not bound', async () => {
    world.authorization.twists.set('/token', () => ({ body: { access_token: 'x', token_type: 'Bearer' } }));
    const broker = world.broker(settings);
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    expect(await broker.complete(await world.browse(asked.url), { kind: 'local' })).toMatchObject({
      code: 'token-invalid',
    });
    for (const supported of [undefined, [], ['RS256'], ['none']]) {
      world.authorization.metadata = { dpop_signing_alg_values_supported: supported };
      expect(await world.broker(settings).connect('docs', anna)).toMatchObject({ code: 'dpop-unsupported' });
    }
  });

  it('is had by machines too', async () => {
    world.variables = { SECRET: 'x' };
    const client = { id: 'c', secret: 'env:SECRET' };
    const issuer = world.authorization.url;
    const machine = { type: 'client-credentials', client, issuer, identity: 'shared', dpop: true };
    const credential = ready(await world.broker(machine).credentialFor('docs', anna));
    expect(credential.headers['authorization']).toMatch(/^DPoP /);
    expect((await proofOf(credential)).claims).toHaveProperty('ath');
  });
});

it.each([
  ['abc-._~', 'abc-._~'],
  ['', undefined],
  ['a b', undefined],
  ['a"b', undefined],
  ['a\\b', undefined],
  [undefined, undefined],
  ['x'.repeat(513), undefined],
])('the nonce in %j', (header, nonce) => {
  expect(readNonce(header)).toBe(nonce);
});
