import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { TestIssuer } from './fixtures/test-issuer.ts';
import { bearer, MemoryKeyFiles, origin, random, request, SetClock, world } from './fixtures/world.ts';
import { ApiKeys } from './api-keys.ts';

let issuer: TestIssuer;
let partner: TestIssuer;
beforeAll(async () => {
  [issuer, partner] = await Promise.all([TestIssuer.start(), TestIssuer.start()]);
});
afterAll(() => Promise.all([issuer.stop(), partner.stop()]));

const oauth = () => ({
  issuers: [
    { name: 'corp', issuer: issuer.issuer, roles: { admin: { groups: ['admins'] } } },
    { name: 'partner', issuer: partner.issuer },
  ],
  scopes: { required: ['mcp:use'], servers: { mail: ['mail:send'] } },
});
const metadataOf = (path: string): string => `${origin}/.well-known/oauth-protected-resource${path}`;

describe('a client without a credential', () => {
  it.each([
    ['/mcp', 'mcp:use', '/mcp'],
    ['/mcp/files', 'mcp:use', '/mcp/files'],
    ['/mcp/mail', 'mcp:use mail:send', '/mcp/mail'],
    ['/mcp/not-there', 'mcp:use', '/mcp/not-there'],
    ['/elsewhere', 'mcp:use', '/mcp'],
  ])('is told at %s where to get one, and for which scopes', async (target, scopes, path) => {
    const { identity } = await world(oauth());
    expect(await identity.identify(request({}, { target }))).toEqual({
      status: 401,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'www-authenticate': `Bearer scope="${scopes}", resource_metadata="${metadataOf(path)}"`,
      },
      body: '{"error":"unauthorized"}',
      reason: 'a credential is needed',
      cause: 'identity.missing',
    });
  });

  it('is told nothing of OAuth where there is none', async () => {
    const { identity } = await world({ 'api-keys': {} });
    expect(await identity.identify(request())).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="demarc"' },
    });
    expect(identity.metadata({ method: 'GET', target: '/.well-known/oauth-protected-resource' })?.status).toBe(404);
  });

  it('is told that two credentials are one too many', async () => {
    const { identity } = await world(oauth());
    const two = [
      ['authorization', 'Bearer a.b.c'],
      ['authorization', 'Bearer a.b.d'],
    ] as const;
    expect(await identity.identify(request(two))).toMatchObject({
      status: 400,
      body: '{"error":"invalid_request"}',
      cause: 'identity.malformed',
    });
  });

  it.each(['Bearer ', 'Bearer a.b.c, Bearer a.b.d', 'Bearer \u0001', 'Basic dXNlcjpwYXNz', ''])(
    'is told that %j is no credential',
    async (authorization) => {
      const { identity } = await world(oauth());
      expect(await identity.identify(request({ authorization }))).toMatchObject({ status: 400 });
    },
  );

  it('is asked to come again where keys cannot be read', async () => {
    const { identity, clock } = await world({
      issuers: [{ name: 'corp', issuer: issuer.issuer, 'jwks-uri': `${issuer.origin}/nothing` }],
    });
    const token = await issuer.sign({ aud: origin, client_id: 'a', exp: clock.seconds + 9 });
    const outcome = await identity.identify(request(bearer(token)));
    expect(outcome).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, cause: 'identity.unavailable' });
    expect(outcome).not.toHaveProperty('headers.www-authenticate');
  });
});

describe('a token with too few scopes', () => {
  it('gets all that are needed named at once, at each server its own', async () => {
    const { identity, clock } = await world(oauth());
    const token = await issuer.sign({ aud: origin, client_id: 'a', exp: clock.seconds + 60, scope: 'mcp:use' });
    expect(await identity.identify(request(bearer(token), { target: '/mcp/files' }))).toMatchObject({
      agent: 'corp:a',
    });
    expect(await identity.identify(request(bearer(token), { target: '/mcp/mail' }))).toEqual({
      status: 403,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'www-authenticate': `Bearer error="insufficient_scope", scope="mcp:use mail:send", resource_metadata="${metadataOf('/mcp/mail')}"`,
      },
      body: '{"error":"insufficient_scope"}',
      reason: 'the credential has too few scopes',
      cause: 'identity.scope',
    });
    expect(identity.insufficientScope('files', ['files:write']).headers['www-authenticate']).toBe(
      `Bearer error="insufficient_scope", scope="files:write", resource_metadata="${metadataOf('/mcp/files')}"`,
    );
  });

  it('G11: a token for one server is none for another, also when it is remembered', async () => {
    const { identity, clock } = await world(oauth());
    const token = await issuer.sign({
      aud: `${origin}/mcp/files`,
      client_id: 'a',
      exp: clock.seconds + 60,
      scp: ['mcp:use'],
    });
    for (let time = 0; time < 2; time++) {
      expect(await identity.identify(request(bearer(token), { target: '/mcp/files' }))).toMatchObject({
        agent: 'corp:a',
      });
      for (const target of ['/mcp/mail', '/mcp', '/mcp/files/', '//mcp/files', '/console'])
        expect(await identity.identify(request(bearer(token), { target }))).toMatchObject({
          status: 401,
          cause: 'identity.audience',
        });
    }
  });
});

describe('protected-resource metadata (RFC 9728)', () => {
  it.each([
    ['', origin],
    ['/mcp', `${origin}/mcp`],
    ['/mcp/files', `${origin}/mcp/files`],
    ['/mcp/not-there', `${origin}/mcp/not-there`],
    ['/mcp?x=1', `${origin}/mcp`],
  ])('%s', async (path, resource) => {
    const { identity } = await world(oauth());
    const answer = identity.metadata({ method: 'GET', target: `/.well-known/oauth-protected-resource${path}` });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      resource,
      authorization_servers: [issuer.issuer, partner.issuer],
      scopes_supported: ['mcp:use'],
      bearer_methods_supported: ['header'],
    });
  });

  it.each([
    ['GET', '/.well-known/oauth-protected-resource/other', 404],
    ['GET', '/.well-known/oauth-protected-resource/mcp/A', 404],
    ['GET', '/.well-known/oauth-protected-resource/mcp/a/b', 404],
    ['GET', '/.well-known/oauth-protected-resources', 404],
    ['HEAD', '/.well-known/oauth-protected-resource', 200],
    ['POST', '/.well-known/oauth-protected-resource', 405],
  ])('%s %s: %i', async (method, target, status) => {
    const { identity } = await world(oauth());
    expect(identity.metadata({ method, target })?.status).toBe(status);
  });

  it('names certificates that tokens may be bound to, and no scopes where none are needed', async () => {
    const { identity } = await world({ ...oauth(), scopes: {}, certificates: [{ uri: 'spiffe://a/b' }] });
    const answer = identity.metadata({ method: 'GET', target: '/.well-known/oauth-protected-resource' });
    expect(JSON.parse(answer?.body ?? '')).toEqual({
      resource: origin,
      authorization_servers: [issuer.issuer, partner.issuer],
      bearer_methods_supported: ['header'],
      tls_client_certificate_bound_access_tokens: true,
    });
  });

  it('is nothing for any other path', async () => {
    const { identity } = await world(oauth());
    expect(identity.metadata({ method: 'GET', target: '/mcp' })).toBeUndefined();
  });
});

describe('several issuers', () => {
  it('a group, a role or a client of one is none of the other', async () => {
    const { identity, clock } = await world(oauth());
    const claims = {
      aud: origin,
      sub: 'jane',
      client_id: 'a',
      exp: clock.seconds + 60,
      groups: ['admins'],
      scope: 'mcp:use',
    };
    expect(await identity.identify(request(bearer(await issuer.sign(claims))))).toMatchObject({
      agent: 'corp:a',
      roles: ['admin'],
      person: { issuer: issuer.issuer, subject: 'jane' },
    });
    expect(await identity.identify(request(bearer(await partner.sign(claims))))).toMatchObject({
      agent: 'partner:a',
      roles: [],
      person: { issuer: partner.issuer, subject: 'jane' },
    });
  });

  it('G14: a token one issuer signed in the name of the other is refused', async () => {
    const { identity, clock } = await world(oauth());
    const token = await partner.sign({
      iss: issuer.issuer,
      aud: origin,
      client_id: 'a',
      exp: clock.seconds + 60,
      scope: 'mcp:use',
    });
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ cause: 'identity.signature' });
  });
});

describe('whoever connects from this machine', () => {
  const settings = { anonymous: { agent: 'local', roles: ['reader'] } };
  it.each([
    ['127.0.0.1', {}, true],
    ['::1', {}, true],
    ['::ffff:127.0.0.1', {}, true],
    ['127.8.9.1', {}, true],
    ['10.0.0.1', {}, false],
    ['::ffff:10.0.0.1', {}, false],
    ['', {}, false],
    ['127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, false],
    ['127.0.0.1', { forwarded: 'for=203.0.113.9' }, false],
    ['127.0.0.1', { via: '1.1 proxy' }, false],
    ['127.0.0.1', { 'x-real-ip': '203.0.113.9' }, false],
    ['127.0.0.1', { 'true-client-ip': '203.0.113.9' }, false],
    ['127.0.0.1', { 'cf-connecting-ip': '203.0.113.9' }, false],
    ['127.0.0.1', { authorization: 'Bearer wrong' }, false],
    ['127.0.0.1', { authorization: 'Basic x' }, false],
  ])('%s with %j: %s', async (address, headers, isTaken) => {
    const { identity } = await world(settings);
    const outcome = await identity.identify(request(headers as Record<string, string>, { peer: { address } }));
    expect(outcome).toMatchObject(
      isTaken ? { agent: 'local', roles: ['reader'], authentication: 'none' } : { cause: expect.anything() as unknown },
    );
  });

  it('is nobody where the configuration does not say so', async () => {
    const { identity } = await world({ 'api-keys': {} });
    expect(await identity.identify(request({}, { peer: { address: '127.0.0.1' } }))).toMatchObject({ status: 401 });
  });
});

describe('API keys', () => {
  async function keyed() {
    const [files, clock] = [new MemoryKeyFiles(), new SetClock()];
    const keys = new ApiKeys('/etc/demarc/keys', { files, clock, tell: () => undefined });
    const opened = await world(
      { 'api-keys': { directory: 'keys' }, clearance: { roles: { reader: 'confidential' } } },
      { files, clock },
    );
    return { ...opened, keys };
  }

  it('identify a person of the issuer they were made for', async () => {
    const { identity, keys } = await keyed();
    const issuer = 'https://idp.example';
    const { text } = await keys.create({ agent: 'console', roles: [], person: 'jane', issuer }, random);
    expect(await identity.identify(request(bearer(text)))).toMatchObject({ person: { issuer, subject: 'jane' } });
  });

  it('identify the agent and the person they were made for', async () => {
    const { identity, keys, clock } = await keyed();
    const { text } = await keys.create(
      { agent: 'support', roles: ['reader'], person: 'jane', expiresMs: clock.ms + 9_000 },
      random,
    );
    const principal = {
      agent: 'support',
      person: { issuer: 'local', subject: 'jane', groups: [] },
      roles: ['reader'],
      scopes: [],
      clearance: 'confidential',
      authentication: 'api-key',
      run: undefined,
      expiresMs: clock.ms + 9_000,
      training: [],
      posture: undefined,
    };
    expect(await identity.identify(request(bearer(text)))).toEqual(principal);
    expect(await identity.identify(request({ 'x-api-key': text }, { target: '/mcp/files' }))).toEqual(principal);
    clock.ms += 9_000;
    expect(await identity.identify(request(bearer(text)))).toMatchObject({ cause: 'identity.expired' });
  });

  it('G11: one that another process revokes is refused as soon as the folder is looked at again, although it was remembered', async () => {
    const { identity, keys, clock } = await keyed();
    const { text, record } = await keys.create({ agent: 'support', roles: [] }, random);
    expect(await identity.identify(request(bearer(text)))).toMatchObject({
      agent: 'support',
      person: undefined,
      expiresMs: undefined,
    });
    await keys.revoke(record.id);
    clock.ms += limits.apiKeysCheckMs;
    expect(await identity.identify(request(bearer(text)))).toMatchObject({ cause: 'identity.unknown-key' });
  });

  it('one that is revoked while attributes are looked up is not remembered as good', async () => {
    const [files, clock] = [new MemoryKeyFiles(), new SetClock()];
    const keys = new ApiKeys('/etc/demarc/keys', { files, clock, tell: () => undefined });
    const { text, record } = await keys.create({ agent: 'support', roles: [] }, random);
    const other = await keys.create({ agent: 'other', roles: [] }, random);
    let revoke = true;
    const opened = await world(
      { 'api-keys': { directory: 'keys' } },
      {
        files,
        clock,
        attributes: {
          training: async (agent) => {
            if (agent === 'support' && revoke) {
              revoke = false;
              await keys.revoke(record.id);
              clock.ms += limits.apiKeysCheckMs;
              // Another request has the folder looked at meanwhile.
              await opened.identity.identify(request(bearer(other.text)));
            }
            return [];
          },
          posture: () => undefined,
        },
      },
    );
    await opened.identity.identify(request(bearer(text)));
    expect(await opened.identity.identify(request(bearer(text)))).toMatchObject({ cause: 'identity.unknown-key' });
  });

  it('of an agent that is revoked are refused at once; later ones are not', async () => {
    const { identity, keys, clock, revocations } = await keyed();
    const { text } = await keys.create({ agent: 'support', roles: [] }, random);
    await identity.identify(request(bearer(text)));
    revocations.revoke({ kind: 'agent', agent: 'support' }, clock.ms);
    expect(await identity.identify(request(bearer(text)))).toMatchObject({ cause: 'identity.revoked' });
    clock.ms += limits.apiKeysCheckMs;
    const later = await keys.create({ agent: 'support', roles: [] }, random);
    expect(await identity.identify(request(bearer(later.text)))).toMatchObject({ agent: 'support' });
  });

  it('need no scopes, which only access tokens have', async () => {
    const [files, clock] = [new MemoryKeyFiles(), new SetClock()];
    const { identity } = await world({ ...oauth(), 'api-keys': { directory: 'keys' } }, { files, clock });
    const keys = new ApiKeys('/etc/demarc/keys', { files, clock, tell: () => undefined });
    const { text } = await keys.create({ agent: 'support', roles: [] }, random);
    expect(await identity.identify(request(bearer(text), { target: '/mcp/mail' }))).toMatchObject({ agent: 'support' });
  });

  it('are nothing where they are not switched on', async () => {
    const { keys } = await keyed();
    const { identity } = await world(oauth());
    const { text } = await keys.create({ agent: 'support', roles: [] }, random);
    expect(await identity.identify(request(bearer(text)))).toMatchObject({ status: 401, cause: 'identity.token' });
  });
});

describe('what is remembered', () => {
  it('is proven again after a time: attributes and keys of issuers are looked at again', async () => {
    let posture = 'open';
    const { identity, clock } = await world(oauth(), { attributes: { training: () => [], posture: () => posture } });
    const token = await issuer.sign({ aud: origin, client_id: 'a', exp: clock.seconds + 3_600, scope: 'mcp:use' });
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ posture: 'open' });
    posture = 'lockdown';
    clock.ms += limits.tokenCacheMs - 1;
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ posture: 'open' });
    for (let ms = limits.tokenCacheMs; ms < limits.tokenCacheMs + 1; ms++) clock.ms++;
    expect(await identity.identify(request(bearer(token)))).toMatchObject({ posture: 'lockdown' });
  });

  it('G11: a revocation while a token is being verified counts', async () => {
    const opened = await world(oauth(), {
      attributes: {
        training: () => {
          opened.revocations.revoke({ kind: 'all' }, opened.clock.ms);
          return Promise.resolve([]);
        },
        posture: () => undefined,
      },
    });
    const token = await issuer.sign({
      aud: origin,
      client_id: 'a',
      iat: opened.clock.seconds,
      exp: opened.clock.seconds + 60,
      scope: 'mcp:use',
    });
    expect(await opened.identity.identify(request(bearer(token)))).toMatchObject({ cause: 'identity.revoked' });
  });
});
