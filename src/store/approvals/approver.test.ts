import { describe, expect, it } from 'vitest';
import { approverOf, approverScope, isSamePerson } from './approver.ts';
import { alice } from './fixtures/world.ts';

const person = alice.person;
const scoped = { ...alice, scopes: [approverScope], roles: ['approver'] };
const keyed = { ...alice, authentication: 'api-key' as const, roles: ['approver', approverScope] };

describe('G29: who is an approver', () => {
  it('is a person with a token that is for that', () => {
    expect(approverOf(scoped)).toEqual({ person, roles: ['approver'] });
    expect(approverOf(keyed)).toEqual({ person, roles: ['approver', approverScope] });
    expect(approverOf({ ...scoped, scopes: ['other'] }, 'other')).toEqual({ person, roles: ['approver'] });
  });

  it.each([
    [
      'the token of a person that an agent holds',
      { ...scoped, scopes: ['mcp'] },
      /token lacks the scope `demarc.approve`/,
    ],
    ['the token of a run', { ...scoped, authentication: 'run-token' as const }, /token of a run/],
    ['a token that is bound to a run', { ...scoped, run: 'r1' }, /token of a run/],
    ['an agent that acts for itself', { ...scoped, person: undefined }, /token names no person/],
    ['an API key of an agent', { ...keyed, person: undefined }, /key names no person/],
    [
      'an API key that only says the role',
      { ...keyed, roles: ['approver'], scopes: [approverScope] },
      /key lacks the role/,
    ],
    [
      'an access token that says the scope as a role',
      { ...scoped, scopes: [], roles: [approverScope] },
      /lacks the scope/,
    ],
  ])('is not %s, which is told', (_what, principal, why) => {
    expect(approverOf(principal)).toMatch(why);
  });

  it('is not who proved nothing, who is told nothing', () => {
    expect(approverOf({ ...scoped, authentication: 'none' as const })).toBeUndefined();
  });
});

describe('whether two are one person', () => {
  const who = (issuer: string, subject: string) => ({ issuer, subject, groups: [] });
  const people = [
    { 'https://idp': 'alice', local: 'al', 'https://customers': null },
    { 'https://idp': 'bob', 'https://partner': 'bob' },
  ].map((names) => new Map<string, string | null>(Object.entries(names)));
  it.each<[string, string, string, string, boolean | undefined]>([
    ['https://idp', 'alice', 'https://idp', 'alice', true],
    ['https://idp', 'alice', 'https://idp', 'bob', false],
    ['https://idp', 'alice', 'https://idp/', 'alice', undefined],
    ['https://idp', 'alice', 'local', 'al', true],
    ['https://idp', 'bob', 'local', 'al', false],
    ['https://idp', 'bob', 'local', 'bob', undefined],
    ['https://idp', 'eve', 'https://partner', 'bob', false],
    ['local', 'al', 'https://partner', 'bob', undefined],
    ['https://customers', 'alice', 'https://idp', 'alice', false],
    ['https://customers', 'alice', 'https://idp', 'bob', undefined],
    ['constructor', 'alice', 'https://idp', 'alice', undefined],
  ])('%s#%s and %s#%s: %s', (oneIssuer, one, otherIssuer, other, expected) => {
    const [a, b] = [who(oneIssuer, one), who(otherIssuer, other)];
    expect([isSamePerson(a, b, people), isSamePerson(b, a, people)]).toEqual([expected, expected]);
  });
});
