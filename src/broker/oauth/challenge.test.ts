import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChallenges, readScopes, resourceChallenge } from './challenge.ts';

const read = (field: string): [string, Record<string, string>][] =>
  readChallenges(field).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('WWW-Authenticate', () => {
  it.each<[string, [string, Record<string, string>][]]>([
    // RFC 9110, 11.6.1
    [
      'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
      [
        ['basic', { realm: 'simple' }],
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ],
    ],
    // RFC 6750, 3
    [
      'Bearer realm="example", error="invalid_token", error_description="The access token expired"',
      [['bearer', { realm: 'example', error: 'invalid_token', error_description: 'The access token expired' }]],
    ],
    // RFC 9728, 5.1
    [
      'Bearer resource_metadata="https://resource.example.com/.well-known/oauth-protected-resource"',
      [['bearer', { resource_metadata: 'https://resource.example.com/.well-known/oauth-protected-resource' }]],
    ],
    // RFC 4559: a scheme with a token alone
    [
      'Negotiate a87421000492aa874209af8bc028==, Bearer scope="a b"',
      [
        ['negotiate', {}],
        ['bearer', { scope: 'a b' }],
      ],
    ],
    [
      'Negotiate, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Bearer', [['bearer', {}]]],
    ['bearer  Scope = "x" ,, ,error=y', [['bearer', { scope: 'x', error: 'y' }]]],
    ['Bearer scope="a", scope="b"', [['bearer', { scope: 'a' }]]],
    ['Bearer scope="unfinished', [['bearer', {}]]],
    ['scope="no scheme"', []],
    ['', []],
    [', ,', []],
    ['Bearer scope="a\\,b, c=\\"d", error="e"', [['bearer', { scope: 'a,b, c="d', error: 'e' }]]],
  ])('%s', (field, challenges) => {
    expect(read(field)).toEqual(challenges);
  });

  it('says what it says whatever it quotes', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.dictionary(name, value)), { maxLength: 4 }), (challenges) => {
        const field = challenges
          .map(([scheme, parameters]) => {
            const each = Object.entries(parameters).map(([key, text]) => `${key}="${text.replace(/["\\]/g, '\\$&')}"`);
            return `${scheme} ${each.join(', ')}`.trim();
          })
          .join(', ');
        expect(read(field)).toEqual(challenges.map(([scheme, parameters]) => [scheme, { ...parameters }]));
      }),
    );
  });

  it('ends with every text, in linear time', () => {
    fc.assert(fc.property(fc.string(), (field) => void readChallenges(field)));
    expect(readChallenges(`Bearer ${'a="\\'.repeat(50_000)}`).length).toBeLessThan(3);
    expect(readChallenges('a '.repeat(50_000)).length).toBeGreaterThan(0);
  });

  it('may hold several bearer challenges: the one that leads somewhere counts', () => {
    expect(
      resourceChallenge('Bearer realm="x", Bearer resource_metadata="https://a.example/m", scope="r w r"'),
    ).toEqual({
      resourceMetadata: 'https://a.example/m',
      scopes: ['r', 'w'],
      error: undefined,
    });
    expect(resourceChallenge('Basic realm="x"')).toBeUndefined();
    expect(resourceChallenge(undefined)).toBeUndefined();
  });
});

it('scopes are tokens of RFC 6749, 3.3; what is none is left out', () => {
  expect(readScopes('a b:c  https://x/y a "d" e\\f é')).toEqual(['a', 'b:c', 'https://x/y']);
  expect(readScopes(undefined)).toEqual([]);
});
