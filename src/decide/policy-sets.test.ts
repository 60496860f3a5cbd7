import { describe, expect, it } from 'vitest';
import type { CallTrace } from '../model/provenance.ts';
import { type ToolLabels, unknownTool } from '../model/tool-labels.ts';
import { decideBy } from './policy-sets.ts';

const read: ToolLabels = { ...unknownTool, effect: 'read', action: 'read', sendsOut: false };
const call = (change: Partial<CallTrace>): CallTrace => ({
  tool: 't',
  labels: unknownTool,
  reviewed: false,
  tainted: true,
  readPrivate: false,
  intent: 'plausible',
  values: [{ path: 'a', origin: 'user' }],
  ...change,
});
const doubted = [{ path: 'a', origin: 'free', doubt: 'provenance.copied-text', part: 'x' }] as const;

describe('policy sets', () => {
  it('provenance asks for each doubt once and for what the user did not ask for, after something untrusted was read', () => {
    const by = (change: Partial<CallTrace>): readonly string[] => decideBy('provenance', call(change)).reasons;
    expect(by({})).toEqual([]);
    expect(by({ values: [...doubted, ...doubted], intent: 'implausible' })).toEqual([
      'provenance.copied-text',
      'intent.implausible',
    ]);
    expect(by({ values: doubted, intent: 'implausible', tainted: false })).toEqual([]);
    expect(by({ values: doubted, intent: 'implausible', labels: read })).toEqual([]);
    expect(by({ intent: 'unseen' })).toEqual([]);
    expect(decideBy('provenance', call({ intent: 'implausible' })).decision).toBe('ask');
  });

  it('rule of two asks where untrusted input, private data and an effect come together', () => {
    const by = (change: Partial<CallTrace>): string => decideBy('rule-of-two', call(change)).decision;
    expect([
      by({ readPrivate: true }),
      by({}),
      by({ readPrivate: true, tainted: false }),
      by({ readPrivate: true, labels: read }),
    ]).toEqual(['ask', 'allow', 'allow', 'allow']);
  });

  it('least privilege runs reads, asks for reviewed effects and denies the others', () => {
    const by = (change: Partial<CallTrace>): string => decideBy('least-privilege', call(change)).decision;
    expect([by({ labels: read }), by({ reviewed: true }), by({})]).toEqual(['allow', 'ask', 'deny']);
  });

  it('none allows', () => expect(decideBy('none', call({ values: doubted })).decision).toBe('allow'));
});
