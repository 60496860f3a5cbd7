import { expect, it } from 'vitest';
import type { CallEnd, MessageFilter } from '../interceptor.ts';
import { limits } from '../../base/limits.ts';
import { type Session, type SessionBounds, Sessions } from './sessions.ts';

let drawn = 0;
const random = { bytes: (count: number): Uint8Array => Buffer.from(String(++drawn).padStart(count, '0')) };

function world(
  max: number,
  bounds: Partial<SessionBounds> = {},
): {
  readonly clock: { ms: number };
  readonly sessions: Sessions;
  readonly begin: (principal: string, more?: Partial<Session>) => Session;
} {
  const clock = { ms: 0 };
  const sessions = new Sessions({ now: () => 0, monotonic: () => clock.ms }, random, {
    ...limits,
    ...bounds,
    gatewaySessionsMax: max,
  });
  const begin = (principal: string, more: Partial<Session> = {}): Session =>
    sessions.begin({
      principal,
      server: 's',
      link: 'l',
      revision: '2025-11-25',
      capabilities: {},
      ended: () => undefined,
      ...more,
    });
  return { clock, sessions, begin };
}

it('whoever begins many sessions ends their own, and nobody else’s', () => {
  const { sessions, begin } = world(4);
  const [a, b] = [begin('a'), begin('b')];
  const many = Array.from({ length: 10 }, () => begin('many'));
  expect(sessions.find(a.id, 'a', 's')).toBe(a);
  expect(sessions.find(b.id, 'b', 's')).toBe(b);
  expect([sessions.find(b.id, 'a', 's'), sessions.find(b.id, 'b', 't')]).toEqual([undefined, undefined]);
  expect(many.filter(({ id }) => sessions.find(id, 'many', 's') !== undefined)).toEqual(many.slice(-2));
  const c = begin('c');
  expect(many.filter(({ id }) => sessions.find(id, 'many', 's') !== undefined)).toEqual(many.slice(-1));
  expect(sessions.find(c.id, 'c', 's')).toBe(c);
});

it('every filter that is kept for an answer ends once: with its session, or when its request is asked anew', () => {
  const { sessions, begin } = world(4);
  const ends: [string, CallEnd][] = [];
  const filter = (name: string): MessageFilter => ({
    message: (message) => message,
    ended: (end) => void ends.push([name, end]),
  });
  const session = begin('a');
  expect(sessions.keep(session, { id: 1, filter: filter('first') })).toBe(true);
  expect(sessions.keep(session, { id: 1, filter: filter('again') })).toBe(true);
  expect(ends).toEqual([['first', 'cancelled']]);
  sessions.end(session);
  expect(sessions.keep(session, { id: 2, filter: filter('late') })).toBe(false);
  expect([ends.at(-1), session.pending.size]).toEqual([['again', 'cancelled'], 0]);
});

it('those that lay unused end, and nobody else: what is held, and the parts of what is used, are in use', async () => {
  const { clock, sessions, begin } = world(9, { gatewaySessionIdleMs: 10 });
  const ended: string[] = [];
  const named = (name: string, more: Partial<Session> = {}): Session =>
    begin(name, { ...more, ended: (revision) => void ended.push(`${name} ${revision}`) });
  const [idle, part, held] = [named('idle'), named('part'), named('held')];
  const whole = named('whole', { parts: [part] });
  let release: () => void = () => undefined;
  const holding = sessions.hold(held, new Promise((resolve) => (release = resolve)));
  clock.ms = 5;
  sessions.find(whole.id, 'whole', 's');
  clock.ms = 10;
  sessions.sweep();
  expect(ended).toEqual([]);
  clock.ms = 11;
  sessions.sweep();
  expect(ended).toEqual(['idle 2025-11-25']);
  expect(sessions.find(idle.id, 'idle', 's')).toBeUndefined();
  clock.ms = 16;
  sessions.sweep();
  expect(ended.slice(1)).toEqual(['whole 2025-11-25', 'part 2025-11-25']);
  clock.ms = 21;
  release();
  await holding;
  clock.ms = 31;
  sessions.sweep();
  expect(ended).toHaveLength(3);
  clock.ms = 32;
  sessions.sweep();
  expect(ended.at(-1)).toBe('held 2025-11-25');
});

it('is asked for so much, and keeps so many answers, at a time: the oldest is given up', () => {
  const { sessions, begin } = world(4, { gatewayAskedMax: 2, gatewayPendingMax: 2 });
  const session = begin('a');
  expect([1, '1', 2].map((id) => sessions.ask(session, id))).toEqual([true, true, false]);
  expect(session.asked.size).toBe(2);
  const ends: [number, CallEnd][] = [];
  for (const id of [1, 2, 3])
    sessions.keep(session, {
      id,
      filter: { message: (message) => message, ended: (end) => void ends.push([id, end]) },
    });
  expect(ends).toEqual([[1, 'timeout']]);
  sessions.takeBack(session, 2);
  sessions.takeBack(session, 2);
  expect(ends).toEqual([
    [1, 'timeout'],
    [2, 'cancelled'],
  ]);
  expect([...session.pending.values()].map(({ id }) => id)).toEqual([3]);
});

it('who ended sessions of their own has fewer than others', () => {
  const { sessions, begin } = world(4);
  const [a, ...more] = ['a', 'a', 'a', 'b'].map((principal) => begin(principal));
  for (const session of [a, more[0]]) if (session !== undefined) sessions.end(session);
  const [, last, b] = more;
  begin('b');
  begin('c');
  begin('d');
  // `b` has most now, and loses its older one.
  expect(sessions.find(b?.id ?? '', 'b', 's')).toBeUndefined();
  expect(sessions.find(last?.id ?? '', 'a', 's')).toBe(last);
  sessions.endAll();
  expect(sessions.find(last?.id ?? '', 'a', 's')).toBeUndefined();
});
