import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { Sql } from '../../base/ports.ts';
import { testSql } from '../index/fixtures/test-sql.ts';
import { type Budget, type BudgetCall, type Budgets, type Exceeded, type Reservation } from './budget.ts';
import { BudgetKeeper } from './budget-keeper.ts';
import { MemoryBudgets } from './memory-budgets.ts';
import { SqlBudgets } from './sql-budgets.ts';

let sql: Sql;
beforeAll(async () => {
  sql = await testSql();
}, 120_000);

const call: BudgetCall = { principal: '["a"]', agent: 'a', run: 'r1', server: 'bank', name: 'pay', isListed: true };
const calls = (changes: Partial<Budget> = {}): Budget => ({
  name: 'calls',
  unit: 'calls',
  limit: 1,
  per: ['run'],
  reserve: 0,
  ...changes,
});
const clock = { nowMs: 1_000_000, now: (): number => clock.nowMs };
const random = { bytes: (count: number) => randomBytes(count) };
const pseudonym = (text: string): string => createHmac('sha256', 'k').update(text).digest('hex');
const freshSchema = (): string => `demarc_budgets_${randomBytes(6).toString('hex')}`;

const openSql = (budgets: readonly Budget[], schema = freshSchema()): Promise<SqlBudgets> =>
  SqlBudgets.open(budgets, { sql, clock, random, pseudonym, holdMs: 60_000, schema, onFailure: () => {} });
const kinds: readonly (readonly [string, (budgets: readonly Budget[]) => Budgets | Promise<Budgets>])[] = [
  ['in memory', (budgets) => new MemoryBudgets(budgets, clock)],
  ['in SQL', (budgets) => openSql(budgets)],
];

function reserved<T extends Reservation>(answer: T | Exceeded): T {
  if (answer.kind !== 'reserved') throw new TypeError(JSON.stringify(answer));
  return answer;
}

describe.each(kinds)('budgets %s', (_where, open) => {
  it('G30: of calls that ask at once, as many pass as there is budget for', async () => {
    const budgets = await open([calls({ limit: 3 })]);
    const answers = await Promise.all(Array.from({ length: 12 }, async () => budgets.reserve(call, {})));
    expect(answers.filter(({ kind }) => kind === 'reserved')).toHaveLength(3);
    expect(answers.find(({ kind }) => kind === 'exceeded')).toEqual({
      kind: 'exceeded',
      reason: 'budget.exceeded',
      budget: 'calls',
      resetsMs: undefined,
    });
  });

  it('of what a call brings later, bytes count alone', async () => {
    const budgets = await open([
      calls(),
      calls({ name: 'time', unit: 'time-ms' }),
      calls({ name: 'bytes', unit: 'bytes', limit: 100, reserve: 1 }),
    ]);
    await reserved(await budgets.reserve(call, {})).settle({ bytes: 10, 'time-ms': 1 });
    const later = { ...call, isLater: true };
    await reserved(await budgets.reserve(later, {})).settle({ bytes: 90, 'time-ms': 50 });
    expect(await budgets.reserve(later, {})).toMatchObject({ kind: 'exceeded', budget: 'bytes' });
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
  });

  it('G30: what was released is free again, what was settled is not, and each ends once', async () => {
    const budgets = await open([calls()]);
    const first = reserved(await budgets.reserve(call, {}));
    await first.release();
    await first.release();
    await first.settle({});
    const second = reserved(await budgets.reserve(call, {}));
    await second.settle({});
    await second.release();
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    expect(await budgets.reserve({ ...call, run: 'r2' }, {})).toMatchObject({ kind: 'reserved' });
  });

  it('G30: a stream that was cut off settles what it used; a use nobody expected counts in full', async () => {
    const budgets = await open([
      { name: 'bytes', unit: 'bytes', limit: 1_000, per: ['principal'], reserve: 400 },
      { name: 'cost', unit: 'cost-micros', limit: 100, per: [], reserve: 0 },
    ]);
    const first = reserved(await budgets.reserve(call, { bytes: 10 }));
    reserved(await budgets.reserve(call, { bytes: 10 }));
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded', budget: 'bytes' });
    await first.settle({ bytes: 150, 'cost-micros': 30 });
    const third = reserved(await budgets.reserve(call, { bytes: 400, 'cost-micros': 70 }));
    expect(await budgets.reserve({ ...call, principal: 'p2' }, { 'cost-micros': 1 })).toMatchObject({ budget: 'cost' });
    expect(third.passed({ bytes: 450 })).toBeUndefined();
    expect(third.passed({ bytes: 1_001 })).toBe('bytes');
    await third.settle({ bytes: 5_000 });
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded', budget: 'bytes' });
    expect(await budgets.reserve({ ...call, principal: 'p2' }, { 'cost-micros': 70 })).toMatchObject({
      kind: 'reserved',
    });
  });

  it('all or nothing: a call that one budget refuses takes nothing of another', async () => {
    const budgets = await open([calls({ name: 'all', limit: 2, per: [] }), calls({ name: 'one', per: ['tool'] })]);
    reserved(await budgets.reserve(call, {}));
    for (let n = 0; n < 3; n++) expect(await budgets.reserve(call, {})).toMatchObject({ budget: 'one' });
    reserved(await budgets.reserve({ ...call, name: 'read' }, {}));
    expect(await budgets.reserve({ ...call, name: 'list' }, {})).toMatchObject({ budget: 'all' });
  });

  it('per tool: what a server does not list counts together, whatever a client calls it', async () => {
    const budgets = await open([calls({ limit: 2, per: ['tool'] })]);
    const madeUp = (server: string, n: number) => ({ ...call, server, name: `file:///${n}`, isListed: false });
    for (let n = 0; n < 2; n++) reserved(await budgets.reserve(madeUp('bank', n), {}));
    expect(await budgets.reserve(madeUp('bank', 2), {})).toMatchObject({ reason: 'budget.exceeded' });
    reserved(await budgets.reserve(madeUp('mail', 0), {}));
    reserved(await budgets.reserve(call, {}));
  });

  it('a window ends, and says when', async () => {
    const budgets = await open([calls({ windowMs: 60_000, per: ['agent'], tools: ['bank/*'] })]);
    clock.nowMs = 10 * 60_000 - 1;
    const held = reserved(await budgets.reserve(call, {}));
    expect(await budgets.reserve(call, {})).toMatchObject({ resetsMs: 10 * 60_000 });
    reserved(await budgets.reserve({ ...call, server: 'mail' }, {}));
    clock.nowMs++;
    reserved(await budgets.reserve(call, {}));
    await held.settle({});
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded', resetsMs: 11 * 60_000 });
  });

  it('never lets more through than the limit, whatever comes in whatever order', async () => {
    const step = fc.record({ run: fc.constantFrom('a', 'b'), end: fc.constantFrom('settle', 'release', 'hold') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const budgets = await open([calls({ limit: 4 })]);
        const out = { a: 0, b: 0 };
        await Promise.all(
          steps.map(async ({ run, end }) => {
            const answer = await budgets.reserve({ ...call, run }, {});
            if (answer.kind !== 'reserved') return;
            if (end === 'settle') await answer.settle({});
            if (end === 'release') await answer.release();
            else out[run as 'a' | 'b']++;
          }),
        );
        expect(Math.max(out.a, out.b)).toBeLessThanOrEqual(4);
      }),
      { numRuns: 10 },
    );
  });
});

describe('budgets in SQL', () => {
  it('keep no counter for a call that is refused', async () => {
    const schema = freshSchema();
    const budgets = await openSql([calls(), calls({ name: 'agent', per: ['agent'] })], schema);
    const held = reserved(await budgets.reserve(call, {}));
    for (let n = 0; n < 3; n++) await budgets.reserve({ ...call, run: `made-up-${n}` }, {});
    const count = `select count(*) as n from ${schema}.counters`;
    expect(await sql.query(count)).toEqual([{ n: 2 }]);
    await held.settle({});
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    expect(await sql.query(`${count} where used = 1`)).toEqual([{ n: 2 }]);
  });

  it('are one for several gateways, also under many who ask at once', async () => {
    const schema = freshSchema();
    const several = [calls({ name: 'x', limit: 5, per: [] }), calls({ name: 'y', limit: 5, per: ['agent'] })];
    const gateways = await Promise.all([several, several.toReversed()].map((budgets) => openSql(budgets, schema)));
    const answers = await Promise.all(Array.from({ length: 30 }, async (_, n) => gateways[n % 2]?.reserve(call, {})));
    const held = answers.filter((answer) => answer?.kind === 'reserved');
    expect(held).toHaveLength(5);
    await Promise.all(held.map(async (answer) => (answer as Reservation).release()));
    expect(await gateways[0]?.reserve(call, {})).toMatchObject({ kind: 'reserved' });
  });

  it('give back what a crashed process held, once its time is over', async () => {
    const schema = freshSchema();
    const crashed = await openSql([calls()], schema);
    const lost = reserved(await crashed.reserve(call, {}));
    const gateway = await openSql([calls()], schema);
    clock.nowMs += 59_999;
    expect(await gateway.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    clock.nowMs += 1;
    reserved(await gateway.reserve(call, {}));
    // It was not crashed, only slow: what it used counts all the same.
    await lost.settle({});
    const [row] = await sql.query(`select used from ${schema}.counters`);
    expect(row).toEqual({ used: 1 });
  });

  it('hold what a call reserved for as long as it takes', async () => {
    const budgets = await openSql([calls()]);
    const long = reserved(await budgets.reserve(call, {}));
    for (let minutes = 0; minutes < 3; minutes++) {
      clock.nowMs += 40_000;
      await budgets.renew();
      expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    }
    await long.release();
    await budgets.renew();
    clock.nowMs += 60_000;
    expect(await budgets.reserve(call, {})).toMatchObject({ kind: 'reserved' });
  });

  it('name nobody, and are swept when their windows ended', async () => {
    const schema = freshSchema();
    const budgets = await openSql([calls({ windowMs: 1_000, per: ['principal'] }), calls({ name: 'z' })], schema);
    await reserved(await budgets.reserve({ ...call, principal: '["agent","iss","alice"]' }, {})).settle({});
    expect(JSON.stringify(await sql.query(`select * from ${schema}.counters`))).not.toMatch(/alice|agent|r1/);
    expect(await budgets.sweep()).toBe(0);
    clock.nowMs += 62_000;
    expect(await budgets.sweep()).toBe(1);
    clock.nowMs += 31 * 24 * 60 * 60 * 1000;
    expect(await budgets.sweep()).toBe(1);
  });

  it('settle later what the database does not take, and hold it meanwhile', async () => {
    const schema = freshSchema();
    let down = false;
    const failures: unknown[] = [];
    const flaky: Sql = {
      ...sql,
      transaction: (work) => (down ? Promise.reject(new Error('down')) : sql.transaction(work)),
    };
    const parts = { sql: flaky, clock, random, pseudonym, holdMs: 60_000, schema };
    const budgets = await SqlBudgets.open([calls({ limit: 2 })], {
      ...parts,
      onFailure: (thrown) => failures.push(thrown),
    });
    const [first, second] = [reserved(await budgets.reserve(call, {})), reserved(await budgets.reserve(call, {}))];
    down = true;
    await first.settle({});
    await second.release();
    expect(failures).toHaveLength(2);
    await expect(budgets.reserve(call, {})).rejects.toThrow('down');
    down = false;
    reserved(await budgets.reserve(call, {}));
    expect(await sql.query(`select used from ${schema}.counters`)).toEqual([{ used: 1 }]);
    expect(await sql.query(`select count(*) as n from ${schema}.reservations`)).toEqual([{ n: 1 }]);
  });

  it('that cannot be asked let nothing through', async () => {
    const broken: Sql = { ...sql, transaction: () => Promise.reject(new Error('gone')) };
    const budgets = await openSql([calls()]);
    expect(budgets).toBeDefined();
    await expect(
      SqlBudgets.open([calls()], {
        sql: broken,
        clock,
        random,
        pseudonym,
        holdMs: 1,
        schema: freshSchema(),
        onFailure: () => {},
      }),
    ).rejects.toThrow('gone');
  });
});

describe('budgets in memory', () => {
  const keeperOf = async (budgets: MemoryBudgets, schema: string, database = sql): Promise<BudgetKeeper> =>
    BudgetKeeper.open(budgets, {
      sql: database,
      clock,
      pseudonym,
      everyMs: 1_000,
      timer: { wait: () => Promise.resolve() },
      onFailure: (thrown) => failures.push(thrown),
      schema,
    });
  const failures: unknown[] = [];

  it('are kept from time to time, found again after a crash, and joined with those of other gateways', async () => {
    const schema = freshSchema();
    const rule = [calls({ limit: 10, per: ['agent'] })];
    const [one, other] = [new MemoryBudgets(rule, clock), new MemoryBudgets(rule, clock)];
    const [keeper, second] = [await keeperOf(one, schema), await keeperOf(other, schema)];
    for (let n = 0; n < 4; n++) reserved(one.reserve(call, {})).settle({});
    for (let n = 0; n < 3; n++) reserved(other.reserve(call, {})).settle({});
    await keeper.flush();
    await second.flush();
    for (let n = 0; n < 3; n++) reserved(other.reserve(call, {})).settle({});
    expect(other.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    // The one knows of the other's since its next flush.
    const held = reserved(one.reserve(call, {}));
    held.settle({});
    await keeper.flush();
    const again = new MemoryBudgets(rule, clock);
    await keeperOf(again, schema);
    for (let n = 0; n < 2; n++) reserved(again.reserve(call, {}));
    expect(again.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
    expect(await keeper.sweep()).toBe(0);
  });

  it('lose nothing when the database does not answer, nor at the end of a window', async () => {
    const schema = freshSchema();
    let down = false;
    const flaky: Sql = {
      ...sql,
      query: (text, values) => (down ? Promise.reject(new Error('down')) : sql.query(text, values)),
    };
    const budgets = new MemoryBudgets(
      [calls({ limit: 10, windowMs: 60_000, per: ['run'] }), calls({ name: 'all', limit: 99, per: [] })],
      clock,
    );
    const keeper = await keeperOf(budgets, schema, flaky);
    const late = reserved(budgets.reserve(call, {}));
    reserved(budgets.reserve(call, {})).settle({});
    down = true;
    await expect(keeper.flush()).rejects.toThrow('down');
    clock.nowMs += 60_000;
    reserved(budgets.reserve(call, {})).settle({});
    reserved(budgets.reserve(call, {})).settle({});
    late.settle({});
    down = false;
    await keeper.flush();
    expect(await sql.query(`select used from ${schema}.counters order by used`)).toEqual([
      { used: 2 },
      { used: 2 },
      { used: 4 },
    ]);
    const stop = new AbortController();
    reserved(budgets.reserve(call, {})).settle({});
    stop.abort();
    await keeper.run(stop.signal);
    down = true;
    reserved(budgets.reserve(call, {})).settle({});
    let turns = 0;
    const twice = {
      get aborted(): boolean {
        return ++turns > 1;
      },
    } as AbortSignal;
    await keeper.run(twice);
    expect(failures).toHaveLength(1);
  });

  it.each([
    ['the last counter there is room for', limits.budgetCountersMax, 'reserved'],
    ['one more is refused, not forgotten', limits.budgetCountersMax + 1, 'exceeded'],
  ])('%s', (_what, count, kind) => {
    const budgets = new MemoryBudgets([calls({ per: ['agent'] })], clock);
    let last: Reservation | Exceeded | undefined;
    for (let n = 0; n < count; n++) last = budgets.reserve({ ...call, agent: `a${n}` }, {});
    expect(last).toMatchObject({ kind });
    if (last?.kind === 'exceeded') expect(last.reason).toBe('budget.unavailable');
  });

  it('make room of windows that ended', () => {
    const budgets = new MemoryBudgets([calls({ per: ['agent'], windowMs: 1_000 })], clock, { budgetCountersMax: 2 });
    for (const agent of ['a', 'b']) reserved(budgets.reserve({ ...call, agent }, {})).settle({});
    expect(budgets.reserve({ ...call, agent: 'c' }, {})).toMatchObject({ reason: 'budget.unavailable' });
    clock.nowMs += 1_000;
    expect(budgets.reserve({ ...call, agent: 'c' }, {})).toMatchObject({ kind: 'reserved' });
    const before = clock.nowMs;
    clock.nowMs -= 5_000;
    expect(budgets.reserve({ ...call, agent: 'c' }, {})).toMatchObject({ kind: 'exceeded' });
    clock.nowMs = before;
  });

  it('of one agent that makes up runs stop nobody else, nor do its calls that are refused leave anything', () => {
    const rules = [calls({ limit: 200 }), calls({ name: 'agent', limit: 3, per: ['agent'], windowMs: 86_400_000 })];
    const budgets = new MemoryBudgets(rules, clock, { budgetCountersMax: 6 });
    reserved(budgets.reserve({ ...call, agent: 'billing', run: 'own' }, {})).settle({});
    const passed = Array.from({ length: 20 }, (_, n) => budgets.reserve({ ...call, run: `made-up-${n}` }, {}));
    const held = passed.filter((answer) => answer.kind === 'reserved');
    expect(held).toHaveLength(3);
    for (const reservation of held) reservation.settle({});
    for (const run of ['own', 'another'])
      expect(budgets.reserve({ ...call, agent: 'billing', run }, {})).toMatchObject({ kind: 'reserved' });
    expect(budgets.reserve({ ...call, agent: 'billing' }, {})).toMatchObject({ budget: 'agent' });
  });

  it('of runs make room for others, the one used least recently first, unless calls of it are under way', () => {
    const rules = [calls({ limit: 2 }), calls({ name: 'all', limit: 99, per: [] })];
    const budgets = new MemoryBudgets(rules, clock, { budgetCountersMax: 4 });
    const use = (run: string): Reservation | Exceeded => {
      clock.nowMs++;
      return budgets.reserve({ ...call, run }, {});
    };
    const underWay = reserved(use('under way'));
    for (const run of ['a', 'b', 'a', 'c']) void reserved(use(run)).settle({});
    expect(use('a')).toMatchObject({ kind: 'exceeded' });
    void reserved(use('b')).settle({});
    void underWay.settle({});
    reserved(use('under way'));
    expect(use('under way')).toMatchObject({ kind: 'exceeded' });
  });

  it('of a run that makes room for a further one of itself go on counting', () => {
    const rules = [calls({ limit: 2 }), calls({ name: 'tool', limit: 9, per: ['run', 'tool'] })];
    const budgets = new MemoryBudgets(rules, clock, { budgetCountersMax: 2 });
    for (const name of ['pay', 'read']) reserved(budgets.reserve({ ...call, name }, {})).settle({});
    expect(budgets.reserve({ ...call, name: 'list' }, {})).toMatchObject({ budget: 'calls' });
  });

  it('of a run that made room are known again once they are kept', async () => {
    const budgets = new MemoryBudgets([calls({ limit: 2 })], clock, { budgetCountersMax: 1 });
    const keeper = await keeperOf(budgets, freshSchema());
    for (const run of ['a', 'b', 'a']) {
      reserved(budgets.reserve({ ...call, run }, {})).settle({});
      expect(budgets.reserve({ ...call, run: 'other' }, {})).toMatchObject({ reason: 'budget.unavailable' });
      await keeper.flush();
    }
    expect(budgets.reserve({ ...call, run: 'a' }, {})).toMatchObject({ kind: 'exceeded' });
  });

  it('of an allowance that was used up before are known, however often a call is refused', async () => {
    const schema = freshSchema();
    const before = new MemoryBudgets([calls()], clock);
    const keeper = await keeperOf(before, schema);
    reserved(before.reserve(call, {})).settle({});
    await keeper.flush();
    const after = new MemoryBudgets([calls()], clock);
    await keeperOf(after, schema);
    for (let n = 0; n < 3; n++) expect(after.reserve(call, {})).toMatchObject({ kind: 'exceeded' });
  });

  it('of a run are kept for thirty days after its last use', async () => {
    const schema = freshSchema();
    const before = clock.nowMs;
    const budgets = new MemoryBudgets([calls({ limit: 2 })], clock, { budgetCountersMax: 1 });
    const keeper = await keeperOf(budgets, schema);
    for (let n = 0; n < 2; n++) {
      reserved(budgets.reserve(call, {})).settle({});
      await keeper.flush();
      clock.nowMs += 20 * 24 * 60 * 60 * 1000;
    }
    const again = new MemoryBudgets([calls({ limit: 2 })], clock);
    const other = await keeperOf(again, schema);
    expect([budgets, again].map((one) => one.reserve(call, {}).kind)).toEqual(['exceeded', 'exceeded']);
    expect(await other.sweep()).toBe(0);
    clock.nowMs += 10 * 24 * 60 * 60 * 1000 + 1;
    expect(await other.sweep()).toBe(1);
    clock.nowMs = before;
  });
});
