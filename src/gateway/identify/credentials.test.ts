import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialOf, type Headers, InboundCredentials, isBearerToken } from './credentials.ts';

const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl';
const key = `dmk_${'a'.repeat(11)}_${'b'.repeat(49)}`;

describe('the credential of a request', () => {
  it.each<[string, Headers, string]>([
    ['none', [['host', 'x']], 'none'],
    ['a bearer token', [['authorization', `Bearer ${token}`]], 'token'],
    ['in any case', [['authorization', `bEARER  ${token}`]], 'token'],
    ['an API key as bearer', [['authorization', `Bearer ${key}`]], 'api-key'],
    ['an API key by itself', [['x-api-key', key]], 'api-key'],
    ['a key of somebody else', [['x-api-key', 'sk-ant-x']], 'none'],
    ['a key of somebody else in which one of ours stands', [['x-api-key', `sk-${key}`]], 'none'],
    ['a key in a header of another name', [['x-other', key]], 'none'],
    ['a token in which a key seems to begin', [['authorization', 'Bearer a.dmk_b.c']], 'token'],
    [
      'a token beside a key of somebody else',
      [
        ['x-api-key', 'sk-ant-x'],
        ['authorization', `Bearer ${token}`],
      ],
      'token',
    ],
    [
      'two tokens',
      [
        ['authorization', `Bearer ${token}`],
        ['authorization', `Bearer ${token}`],
      ],
      'malformed',
    ],
    [
      'a token and a key',
      [
        ['authorization', `Bearer ${token}`],
        ['x-api-key', key],
      ],
      'malformed',
    ],
    [
      'a key and a token',
      [
        ['x-api-key', key],
        ['authorization', `Bearer ${token}`],
      ],
      'malformed',
    ],
    ['Basic', [['authorization', 'Basic dXNlcjpwYXNz']], 'malformed'],
    ['DPoP', [['authorization', `DPoP ${token}`]], 'malformed'],
    ['a cookie', [['cookie', `token=${token}`]], 'none'],
    ['a proxy credential', [['proxy-authorization', `Bearer ${token}`]], 'none'],
  ])('%s', (_what, headers, kind) => {
    expect(credentialOf(headers, '/mcp').kind).toBe(kind);
  });

  it('without the spaces around it', () => {
    expect(credentialOf([['authorization', `Bearer  ${token}`]], '/mcp')).toEqual({ kind: 'token', text: token });
  });

  it.each([
    [token, true],
    ['abc==', true],
    ['', false],
    ['=', false],
    [`${token}, Bearer ${token}`, false],
    [`${token}\u0000`, false],
    [`${token}\n`, false],
    ['é', false],
  ])('%j has the form of a token: %s', (text, isToken) => {
    expect(isBearerToken(text)).toBe(isToken);
  });

  it('never in the URL', () => {
    expect(credentialOf([], `/mcp?access_token=${token}`).kind).toBe('malformed');
    expect(credentialOf([['authorization', `Bearer ${token}`]], `/mcp?access_token=${token}`).kind).toBe('malformed');
  });
});

describe('G12: no credential of a client leaves again', () => {
  const headers: Headers = [
    ['host', 'gw.example'],
    ['authorization', `Bearer ${token}`],
    ['Proxy-Authorization'.toLowerCase(), 'Basic dXNlcjpwYXNzd29yZDEyMzQ='],
    ['cookie', 'session=0123456789abcdef; theme=dark'],
    ['x-api-key', key],
    ['x-corp-token', 'corp-0123456789abcdef'],
    ['x-auth-token', 'short'],
    ['x-copy', `a ${token} b`],
    ['x-cookie-copy', '0123456789abcdef'],
    ['x-pass', 'dXNlcjpwYXNzd29yZDEyMzQ='],
    ['x-theme', 'dark'],
    ['mcp-protocol-version', '2025-11-25'],
  ];
  const inbound = new InboundCredentials(headers, new Set(['x-corp-token']));

  it('not in its header, not copied to another', () => {
    expect(inbound.strip()).toEqual([
      ['host', 'gw.example'],
      ['x-theme', 'dark'],
      ['mcp-protocol-version', '2025-11-25'],
    ]);
  });

  it.each([
    ['a body', `{"method":"tools/call","params":{"arguments":{"t":"${token}"}}}`],
    ['`_meta`', `{"params":{"_meta":{"auth":"Bearer ${token}"}}}`],
    ['a URL', `/mcp/files?key=${key}`],
    ['a configured header', 'corp-0123456789abcdef'],
    ['a cookie', 'x0123456789abcdefx'],
  ])('is found in %s', (_what, text) => {
    expect(inbound.appearIn(text)).toBe(true);
  });

  it('nothing else is taken for one', () => {
    expect(inbound.appearIn('{"theme":"dark"}')).toBe(false);
    expect(new InboundCredentials([]).appearIn('anything')).toBe(false);
    const cookie = new InboundCredentials([['cookie', 'name-of-a-session=0123456789abcdef']]);
    expect(['name-of-a-session', '0123456789abcdef'].map((text) => cookie.appearIn(text))).toEqual([false, true]);
  });

  it('holds for any headers: no value that is left holds a secret of one that is not', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9._~+/-]{16,40}$/);
    const name = fc.constantFrom('authorization', 'cookie', 'x-api-key', 'x-corp-token', 'x-a', 'x-b', 'accept');
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        fc.array(fc.tuple(name, fc.nat(2), fc.constantFrom('Bearer ', 'a=', '')), { maxLength: 8 }),
        (secrets, places) => {
          const sent = places.map(
            ([at, which, before]) => [at, `${before}${secrets[which % secrets.length] ?? ''}`] as const,
          );
          const hidden = new Set(['authorization', 'cookie', 'x-api-key', 'x-corp-token']);
          const left = new InboundCredentials(sent, new Set(['x-corp-token'])).strip();
          const known = sent.flatMap(([at, value]) =>
            hidden.has(at) ? secrets.filter((one) => value.endsWith(one)) : [],
          );
          expect(left.filter(([at, value]) => hidden.has(at) || known.some((one) => value.includes(one)))).toEqual([]);
          // And nothing is dropped that holds none.
          expect(left).toEqual(
            sent.filter(([at, value]) => !hidden.has(at) && !known.some((one) => value.includes(one))),
          );
        },
      ),
    );
  });
});
