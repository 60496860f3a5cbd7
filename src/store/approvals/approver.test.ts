import { describe, expect, it } from 'vitest';
import { approverOf, approverScope } from './approver.ts';
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
    ['the token of a person that an agent holds', { ...scoped, scopes: ['mcp'] }],
    ['the token of a run', { ...scoped, authentication: 'run-token' as const }],
    ['a token that is bound to a run', { ...scoped, run: 'r1' }],
    ['an agent that acts for itself', { ...scoped, person: undefined }],
    ['nobody who proved anything', { ...scoped, authentication: 'none' as const }],
    ['an API key that only says the role', { ...keyed, roles: ['approver'], scopes: [approverScope] }],
    ['an access token that says the scope as a role', { ...scoped, scopes: [], roles: [approverScope] }],
  ])('is not %s', (_what, principal) => {
    expect(approverOf(principal)).toBeUndefined();
  });
});
