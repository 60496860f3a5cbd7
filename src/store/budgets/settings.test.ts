import { describe, expect, it } from 'vitest';
import { budgetSettings, budgetsOf, priceOf } from './settings.ts';

const calls = { name: 'calls', unit: 'calls', limit: 10 };

describe('settings of budgets', () => {
  it('become budgets and prices', () => {
    const settings = budgetSettings.parse({
      budgets: [calls, { name: 'b', unit: 'bytes', limit: 100, per: ['run'], 'window-ms': 60_000, reserve: 10 }],
      prices: [
        { tools: ['bank/*'], 'cost-micros': 5 },
        { tools: ['*'], 'cost-micros': 1 },
      ],
    });
    expect(budgetsOf(settings)).toEqual([
      { name: 'calls', unit: 'calls', limit: 10, per: [], windowMs: undefined, reserve: 0 },
      { name: 'b', unit: 'bytes', limit: 100, per: ['run'], windowMs: 60_000, reserve: 10 },
    ]);
    expect([priceOf(settings, 'bank', 'pay'), priceOf(settings, 'mail', 'send')]).toEqual([5, 1]);
    expect(priceOf(budgetSettings.parse({}), 'bank', 'pay')).toBe(0);
  });

  it.each<[string, object]>([
    ['bytes without what a call holds', { ...calls, unit: 'bytes' }],
    ['time without what a call holds', { ...calls, unit: 'time-ms' }],
    ['calls that hold more than one', { ...calls, reserve: 2 }],
    ['a call that holds more than there is', { ...calls, unit: 'bytes', reserve: 11 }],
    ['half a call', { ...calls, limit: 0.5 }],
    ['an unknown scope', { ...calls, per: ['team'] }],
    ['a tool without a server', { ...calls, tools: ['pay'] }],
  ])('refuse %s', (_what, budget) => {
    expect(budgetSettings.safeParse({ budgets: [budget] }).success).toBe(false);
  });

  it('refuse two of one name, which would share a counter', () => {
    expect(budgetSettings.safeParse({ budgets: [calls, { ...calls, limit: 20 }] }).success).toBe(false);
  });
});
