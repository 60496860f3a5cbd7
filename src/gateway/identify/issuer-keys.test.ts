import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeHttp } from '../../app/node-http.ts';
import { limits } from '../../base/limits.ts';
import type { HttpResponse } from '../../base/ports.ts';
import { TestIssuer } from './fixtures/test-issuer.ts';
import { SetClock } from './fixtures/world.ts';
import { IssuerKeys } from './issuer-keys.ts';

let issuer: TestIssuer;
afterEach(() => issuer.stop());

async function open({ path = '', jwksUri = false } = {}) {
  issuer = await TestIssuer.start(['ES256'], path);
  const clock = new SetClock();
  const told: string[] = [];
  const source = { issuer: issuer.issuer, jwksUri: jwksUri ? `${issuer.origin}/keys` : undefined };
  const keys = new IssuerKeys(source, { http: nodeHttp({}), clock, tell: (problem) => told.push(problem) });
  const found = async (kid: string | null = 'key-1'): Promise<string> => {
    const key = await keys.keyFor('ES256', kid ?? undefined);
    return typeof key === 'string' ? key : key.type;
  };
  return { clock, told, keys, found };
}

describe('where keys are', () => {
  it('is asked of OAuth metadata, then of OpenID discovery, with the path inside and behind', async () => {
    const { found, told } = await open({ path: '/realms/x' });
    issuer.serve('/.well-known/openid-configuration/realms/x', () => ({
      issuer: `${issuer.origin}/realms/y`,
      jwks_uri: `${issuer.origin}/wrong`,
    }));
    issuer.serve('/realms/x/.well-known/openid-configuration', () => ({
      issuer: issuer.issuer,
      jwks_uri: `${issuer.origin}/keys`,
    }));
    expect(await found()).toBe('public');
    expect(issuer.asked).toEqual([
      '/.well-known/oauth-authorization-server/realms/x',
      '/.well-known/openid-configuration/realms/x',
      '/realms/x/.well-known/openid-configuration',
      '/keys',
    ]);
    expect(told).toEqual([]);
  });

  it('is not asked where the configuration says it', async () => {
    const { found } = await open({ jwksUri: true });
    expect(await found()).toBe('public');
    expect(issuer.asked).toEqual(['/keys']);
  });

  it.each<[string, (origin: string) => object, RegExp]>([
    [
      'of another issuer',
      (origin) => ({ issuer: 'https://evil.example', jwks_uri: `${origin}/keys` }),
      /another issuer/,
    ],
    [
      'of an issuer with a slash more',
      (origin) => ({ issuer: `${origin}/`, jwks_uri: `${origin}/keys` }),
      /another issuer/,
    ],
    [
      'with keys over http elsewhere',
      (origin) => ({ issuer: origin, jwks_uri: 'http://192.0.2.1/keys' }),
      /not at an https URL/,
    ],
    ['with keys in a file', (origin) => ({ issuer: origin, jwks_uri: 'file:///etc/passwd' }), /not at an https URL/],
    [
      'with a password in the URL',
      (origin) => ({ issuer: origin, jwks_uri: origin.replace('//', '//a:b@') }),
      /not at an https URL/,
    ],
    [
      'with a part of a page in the URL',
      (origin) => ({ issuer: origin, jwks_uri: `${origin}/keys#x` }),
      /not at an https URL/,
    ],
    ['without keys', (origin) => ({ issuer: origin }), /no metadata/],
    ['that is a list', () => [], /no metadata/],
  ])('is not taken from a document %s', async (_what, document, problem) => {
    const { found, told } = await open();
    issuer.serve('/.well-known/openid-configuration', () => document(issuer.origin));
    expect(await found()).toBe('identity.unavailable');
    expect(told.join()).toMatch(problem);
    expect(issuer.asked).not.toContain('/keys');
  });
});

describe('keys', () => {
  it.each<[string, (found: object) => object]>([
    ['a private key', (jwk) => ({ ...jwk, d: 'AAAA' })],
    ['a shared key', () => ({ kty: 'oct', k: 'AAAA', kid: 'key-1' })],
    ['a key for encryption', (jwk) => ({ ...jwk, use: 'enc' })],
    ['a key for another algorithm', (jwk) => ({ ...jwk, alg: 'ES384' })],
    ['a key that may only sign', (jwk) => ({ ...jwk, key_ops: ['sign'] })],
    ['a curve that does not fit', (jwk) => ({ ...jwk, crv: 'P-384' })],
    ['a kind of key that is not known', (jwk) => ({ ...jwk, kty: 'XYZ' })],
  ])('%s verifies nothing', async (_what, change) => {
    const { found } = await open();
    const { jwk } = issuer.key();
    issuer.serve('/keys', () => ({ keys: [change(jwk)] }));
    expect(await found()).toBe('identity.unknown-key');
  });

  it('a token without a name of its key has the one that fits, and none of several', async () => {
    const { found, clock } = await open();
    expect(await found(null)).toBe('public');
    await issuer.addKey('ES256');
    clock.ms += limits.issuerKeysStaleMs + 1;
    expect(await found('key-2')).toBe('public');
    expect(await found(null)).toBe('identity.unknown-key');
  });

  it('two of one name are none', async () => {
    const { found } = await open();
    await issuer.addKey('ES256', 'key-1');
    expect(await found()).toBe('identity.unknown-key');
  });

  it.each([
    ['no JSON', 200, 'hello', /JSON/],
    ['no set', 200, '{"keys":{}}', /no JSON Web Key Set/],
    ['an error', 500, '{"keys":[]}', /answers 500/],
    ['a redirect', 302, '', /answers 302/],
  ])('an answer that is %s is told', async (_what, status, body, problem) => {
    const { found, told } = await open();
    issuer.answer('/keys', status, body);
    expect(await found()).toBe('identity.unavailable');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(problem);
  });

  it('are at most so many, in at most so many bytes', async () => {
    const { found, clock, told } = await open();
    const { jwk } = issuer.key();
    const others = (count: number) => Array.from({ length: count }, (_, at) => ({ ...jwk, kid: `other-${at}` }));
    const sized = (bytes: number): string => {
      const text = JSON.stringify({ keys: [jwk] });
      return text + ' '.repeat(bytes - text.length);
    };
    const within = async (): Promise<string> => {
      clock.ms += limits.issuerKeysStaleMs + 1;
      return found();
    };
    issuer.serve('/keys', () => ({ keys: [jwk, ...others(limits.issuerKeysMax - 1)] }));
    expect(await within()).toBe('public');
    issuer.serve('/keys', () => ({ keys: [jwk, ...others(limits.issuerKeysMax + 1 - 1)] }));
    expect(await within()).toBe('identity.unavailable');
    issuer.answer('/keys', 200, sized(limits.identityAnswerBytesMax));
    expect(await within()).toBe('public');
    issuer.answer('/keys', 200, sized(limits.identityAnswerBytesMax + 1));
    expect(await within()).toBe('identity.unavailable');
    expect(told).toHaveLength(2);
  });
});

describe('fetching keys', () => {
  const fetches = (): number => issuer.asked.filter((path) => path === '/keys').length;

  it('is done once for many requests', async () => {
    const { found } = await open();
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => found())))).toEqual(new Set(['public']));
    expect(fetches()).toBe(1);
  });

  it('is done again beside the requests from half of their time on', async () => {
    const { found, clock } = await open({ jwksUri: true });
    await found();
    clock.ms += limits.issuerKeysFreshMs / 2;
    await found();
    expect(fetches()).toBe(1);
    clock.ms++;
    expect(await found()).toBe('public');
    await vi.waitFor(() => expect(fetches()).toBe(2));
  });

  it('is waited for once keys are no longer fresh: one that the issuer took back serves no longer', async () => {
    const { found, clock } = await open({ jwksUri: true });
    await found();
    issuer.keys = [];
    await issuer.addKey('ES256', 'key-2');
    clock.ms += limits.issuerKeysFreshMs / 2;
    expect(await found('key-1')).toBe('public');
    for (let ms = limits.issuerKeysFreshMs / 2; ms < limits.issuerKeysFreshMs + 1; ms++) clock.ms++;
    expect(await found('key-1')).toBe('identity.unknown-key');
    expect(await found('key-2')).toBe('public');
    expect(fetches()).toBe(2);
  });

  it('is done for an unknown name, but not each time', async () => {
    const { found, clock } = await open({ jwksUri: true });
    await found();
    const added = await issuer.addKey('ES256', 'rotated');
    for (let time = 0; time < 20; time++) expect(await found(`guess-${time}`)).toBe('identity.unknown-key');
    expect(await found(added.kid)).toBe('identity.unknown-key');
    expect(fetches()).toBe(1);
    clock.ms += limits.issuerKeysUnknownMs - 1;
    expect(await found(added.kid)).toBe('identity.unknown-key');
    for (let ms = limits.issuerKeysUnknownMs; ms < limits.issuerKeysUnknownMs + 1; ms++) clock.ms++;
    expect(await found(added.kid)).toBe('public');
    expect(fetches()).toBe(2);
  });

  it('that fails leaves the keys there are, for a time, and is tried now and then', async () => {
    const { found, clock, told } = await open({ jwksUri: true });
    await found();
    issuer.answer('/keys', 503, '');
    clock.ms += limits.issuerKeysFreshMs + 1;
    expect(await found()).toBe('public');
    await vi.waitFor(() => expect(told).toHaveLength(1));
    clock.ms += limits.issuerKeysStaleMs - limits.issuerKeysFreshMs - 1;
    expect(await found()).toBe('public');
    await vi.waitFor(() => expect(told).toHaveLength(2));
    for (let ms = limits.issuerKeysStaleMs; ms < limits.issuerKeysStaleMs + 1; ms++) clock.ms++;
    clock.ms += limits.issuerKeysRetryMs;
    expect(await found()).toBe('identity.unavailable');
    const before = fetches();
    for (let time = 0; time < 10; time++) expect(await found()).toBe('identity.unavailable');
    expect(fetches()).toBe(before);
    issuer.serve('/keys', () => ({ keys: issuer.keys.map(({ jwk }) => jwk) }));
    clock.ms += limits.issuerKeysRetryMs - 1;
    expect(await found()).toBe('identity.unavailable');
    for (let ms = limits.issuerKeysRetryMs; ms < limits.issuerKeysRetryMs + 1; ms++) clock.ms++;
    expect(await found()).toBe('public');
    expect(told.every((problem) => problem.includes('answers 503'))).toBe(true);
  });

  it('is waited for by nobody else while an issuer keeps one waiting, and tried once at a time', async () => {
    const { clock } = await open();
    const { jwk } = issuer.key();
    let asked = 0;
    const send = (): Promise<HttpResponse> =>
      asked++ === 0
        ? Promise.resolve({ status: 200, headers: {}, body: Buffer.from(JSON.stringify({ keys: [jwk] })) })
        : new Promise(() => undefined);
    const source = { issuer: issuer.issuer, jwksUri: `${issuer.origin}/keys` };
    const keys = new IssuerKeys(source, { http: { send }, clock, tell: () => undefined });
    await keys.keyFor('ES256', 'key-1');
    clock.ms += limits.issuerKeysFreshMs + 1;
    void keys.keyFor('ES256', 'key-1');
    clock.ms += limits.issuerKeysRetryMs;
    expect(await keys.keyFor('ES256', 'key-1')).toMatchObject({ type: 'public' });
    expect(asked).toBe(2);
  });

  it('ends when an issuer does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { told, clock } = await open();
    const { port } = silent.address() as { port: number };
    const keys = new IssuerKeys(
      { issuer: 'https://a.example', jwksUri: `http://127.0.0.1:${port}/keys` },
      { http: nodeHttp({}), clock, tell: (problem) => told.push(problem) },
      { ...limits, identityRequestMs: 40 },
    );
    expect(await keys.keyFor('ES256', 'x')).toBe('identity.unavailable');
    expect(told.join()).toContain('did not answer within 40 ms');
    silent.close();
  });
});
