import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { LoopDetector } from './loops.ts';

const rule = { same: 4, among: 8, cycles: 3, cycleLength: 4 };
/** What each of the calls was answered. */
const observe = (calls: string, detector = new LoopDetector(rule)): (string | undefined)[] =>
  Array.from(calls, (call) => detector.observe('run', call));

describe('loops', () => {
  it.each([
    ['aaaa', 3, 'loop.same-call'],
    ['abacada', 6, 'loop.same-call'],
    ['xabcabcabc', 9, 'loop.cycle'],
    ['ababab', 5, 'loop.cycle'],
    ['abcdabcdabcd', 11, 'loop.cycle'],
  ])('%s: the call at %i completes it', (calls, at, loop) => {
    const answers = observe(calls);
    expect(answers.findIndex((answer) => answer !== undefined)).toBe(at);
    expect(answers[at]).toBe(loop);
  });

  it.each(['aaabcdefa', 'abcabcabdabc', 'abcdeabcdeabcde', 'aaa', ''])('%s is none', (calls) => {
    expect(observe(calls).filter((answer) => answer !== undefined)).toEqual([]);
  });

  it('a call that is only looked at is told what it would repeat, and repeats nothing itself', () => {
    const detector = new LoopDetector(rule);
    for (let at = 0; at < 10; at++) expect(detector.peek('run', 'x')).toBeUndefined();
    expect(observe('xxx', detector)).toEqual([undefined, undefined, undefined]);
    for (let at = 0; at < 2; at++) expect(detector.peek('run', 'x')).toBe('loop.same-call');
    const cycle = new LoopDetector(rule);
    observe('ababa', cycle);
    expect([cycle.peek('run', 'c'), cycle.peek('run', 'b')]).toEqual([undefined, 'loop.cycle']);
  });

  it('runs are told apart', () => {
    const detector = new LoopDetector(rule);
    for (const run of ['a', 'b', 'a', 'b', 'a', 'b']) expect(detector.observe(run, 'x')).toBeUndefined();
    expect(detector.observe('b', 'x')).toBe('loop.same-call');
  });

  it('the same call over and over is no cycle, whatever came before', () => {
    const detector = new LoopDetector({ ...rule, same: 100, among: 100 });
    expect(observe(`ab${'x'.repeat(20)}`, detector).filter((answer) => answer !== undefined)).toEqual([]);
  });

  it('of runs the one that was active last stays', () => {
    const detector = new LoopDetector({ ...rule, same: 3 }, { loopRunsMax: 2, loopCallsMax: 8 });
    for (const run of ['a', 'b', 'a', 'c']) detector.observe(run, 'x');
    expect(detector.observe('a', 'x')).toBe('loop.same-call');
  });

  it.each([
    [limits.loopRunsMax, 'loop.same-call'],
    [limits.loopRunsMax + 1, undefined],
  ])('of %i runs the least recently active leaves first', (runs, answer) => {
    const detector = new LoopDetector({ ...rule, same: 2 });
    for (let n = 0; n < runs; n++) detector.observe(`run-${n}`, 'x');
    expect(detector.observe('run-0', 'x')).toBe(answer);
  });

  it.each([
    [limits.loopCallsMax, 'loop.same-call'],
    [limits.loopCallsMax + 1, undefined],
  ])('of a run so many calls are compared: the first among %i', (calls, answer) => {
    const detector = new LoopDetector({ ...rule, same: 2, among: 1_000 });
    for (let n = 0; n < calls - 1; n++) detector.observe('run', `call ${n}`);
    expect(detector.observe('run', 'call 0')).toBe(answer);
  });
});
