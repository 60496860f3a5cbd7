import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { sealedFact } from '../model/event.ts';
import { parseEventInput } from '../store/event-input.ts';
import { MemoryStore } from './credential-store.ts';
import { OAuthWorld, principalOf, ready, redirectUri, tokenOf } from './fixtures/oauth-world.ts';
import { clientMetadataDocument } from './oauth/registration.ts';
import type { CredentialOutcome } from './outcome.ts';

let world: OAuthWorld;
beforeEach(async () => {
  world = await new OAuthWorld().listen();
});
afterEach(() => world.close());

const anna = principalOf('anna');
const bert = principalOf('bert');

describe('a person consents', () => {
  it('once, after the server asked; then the token is at hand', async () => {
    const broker = world.broker();
    // The first request goes without: the server says where its metadata is.
    expect(await broker.credentialFor('docs', anna)).toEqual({
      kind: 'ready',
      headers: {},
      origins: [world.server.url],
    });
    const asked = await broker.challenge('docs', anna, world.unauthorised(undefined, 'read'));
    expect(asked).toMatchObject({
      kind: 'consent',
      reason: 'first',
      scopes: ['read'],
      host: new URL(world.authorization.url).host,
    });
    const credential = await world.connect(broker, anna, asked);
    expect(world.authorization.accessTokens.get(tokenOf(credential))).toMatchObject({
      client: 'dcr-1',
      scope: 'read',
      resource: world.server.mcp,
    });
    expect(credential.origins).toEqual([world.server.url]);
    const heard = world.authorization.heard.length;
    expect(await broker.credentialFor('docs', anna)).toEqual(credential);
    expect(world.authorization.heard).toHaveLength(heard);
  });

  it('on one page, however often it is asked for', async () => {
    const broker = world.broker();
    const asked = await Promise.all(Array.from({ length: 20 }, () => broker.connect('docs', anna)));
    expect(new Set(asked.map((outcome) => (outcome.kind === 'consent' ? outcome.url : outcome.kind))).size).toBe(1);
    expect(world.authorization.registered).toBe(1);
    const other = await broker.connect('docs', bert);
    expect(other).toMatchObject({ kind: 'consent' });
    expect(other).not.toMatchObject({ url: (asked[0] as { url: string }).url });
  });

  it('and states each token in the ledger, never the token', async () => {
    const broker = world.broker();
    const credential = await world.connect(broker, anna);
    expect(world.events).toEqual([
      {
        principal: anna,
        event: {
          kind: 'credential.issued',
          reference: credential.reference,
          agent: 'bot',
          server: 'docs',
          destination: new URL(world.server.url).host,
          provider: new URL(world.authorization.url).host,
          reasons: ['authorization-code'],
          expires: '2026-11-28T09:00:00.000Z',
        },
      },
    ]);
    expect(JSON.stringify(world.events)).not.toContain(tokenOf(credential));
    // The ledger takes it as it is: nothing in it looks like a person or has to be sealed.
    const { input } = parseEventInput(world.events[0]?.event, world.nowMs);
    expect(JSON.stringify(input)).not.toContain(sealedFact);
    expect(await broker.disconnect('docs', anna, 'run-ended')).toBe(true);
    expect(await broker.disconnect('docs', anna, 'run-ended')).toBe(false);
    expect(world.events[1]).toMatchObject({
      event: { kind: 'credential.revoked', reference: credential.reference, reasons: ['run-ended'] },
    });
    expect(world.authorization.revoked).toHaveLength(1);
    expect(await broker.connect('docs', anna)).toMatchObject({ kind: 'consent' });
  });

  it('in vain while the ledger takes nothing; what was issued is used once it does', async () => {
    const broker = world.broker();
    const { record } = world;
    world.record = () => Promise.reject(new Error('full'));
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    const answer = await world.browse(asked.url);
    expect(await broker.complete(answer, { kind: 'local' })).toMatchObject({ kind: 'refused', code: 'not-recorded' });
    expect(await broker.credentialFor('docs', anna)).toMatchObject({
      kind: 'refused',
      code: 'not-recorded',
      passes: true,
    });
    world.record = record;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ kind: 'ready' });
    expect(world.events).toHaveLength(1);
    expect(world.authorization.issued).toBe(1);
  });

  it('for as long as the request stands', async () => {
    world.bounds = { brokerConsentMs: 1_000 };
    const broker = world.broker();
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    const answer = await world.browse(asked.url);
    world.nowMs += 1_000;
    expect(await broker.complete(answer, { kind: 'local' })).toMatchObject({ code: 'authorization-response-invalid' });
    const again = await broker.connect('docs', anna);
    expect(again).not.toMatchObject({ url: asked.url });
    world.nowMs += 1_000;
    expect(await broker.connect('docs', anna)).not.toMatchObject({ url: (again as typeof asked).url });
  });

  it.each([0, 1])('among so many that are waited for, and %i more', async (more) => {
    const broker = world.broker();
    const refused = [];
    for (let at = 0; at < limits.brokerConsentsMax + more; at++) {
      const outcome = await broker.connect('docs', principalOf(`p${at}`));
      if (outcome.kind === 'refused') refused.push(outcome.code);
    }
    expect(refused).toEqual(more === 0 ? [] : ['too-many-consents']);
    expect(world.authorization.registered).toBe(1);
  });

  it.each([0, 1])('among so many that one holder is asked for, and %i more', async (more) => {
    const broker = world.broker();
    const { reference } = await world.connect(broker, anna);
    const urls: string[] = [];
    for (let at = 0; at < limits.brokerHolderConsentsMax + more; at++) {
      const outcome = await broker.challenge('docs', anna, world.insufficient(reference, `more${at}`));
      if (outcome.kind === 'consent') urls.push(outcome.url);
    }
    const first = await broker.complete(await world.browse(urls[0] ?? ''), { kind: 'local' });
    expect(first.kind).toBe(more === 0 ? 'connected' : 'refused');
  });

  it('among few that one holder is asked for: a server that always wants other scopes leaves room for others', async () => {
    world.bounds = { brokerConsentsMax: limits.brokerHolderConsentsMax + 1 };
    const broker = world.broker();
    const { reference } = await world.connect(broker, anna);
    const urls: string[] = [];
    for (let at = 0; at < 2 * limits.brokerHolderConsentsMax; at++) {
      const outcome = await broker.challenge('docs', anna, world.insufficient(reference, `more${at}`));
      if (outcome.kind === 'consent') urls.push(outcome.url);
    }
    expect(urls).toHaveLength(2 * limits.brokerHolderConsentsMax);
    expect(await broker.connect('docs', principalOf('ben'))).toMatchObject({ kind: 'consent' });
    const complete = async (url = ''): Promise<unknown> => broker.complete(await world.browse(url), { kind: 'local' });
    expect(await complete(urls[0])).toMatchObject({ code: 'authorization-response-invalid' });
    expect(await complete(urls.at(-1))).toMatchObject({ kind: 'connected' });
  });
});

describe('whoever waits', () => {
  it('ends when the client goes away, before or while', async () => {
    const broker = world.broker();
    expect(await broker.connect('docs', anna, AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
    world.authorization.twists.set('/register', () => 'hang');
    const gone = new AbortController();
    const waiting = broker.connect('docs', bert, gone.signal);
    gone.abort();
    expect(await waiting).toMatchObject({ kind: 'refused', code: 'cancelled' });
    expect(await broker.connect('nowhere', anna)).toMatchObject({ code: 'unknown-server' });
  });
});

describe('a person who is connected', () => {
  const pending = async (outcome: Promise<CredentialOutcome>): Promise<URLSearchParams> => {
    const asked = await outcome;
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    return world.browse(asked.url);
  };
  const local = { kind: 'local' } as const;

  it('is asked no more, whatever else was waited for', async () => {
    const broker = world.broker();
    const asking = (scope: string): Promise<URLSearchParams> =>
      pending(broker.challenge('docs', anna, world.unauthorised(undefined, scope)));
    const [first, second] = [await asking('a'), await asking('b')];
    const other = await broker.connect('docs', bert);
    expect(await broker.complete(second, local)).toMatchObject({ kind: 'connected' });
    expect(await broker.complete(first, local)).toMatchObject({ code: 'authorization-response-invalid' });
    await world.connect(broker, bert, other);
  });

  it.each([
    ['is told that it goes on there', { status: 500 }, ['token-refused'], 1],
    ['is not asked for where nobody takes it', undefined, [], 0],
  ])(
    'has nothing left after they disconnect; what the other side does not revoke %s',
    async (_what, said, told, asked) => {
      if (said === undefined) world.authorization.metadata = { revocation_endpoint: undefined };
      else world.authorization.twists.set('/revoke', () => said);
      const broker = world.broker();
      const credential = await world.connect(broker, anna);
      const answer = await pending(broker.challenge('docs', anna, world.insufficient(credential.reference, 'more')));
      expect(await broker.disconnect('docs', anna, 'they asked for it')).toBe(true);
      expect(world.notices.map(({ code }) => code)).toEqual(told);
      const sent = world.authorization
        .at('/revoke')
        .map(({ form, headers }) => [form.get('token'), headers.authorization]);
      const [refreshToken] = world.authorization.refreshTokens.keys();
      expect(sent).toEqual(asked === 0 ? [] : [[refreshToken, `Basic ${btoa('dcr-1:dcr-secret-1')}`]]);
      expect(world.events.at(-1)).toMatchObject({
        event: { kind: 'credential.revoked', reference: credential.reference, reasons: ['they asked for it'] },
      });
      expect(await broker.complete(answer, local)).toMatchObject({ code: 'authorization-response-invalid' });
      expect(await broker.disconnect('docs', anna, 'again')).toBe(false);
    },
  );
});

describe('the client', () => {
  it('is the one that was registered by hand, at the authorization server it was registered with', async () => {
    world.variables = { SECRET: 's3cr3t: &' };
    const client = { id: 'by hand', secret: 'env:SECRET' };
    const broker = world.broker({ type: 'authorization-code', client, issuer: world.authorization.url });
    await world.connect(broker, anna);
    expect(world.authorization.registered).toBe(0);
    const [request] = world.authorization.at('/token');
    const [, pair = ''] = (request?.headers.authorization ?? '').split(' ');
    // Form-encoded, then joined (RFC 6749, 2.3.1).
    expect(Buffer.from(pair, 'base64').toString()).toBe('by+hand:s3cr3t%3A+%26');
  });

  it('is its metadata document where the server takes one', async () => {
    world.settings = { ...world.settings, 'client-metadata-url': 'https://gateway.example/oauth/client.json' };
    world.authorization.metadata = { client_id_metadata_document_supported: true };
    const broker = world.broker();
    const credential = await world.connect(broker, anna);
    expect(world.authorization.accessTokens.get(tokenOf(credential))?.client).toBe(
      'https://gateway.example/oauth/client.json',
    );
    expect(world.authorization.registered).toBe(0);
    expect(broker.clientDocument()).toEqual({
      client_id: 'https://gateway.example/oauth/client.json',
      client_name: 'Demarc gateway',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    });
  });

  it('is one of the web where it is sent back to elsewhere', () => {
    const identity = { clientName: 'x', redirectUri: 'https://gw.example/back', metadataUrl: 'https://gw.example/c' };
    expect(clientMetadataDocument(identity)).toMatchObject({ application_type: 'web' });
    expect(clientMetadataDocument({ ...identity, metadataUrl: undefined })).toBeUndefined();
  });

  it('is no metadata document where the server takes none', async () => {
    world.settings = { ...world.settings, 'client-metadata-url': 'https://gateway.example/oauth/client.json' };
    await world.connect(world.broker(), anna);
    expect(world.authorization.registered).toBe(1);
  });

  it.each<[string, unknown, object, string, string]>([
    ['the first method both can', ['none', 'client_secret_post'], {}, 'client_secret_post', 'client_secret=x'],
    ['none, where the server takes none else', ['none'], {}, 'none', 'client_id=c'],
    ['basic, where the server does not say', undefined, {}, 'client_secret_basic', 'Basic Yzp4'],
    [
      'what it was registered for in the end',
      ['client_secret_basic', 'client_secret_post'],
      { token_endpoint_auth_method: 'client_secret_post' },
      'client_secret_basic',
      'client_secret=x',
    ],
    [
      'nothing where it was registered for that',
      ['client_secret_basic'],
      { token_endpoint_auth_method: 'none' },
      'client_secret_basic',
      'client_id=c',
    ],
  ])('proves itself by %s', async (_what, supported, registered, asked, sent) => {
    world.authorization.metadata = { token_endpoint_auth_methods_supported: supported };
    world.authorization.twists.set('/register', () => ({
      body: { client_id: 'c', client_secret: 'x', client_secret_expires_at: 0, ...registered },
    }));
    await world.connect(world.broker(), anna);
    await world.connect(world.broker(), bert);
    const [registration, ...others] = world.authorization.at('/register');
    expect(JSON.parse(registration?.body ?? '')).toMatchObject({ token_endpoint_auth_method: asked });
    expect(others).toEqual([]);
    const [token] = world.authorization.at('/token');
    expect(`${token?.headers.authorization ?? ''} ${token?.body ?? ''}`).toContain(sent);
    if (sent.startsWith('client_id')) expect(token?.form.has('client_secret')).toBe(false);
  });

  it('that can prove itself in no way the server takes, or whose key is none, is told', async () => {
    world.variables = { SECRET: 'shh', KEY: 'no key' };
    world.authorization.metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    const settings = { type: 'client-credentials', issuer: world.authorization.url, identity: 'shared' };
    const outcome = (proof: object): Promise<unknown> =>
      world.broker({ ...settings, client: { id: 'c', ...proof } }).credentialFor('docs', anna);
    expect(await outcome({ secret: 'env:SECRET' })).toMatchObject({ code: 'client-authentication-unsupported' });
    expect(await outcome({ key: 'env:KEY' })).toMatchObject({ code: 'secret-unavailable' });
    expect(world.authorization.at('/token')).toEqual([]);
  });

  it('is registered otherwise, once for everybody, and again when that registration ends', async () => {
    world.authorization.twists.set('/register', () => ({
      status: 201,
      body: {
        client_id: `c${world.authorization.at('/register').length}`,
        client_secret: 'x',
        client_secret_expires_at: world.nowMs / 1000 + 60,
      },
    }));
    const broker = world.broker();
    await Promise.all([anna, bert].map((person) => broker.connect('docs', person)));
    await world.connect(broker, anna);
    await world.connect(broker, bert);
    expect(world.authorization.at('/register')).toHaveLength(1);
    expect(JSON.parse(world.authorization.at('/register')[0]?.body ?? '')).toEqual({
      client_name: 'Demarc gateway',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'client_secret_basic',
    });
    world.nowMs += 61_000;
    await world.connect(broker, principalOf('cleo'));
    expect(world.authorization.at('/register')).toHaveLength(2);
  });

  it('that its server has forgotten is registered anew at the next attempt', async () => {
    const broker = world.broker();
    const asked = await broker.connect('docs', anna);
    if (asked.kind !== 'consent') throw new TypeError(asked.kind);
    world.authorization.twists.set('/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
    const answer = await world.browse(asked.url);
    expect(await broker.complete(answer, { kind: 'local' })).toMatchObject({ kind: 'refused', code: 'token-refused' });
    world.authorization.twists.clear();
    await world.connect(broker, anna);
    expect(world.authorization.registered).toBe(2);
    world.authorization.twists.set('/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
    world.nowMs += 3_600_000;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ kind: 'consent' });
    expect(world.authorization.registered).toBe(3);
  });

  it('is missing where none of this is possible, and that is said', async () => {
    world.authorization.metadata = { registration_endpoint: undefined };
    expect(await world.broker().connect('docs', anna)).toMatchObject({ kind: 'refused', code: 'no-client' });
    world.authorization.metadata = {};
    world.authorization.twists.set('/register', () => ({ status: 400, body: { error: 'invalid_redirect_uri' } }));
    expect(await world.broker().connect('docs', anna)).toMatchObject({
      code: 'registration-refused',
      message: expect.stringContaining('invalid_redirect_uri') as string,
    });
    for (const status of [429, 500]) {
      world.authorization.twists.set('/register', () => ({ status, body: { error: 'invalid_redirect_uri' } }));
      expect(await world.broker().connect('docs', anna)).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(new RegExp(`: status ${status}$`)) as string,
      });
    }
    world.authorization.twists.clear();
    world.authorization.metadata = { authorization_endpoint: undefined };
    expect(await world.broker().connect('docs', anna)).toMatchObject({ code: 'metadata-invalid' });
  });
});

describe('grants without a person', () => {
  it('client credentials, with a secret in the body or a signed assertion for this issuer alone', async () => {
    world.variables = { SECRET: 'shh' };
    const issuer = world.authorization.url;
    const client = { id: 'gateway', secret: 'env:SECRET', authentication: 'client_secret_post' };
    const settings = { type: 'client-credentials', issuer, identity: 'shared', scopes: ['read'] };
    const outcome = ready(await world.broker({ ...settings, client }).credentialFor('docs', anna));
    expect(world.authorization.accessTokens.get(tokenOf(outcome))).toEqual({
      client: 'gateway',
      scope: 'read',
      resource: world.server.mcp,
    });
    expect(world.authorization.at('/token')[0]?.form.get('client_secret')).toBe('shh');
    // Everybody's: the event names nobody.
    expect(world.events[0]?.principal).toBeUndefined();

    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    world.variables = { KEY: await exportPKCS8(privateKey) };
    world.store = new MemoryStore();
    ready(
      await world
        .broker({ ...settings, client: { id: 'gateway', key: 'env:KEY', 'key-id': 'k1' } })
        .credentialFor('docs', anna),
    );
    const assertion = world.authorization.at('/token')[1]?.form.get('client_assertion') ?? '';
    const options = { audience: issuer, issuer: 'gateway', subject: 'gateway', currentDate: new Date(world.nowMs) };
    const { payload, protectedHeader } = await jwtVerify(assertion, publicKey, options);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'k1' });
    expect(payload).toMatchObject({
      aud: issuer,
      iat: world.nowMs / 1000,
      exp: world.nowMs / 1000 + 60,
      jti: expect.any(String) as string,
    });
  });

  it("a workload's own assertion (RFC 7523), without a client", async () => {
    world.variables = { JWT: 'eyJ.workload.jwt' };
    const settings = {
      type: 'workload-identity',
      assertion: 'env:JWT',
      issuer: world.authorization.url,
      identity: 'shared',
    };
    ready(await world.broker(settings).credentialFor('docs', anna));
    expect(Object.fromEntries(world.authorization.at('/token')[0]?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'eyJ.workload.jwt',
      resource: world.server.mcp,
    });
  });

  it('token exchange (RFC 8693): a token of the person for one of this server', async () => {
    world.variables = { SECRET: 'shh' };
    const issuer = world.authorization.url;
    const client = { id: 'gateway', secret: 'env:SECRET' };
    const broker = world.broker({
      type: 'token-exchange',
      issuer,
      client,
      audience: 'docs-api',
      'subject-token': 'id-token',
    });
    const person = principalOf('anna', 'bot', issuer);
    world.subjectToken = ({ person: of }) => `id-of-${of?.subject ?? ''}`;
    ready(await broker.credentialFor('docs', person));
    expect(Object.fromEntries(world.authorization.at('/token')[0]?.form ?? [])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token: 'id-of-anna',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      audience: 'docs-api',
      resource: world.server.mcp,
    });
    expect(await broker.credentialFor('docs', principalOf(undefined))).toMatchObject({ code: 'no-person' });
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'no-subject-token' });
    world.subjectToken = () => undefined;
    expect(await broker.credentialFor('docs', principalOf('bert', 'bot', issuer))).toMatchObject({
      code: 'no-subject-token',
    });
  });

  it("enterprise-managed: an ID-JAG of the identity provider, redeemed at the resource's authorization server", async () => {
    const provider = await new OAuthWorld().listen();
    try {
      world.variables = { SECRET: 'shh', IDP: 'idp-secret' };
      const idp = provider.authorization.url;
      const broker = world.broker({
        type: 'enterprise-managed',
        client: { id: 'at-docs', secret: 'env:SECRET' },
        issuer: world.authorization.url,
        'identity-provider': { issuer: idp, client: { id: 'at-idp', secret: 'env:IDP' } },
        scopes: ['read'],
      });
      world.subjectToken = () => 'the-id-token';
      ready(await broker.credentialFor('docs', principalOf('anna', 'bot', idp)));
      const [exchange] = provider.authorization.at('/token');
      expect(Object.fromEntries(exchange?.form ?? [])).toMatchObject({
        requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
        subject_token: 'the-id-token',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        audience: world.authorization.url,
        resource: world.server.mcp,
        scope: 'read',
      });
      const [redeemed] = world.authorization.at('/token');
      const [idJag] = provider.authorization.accessTokens.keys();
      expect(Object.fromEntries(redeemed?.form ?? [])).toEqual({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: idJag,
        scope: 'read',
      });
      // Each sees its own client only, and the person's token stays with who issued it.
      expect(JSON.stringify(world.authorization.heard)).not.toMatch(/the-id-token|at-idp|idp-secret/);
      expect(JSON.stringify(provider.authorization.heard)).not.toMatch(/at-docs|shh/);
    } finally {
      await provider.close();
    }
  });
});

describe('scopes', () => {
  it('are what the server publishes where its challenge says nothing, and none where it publishes none', async () => {
    expect(await world.broker().connect('docs', anna)).toMatchObject({ scopes: [] });
    world.server.metadata = { ...world.server.metadata, scopes_supported: ['a', 'b'] };
    expect(await world.broker().connect('docs', anna)).toMatchObject({ scopes: ['a', 'b'] });
    // Refresh tokens are wanted where the authorization server says how to ask for them.
    world.authorization.metadata = { scopes_supported: ['a', 'offline_access'] };
    const asked = await world.broker().connect('docs', anna);
    expect(asked).toMatchObject({ scopes: ['a', 'b', 'offline_access'] });
    const { searchParams } = new URL(asked.kind === 'consent' ? asked.url : '');
    expect([searchParams.get('scope'), searchParams.get('prompt')]).toEqual(['a b offline_access', 'consent']);
    const own = world.broker({ type: 'authorization-code', scopes: ['offline_access'] });
    expect(await own.connect('docs', anna)).toMatchObject({ scopes: ['offline_access'] });
  });

  it('grow by what a request turns out to need; the token at hand stays for the others', async () => {
    const broker = world.broker({ type: 'authorization-code', scopes: ['read'] });
    const first = await world.connect(broker, anna);
    const asked = await broker.challenge('docs', anna, world.insufficient(first.reference, 'write'));
    expect(asked).toMatchObject({ kind: 'consent', reason: 'more-scopes', scopes: ['read', 'write'] });
    expect(await broker.credentialFor('docs', anna)).toEqual(first);
    const second = await world.connect(broker, anna, asked);
    expect(second.reference).not.toBe(first.reference);
    // Another request that went with the first token needs nobody.
    expect(await broker.challenge('docs', anna, world.insufficient(first.reference, 'write'))).toEqual(second);
    expect(await broker.challenge('docs', anna, world.insufficient(second.reference, 'write'))).toMatchObject({
      kind: 'refused',
      code: 'scope-refused',
    });
  });

  it('grow from what the server asked for first', async () => {
    const broker = world.broker();
    const asked = await broker.challenge('docs', anna, world.unauthorised(undefined, 'read'));
    const { reference } = await world.connect(broker, anna, asked);
    expect(await broker.challenge('docs', anna, world.insufficient(reference, 'write'))).toMatchObject({
      scopes: ['read', 'write'],
    });
  });

  it('of machines grow so many times at most', async () => {
    world.variables = { SECRET: 'x' };
    const client = { id: 'c', secret: 'env:SECRET' };
    const issuer = world.authorization.url;
    const broker = world.broker({ type: 'client-credentials', issuer, client, identity: 'shared', scopes: ['s'] });
    let { reference } = ready(await broker.credentialFor('docs', anna));
    for (let at = 0; at < limits.brokerStepUpsMax; at++)
      ({ reference } = ready(await broker.challenge('docs', anna, world.insufficient(reference, `s${at}`))));
    expect(await broker.challenge('docs', anna, world.insufficient(reference, 'last'))).toMatchObject({
      code: 'scope-refused',
    });
  });

  it('never grow past what is allowed', async () => {
    const settings = { type: 'authorization-code', scopes: ['read'], 'allowed-scopes': ['read', 'write'] };
    const broker = world.broker(settings);
    const { reference } = await world.connect(broker, anna);
    expect(await broker.challenge('docs', anna, world.insufficient(reference, 'admin'))).toMatchObject({
      code: 'scope-refused',
    });
    expect(await broker.challenge('docs', anna, world.insufficient(reference, 'write'))).toMatchObject({
      kind: 'consent',
    });
  });

  it.each([0, 1])('are so many at most, and %i more', async (more) => {
    const scopes = Array.from({ length: limits.brokerScopesMax + more }, (_, at) => `s${at}`);
    const outcome = await world.broker({ type: 'authorization-code', scopes }).connect('docs', anna);
    expect(outcome).toMatchObject(more === 0 ? { kind: 'consent' } : { kind: 'refused', code: 'scope-refused' });
  });

  it.each([0, 1])('grow so many times at most, and %i more', async (more) => {
    const broker = world.broker({ type: 'authorization-code', scopes: ['s'] });
    let credential = await world.connect(broker, anna);
    for (let at = 0; at < limits.brokerStepUpsMax + more - 1; at++)
      credential = await world.connect(
        broker,
        anna,
        await broker.challenge('docs', anna, world.insufficient(credential.reference, `s${at}`)),
      );
    const last = await broker.challenge('docs', anna, world.insufficient(credential.reference, 'last'));
    expect(last).toMatchObject(more === 0 ? { kind: 'consent' } : { kind: 'refused', code: 'scope-refused' });
  });
});
