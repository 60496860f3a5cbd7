import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Sql } from '../../base/ports.ts';
import type { BudgetCall } from '../../store/budgets/budget.ts';
import { type BudgetSettings, budgetSettings } from '../../store/budgets/settings.ts';
import { testSql } from '../../store/index/fixtures/test-sql.ts';
import { nodeClock } from '../node-ports.ts';
import { openBudgets, type OpenBudgets } from './budgets.ts';

let sql: Sql;
beforeAll(async () => {
  sql = await testSql();
}, 120_000);

const call: BudgetCall = { principal: '["a"]', agent: 'a', run: 'r1', server: 'bank', name: 'pay', isListed: true };
const told: string[] = [];
const open = (settings: Readonly<Record<string, unknown>>, database = sql): Promise<OpenBudgets> =>
  openBudgets({
    settings: budgetSettings.parse(settings) satisfies BudgetSettings,
    sql: database,
    clock: nodeClock,
    random: { bytes: (count) => randomBytes(count) },
    pseudonym: (text) => `p-${text}`,
    tell: (line) => told.push(line),
  });

describe.each(['process', 'shared'])('budgets of a gateway, mode %s', (mode) => {
  it('prices count when a call is reserved and when it is settled, also over a restart', async () => {
    const settings = {
      mode,
      budgets: [{ name: `money-${mode}`, unit: 'cost-micros', limit: 25 }],
      prices: [{ tools: ['bank/*'], 'cost-micros': 10 }],
    };
    const first = await open(settings);
    const reserved = await first.budgets.reserve(call, {});
    if (reserved.kind !== 'reserved') throw new Error('refused');
    await reserved.settle({ bytes: 1 });
    await first.close();
    const second = await open(settings);
    expect((await second.budgets.reserve({ ...call, server: 'other' }, {})).kind).toBe('reserved');
    expect((await second.budgets.reserve(call, {})).kind).toBe('reserved');
    expect(await second.budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded', reason: 'budget.exceeded' });
    await second.close();
  });
});

describe('a shared budget', () => {
  it('is none while the database does not answer, and that is told', async () => {
    let isAway = false;
    const database: Sql = {
      ...sql,
      transaction: (work) => (isAway ? Promise.reject(new Error('no answer')) : sql.transaction(work)),
    };
    const { budgets } = await open({ mode: 'shared', budgets: [{ name: 'b', unit: 'calls', limit: 9 }] }, database);
    isAway = true;
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded', reason: 'budget.unavailable' });
    expect(told.at(-1)).toBe('budgets are not kept: no answer');
  });
});

describe('loops', () => {
  it('are not looked for in tools that are meant to be called over and over', async () => {
    const opened = await open({ loops: { same: 2, except: ['*/*status*'] } });
    const thrice = (name: string): unknown[] =>
      (['observe', 'peek', 'observe'] as const).map((take) => opened.loops[take]('r1', 'bank', name, 'digest'));
    expect([thrice('get_status'), thrice('pay')]).toEqual([
      [undefined, undefined, undefined],
      [undefined, 'loop.same-call', 'loop.same-call'],
    ]);
    await opened.close();
  });
});
