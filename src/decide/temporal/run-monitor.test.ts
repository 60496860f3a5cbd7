import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { ConditionSet } from './condition-set.ts';
import { hour, minute, Run, requestFor, startMs } from './fixtures/run.ts';
import { preprocess } from './preprocess.ts';
import { RunMonitor } from './run-monitor.ts';

const x = (fields: string): string => `Demarc::Action::"a/x"::request{ ${fields} }`;
const policy = (condition: string, head = '@id("c") permit'): string =>
  `${head} (principal, action, resource) when temporal { ${condition} };`;
const setOf = (...policies: string[]): ConditionSet =>
  new ConditionSet(preprocess('t', policies.join('\n')).conditions);
const each = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

describe('a condition that cannot be told', () => {
  const total = `bind(n, sum_within(v, 1h, ${x('args.v: v')}), n > 10)`;
  const both = `${policy(total)} ${policy(total, '@id("f") forbid')}`;

  it('keeps a permit from permitting and lets a forbid forbid, for as long as what troubles it is in the window', () => {
    const run = new Run(both).record('request', 'a/x', { args: { v: 'ten' } });
    expect([run.holds('c', 'a/y', { at: hour }), run.holds('f', 'a/y', { at: hour })]).toEqual([false, true]);
    expect([run.holds('c', 'a/y', { at: hour + 1 }), run.holds('f', 'a/y', { at: hour + 1 })]).toEqual([false, false]);
    run.record('request', 'a/x', { args: { v: 11 }, at: hour + 1 });
    expect([run.holds('c', 'a/y', { at: hour + 2 }), run.holds('f', 'a/y', { at: hour + 2 })]).toEqual([true, true]);
  });

  it('is told why, and a condition that nobody asks for is not', () => {
    const run = new Run(both).record('request', 'a/x', { args: { v: 1.23456 } });
    const values = run.monitor.valuesFor(requestFor('a/y'));
    expect(values.failed).toEqual([]);
    expect(values.of('f')).toBe(true);
    expect(values.of('f')).toBe(true);
    expect(values.failed).toEqual([{ name: 'f', reason: 'something that is no exact number would be added up' }]);
    expect(values.of('unheard')).toBe(false);
  });

  it('is one that compares what is no number, in an event or in the request', () => {
    const above = policy(`formerly within 1h (exists (v: Long). (${x('args.v: v')} && v > 1))`);
    const run = new Run(above).record('request', 'a/x', { args: { v: 'one' } });
    expect(run.failure('c', 'a/y')).toMatch(/no exact number/);
    const limit = policy(`count_within(1h, ${x('')}) < context.args.limit`);
    expect(new Run(limit).failure('c', 'a/y', { args: { limit: '9' } })).toMatch(/no exact number/);
    expect(new Run(limit).holds('c', 'a/y', { args: { limit: 9 } })).toBe(true);
  });

  it('is one that names what the request lacks, even where nothing happened yet', () => {
    const same = policy(`!formerly within 1h ${x('args.id: context.args.id')}`);
    expect(new Run(same).holds('c', 'a/y', { args: { id: 1 } })).toBe(true);
    for (const args of [{}, { id: null }, { id: undefined }, [], 'id', null])
      expect(new Run(same).failure('c', 'a/y', { args })).toMatch(/lacks a fact/);
  });

  it('is one whose history begins too late', () => {
    const set = setOf(policy(`!formerly within 1h ${x('')}`));
    const monitor = new RunMonitor(set, startMs);
    const at = (ms: number) => monitor.valuesFor(requestFor('a/y', { at: ms }));
    const early = at(hour - 1);
    expect([early.of('c'), early.failed[0]?.reason]).toEqual([
      false,
      'the history of the run is not known that far back',
    ]);
    expect(at(hour).of('c')).toBe(true);
  });

  it('stays one above another whose history begins too late', () => {
    const monitor = new RunMonitor(
      setOf(policy(`formerly within 1h (${x('')} && !formerly within 1h ${x('args.v: 1')})`)),
      startMs,
    );
    monitor.record({ kind: 'request', call: 'c', request: requestFor('a/x', { at: minute }) });
    const at = (ms: number) => monitor.valuesFor(requestFor('a/y', { at: ms }));
    const late = at(hour + minute);
    expect([late.of('c'), late.failed.length]).toEqual([false, 1]);
    expect(at(hour + minute + 1).failed).toEqual([]);
  });
});

describe('time', () => {
  it('never goes back: an event that claims to be older happens now', () => {
    const run = new Run(policy(`formerly within 1h ${x('')}`));
    run.record('request', 'a/y', { at: 2 * hour }).record('request', 'a/x', { at: 0 });
    expect(run.holds('c', 'a/y', { at: 3 * hour })).toBe(true);
    expect(run.holds('c', 'a/y', { at: 0 })).toBe(true);
    expect(run.holds('c', 'a/y', { at: Number.NaN })).toBe(true);
  });
});

describe('an event', () => {
  it('counts for its tool also where the name of another reads like its groups', () => {
    const limit = policy('count_within(1h, Demarc::Action::"sends"::request{}) > 1', '@id("c") forbid');
    const other = { effect: 'write', sendsOut: false } as const;
    const run = new Run(limit).record('request', 'a/x sends', { labels: other });
    run.record('request', 'a/x', { labels: { ...other, sendsOut: true } });
    expect(run.holds('c', 'a/x', { labels: { ...other, sendsOut: true } })).toBe(true);
  });

  it.each(['900719925475', '123456789012345', '-9007199254740991', 'decimal("900719925475.25")'])(
    'is matched by a number as large as %s',
    (number) => {
      const [v] = /-?\d[\d.]*/.exec(number) ?? [];
      const run = new Run(policy(`formerly within 1h ${x(`args.v: ${number}`)}`));
      run.record('request', 'a/x', { args: { v: Number(v) } });
      expect(run.holds('c', 'a/y')).toBe(true);
      const list = new Run(policy(`formerly within 1h ${x(`args.v: [${number}]`)}`));
      list.record('request', 'a/x', { args: { v: [Number(v)] } });
      expect(list.holds('c', 'a/y')).toBe(true);
    },
  );
});

describe('numbers', () => {
  it.each([
    [[99_999_999_999, 1, 0.0001], '>', true],
    [[99_999_999_999, 1], '>', false],
    [[99_999_999_999, 1], '>=', true],
    [[99_999_999_999, 1], '<=', true],
    [[99_999_999_999, 1], '<', false],
    [[99_999_999_998, 1], '<', true],
    [[99_999_999_999, 1, 1], '<', false],
    [[-99_999_999_999], '<', true],
    [[-99_999_999_999], '>', false],
  ])('as large as the sum of %j are compared exactly: %s', (amounts, operator, expected) => {
    const run = new Run(policy(`sum_within(v, 1h, ${x('args.v: v')}) ${operator} 100000000000`));
    for (const [at, v] of amounts.entries()) run.record('request', 'a/x', { args: { v }, at });
    expect(run.holds('c', 'a/y', { at: minute })).toBe(expected);
  });
});

describe('a timepoint', () => {
  it('is that of one event: another one has another', () => {
    const same = (inner: string): Run => new Run(policy(`exists (t: Timepoint). (${inner} && tp(t))`));
    const now = same(`${x('')} && tp(t)`);
    expect(now.holds('c', 'a/x')).toBe(true);
    const before = same(`previous within 1h (${x('')} && tp(t))`).record('request', 'a/x');
    expect(before.holds('c', 'a/x', { at: 1 })).toBe(false);
  });
});

describe('a snapshot', () => {
  const first = policy(`formerly within 1h ${x('args.u: context.args.u')}`);
  const second = policy(`!formerly within 2h ${x('args.v: 1')}`, '@id("d") permit');

  it('goes on with another set: what both keep is known, what is new fails closed until its window has passed', () => {
    const run = new Run(first).record('request', 'a/x', { args: { u: 'p', v: 1 } });
    const snapshot: unknown = JSON.parse(JSON.stringify(run.monitor.snapshot()));
    const monitor = RunMonitor.restore(setOf(second, first), snapshot, startMs + minute);
    const values = (at: number) => monitor.valuesFor(requestFor('a/y', { at, args: { u: 'p' } }));
    expect(values(minute).of('c')).toBe(true);
    const before = values(2 * hour);
    expect([before.of('d'), before.failed.length]).toEqual([false, 1]);
    expect(values(2 * hour + minute).of('d')).toBe(true);
  });

  it('of a run to which nothing has happened leaves nothing unknown', () => {
    const monitor = RunMonitor.restore(setOf(second), new RunMonitor(setOf(first)).snapshot(), startMs);
    expect(monitor.valuesFor(requestFor('a/y')).of('d')).toBe(true);
  });

  it('keeps the time, which does not go back', () => {
    const run = new Run(first)
      .record('request', 'a/x', { args: { u: 'p' } })
      .record('request', 'a/y', { at: 2 * hour });
    const monitor = RunMonitor.restore(run.set, run.monitor.snapshot(), startMs);
    expect(monitor.valuesFor(requestFor('a/y', { args: { u: 'p' } })).of('c')).toBe(false);
  });

  it('keeps the order of events', () => {
    const unless = policy(`!${x('args.v: 2')} since within 1h ${x('args.v: 1')}`);
    const run = new Run(unless).record('request', 'a/y').record('request', 'a/x', { args: { v: 1 } });
    run.monitor = RunMonitor.restore(run.set, run.monitor.snapshot(), startMs);
    expect(run.holds('c', 'a/y')).toBe(true);
    expect(run.record('request', 'a/x', { args: { v: 2 } }).holds('c', 'a/y')).toBe(false);
  });

  it('keeps what could not be told', () => {
    const sum = policy(`!formerly within 1h (exists (v: Long). (${x('args.v: v')} && v > 1))`);
    const run = new Run(sum).record('request', 'a/x', { args: { v: 'one' } });
    const monitor = RunMonitor.restore(run.set, run.monitor.snapshot(), startMs);
    expect(monitor.valuesFor(requestFor('a/y')).of('c')).toBe(false);
  });

  it.each([undefined, null, {}, { version: 2 }, { version: 1, events: 1, timeMs: 0, nodes: { a: { rows: [[1]] } } }])(
    'that is none is refused: %j',
    (snapshot) => {
      expect(() => RunMonitor.restore(setOf(first), snapshot, startMs)).toThrow('is no history of a run');
    },
  );
});

describe('what is kept', () => {
  it('is once what several conditions share', () => {
    const same = `exists (a: Long). (formerly within 1h ${x('args.v: a, args.u: context.args.u')} && a > 1)`;
    const renamed = same.replaceAll('a: Long', 'b: Long').replace('args.v: a', 'args.v: b').replace('a > 1', 'b > 2');
    expect(setOf(policy(same), policy(renamed, '@id("d") permit')).nodes).toHaveLength(1);
    expect(setOf(policy(same), policy(same.replace('args.u', 'args.w'), '@id("d") permit')).nodes).toHaveLength(2);
  });

  it('leaves with its window, however long the run', () => {
    const run = new Run(policy(`count_within(1m, ${x('')}) > 3`));
    for (let at = 0; at < 5_000; at++) run.record('request', 'a/x', { at: at * 20_000 });
    const [node] = Object.values(run.monitor.snapshot().nodes);
    expect(node?.rows).toHaveLength(4);
    expect(run.holds('c', 'a/y', { at: 5_000 * 20_000 })).toBe(false);
    expect(run.holds('c', 'a/x', { at: 5_000 * 20_000 })).toBe(true);
  });

  it('is bounded as the set says', () => {
    const set = setOf(
      policy(`count_within(1h, ${x('')}) > 3`),
      policy(`formerly within 1h (${x('')} && previous within 1m ${x('')})`, '@id("d") permit'),
      policy('!Demarc::Action::"a/x"::request{}', '@id("e") permit'),
      policy(`${x('')} since within 1h (formerly within 1m ${x('')})`, '@id("f") permit'),
      policy(`(formerly within 1m ${x('')}) since within 1h ${x('')}`, '@id("g") permit'),
      policy(`previous within 1m ${x('')}`, '@id("h") permit'),
    );
    const rowsMax = limits.temporalRowsMax;
    expect(set.bounds()).toEqual([
      { name: 'c', lookBackMs: hour, keeps: 'events', rowsMax },
      { name: 'd', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'e', lookBackMs: 0, keeps: 'nothing', rowsMax },
      { name: 'f', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'g', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'h', lookBackMs: minute, keeps: 'values', rowsMax },
    ]);
  });
});

describe('limits', () => {
  it.each([0, 1])('rows of a run: limit + %i', (more) => {
    const run = new Run(policy(`!formerly within 1h ${x('args.v: context.args.v')}`));
    for (let at = 0; at < limits.temporalRowsMax + more; at++) run.record('request', 'a/x', { args: { v: at } });
    expect(run.failure('c', 'a/y', { args: { v: -1 } })).toEqual(
      more === 0 ? undefined : `the run has more than ${limits.temporalRowsMax} rows of history`,
    );
    // It recovers once the window has passed.
    expect(run.failure('c', 'a/y', { args: { v: -1 }, at: hour + 1 })).toBeUndefined();
    run.record('request', 'a/x', { args: { v: -1 }, at: hour + 1 });
    expect(run.holds('c', 'a/y', { args: { v: -1 }, at: hour + 1 })).toBe(false);
  });

  it.each([0, 1])('a value kept as it is: limit + %i', (more) => {
    const run = new Run(policy(`formerly within 1h ${x('args.v: context.args.v')}`));
    const long = 'v'.repeat(limits.temporalValueLengthMax + more);
    run.record('request', 'a/x', { args: { v: long } });
    const [node] = Object.values(run.monitor.snapshot().nodes);
    expect(node?.rows[0]?.[0][0]).toHaveLength(more === 0 ? long.length + 1 : 44);
    expect(run.holds('c', 'a/y', { args: { v: long } })).toBe(true);
    expect(run.holds('c', 'a/y', { args: { v: `${long}.` } })).toBe(false);
  });

  it.each([0, 1])('conditions of a set: limit + %i', (more) => {
    const policies = each(limits.temporalConditionsMax + more, (at) => policy(x(''), `@id("c${at}") permit`));
    if (more === 0) expect(setOf(...policies).conditions.size).toBe(limits.temporalConditionsMax);
    else expect(() => setOf(...policies)).toThrow('temporal conditions');
  });

  it('two conditions of one name are refused', () => {
    expect(() => setOf(policy(x('')), policy(x('')))).toThrow('stands twice');
  });

  it('steps: a condition that joins everything with everything fails closed instead of hanging', () => {
    const join = policy(
      `exists (a: Long). exists (b: Long). (formerly within 1h ${x('args.v: a')} && formerly within 1h ${x('args.v: b')} && a > b && b > a)`,
    );
    const run = new Run(join);
    for (let at = 0; at < 1_000; at++) run.record('request', 'a/x', { args: { v: at } });
    expect(run.failure('c', 'a/y')).toMatch(/more than 200000 steps/);
  });

  it('a value that is nested too deeply cannot be compared', () => {
    const deep = each(limits.nestingDepthMax + 2, () => 0).reduce<unknown>((inner) => [inner], 1);
    const run = new Run(policy(`!formerly within 1h ${x('args.v: context.args.v')}`));
    run.record('request', 'a/x', { args: { v: deep } });
    expect(run.failure('c', 'a/y', { args: { v: 1 } })).toMatch(/nested too deeply/);
    expect(run.failure('c', 'a/y', { args: { v: deep }, at: 2 * hour })).toMatch(/nested too deeply/);
  });
});
