import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { Principal } from '../../model/principal.ts';
import { parseEventInput } from '../../store/event-input.ts';
import { RunFinder } from './run-of.ts';

const settings = { 'client-named': true, 'user-words': 'ignore', 'idle-minutes': 30 } as const;
const idleMs = 30 * 60_000;
const principal = (agent: string, subject?: string, run?: string): Principal => ({
  agent,
  person: subject === undefined ? undefined : { issuer: 'https://a.example', subject, groups: [] },
  roles: [],
  scopes: [],
  clearance: 'internal',
  authentication: 'jwt',
  run,
  training: [],
});
const jane = principal('assistant', 'jane');
const john = principal('assistant', 'john');

describe('the run of a request', () => {
  it('is the run its token is bound to, whatever the client says', () => {
    const finder = new RunFinder(settings);
    const bound = principal('assistant', 'jane', 'run-1');
    expect(finder.runOf(bound, { named: 'other', session: 's' }, 0)).toBe('run-1');
  });

  it('is then the one the client names, then the session, then what is open', () => {
    const finder = new RunFinder(settings);
    const named = finder.runOf(jane, { named: 'task 7', session: 's' }, 0);
    expect(named).toMatch(/^named\.[a-p]{32}$/);
    expect(finder.runOf(jane, { named: 'task 7' }, 9)).toBe(named);
    const session = finder.runOf(jane, { session: 's' }, 0);
    expect(session).toMatch(/^session\.[a-p]{32}$/);
    expect(finder.runOf(jane, {}, 0)).toMatch(/^idle\.[a-p]{32}$/);
    // A name is no session, and a session no name.
    expect(finder.runOf(jane, { named: 's' }, 0)).not.toBe(session.replace('session', 'named'));
  });

  it('is not the one the client names where that is switched off', () => {
    const finder = new RunFinder({ ...settings, 'client-named': false });
    expect(finder.runOf(jane, { named: 'x', session: 's' }, 0)).toBe(finder.runOf(jane, { session: 's' }, 0));
    expect(finder.runOf(jane, { named: 'x' }, 0)).toBe(finder.runOf(jane, { named: 'y' }, 0));
  });

  it('goes on while the principal is not idle for longer', () => {
    const finder = new RunFinder(settings);
    const first = finder.runOf(jane, {}, 0);
    expect(finder.runOf(jane, {}, idleMs)).toBe(first);
    expect(finder.runOf(jane, {}, 2 * idleMs)).toBe(first);
    const second = finder.runOf(jane, {}, 3 * idleMs + 1);
    expect(second).not.toBe(first);
    // A clock that goes back ends no run.
    expect(finder.runOf(jane, {}, 0)).toBe(second);
  });

  it('is remembered for so many principals', () => {
    const finder = new RunFinder(settings);
    const at = (index: number): string => finder.runOf(principal(`a${index}`), {}, index);
    const runs = Array.from({ length: limits.idleRunsMax }, (_, index) => at(index));
    expect(finder.runOf(principal('a0'), {}, limits.idleRunsMax)).toBe(runs[0]);
    for (let index = limits.idleRunsMax; index < limits.idleRunsMax + 1; index++) at(index);
    expect(finder.runOf(principal('a0'), {}, limits.idleRunsMax)).toBe(runs[0]);
    expect(finder.runOf(principal('a1'), {}, limits.idleRunsMax)).not.toBe(runs[1]);
  });
});

describe('G17: no principal gets into the run of another', () => {
  const hints = fc.record({
    named: fc.option(fc.string(), { nil: undefined }),
    session: fc.option(fc.string(), { nil: undefined }),
  });

  it('by any name or session', () => {
    fc.assert(
      fc.property(hints, hints, fc.nat(1000), fc.nat(1000), (of, other, at, later) => {
        const finder = new RunFinder(settings);
        expect(finder.runOf(jane, of, at)).not.toBe(finder.runOf(john, other, later));
      }),
    );
  });

  it('by naming the run of a token, or the made name of another run', () => {
    const finder = new RunFinder(settings);
    const theirs = finder.runOf(john, { named: 'x' }, 0);
    for (const named of ['run-1', theirs, 'x']) expect(finder.runOf(jane, { named }, 0)).not.toBe(theirs);
    // A run of a token has no dot, a made name has one.
    fc.assert(fc.property(hints, (of) => finder.runOf(jane, of, 0).includes('.')));
  });

  it('by leaving the session out', () => {
    const finder = new RunFinder(settings);
    const theirs = finder.runOf(john, { session: 's1' }, 0);
    expect(finder.runOf(jane, {}, 0)).not.toBe(theirs);
    expect(finder.runOf(jane, { session: 's1' }, 0)).not.toBe(theirs);
  });
});

it('a made name says nothing of what the client wrote, and stands in clear in the ledger', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (named) => {
      const run = new RunFinder(settings).runOf(jane, { named }, 0);
      const event = { kind: 'run.start', run };
      expect(parseEventInput(event, 0)).toEqual({ input: event, problems: [] });
      expect(run).toMatch(/^named\.[a-p]{32}$/);
    }),
  );
});
