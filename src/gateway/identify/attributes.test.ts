import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { AttributeList, CurrentAttributes } from './attributes.ts';
import { request, world } from './fixtures/world.ts';

function listOf(value: unknown): AttributeList {
  const list = AttributeList.parse(value);
  if (!(list instanceof AttributeList)) throw new TypeError(JSON.stringify(list));
  return list;
}
const basics = (expires: string): object => ({ module: 'agent-basics', expires });
const jane = { issuer: 'https://idp.example', subject: 'jane' };

describe('attributes of agents and people', () => {
  const list = listOf({
    agents: {
      nightly: { posture: 'lockdown', training: [basics('2027-01-31')] },
      'corp:0oa1': { posture: 'open' },
    },
    people: [{ ...jane, training: [basics('2027-01-31T12:00:00+01:00')] }],
  });

  it('a training counts until its day begins in UTC, or until its point in time', () => {
    expect(list.training('nightly', undefined)).toEqual([{ module: 'agent-basics', expiresMs: Date.UTC(2027, 0, 31) }]);
    expect(list.training('nightly', jane)).toEqual([{ module: 'agent-basics', expiresMs: Date.UTC(2027, 0, 31, 11) }]);
  });

  it('where a person stands behind an agent, what the agent is said to know excuses nobody', () => {
    expect(list.training('nightly', { ...jane, subject: 'john' })).toEqual([]);
    expect(list.training('nightly', { ...jane, issuer: 'https://other.example' })).toEqual([]);
  });

  it('nothing is known of others', () => {
    for (const agent of ['other', 'constructor', '__proto__'])
      expect([list.training(agent, undefined), list.posture(agent)]).toEqual([[], undefined]);
    expect([list.posture('nightly'), list.posture('corp:0oa1')]).toEqual(['lockdown', 'open']);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['a key that is misspelt', { poeple: [] }, '', /poeple/],
    [
      'a posture there is not',
      { agents: { a: { posture: 'closed' } } },
      'agents.a.posture',
      /open.*controlled.*lockdown/,
    ],
    [
      'a training without an end',
      { people: [{ ...jane, training: [{ module: 'm' }] }] },
      'people.0.training.0.expires',
      /string/,
    ],
    [
      'a day that is not',
      { agents: { a: { training: [basics('2027-02-30')] } } },
      'agents.a.training.0.expires',
      /neither a day/,
    ],
    [
      'a time without offset',
      { agents: { a: { training: [basics('2027-01-31T12:00:00')] } } },
      'agents.a.training.0.expires',
      /neither a day/,
    ],
    ['a person without an issuer', { people: [{ subject: 'jane', training: [] }] }, 'people.0.issuer', /string/],
    ['no map', [], '', /object/],
  ])('refuses %s, and says where', (_what, value, where, problem) => {
    expect(AttributeList.parse(value)).toMatchObject({ where, problem: expect.stringMatching(problem) });
  });

  it('a person who stands there twice is refused, and not named', () => {
    const twice = AttributeList.parse({ people: [jane, jane].map((person) => ({ ...person, training: [] })) });
    expect(twice).toEqual({ where: 'people.1', problem: 'is a person who stands there before' });
  });

  it.each([0, 1])('trainings of one: limit + %i', (more) => {
    const training = Array.from({ length: limits.identityValuesMax + more }, () => basics('2027-01-01'));
    expect(AttributeList.parse({ people: [{ ...jane, training }] }) instanceof AttributeList).toBe(more === 0);
  });
});

describe('attributes that change', () => {
  it('count at once, also for a principal that is remembered', async () => {
    const attributes = new CurrentAttributes(listOf({}));
    const { identity } = await world({ anonymous: { agent: 'local' } }, { attributes });
    const known = (): unknown => identity.identify(request({}, { peer: { address: '127.0.0.1' } }));
    expect(await known()).toMatchObject({ training: [], posture: undefined });
    attributes.replace(listOf({ agents: { local: { posture: 'controlled', training: [basics('2027-01-31')] } } }));
    expect(await known()).toMatchObject({ training: [{ module: 'agent-basics' }], posture: 'controlled' });
    attributes.replace(listOf({}));
    expect(await known()).toMatchObject({ training: [], posture: undefined });
  });
});
