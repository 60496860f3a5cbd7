/** Tokens are renewed before their end, once, whoever asks; and what cannot be renewed is told. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import type { Broker } from './broker.ts';
import { type CredentialStore, MemoryStore } from './credential-store.ts';
import { type Heard, OAuthWorld, principalOf, ready, type Said, tokenOf } from './fixtures/oauth-world.ts';
import { type Holding, Holdings, isDue } from './oauth/holdings.ts';

const held: Holding = {
  issuer: 'https://as.example',
  url: 'https://mcp.example',
  resource: 'https://mcp.example',
  clientId: 'c',
  accessToken: 't',
  from: 'grant',
  issuedMs: 0,
  requested: [],
  stepUps: 0,
  reference: '',
  recorded: true,
};
let world: OAuthWorld;
beforeEach(async () => {
  world = await new OAuthWorld().listen();
});
afterEach(() => world.close());

const anna = principalOf('anna');
const hour = 3_600_000;
const renewals = (): number =>
  world.authorization.at('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token').length;

/** Answers of the token endpoint to renewals only. */
function onRenewal(twist: (heard: Heard) => Said | 'hang' | 'drop' | undefined): void {
  world.authorization.twists.set('/token', (heard) =>
    heard.form.get('grant_type') === 'refresh_token' ? twist(heard) : undefined,
  );
}

/** Until what runs beside the requests is done: a turn of the queue that renewals stand in. */
async function settled(done: () => boolean): Promise<void> {
  for (let at = 0; at < 500 && !done(); at++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

describe('a token near its end', () => {
  it('is renewed beside the requests, which go on with it', async () => {
    const broker = world.broker();
    const first = await world.connect(broker, anna);
    world.nowMs += hour - 30_000;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => broker.credentialFor('docs', anna)));
    for (const outcome of outcomes) expect(outcome).toEqual(first);
    await settled(() => world.events.length === 2);
    expect(renewals()).toBe(1);
    const second = ready(await broker.credentialFor('docs', anna));
    expect(second.reference).not.toBe(first.reference);
    expect(world.events[1]).toMatchObject({
      event: { kind: 'credential.issued', reference: second.reference, reasons: ['renewed'] },
    });
  });

  it.each<[string, Said | undefined]>([
    ['that cannot be renewed is told of once', { status: 503 }],
    ['that is not renewed is told of once', { status: 400, body: { error: 'invalid_grant' } }],
    ['that has nothing to be renewed with is not told of', undefined],
  ])('%s, and not at every request', async (_, answer) => {
    const broker = world.broker();
    if (answer === undefined)
      world.authorization.twists.set('/token', () => ({
        body: { access_token: 'only', token_type: 'bearer', expires_in: 3_600 },
      }));
    await world.connect(broker, anna);
    if (answer !== undefined) onRenewal(() => answer);
    world.nowMs += hour - 30_000;
    for (let at = 0; at < 10; at++) {
      await broker.credentialFor('docs', anna);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const count = answer === undefined ? 0 : 1;
    expect([world.notices.length, renewals()]).toEqual([count, count]);
  });

  it('is used to its end while it cannot be renewed; then that is the answer, until it can', async () => {
    const broker = world.broker();
    const first = await world.connect(broker, anna);
    onRenewal(() => ({ status: 503 }));
    world.nowMs += hour - 30_000;
    expect(await broker.credentialFor('docs', anna)).toEqual(first);
    await settled(() => world.notices.length === 1);
    expect(world.notices[0]).toMatchObject({ server: 'docs', code: 'unreachable' });
    world.nowMs += 31_000;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({
      kind: 'refused',
      code: 'unreachable',
      passes: true,
    });
    world.authorization.twists.clear();
    world.nowMs += limits.brokerRetryMs;
    expect(ready(await broker.credentialFor('docs', anna)).reference).not.toBe(first.reference);
  });
});

it.each([
  [undefined, 10_000 * hour, false],
  [hour, hour - 60_001, false],
  [hour, hour - 60_000, true],
  [100_000, 89_999, false],
  [100_000, 90_000, true],
])('one of %s ms is due after %i ms: %s', (expiresMs, nowMs, isIt) => {
  expect(isDue({ ...held, expiresMs }, nowMs)).toBe(isIt);
});

describe('a token past its end', () => {
  it('is renewed once for all who wait', async () => {
    const broker = world.broker();
    await world.connect(broker, anna);
    world.nowMs += hour;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => broker.credentialFor('docs', anna)));
    expect(new Set(outcomes.map((outcome) => tokenOf(ready(outcome)))).size).toBe(1);
    expect(renewals()).toBe(1);
  });

  it('keeps its refresh token where the server does not give another', async () => {
    const broker = world.broker();
    await world.connect(broker, anna);
    onRenewal(() => ({ body: { access_token: `kept-${renewals()}`, token_type: 'bearer', expires_in: 60 } }));
    for (const at of [1, 2]) {
      world.nowMs += hour;
      expect(tokenOf(ready(await broker.credentialFor('docs', anna)))).toBe(`kept-${at}`);
    }
    const [first, second] = world.authorization.at('/token').slice(1);
    expect(second?.form.get('refresh_token')).toBe(first?.form.get('refresh_token'));
  });

  it('that the server does not renew is revoked, told, and asked for anew', async () => {
    const broker = world.broker();
    await world.connect(broker, anna);
    world.authorization.refreshTokens.clear();
    world.nowMs += hour;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ kind: 'consent', reason: 'renewal-refused' });
    expect(world.events[1]).toMatchObject({ event: { kind: 'credential.revoked', reasons: ['renewal-refused'] } });
    expect(world.notices).toMatchObject([
      { code: 'token-refused', message: expect.stringContaining('invalid_grant') as string },
    ]);
  });

  it('is not asked for at every request while the server is down', async () => {
    world.bounds = { brokerRetryMs: 1_000 };
    const broker = world.broker();
    await world.connect(broker, anna);
    world.nowMs += hour;
    onRenewal(() => 'drop');
    for (let at = 0; at < 20; at++)
      expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'unreachable' });
    expect(renewals()).toBe(1);
    world.nowMs += 1_000;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'unreachable' });
    expect(renewals()).toBe(2);
  });

  it.each([302, 403, 404, 407, 429, 500])('is kept where what answers refuses no token: status %i', async (status) => {
    world.bounds = { brokerRetryMs: 1_000 };
    const broker = world.broker();
    await world.connect(broker, anna);
    world.nowMs += hour;
    const body = status < 429 ? 'this page is blocked' : { error: 'invalid_grant' };
    onRenewal(() => ({ status, body }));
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'unreachable' });
    world.authorization.twists.clear();
    world.nowMs += 1_000;
    ready(await broker.credentialFor('docs', anna));
  });

  it('nor is a token that is refused asked for at every request: a client that keeps failing may be locked', async () => {
    world.variables = { SECRET: 'wrong' };
    const client = { id: 'c', secret: 'env:SECRET' };
    const issuer = world.authorization.url;
    const broker = world.broker({ type: 'client-credentials', client, issuer, identity: 'shared' });
    world.authorization.twists.set('/token', () => ({ status: 401, body: { error: 'invalid_client' } }));
    for (let at = 0; at < 20; at++)
      expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'token-refused', passes: false });
    expect(world.authorization.at('/token')).toHaveLength(1);
    world.authorization.twists.clear();
    world.nowMs += limits.brokerRetryMs;
    ready(await broker.credentialFor('docs', anna));
  });

  it('that cannot be renewed is asked for anew once its server answers again', async () => {
    world.server.twists.set('/.well-known/oauth-protected-resource/mcp', () => ({ status: 503 }));
    const broker = world.broker();
    expect(await broker.connect('docs', anna)).toMatchObject({ code: 'unreachable' });
    world.server.twists.clear();
    world.nowMs += limits.brokerRetryMs;
    expect(await broker.connect('docs', anna)).toMatchObject({ kind: 'consent' });
  });

  it('without an end is used until the server rejects it', async () => {
    world.authorization.lifetimeSeconds = undefined;
    const broker = world.broker();
    const first = await world.connect(broker, anna);
    world.nowMs += 1000 * hour;
    expect(await broker.credentialFor('docs', anna)).toEqual(first);
    const second = ready(await broker.challenge('docs', anna, world.unauthorised(first.reference)));
    expect(second.reference).not.toBe(first.reference);
    expect(renewals()).toBe(1);
  });
});

describe('two gateways with one store', () => {
  it('that renew the same token: the one that comes second takes what the first one got', async () => {
    const one = world.broker();
    const first = await world.connect(one, anna);
    const two = world.broker();
    expect(await two.credentialFor('docs', anna)).toEqual(first);
    world.nowMs += hour;
    const renewed = ready(await one.credentialFor('docs', anna));
    expect(ready(await two.credentialFor('docs', anna))).toEqual(renewed);
    expect(world.events.filter(({ event }) => event.kind === 'credential.revoked')).toEqual([]);
    // Again, with what it read of the other: its refresh token was used as well, and the token has ended.
    world.nowMs += hour;
    const again = ready(await one.credentialFor('docs', anna));
    world.nowMs += hour;
    expect(ready(await two.credentialFor('docs', anna)).reference).not.toBe(again.reference);
    expect(world.events.filter(({ event }) => event.kind === 'credential.revoked')).toEqual([]);
    // None of it took a refresh token a second time.
    expect(renewals()).toBe(3);
  });

  it('that race: the one whose refresh token is used up takes what the other stored meanwhile', async () => {
    const one = world.broker();
    await world.connect(one, anna);
    const two = world.broker();
    world.nowMs += hour;
    let other: Promise<unknown> | undefined;
    onRenewal(() => {
      other ??= one.credentialFor('docs', anna);
      return undefined;
    });
    // What `two` asks reaches the server, then `one` asks with the same token, and only one of them can win.
    const mine = ready(await two.credentialFor('docs', anna));
    expect(await other).toEqual(mine);
    expect(world.events.map(({ event }) => event.kind)).toEqual(['credential.issued', 'credential.issued']);
  });
});

describe('a token that the server rejects', () => {
  it('is renewed, once for all who were rejected with it', async () => {
    const broker = world.broker();
    const first = await world.connect(broker, anna);
    world.nowMs += 60_000;
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => broker.challenge('docs', anna, world.unauthorised(first.reference))),
    );
    expect(new Set(outcomes.map((outcome) => tokenOf(ready(outcome)))).size).toBe(1);
    expect(renewals()).toBe(1);
    // Renewed, and rejected again: somebody has to consent.
    const second = ready(outcomes[0] ?? { kind: 'ready', headers: {}, origins: [] });
    expect(await broker.challenge('docs', anna, world.unauthorised(second.reference))).toMatchObject({
      kind: 'consent',
      reason: 'token-rejected',
    });
  });

  it('and that cannot be renewed is destroyed, and asked for anew with what it was for', async () => {
    world.authorization.twists.set('/token', () => ({ body: { access_token: 'only', token_type: 'bearer' } }));
    const broker = world.broker();
    const first = await broker.challenge('docs', anna, world.unauthorised(undefined, 'read'));
    const { reference } = await world.connect(broker, anna, first);
    world.nowMs += 30_000;
    expect(await broker.challenge('docs', anna, world.unauthorised(reference, 'admin'))).toMatchObject({
      kind: 'consent',
      reason: 'token-rejected',
      scopes: ['read', 'admin'],
    });
    expect(world.events.at(-1)).toMatchObject({ event: { kind: 'credential.revoked', reasons: ['token-rejected'] } });
  });

  it('as soon as it was issued is not asked for again', async () => {
    const broker = world.broker();
    const { reference } = await world.connect(broker, anna);
    for (let at = 0; at < 3; at++)
      expect(await broker.challenge('docs', anna, world.unauthorised(reference))).toMatchObject({
        kind: 'refused',
        code: 'token-rejected',
      });
    expect(world.authorization.issued).toBe(1);
  });

  it("with 403 and no word of scopes is not the token's fault", async () => {
    const broker = world.broker();
    const { reference } = await world.connect(broker, anna);
    expect(await broker.challenge('docs', anna, { status: 403, wwwAuthenticate: undefined, reference })).toMatchObject({
      code: 'scope-refused',
    });
  });
});

describe('a token from before', () => {
  const other = principalOf('other');

  it('the configuration changed is destroyed, and goes nowhere', async () => {
    const first = await world.connect(world.broker(), anna);
    await world.connect(world.broker(), other);
    const elsewhere = world.broker(undefined, 'http://127.0.0.1:9/mcp');
    expect(await elsewhere.credentialFor('docs', anna)).toMatchObject({ kind: 'refused' });
    expect(world.events.at(-1)).toMatchObject({
      event: { kind: 'credential.revoked', reference: first.reference, reasons: ['configuration-changed'] },
    });
    expect(await world.broker().connect('docs', anna)).toMatchObject({ kind: 'consent' });
    const pinned = world.broker({ type: 'authorization-code', issuer: 'https://as.example' });
    expect(await pinned.credentialFor('docs', other)).toMatchObject({ kind: 'refused' });
    expect(await world.broker().connect('docs', other)).toMatchObject({ kind: 'consent' });
    await world.connect(world.broker(), other);
    world.authorization.metadata = { dpop_signing_alg_values_supported: ['ES256'] };
    const bound = world.broker({ type: 'authorization-code', dpop: true });
    expect(await bound.credentialFor('docs', other)).toMatchObject({ kind: 'consent' });
  });

  it.each([
    ['usable', 0],
    ['due for renewal', hour],
  ])('scopes were taken back goes nowhere, while it is %s', async (_what, passedMs) => {
    const asking = (scopes: readonly string[], allowed = scopes): Broker =>
      world.broker({ type: 'authorization-code', scopes, 'allowed-scopes': allowed });
    world.authorization.metadata = { scopes_supported: ['read', 'admin', 'offline_access'] };
    const wide = await world.connect(asking(['read', 'admin']), anna);
    world.nowMs += passedMs;
    expect(await asking(['read']).credentialFor('docs', anna)).toMatchObject({ kind: 'consent', scopes: read });
    expect(world.events.at(-1)).toMatchObject({
      event: { kind: 'credential.revoked', reference: wide.reference, reasons: ['configuration-changed'] },
    });
    expect(renewals()).toBe(0);
    const narrow = await world.connect(asking(['read']), anna);
    expect(await asking(['read'], ['read', 'write']).credentialFor('docs', anna)).toEqual(narrow);
  });
  const read = ['read', 'offline_access'];

  it('the gateway started anew is replaced where its server said that its metadata is', async () => {
    const place = `${world.server.url}/of-its-own`;
    const resource = JSON.stringify(world.server.document());
    world.server.twists.set('/of-its-own', () => ({ body: resource }));
    world.server.twists.set('/.well-known/oauth-protected-resource/mcp', () => ({ status: 404 }));
    world.authorization.twists.set('/token', () => ({
      body: { access_token: 'only', token_type: 'bearer', expires_in: 3_600 },
    }));
    const broker = world.broker();
    const rejection = {
      status: 401,
      wwwAuthenticate: `Bearer resource_metadata="${place}"`,
      reference: undefined,
    } as const;
    await world.connect(broker, anna, await broker.challenge('docs', anna, rejection));
    for (let start = 0; start < 2; start++) {
      world.nowMs += hour;
      const again = world.broker();
      const asked = await again.credentialFor('docs', anna);
      expect(asked).toMatchObject({ kind: 'consent', host: new URL(world.authorization.url).host });
      await world.connect(again, anna, asked);
    }
  });

  it('the gateway was given another client goes nowhere', async () => {
    const as = (id: string): Broker =>
      world.broker({ type: 'authorization-code', issuer: world.authorization.url, client: { id } });
    const first = await world.connect(as('one'), anna);
    expect(await as('one').credentialFor('docs', anna)).toEqual(first);
    expect(await as('two').credentialFor('docs', anna)).toMatchObject({ kind: 'consent' });
    expect(world.events.at(-1)).toMatchObject({ event: { reasons: ['configuration-changed'] } });
  });

  it("the gateway was registered anew is not renewed in the new client's name", async () => {
    const broker = world.broker();
    await world.connect(broker, anna);
    for (const name of await world.store.names()) if (name.startsWith('client ')) await world.store.remove(name);
    world.nowMs += hour;
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ kind: 'consent', reason: 'renewal-refused' });
    expect(renewals()).toBe(0);
    expect(world.events.at(-1)).toMatchObject({ event: { reasons: ['client-changed'] } });
  });
});

describe('memory', () => {
  it.each([0, 1])('holds so many tokens, and %i more; the store has them all', async (more) => {
    const store = new MemoryStore();
    let reads = 0;
    const counting: CredentialStore = {
      get: (name) => (reads++, store.get(name)),
      put: (name, value) => store.put(name, value),
      remove: (name) => store.remove(name),
      names: () => store.names(),
    };
    const holdings = new Holdings(counting);
    const count = limits.brokerTokensMax + more;
    for (let at = 0; at < count; at++) await holdings.put(`k${at}`, { ...held, reference: `r${at}` });
    for (let at = count - 1; at >= 0; at--) expect((await holdings.get(`k${at}`))?.reference).toBe(`r${at}`);
    expect(reads).toBe(more);
  });

  it('is not needed: a gateway that starts again has the tokens of the store', async () => {
    const first = await world.connect(world.broker(), anna);
    expect(await world.broker().credentialFor('docs', anna)).toEqual(first);
    world.nowMs += hour;
    expect(ready(await world.broker().credentialFor('docs', anna)).reference).not.toBe(first.reference);
    expect(world.authorization.registered).toBe(1);
  });
});
