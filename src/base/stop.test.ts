import { describe, expect, it } from 'vitest';
import { abortSignalOf, Stop, type StopSignal } from './stop.ts';

describe('a stop', () => {
  it('tells each listener once, in order, and keeps the first reason', () => {
    const stop = new Stop();
    const told: string[] = [];
    const gone = (): void => void told.push('gone');
    for (const name of ['a', 'b'])
      stop.addEventListener('abort', () => void told.push(`${name} ${String(stop.reason)}`));
    stop.addEventListener('abort', gone);
    stop.removeEventListener('abort', gone);
    expect([stop.aborted, stop.reason, told]).toEqual([false, undefined, []]);
    stop.abort('first');
    stop.abort('second');
    stop.addEventListener('abort', gone);
    expect([stop.aborted, stop.reason, told]).toEqual([true, 'first', ['a first', 'b first']]);
  });

  it('does not tell whom one of those it tells removes, and nobody twice', () => {
    const stop = new Stop();
    const told: string[] = [];
    const second = (): void => void told.push('second');
    const first = (): void => {
      told.push('first');
      stop.removeEventListener('abort', second);
    };
    for (const listener of [first, second, first]) stop.addEventListener('abort', listener);
    stop.abort();
    expect(told).toEqual(['first']);
  });

  it.each([true, false])('follows others until it is told not to, one stopped before: %s', (isBefore) => {
    const [stop, one, other] = [new Stop(), new Stop(), new AbortController()];
    if (isBefore) one.abort('over');
    const unfollow = stop.follow(undefined, other.signal, one);
    one.abort('over');
    other.abort('later');
    expect([stop.aborted, stop.reason]).toEqual([true, 'over']);
    unfollow();
    const [another, last] = [new Stop(), new Stop()];
    another.follow(last)();
    last.abort();
    expect(another.aborted).toBe(false);
  });

  it.each([true, false])('is followed by nobody who was stopped, before it followed: %s', (isBefore) => {
    const followed = { aborted: false, listeners: new Set<() => void>() };
    const signal: StopSignal = {
      ...followed,
      addEventListener: (_type, listener) => void followed.listeners.add(listener),
      removeEventListener: (_type, listener) => void followed.listeners.delete(listener),
    };
    const stop = new Stop();
    if (isBefore) stop.abort();
    stop.follow(signal);
    expect(followed.listeners.size).toBe(isBefore ? 0 : 1);
    stop.abort();
    expect(followed.listeners.size).toBe(0);
  });

  it.each([true, false])('is an AbortSignal for what needs one, stopped before: %s', (isBefore) => {
    const stop = new Stop();
    if (isBefore) stop.abort('over');
    const signal = abortSignalOf(stop);
    expect(signal.aborted).toBe(isBefore);
    stop.abort('over');
    expect([signal.aborted, signal.reason]).toEqual([true, 'over']);
    expect(abortSignalOf(signal)).toBe(signal);
  });
});
