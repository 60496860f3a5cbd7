import { describe, expect, it } from 'vitest';
import { brokerSettings, upstreamCredential } from './settings.ts';

/** Messages, each with its path. */
function problems(schema: typeof upstreamCredential | typeof brokerSettings, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const client = { id: 'gateway', secret: 'env:SECRET' };
const issuer = 'https://as.example';

describe('settings', () => {
  it.each<[string, unknown]>([
    ['none', { type: 'none' }],
    ['a static secret', { type: 'static', secret: 'store:github', identity: 'shared' }],
    ['a person who consents', { type: 'authorization-code' }],
    ['with a client', { type: 'authorization-code', client: { id: 'x' }, issuer }],
    ['client credentials', { type: 'client-credentials', client, issuer, identity: 'shared' }],
    ['with a method', { type: 'token-exchange', client: { ...client, authentication: 'client_secret_post' }, issuer }],
    ['with a key', { type: 'client-credentials', client: { id: 'x', key: 'file:/k.pem' }, issuer, identity: 'shared' }],
    [
      'workload identity',
      { type: 'workload-identity', assertion: 'file:/var/run/secrets/token', issuer, identity: 'shared' },
    ],
    ['token exchange', { type: 'token-exchange', client, issuer }],
    [
      'enterprise-managed',
      { type: 'enterprise-managed', client, issuer, 'identity-provider': { issuer: 'https://idp.example', client } },
    ],
  ])('%s', (_what, value) => {
    expect(problems(upstreamCredential, value)).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a secret in clear',
      { type: 'static', secret: 'ghp_0123456789', identity: 'shared' },
      /^secret: is a secret in clear/,
    ],
    [
      'a secret as an object',
      { type: 'static', secret: { value: 'x' }, identity: 'shared' },
      /^secret: write where it is/,
    ],
    [
      'a client secret in clear',
      { type: 'token-exchange', client: { id: 'x', secret: 'hunter2' }, issuer },
      /^client\.secret: is a secret/,
    ],
    [
      'a secret as an id',
      { type: 'authorization-code', client: { id: `ghp_${'a1B2'.repeat(9)}` }, issuer },
      /^client\.id: is a secret in clear/,
    ],
    [
      'one account for all, unsaid',
      { type: 'static', secret: 'env:A' },
      /^identity: everybody would act upstream as one account/,
    ],
    ['one account for all, unsaid', { type: 'client-credentials', client, issuer }, /^identity: everybody/],
    [
      'a client of no server',
      { type: 'authorization-code', client },
      /^issuer: a client is known to one authorization server/,
    ],
    [
      'a client without proof',
      { type: 'client-credentials', client: { id: 'x' }, issuer, identity: 'shared' },
      /^client: needs/,
    ],
    [
      'both proofs',
      { type: 'authorization-code', client: { ...client, key: 'env:K' }, issuer },
      /^client: has a `secret` or a `key`/,
    ],
    [
      'a method without its secret',
      { type: 'authorization-code', client: { id: 'x', authentication: 'client_secret_post' }, issuer },
      /^client: needs a `secret`/,
    ],
    ...[{ secret: 'env:S' }, { key: 'env:K' }].map((proof): [string, unknown, RegExp] => [
      'a proof without a method',
      { type: 'authorization-code', client: { id: 'x', authentication: 'none', ...proof }, issuer },
      /^client: has nothing to prove with/,
    ]),
    [
      'a method without its proof',
      { type: 'authorization-code', client: { id: 'x', authentication: 'private_key_jwt' }, issuer },
      /^client: needs a `key`/,
    ],
    [
      'a symmetric key',
      { type: 'authorization-code', client: { id: 'x', key: 'env:K', 'key-algorithm': 'HS256' }, issuer },
      /^client\.key-algorithm/,
    ],
    ...[
      'https://user@as.example',
      'https://:pass@as.example',
      'https://as.example#x',
      'ftp://127.0.0.1',
      'as.example',
    ].map((url): [string, unknown, RegExp] => [
      `an issuer at ${url}`,
      { type: 'authorization-code', issuer: url },
      /^issuer: is not an https URL .* without user, password and fragment/,
    ]),
    [
      'an issuer over http',
      { type: 'authorization-code', issuer: 'http://as.example' },
      /^issuer: is not an https URL/,
    ],
    [
      'an issuer with a query',
      { type: 'authorization-code', issuer: 'https://as.example/?a=1' },
      /^issuer: takes no query/,
    ],
    [
      'an origin with a path',
      { type: 'static', secret: 'env:A', identity: 'shared', origins: ['https://a.example/x'] },
      /^origins\.0: is not an origin/,
    ],
    ['a header with a line', { type: 'static', secret: 'env:A', identity: 'shared', header: 'a\nb' }, /^header/],
    ['a scope that is two', { type: 'authorization-code', scopes: ['a b'] }, /^scopes\.0: is not one scope/],
    [
      'a scope outside',
      { type: 'authorization-code', scopes: ['a'], 'allowed-scopes': ['b'] },
      /^scopes: `a` is not in/,
    ],
    ['an unknown key', { type: 'none', token: 'x' }, /Unrecognized key/],
    ['an unknown type', { type: 'basic' }, /^type/],
  ])('%s is refused', (_what, value, message) => {
    const found = problems(upstreamCredential, value);
    expect(found.join('\n')).toMatch(message);
    expect(found.join('\n')).not.toMatch(/ghp_|hunter2/);
  });

  it.each<[string, unknown, RegExp | undefined]>([
    ['nothing', {}, undefined],
    ['networks', { networks: ['10.0.0.0/8', 'fd00::/8'] }, undefined],
    ['no network', { networks: ['10.0.0.0/33'] }, /^networks\.0: is not a network/],
    ['a metadata document without a path', { 'client-metadata-url': 'https://a.example' }, /with a path/],
    ['a metadata document over http', { 'client-metadata-url': 'http://localhost/x' }, /^client-metadata-url/],
    ['a vault', { vault: { url: 'https://vault.example:8200', token: 'file:/t' } }, undefined],
    [
      'a vault with its token',
      { vault: { url: 'https://vault.example', token: 'hvs.abc' } },
      /^vault\.token: is a secret in clear/,
    ],
    [
      'a vault whose token is in it',
      { vault: { url: 'https://vault.example', token: 'vault:kv/gateway#token' } },
      /^vault\.token: is in the vault that it opens/,
    ],
  ])('for all servers: %s', (_what, value, message) => {
    const found = problems(brokerSettings, value).join('\n');
    if (message === undefined) expect(found).toBe('');
    else expect(found).toMatch(message);
  });
});
