import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { claimReader } from './claims.ts';
import { identitySettings } from './settings.ts';

function read(claims: object, settings: object = {}) {
  const { issuers } = identitySettings.parse({
    origin: 'https://gw.example',
    issuers: [{ name: 'corp', issuer: 'https://idp.example', ...settings }],
  });
  const [issuer] = issuers;
  if (issuer === undefined) throw new Error('no issuer');
  return claimReader(issuer)({ sub: 'jane', client_id: 'app', ...claims });
}

describe('who acts', () => {
  it.each<[string, object, object, object | string]>([
    ['the client (RFC 9068)', {}, {}, { agent: 'corp:app' }],
    ['the authorized party (OpenID Connect)', { client_id: undefined, azp: 'party' }, {}, { agent: 'corp:party' }],
    ['the application (Microsoft Entra v1)', { client_id: undefined, appid: 'x' }, {}, { agent: 'corp:x' }],
    ['the client (Okta)', { client_id: undefined, cid: 'x' }, {}, { agent: 'corp:x' }],
    ['the actor (RFC 8693)', { act: { sub: 'bot' } }, {}, { agent: 'corp:bot', person: { subject: 'jane' } }],
    ['the last actor of a chain', { act: { sub: 'last', act: { sub: 'before' } } }, {}, { agent: 'corp:last' }],
    ['an actor of the same issuer', { act: { sub: 'bot', iss: 'https://idp.example' } }, {}, { agent: 'corp:bot' }],
    ['no actor of another issuer', { act: { sub: 'bot', iss: 'https://b.example' } }, {}, 'identity.agent'],
    ['no actor without a name', { act: { act: { sub: 'before' } } }, {}, 'identity.agent'],
    ['no actor whose name is no text', { act: { sub: 7 } }, {}, 'identity.agent'],
    ['no actor that is a text', { act: 'bot' }, {}, 'identity.agent'],
    ['no actor that is null', { act: null }, {}, 'identity.agent'],
    [
      'the actor by another of its claims',
      { act: { client_id: 'bot' } },
      { agent: { claims: [['act', 'client_id']] } },
      { agent: 'corp:bot' },
    ],
    ['no client that is no text', { client_id: { x: 1 } }, {}, 'identity.agent'],
    ['nobody', { client_id: undefined }, {}, 'identity.agent'],
    ['a client that has a name here', {}, { agent: { names: { app: 'support' } } }, { agent: 'support' }],
    [
      'no other where only those may',
      {},
      { agent: { names: { other: 'support' }, 'only-named': true } },
      'identity.agent',
    ],
    ['a client called __proto__', { client_id: '__proto__' }, {}, { agent: 'corp:__proto__' }],
    ['a client called as an agent here', { client_id: 'support' }, {}, { agent: 'corp:support' }],
    [
      'a client by a claim of another name',
      { x: { y: 'deep' } },
      { agent: { claims: [['x', 'y']] } },
      { agent: 'corp:deep' },
    ],
    [
      'no client by a longer name than can be recorded',
      { client_id: 'a'.repeat(limits.identifierLengthMax) },
      {},
      'identity.agent',
    ],
  ])('%s', (_what, claims, settings, expected) => {
    const claimed = read(claims, settings);
    if (typeof expected === 'string') expect(claimed).toBe(expected);
    else expect(claimed).toMatchObject(expected);
  });
});

describe('on whose behalf', () => {
  const person = (subject: string, groups: string[] = []) => ({ issuer: 'https://idp.example', subject, groups });
  it.each<[string, object, object, object | undefined]>([
    ['the subject', {}, {}, person('jane')],
    ['with groups', { groups: ['a', 'b'] }, {}, person('jane', ['a', 'b'])],
    ['with one group that is no list', { groups: 'a' }, {}, person('jane', ['a'])],
    ['with groups by another name', { x: { y: ['a'] } }, { 'groups-claim': ['x', 'y'] }, person('jane', ['a'])],
    [
      'with groups by a name with dots',
      { 'https://x.example/groups': ['a'] },
      { 'groups-claim': 'https://x.example/groups' },
      person('jane', ['a']),
    ],
    ['without groups where null is in their place', { x: null }, { 'groups-claim': ['x', 'y'] }, person('jane')],
    ['a person by another claim', { oid: 'j-1' }, { person: { claim: 'oid' } }, person('j-1')],
    ['nobody where the client is the subject', { sub: 'app' }, {}, undefined],
    ['nobody without a subject', { sub: undefined }, {}, undefined],
    ['nobody for an application of Microsoft Entra', { sub: 'object-id', idtyp: 'app' }, {}, undefined],
    ['nobody for client credentials of Auth0', { sub: 'app@clients', gty: 'client-credentials' }, {}, undefined],
    [
      'nobody for a service account that is named',
      { azp: 'svc-2' },
      { person: { 'none-when': { azp: ['svc-1', 'svc-2'] } } },
      undefined,
    ],
    [
      'the subject of any other',
      { azp: 'svc-3' },
      { person: { 'none-when': { azp: ['svc-1', 'svc-2'] } } },
      person('jane'),
    ],
    ['nobody where an actor acts for itself', { sub: 'bot', act: { sub: 'bot' } }, {}, undefined],
    ...['client_id', 'azp', 'appid', 'cid'].map((claim): [string, object, object, undefined] => [
      `nobody where an actor acts for the client itself, named by \`${claim}\``,
      { client_id: undefined, [claim]: 'app', sub: 'app', act: { sub: 'bot' } },
      {},
      undefined,
    ]),
  ])('%s', (_what, claims, settings, expected) => {
    expect(read(claims, settings)).toMatchObject({ person: expected });
  });

  it.each([
    { sub: 7 },
    { sub: '' },
    { groups: [7] },
    { groups: { a: 1 } },
    { roles: [[]] },
    { scope: 7 },
    { scp: ['a', 7] },
  ])('claims that are no texts are refused: %j', (claims) => {
    expect(read(claims)).toBe('identity.claims');
  });

  it('a subject of so many characters', () => {
    expect(read({ sub: 's'.repeat(limits.subjectLengthMax) })).toMatchObject({ agent: 'corp:app' });
    expect(read({ sub: 's'.repeat(limits.subjectLengthMax + 1) })).toBe('identity.claims');
  });
});

describe('what they may do', () => {
  it.each([
    [{ scope: 'a b  c' }, ['a', 'b', 'c']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: 'a', scp: ['a', 'b'] }, ['a', 'b']],
    [{ scope: ['a'] }, ['a']],
    [{}, []],
  ])('scopes of %j: %j', (claims, scopes) => {
    expect(read(claims)).toMatchObject({ scopes });
  });

  it('so many groups and scopes', () => {
    const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`);
    const [most, more] = [names(limits.identityValuesMax), names(limits.identityValuesMax + 1)];
    expect(read({ groups: most, scope: most.join(' ') })).toMatchObject({ person: { groups: most }, scopes: most });
    for (const claims of [{ groups: more }, { scope: more.join(' ') }, { scp: more }])
      expect(read(claims)).toBe('identity.claims');
  });

  it('roles by groups, by roles of the issuer, by agent, and for everybody', () => {
    const roles = {
      analyst: { groups: ['g1'] },
      boss: { roles: ['Boss'] },
      builder: { agents: ['corp:app'] },
      guest: { everybody: true },
      other: { groups: ['g2'], roles: ['x'], agents: ['y'] },
    };
    expect(read({ groups: ['g1'], roles: ['Boss', 'g2'] }, { roles })).toMatchObject({
      roles: ['analyst', 'boss', 'builder', 'guest'],
    });
    expect(read({ realm: { roles: ['Boss'] } }, { roles, 'roles-claim': ['realm', 'roles'] })).toMatchObject({
      roles: ['boss', 'builder', 'guest'],
    });
    // A role of the issuer is none here by its name alone.
    expect(read({ roles: ['other', 'analyst'], client_id: 'z' }, { roles })).toMatchObject({ roles: ['guest'] });
  });
});
