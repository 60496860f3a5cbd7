import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { type CredentialFacts, type Revocation, Revocations } from './revocations.ts';

const jane = { issuer: 'https://a.example', subject: 'jane' };
const facts: CredentialFacts = {
  issuer: 'https://a.example',
  id: 'j1',
  agent: 'a',
  person: jane,
  run: 'r1',
  issuedMs: 10,
};

describe('revocations', () => {
  it.each<[Revocation, Partial<CredentialFacts>, boolean]>([
    [{ kind: 'credential', issuer: 'https://a.example', id: 'j1' }, {}, true],
    [{ kind: 'credential', issuer: 'https://a.example', id: 'j1' }, { issuedMs: 99 }, true],
    [{ kind: 'credential', issuer: 'https://b.example', id: 'j1' }, {}, false],
    [{ kind: 'credential', issuer: 'https://a.example', id: 'j2' }, {}, false],
    [{ kind: 'credential', issuer: 'https://a.example', id: 'j1' }, { id: undefined }, false],
    [{ kind: 'agent', agent: 'a' }, {}, true],
    [{ kind: 'agent', agent: 'a' }, { issuedMs: 20 }, true],
    [{ kind: 'agent', agent: 'a' }, { issuedMs: 21 }, false],
    [{ kind: 'agent', agent: 'a' }, { issuedMs: undefined }, true],
    [{ kind: 'agent', agent: 'b' }, {}, false],
    [{ kind: 'person', ...jane }, {}, true],
    [{ kind: 'person', ...jane }, { person: undefined }, false],
    [{ kind: 'person', ...jane, issuer: 'https://b.example' }, {}, false],
    [{ kind: 'person', ...jane, subject: 'john' }, {}, false],
    [{ kind: 'run', run: 'r1' }, {}, true],
    [{ kind: 'run', run: 'r1' }, { issuedMs: 99 }, true],
    [{ kind: 'run', run: 'r1' }, { run: undefined }, false],
    [{ kind: 'all' }, {}, true],
    [{ kind: 'all' }, { issuedMs: 21 }, false],
  ])('%j of %j: %s', (revocation, more, isRevoked) => {
    const revocations = new Revocations();
    const { generation } = revocations;
    expect(revocations.isRevoked({ ...facts, ...more })).toBe(false);
    revocations.revoke(revocation, 20);
    expect(revocations.generation).not.toBe(generation);
    expect(revocations.isRevoked({ ...facts, ...more })).toBe(isRevoked);
    const { generation: after } = revocations;
    revocations.lift(revocation);
    expect(revocations.generation).not.toBe(after);
    expect(revocations.isRevoked({ ...facts, ...more })).toBe(false);
  });

  it('an order that comes late takes nothing back of a later one', () => {
    const revocations = new Revocations();
    for (const sinceMs of [20, 15]) revocations.revoke({ kind: 'agent', agent: 'a' }, sinceMs);
    expect(revocations.isRevoked({ ...facts, issuedMs: 18 })).toBe(true);
    for (let at = 1; at < limits.revocationsMax; at++) revocations.revoke({ kind: 'agent', agent: `${at}` }, 1);
    revocations.revoke({ kind: 'agent', agent: 'one more' }, 5);
    expect(revocations.isRevoked({ ...facts, issuedMs: 18 })).toBe(true);
  });

  it('names are not put together from others', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (issuer, id, otherIssuer, otherId) => {
        const revocations = new Revocations();
        revocations.revoke({ kind: 'credential', issuer, id }, 20);
        const isIt = revocations.isRevoked({ issuer: otherIssuer, id: otherId, agent: 'a', issuedMs: 0 });
        expect(isIt).toBe(issuer === otherIssuer && id === otherId);
      }),
    );
  });

  it('are kept one by one up to a number; then all that was issued until now is revoked, and runs stay ended', () => {
    const revocations = new Revocations();
    revocations.revoke({ kind: 'run', run: 'ended' }, 1);
    for (let at = 1; at < limits.revocationsMax; at++) revocations.revoke({ kind: 'agent', agent: `${at}` }, 1);
    expect(revocations.isRevoked({ issuer: 'i', agent: 'x', issuedMs: 0 })).toBe(false);
    for (let at = limits.revocationsMax; at < limits.revocationsMax + 1; at++)
      revocations.revoke({ kind: 'agent', agent: `${at}` }, 5);
    expect(revocations.isRevoked({ issuer: 'i', agent: 'x', issuedMs: 5 })).toBe(true);
    expect(revocations.isRevoked({ issuer: 'i', agent: 'x', issuedMs: 6 })).toBe(false);
    expect(revocations.isRevoked({ issuer: 'i', agent: 'x', run: 'ended', issuedMs: 6 })).toBe(true);
    expect(revocations.all().map(({ revocation: { kind } }) => kind)).toEqual(['run', 'all', 'agent']);
  });
});
