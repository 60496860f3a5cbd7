import { expect, it } from 'vitest';
import type { CallEnd, MessageFilter } from '../interceptor.ts';
import { limits } from '../../base/limits.ts';
import { type Session, Sessions } from './sessions.ts';

let drawn = 0;
const random = { bytes: (count: number): Uint8Array => Buffer.from(String(++drawn).padStart(count, '0')) };

function world(max: number): {
  readonly sessions: Sessions;
  readonly begin: (principal: string, more?: Partial<Session>) => Session;
} {
  const sessions = new Sessions({ now: () => 0, monotonic: () => 0 }, random, { ...limits, gatewaySessionsMax: max });
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
  return { sessions, begin };
}

it('whoever begins many sessions ends their own, and nobody else’s', () => {
  const { sessions, begin } = world(4);
  const [a, b] = [begin('a'), begin('b')];
  const many = Array.from({ length: 10 }, () => begin('many'));
  expect(sessions.find(a.id, 'a', 's')).toBe(a);
  expect(sessions.find(b.id, 'b', 's')).toBe(b);
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
