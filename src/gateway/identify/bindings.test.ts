import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../model/principal.ts';
import { bindingKey, grantKey } from './bindings.ts';

const text = fc.oneof(fc.constantFrom('a', 'b', '"', '","', '[', '\u0000'), fc.string({ maxLength: 4 }));
const principals: fc.Arbitrary<Principal> = fc.record({
  agent: text,
  person: fc.option(fc.record({ issuer: text, subject: text, groups: fc.array(text, { maxLength: 2 }) }), {
    nil: undefined,
  }),
  roles: fc.array(text, { maxLength: 2 }),
  scopes: fc.array(text, { maxLength: 2 }),
  clearance: fc.constantFrom('public', 'internal'),
  authentication: fc.constantFrom('jwt', 'api-key'),
  training: fc.constant([]),
});

describe('G19: what is remembered for one principal is never found for another', () => {
  it('the same key only for the same agent, person, issuer and parts', () => {
    fc.assert(
      fc.property(
        principals,
        principals,
        text,
        text,
        fc.array(text, { maxLength: 2 }),
        fc.array(text, { maxLength: 2 }),
        (a, b, issuer, other, parts, more) => {
          const who = ({ agent, person }: Principal) => [agent, person?.issuer, person?.subject];
          const isSame = JSON.stringify([who(a), issuer, parts]) === JSON.stringify([who(b), other, more]);
          expect(bindingKey(a, issuer, ...parts) === bindingKey(b, other, ...more)).toBe(isSame);
        },
      ),
    );
  });

  it('two people with one agent and one upstream, two agents of one person, two issuers, two servers', () => {
    const jane = { issuer: 'https://a.example', subject: 'jane', groups: [] };
    const base: Principal = {
      agent: 'assistant',
      person: jane,
      roles: [],
      scopes: [],
      clearance: 'internal',
      authentication: 'jwt',
      training: [],
    };
    const keys = [
      base,
      { ...base, person: { ...jane, subject: 'john' } },
      { ...base, person: { ...jane, issuer: 'https://b.example' } },
      { ...base, agent: 'other' },
      { ...base, person: undefined },
    ];
    for (const key of [bindingKey, grantKey]) {
      const made = keys.map((one) => key(one, 'https://upstream.example', 'files'));
      const others = [key(base, 'https://other.example', 'files'), key(base, 'https://upstream.example', 'mail')];
      expect(new Set([...made, ...others]).size).toBe(keys.length + 2);
    }
  });

  it.each<[string, Partial<Principal>]>([
    ['roles', { roles: ['admin'] }],
    ['scopes', { scopes: ['write'] }],
    ['clearance', { clearance: 'restricted' }],
    ['posture', { posture: 'open' }],
    ['groups', { person: { issuer: 'i', subject: 's', groups: ['g'] } }],
  ])('what depends on grants is not found with other %s', (_what, more) => {
    const base: Principal = {
      agent: 'a',
      person: { issuer: 'i', subject: 's', groups: [] },
      roles: ['r', 'q'],
      scopes: [],
      training: [],
      clearance: 'internal',
      authentication: 'jwt',
    };
    expect(grantKey({ ...base, ...more }, 'x')).not.toBe(grantKey(base, 'x'));
    expect(bindingKey({ ...base, ...more }, 'x')).toBe(bindingKey(base, 'x'));
    expect(grantKey({ ...base, roles: ['q', 'r'] }, 'x')).toBe(grantKey(base, 'x'));
  });
});
