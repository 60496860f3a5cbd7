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
    const turned = policy(`context.args.limit > count_within(1h, ${x('')})`);
    expect(new Run(turned).holds('c', 'a/y', { args: { limit: 9 } })).toBe(true);
    const vast = new Run(above).record('request', 'a/x', { args: { v: 1e300 } });
    expect(vast.failure('c', 'a/y')).toMatch(/no exact number/);
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
    [[900_719_925_474.0991, 0.0002], '> decimal("900719925474.0992") && 900719925474 <', true],
    [[900_719_925_474.0991, 0.0001], '> decimal("900719925474.0992") && 900719925474 <', false],
  ])('as large as the sum of %j are compared exactly: %s', (amounts, operator, expected) => {
    const sum = `sum_within(v, 1h, ${x('args.v: v')})`;
    const [first = '', second = ''] = operator.split(' && ');
    const run = new Run(policy(second === '' ? `${sum} ${first} 100000000000` : `${sum} ${first} && ${second} ${sum}`));
    for (const [at, v] of amounts.entries()) run.record('request', 'a/x', { args: { v }, at });
    expect(run.holds('c', 'a/y', { at: minute })).toBe(expected);
  });
});

describe('a way that does not hold', () => {
  const y = (fields: string): string => `Demarc::Action::"a/y"::request{ ${fields} }`;

  it.each([
    ['a name for it', `exists (v: Long). exists (n: Long). (formerly within 1h ${y('args.v: v')} && n == v && n > 5)`],
    ['another name', `exists (v: Long). exists (n: Long). (formerly within 1h ${y('args.v: v')} && v == n && n > 5)`],
    [
      'what goes with it',
      `exists (u: Long). exists (v: Long). (formerly within 1h ${y('args.u: u')} && formerly within 1h ${y('args.u: u, args.v: v')} && v > 5)`,
    ],
  ])('leaves the next one free to give %s', (_what, condition) => {
    const run = new Run(policy(condition));
    run.record('request', 'a/y', { args: { u: 1, v: 3 } }).record('request', 'a/y', { args: { u: 2, v: 7 } });
    expect(run.holds('c', 'a/z')).toBe(true);
  });

  it('is an event without a field that is named', () => {
    const run = new Run(policy(`exists (v: Any). formerly within 1h ${y('args.v: v')}`));
    for (const args of [{}, { v: null }, { v: undefined }]) run.record('request', 'a/y', { args });
    expect([run.holds('c', 'a/z'), run.holds('c', 'a/y', { args: {} })]).toEqual([false, false]);
    expect(run.holds('c', 'a/y', { args: { v: 1 } })).toBe(true);
  });

  it('ends what holds for as long as each event is so', () => {
    const clean = 'Demarc::Action::"*"::request{ tainted: false }';
    const run = new Run(policy(`${clean} since within 1h ${y('')}`)).record('request', 'a/y').record('request', 'a/z');
    expect(run.holds('c', 'a/z')).toBe(true);
    expect(run.holds('c', 'a/z', { label: { tainted: true } })).toBe(false);
    expect(run.record('request', 'a/z', { label: { tainted: true } }).holds('c', 'a/z')).toBe(false);
    expect(run.record('request', 'a/y').record('request', 'a/z').holds('c', 'a/z')).toBe(true);
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

describe('an event that holds in several ways', () => {
  const y = 'formerly within 1h Demarc::Action::"a/y"::request{ args.v: v }';
  const above = (operator: string): string => policy(`exists (v: Long). (${operator} (${x('')} && ${y}) && v > 5)`);

  it.each([
    'formerly within 1h',
    'previous within 1h',
    '!Demarc::Action::"a/z"::request{} since within 1h',
    `(formerly within 1h ${x('')}) since within 1h`,
  ])('is kept in each: %s', (operator) => {
    const run = new Run(above(operator));
    for (const v of [1, 9]) run.record('request', 'a/y', { args: { v } });
    expect(run.record('request', 'a/x').holds('c', 'a/w')).toBe(true);
  });

  it.each([
    ['more than one', [[1], [9]], true],
    ['one that was kept before and one that was not', [[1], 'x', [9]], true],
    [
      'one twice',
      [
        [1, 1],
        [1, 2],
      ],
      false,
    ],
  ] as const)('is counted in each, once: %s', (_what, events, expected) => {
    const ways = `formerly within 1h (${x('')} && exists (w: Any). ${y.replace(' }', ', args.w: w }')})`;
    const run = new Run(policy(`(count for (v: Long). where (${ways})) > 1`));
    for (const event of events) {
      if (event === 'x') run.record('request', 'a/x');
      else run.record('request', 'a/y', { args: { v: event[0], w: event[1] ?? 0 } });
    }
    expect(run.holds('c', 'a/x')).toBe(expected);
  });

  it('ends each anchor that it is about', () => {
    const left = `(${x('')} && formerly within 1h Demarc::Action::"a/y"::request{ args.v: context.args.v })`;
    const run = new Run(policy(`!${left} since within 1h Demarc::Action::"a/z"::request{}`));
    for (const v of [1, 9]) run.record('request', 'a/y', { args: { v } });
    run.record('request', 'a/z').record('request', 'a/x');
    expect([1, 9, 5].map((v) => run.holds('c', 'a/w', { args: { v } }))).toEqual([false, false, true]);
  });
});

describe('the event before', () => {
  it('is the one before the event that another operator keeps', () => {
    const after = policy(`formerly within 1h (Demarc::Action::"a/y"::request{} && previous within 1h ${x('')})`);
    const run = new Run(after).record('request', 'a/x').record('request', 'a/z').record('request', 'a/y');
    expect(run.holds('c', 'a/z')).toBe(false);
    expect(run.record('request', 'a/x').record('request', 'a/y').record('request', 'a/z').holds('c', 'a/z')).toBe(true);
  });

  it('is all that is kept of what only asks for it', () => {
    const run = new Run(policy(`previous within 1h ${x('args.v: context.args.v')}`));
    for (let v = 0; v < 100; v++) run.record('request', 'a/x', { args: { v } });
    expect(Object.values(run.monitor.snapshot().nodes)[0]?.rows).toHaveLength(2);
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
    run.monitor = RunMonitor.restore(run.set, run.monitor.snapshot(), startMs);
    expect(run.holds('c', 'a/y')).toBe(false);
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
    const pair = (second: string): string =>
      `exists (a: Any). exists (b: Any). (formerly within 1h ${x(`args.v: a, args.u: b, args.w: ${second}`)})`;
    expect(setOf(policy(pair('a')), policy(pair('b'), '@id("d") permit')).nodes).toHaveLength(2);
  });

  it('leaves with its window also where it ended something', () => {
    const run = new Run(policy(`!${x('args.v: context.args.v')} since within 1m Demarc::Action::"a/y"::request{}`));
    for (let v = 0; v < 100; v++) run.record('request', 'a/x', { args: { v }, at: v * 20_000 });
    expect(Object.values(run.monitor.snapshot().nodes)[0]?.ends).toHaveLength(4);
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
      policy(`exists (v: Any). formerly within 1h ${x('args.v: v')}`, '@id("i") permit'),
    );
    const rowsMax = limits.temporalRowsMax;
    expect(set.bounds()).toEqual([
      { name: 'c', lookBackMs: hour, keeps: 'events', rowsMax },
      { name: 'd', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'e', lookBackMs: 0, keeps: 'nothing', rowsMax },
      { name: 'f', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'g', lookBackMs: hour + minute, keeps: 'values', rowsMax },
      { name: 'h', lookBackMs: minute, keeps: 'values', rowsMax },
      { name: 'i', lookBackMs: hour, keeps: 'values', rowsMax },
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
    expect(run.failure('c', 'a/y', { args: { v: -2 }, at: hour + 1 })).toBeUndefined();
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

  it.each([(inner: unknown) => [inner], (inner: unknown) => ({ inner })])(
    'a value that is nested too deeply cannot be compared: %s',
    (around) => {
      const deep = each(limits.nestingDepthMax + 2, () => 0).reduce<unknown>(around, 1);
      const run = new Run(policy(`!formerly within 1h ${x('args.v: context.args.v')}`));
      run.record('request', 'a/x', { args: { v: deep } });
      expect(run.failure('c', 'a/y', { args: { v: 1 } })).toMatch(/nested too deeply/);
      expect(run.failure('c', 'a/y', { args: { v: deep }, at: 2 * hour })).toMatch(/nested too deeply/);
    },
  );
});
