import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { algorithms, identitySettings } from './settings.ts';

const origin = 'https://gw.example';
const corp = { name: 'corp', issuer: 'https://login.example.com/realms/corp' };

function problems(value: unknown): string[] {
  const parsed = identitySettings.safeParse(value);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message.split('\n', 1)[0]}`);
}

describe('settings of identity', () => {
  it('need little', () => {
    expect(problems({ origin, issuers: [corp] })).toEqual([]);
    expect(problems({ origin, 'api-keys': {} })).toEqual([]);
    for (const local of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080'])
      expect(problems({ origin: local, anonymous: { agent: 'me' } })).toEqual([]);
    expect(problems({ origin, certificates: [{ subject: 'CN=x', agent: 'x' }] })).toEqual([]);
    expect(identitySettings.parse({ origin, issuers: [corp] })).toMatchObject({
      issuers: [{ 'skew-seconds': 30, algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'] }],
      clearance: { default: 'internal' },
      runs: { 'client-named': true, 'user-words': 'ignore', 'idle-minutes': 30 },
      'run-tokens': { 'ttl-minutes': 60 },
    });
  });

  it.each<[string, object, string]>([
    [
      'nobody',
      {},
      ': nobody could identify themselves: give `issuers`, `api-keys`, `certificates`, `run-tokens.key-file` or `anonymous`',
    ],
    ['a misspelt key', { issuer: [corp] }, ': Unrecognized key: "issuer"'],
    [
      'an origin with a path',
      { origin: `${origin}/x`, 'api-keys': {} },
      'origin: is not scheme and host alone, in small letters, without a slash at the end',
    ],
    [
      'an origin with a slash',
      { origin: `${origin}/`, 'api-keys': {} },
      'origin: is not scheme and host alone, in small letters, without a slash at the end',
    ],
    [
      'an origin over http',
      { origin: 'http://gw.example', 'api-keys': {} },
      'origin: is not an https URL (http only on this machine)',
    ],
    ['no origin', { origin: 'gw.example', 'api-keys': {} }, 'origin: is not an https URL (http only on this machine)'],
    [
      'an issuer over http',
      { issuers: [{ ...corp, issuer: 'http://login.example.com' }] },
      'issuers.0.issuer: is not an https URL (http only on this machine), without user, password and fragment',
    ],
    [
      'keys in a file',
      { issuers: [{ ...corp, 'jwks-uri': 'file:///keys' }] },
      'issuers.0.jwks-uri: is not an https URL (http only on this machine), without user, password and fragment',
    ],
    ...['https://user@keys.example', 'https://:pass@keys.example', 'https://keys.example#x', 'ftp://localhost'].map(
      (url): [string, object, string] => [
        `keys at ${url}`,
        { issuers: [{ ...corp, 'jwks-uri': url }] },
        'issuers.0.jwks-uri: is not an https URL (http only on this machine), without user, password and fragment',
      ],
    ),
    [
      'alg none',
      { issuers: [{ ...corp, algorithms: ['none'] }] },
      'issuers.0.algorithms.0: is not an accepted algorithm: those with key pairs are',
    ],
    [
      'a shared key',
      { issuers: [{ ...corp, algorithms: ['HS256'] }] },
      'issuers.0.algorithms.0: is not an accepted algorithm: those with key pairs are',
    ],
    [
      'an issuer twice',
      { issuers: [corp, { ...corp, name: 'other' }] },
      'issuers.1.issuer: `https://login.example.com/realms/corp` stands twice',
    ],
    [
      'a name twice',
      { issuers: [corp, { ...corp, issuer: 'https://b.example' }] },
      'issuers.1.name: `corp` stands twice',
    ],
    [
      'an issuer whose clients could be called like workloads',
      { issuers: [{ ...corp, name: 'spiffe' }], certificates: [{ uri: 'spiffe://a/b' }] },
      'issuers.0.name: `spiffe:` begins the names of workloads in `certificates`',
    ],
    [
      'an agent with a colon',
      { issuers: [{ ...corp, agent: { names: { x: 'corp:y' } } }] },
      'issuers.0.agent.names.x: is not made of letters, digits, dots, underscores and hyphens (128 at most)',
    ],
    [
      'a role of nobody',
      { issuers: [{ ...corp, roles: { admin: {} } }] },
      'issuers.0.roles.admin: names nobody: give `groups`, `roles`, `agents` or `everybody: true`',
    ],
    [
      'a scope with a quote',
      { issuers: [corp], scopes: { required: ['a"b'] } },
      'scopes.required.0: is not a scope: no space, quote or backslash',
    ],
    [
      'scopes without issuers',
      { 'api-keys': {}, scopes: { required: ['a'] } },
      'scopes: nobody grants scopes: there are no `issuers`',
    ],
    [
      'scopes of no server',
      { issuers: [corp], scopes: { servers: { 'A B': [] } } },
      'scopes.servers.A B: Invalid key in record',
    ],
    [
      'a certificate with both',
      { certificates: [{ uri: 'spiffe://a/b', subject: 'CN=x', agent: 'x' }] },
      'certificates.0: needs a `uri` or a `subject`, and not both',
    ],
    [
      'a certificate without a name',
      { certificates: [{ subject: 'CN=x' }] },
      'certificates.0: needs an `agent`: a subject names none',
    ],
    [
      'one name for several workloads',
      { certificates: [{ uri: 'spiffe://a/*', agent: 'x' }] },
      'certificates.0: would give several workloads one name: leave `agent` out, or name the whole URI',
    ],
    [
      'a star in the middle',
      { certificates: [{ uri: 'spiffe://a/*/b' }] },
      'certificates.0.uri: is not a URI; `/*` may end it',
    ],
    [
      'an unknown level',
      { 'api-keys': {}, clearance: { default: 'secret' } },
      'clearance.default: Invalid option: expected one of "public"|"internal"|"confidential"|"restricted"',
    ],
    [
      'a header that is none',
      { 'api-keys': {}, 'strip-headers': ['x y'] },
      'strip-headers.0: is not the name of a header',
    ],
  ])('%s is told', (_what, value, expected) => {
    expect(problems({ origin, ...value })).toContain(expected);
  });

  it('accept signatures of key pairs only', () => {
    expect(algorithms.filter((one) => !/^(?:RS|PS|ES)(?:256|384|512)$|^EdDSA$/.test(one))).toEqual([]);
  });

  it('hold so many', () => {
    const issuers = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ name: `i${at}`, issuer: `https://i${at}.example` }));
    const scopes = (count: number) => ({ required: Array.from({ length: count }, (_, at) => `s${at}`) });
    const skewed = (seconds: number) => ({ origin, issuers: [{ ...corp, 'skew-seconds': seconds }] });
    expect(problems({ origin, issuers: issuers(limits.issuersMax) })).toEqual([]);
    expect(problems({ origin, issuers: issuers(limits.issuersMax + 1) })).not.toEqual([]);
    expect(problems({ origin, issuers: [corp], scopes: scopes(limits.identityValuesMax) })).toEqual([]);
    expect(problems({ origin, issuers: [corp], scopes: scopes(limits.identityValuesMax + 1) })).not.toEqual([]);
    expect(problems(skewed(limits.clockSkewSecondsMax))).toEqual([]);
    expect(problems(skewed(limits.clockSkewSecondsMax + 1))).not.toEqual([]);
  });
});
