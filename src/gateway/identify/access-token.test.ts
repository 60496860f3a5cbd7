import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { isAccessTokenType, peek } from './access-token.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('what a token says before it is verified', () => {
  it('is read from at most so many characters', () => {
    const body = `${encode({ alg: 'ES256' })}.${encode({ iss: 'https://a.example' })}.`;
    const ofLength = (length: number): string => body.padEnd(length, 'x');
    expect(peek(ofLength(limits.tokenLengthMax))).toEqual({ header: { alg: 'ES256' }, issuer: 'https://a.example' });
    expect(peek(ofLength(limits.tokenLengthMax + 1))).toBeUndefined();
  });

  it.each(['', '.', '..', 'a.b', 'a.b.c', `${encode('x')}.${encode({})}.`, `${encode({})}.${encode([])}.`, 'é.é.é'])(
    'is nothing where it is no JWT: %j',
    (text) => {
      expect(peek(text)).toBeUndefined();
    },
  );
});

it.each([
  ['at+jwt', true, true],
  ['AT+JWT', true, true],
  ['application/at+jwt', true, true],
  ['JWT', true, false],
  [undefined, true, false],
  ['JWT', false, true],
  [undefined, false, true],
  ['application/jwt', false, true],
  ['dpop+jwt', false, false],
  ['secevent+jwt', false, false],
  ['demarc-run+jwt', false, false],
  [7, false, false],
] as const)('type %s with `require-type` %s: %s', (type, isStrict, isTaken) => {
  expect(isAccessTokenType(type, isStrict)).toBe(isTaken);
});
