import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { Sql } from '../../base/ports.ts';
import {
  confidentialities,
  decisions,
  effects,
  type Envelope,
  eventKinds,
  origins,
  outcomes,
} from '../../model/event.ts';
import { subjectsOf, recordedEvent } from '../../model/recorded-event.ts';
import type { EventFilter } from './filter.ts';
import { envelope, hostileText, sealed, someEvent, subjectOf } from './fixtures/events.ts';
import { MemoryLog } from './fixtures/memory-log.ts';
import { testSql } from './fixtures/test-sql.ts';
import { LedgerIndex } from './ledger-index.ts';
import { eventsOfRun, latestRuns, ownersOfRuns, type PageOptions, runsAmong, searchEvents } from './queries.ts';
import { ledgerStats } from './stats.ts';

let sql: Sql;
beforeAll(async () => {
  sql = await testSql();
}, 120_000);

let made = 0;
async function indexed(events: readonly (Envelope | Uint8Array)[], text?: (event: Envelope) => string): Promise<Sql> {
  const origin = `example.org/queries-test-${process.pid}-${++made}`;
  const index = await LedgerIndex.open(sql, origin);
  await index.drop(text !== undefined);
  const log = new MemoryLog(origin);
  await index.catchUp(log, log.publish(events), { textOf: async (event) => text?.(event) });
  return index.sql;
}

async function allPages(database: Sql, filter: EventFilter, options: PageOptions): Promise<readonly number[]> {
  const found: number[] = [];
  let after = options.after;
  do {
    const page = await searchEvents(database, filter, { ...options, after });
    expect(page.entries.length).toBeLessThanOrEqual(options.limit);
    found.push(...page.entries.map(({ index }) => index));
    after = page.next;
  } while (after !== undefined);
  return found;
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const name = fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') }, hostileText);
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const someFilter: fc.Arbitrary<EventFilter> = fc
  .record({
    principal: maybe(
      fc.record({ agent: name, subjects: fc.array(fc.oneof(fc.nat(3).map(subjectOf), name), { maxLength: 2 }) }),
    ),
    run: maybe(name),
    call: maybe(name),
    tool: maybe(name),
    server: maybe(name),
    destination: maybe(name),
    model: maybe(name),
    kinds: maybe(some(eventKinds)),
    decisions: maybe(some(decisions)),
    outcomes: maybe(some(outcomes)),
    effects: maybe(some(effects)),
    confidentialities: maybe(some(confidentialities)),
    origins: maybe(some(origins)),
    reason: maybe(name),
    since: maybe(fc.integer({ min: Date.UTC(2026, 10, 20), max: Date.UTC(2026, 10, 21) })),
    until: maybe(fc.integer({ min: Date.UTC(2026, 10, 20), max: Date.UTC(2026, 10, 22) })),
  })
  // One or two conditions at a time, or nothing would ever fit.
  .chain((all) =>
    fc.subarray(Object.entries(all), { maxLength: 2 }).map((kept) => Object.fromEntries(kept) as EventFilter),
  );

/** What a filter means, without a database. */
function fits(event: Envelope, filter: EventFilter): boolean {
  const { principal, reason, since = -Infinity, until = Infinity } = filter;
  const at = Date.parse(event.time);
  const isIn = <T>(wanted: readonly T[] | undefined, value: T | undefined): boolean =>
    wanted === undefined || (value !== undefined && wanted.includes(value));
  const subjects = subjectsOf(recordedEvent(event));
  return (
    (['run', 'call', 'tool', 'server', 'destination', 'model'] as const).every(
      (fact) => filter[fact] === undefined || event[fact] === filter[fact],
    ) &&
    isIn(filter.kinds, event.kind) &&
    isIn(filter.decisions, event.decision) &&
    isIn(filter.outcomes, event.outcome) &&
    isIn(filter.effects, event.effect) &&
    isIn(filter.confidentialities, event.confidentiality) &&
    isIn(filter.origins, event.origin) &&
    (reason === undefined || (event.reasons ?? []).includes(reason)) &&
    (principal === undefined ||
      event.agent === principal.agent ||
      (principal.subjects ?? []).some((subject) => subjects.includes(subject))) &&
    at >= since &&
    at < until
  );
}

describe('a search', () => {
  it('finds what a plain filter finds, in pages of any size, whatever the values are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someEvent, { maxLength: 40 }),
        fc.array(someFilter, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        async (events, filters, limit) => {
          const database = await indexed(events);
          for (const filter of filters) {
            const wanted = events.flatMap((event, at) => (fits(event, filter) ? [at] : []));
            expect(await allPages(database, filter, { order: 'oldest', limit })).toEqual(wanted);
            expect(await allPages(database, filter, { order: 'newest', limit })).toEqual(wanted.reverse());
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('sends the same statement for every value: values are parameters', async () => {
    const statements: string[] = [];
    const recording: Sql = {
      query: async (text) => {
        statements.push(text);
        return text.includes('ix.cursor') ? [{ texts: true }] : [];
      },
      transaction: (work) => work(recording),
      close: async () => {},
    };
    const shape = (value: string): EventFilter => ({
      principal: { agent: value, subjects: [value] },
      run: value,
      call: value,
      tool: value,
      server: value,
      dataSource: value,
      destination: value,
      provider: value,
      model: value,
      source: value,
      rule: value,
      reason: value,
      text: value,
    });
    const sent = async (value: string): Promise<readonly string[]> => {
      statements.length = 0;
      await searchEvents(recording, shape(value), { order: 'newest', limit: 10, after: 5 });
      await eventsOfRun(recording, value);
      return [...statements];
    };
    const benign = await sent('a');
    await fc.assert(
      fc.asyncProperty(hostileText, async (value) => {
        expect(await sent(value)).toEqual(benign);
      }),
    );
  });

  it('takes any text for its words and finds them only where the index covers them', async () => {
    const events = [envelope({ payload: sealed([subjectOf(1)]) }), envelope({ payload: sealed([subjectOf(2)]) })];
    const database = await indexed(events, ({ payload }) =>
      payload?.keys[0]?.startsWith(subjectOf(1)) === true ? 'Transfer to IBAN DE02\0' : 'the weather in Bern \ud800',
    );
    const find = (text: string) => allPages(database, { text }, { order: 'oldest', limit: 9 });
    expect(await find('iban transfer')).toEqual([0]);
    expect(await find('"weather in"')).toEqual([1]);
    expect(await find('weather or iban')).toEqual([0, 1]);
    expect(await find('weather -bern')).toEqual([]);
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        expect((await find(text)).length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 50 },
    );
    await expect(
      searchEvents(await indexed(events), { text: 'iban' }, { order: 'newest', limit: 1 }),
    ).rejects.toMatchObject({ code: 'DMC_USAGE', hint: expect.stringContaining('--index-text') as unknown });
  });

  it('covers the first characters of a payload up to the limit', async () => {
    const ending = (length: number): string => ' last'.padStart(length, 'x ');
    const texts = [ending(limits.searchableTextLengthMax), ending(limits.searchableTextLengthMax + 1)] as const;
    const database = await indexed(
      [1, 2].map((n) => envelope({ payload: sealed([subjectOf(n)]) })),
      ({ payload }) => texts[payload?.keys[0]?.startsWith(subjectOf(1)) === true ? 0 : 1],
    );
    expect(await allPages(database, { text: 'last' }, { order: 'oldest', limit: 9 })).toEqual([0]);
  });

  it('looks for a text up to the limit and refuses a longer one', async () => {
    const database = await indexed([envelope({ payload: sealed([subjectOf(1)]) })], () => 'x y');
    const search = (length: number) =>
      searchEvents(database, { text: 'x y '.repeat(length).slice(0, length) }, { order: 'oldest', limit: 9 });
    expect((await search(limits.searchTextLengthMax)).entries).toHaveLength(1);
    await expect(search(limits.searchTextLengthMax + 1)).rejects.toMatchObject({ code: 'DMC_USAGE' });
  });

  it('tells long texts apart that begin alike, at the limit and beyond', async () => {
    const alike = [limits.indexedTextLengthMax, limits.indexedTextLengthMax + 1, limits.indexedTextLengthMax + 2];
    const agents = [...alike.map((length) => 'a'.repeat(length)), 'a\0', 'a\ufffd'];
    const database = await indexed(agents.map((agent) => envelope({ agent, run: agent, reasons: [agent] })));
    for (const [at, agent] of agents.entries()) {
      expect(await allPages(database, { principal: { agent } }, { order: 'oldest', limit: 9 })).toEqual([at]);
      expect(await allPages(database, { reason: agent }, { order: 'oldest', limit: 9 })).toEqual([at]);
      expect((await eventsOfRun(database, agent))?.entries.map(({ index }) => index)).toEqual([at]);
    }
  });

  it('gives pages up to the limit and refuses larger ones', async () => {
    const database = await indexed([envelope()]);
    for (const limit of [0, -1, 1.5, Number.NaN, limits.searchEventsMax + 1])
      await expect(searchEvents(database, {}, { order: 'newest', limit })).rejects.toMatchObject({ code: 'DMC_USAGE' });
    expect((await searchEvents(database, {}, { order: 'newest', limit: limits.searchEventsMax })).entries).toHaveLength(
      1,
    );
  });

  it('gives back what the envelope says and the leaf it has', async () => {
    const event = envelope({
      agent: 'a',
      decision: 'deny',
      reasons: ['budget.exceeded'],
      payload: sealed([subjectOf(1)], 99),
    });
    const page = await searchEvents(await indexed([Buffer.from('?'), event]), {}, { order: 'oldest', limit: 2 });
    expect(page.entries[0]).toEqual({ index: 0, leaf: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    expect(page.entries[1]?.event).toEqual(recordedEvent(event));
    expect(page.entries[1]?.event?.payload).toEqual({ bytes: 99, keys: [`${subjectOf(1)}/2026-11`] });
  });
});

describe('a run', () => {
  it('has the events of its child runs, however deep, and ends where runs claim each other', async () => {
    const database = await indexed([
      envelope({ kind: 'run.start', run: 'top', agent: 'planner', subject: subjectOf(1) }),
      envelope({ kind: 'run.start', run: 'child', parentRun: 'top', agent: 'worker' }),
      envelope({ kind: 'run.start', run: 'grandchild', parentRun: 'child' }),
      envelope({ kind: 'run.start', run: 'other' }),
      envelope({ kind: 'tool.call', run: 'child', call: '1' }),
      envelope({ kind: 'decision', run: 'child', call: '1', decision: 'deny' }),
      envelope({ kind: 'run.start', run: 'top', parentRun: 'grandchild' }),
      envelope({ kind: 'run.end', run: 'top', outcome: 'ok' }),
    ]);
    const found = await eventsOfRun(database, 'top');
    expect(found?.entries.map(({ index }) => index)).toEqual([0, 1, 2, 4, 5, 6, 7]);
    expect(found?.truncated).toBe(false);
    expect(found?.runs.map(({ run }) => run)).toEqual(['top', 'child', 'grandchild']);
    expect(found?.runs[0]).toMatchObject({ agent: 'planner', subject: subjectOf(1), events: 3, outcome: 'ok' });
    expect(found?.runs[1]).toMatchObject({ calls: 1, denials: 1, outcome: undefined });
    expect(await eventsOfRun(database, 'nobody')).toBeUndefined();
    expect((await latestRuns(database, 2)).map(({ run }) => run)).toEqual(['top', 'child']);
  });

  it.each([
    [0, false],
    [1, true],
  ])('is cut at the limits, and says so (n + %i)', async (more, truncated) => {
    const many = await indexed(Array.from({ length: limits.runEventsMax + more }, () => envelope({ run: 'r' })));
    const found = await eventsOfRun(many, 'r');
    expect([found?.entries.length, found?.truncated]).toEqual([limits.runEventsMax, truncated]);
    const wide = await indexed([
      envelope({ run: 'r' }),
      ...Array.from({ length: limits.runChildrenMax + more }, (_, at) => envelope({ run: `c${at}`, parentRun: 'r' })),
    ]);
    const family = await eventsOfRun(wide, 'r');
    expect([family?.runs.length, family?.truncated]).toEqual([limits.runChildrenMax + 1, truncated]);
  });
});

it('whoever had runs that begin so is told once, up to the limit, the latest first', async () => {
  const owners = Array.from({ length: limits.runOwnersMax + 1 }, (_, at) =>
    envelope({ run: `named.${at}`, agent: `a${at}` }),
  );
  const of = (run: string) => envelope({ run, agent: 'a1', subject: subjectOf(1) });
  const database = await indexed([...owners, of('named.x'), of('named.y'), envelope({ run: 'other', agent: 'b' })]);
  const found = await ownersOfRuns(database, 'named.');
  expect(found).toHaveLength(limits.runOwnersMax);
  expect(found.slice(0, 2)).toEqual([
    { agent: 'a1', subject: subjectOf(1) },
    { agent: `a${limits.runOwnersMax}`, subject: undefined },
  ]);
  const ids = ['named.x', 'named.none', 'other'];
  expect((await runsAmong(database, ids)).map(({ run }) => run)).toEqual(['other', 'named.x']);
});

describe('the statistics', () => {
  it('count what the log holds, in a range', async () => {
    const database = await indexed([
      Buffer.from('foreign'),
      envelope({
        kind: 'decision',
        decision: 'deny',
        reasons: ['r1', 'r2'],
        tool: 't',
        agent: 'a',
        run: 'x',
        time: '2026-11-20T23:59:59.999Z',
      }),
      envelope({
        kind: 'decision',
        decision: 'deny',
        reasons: ['r1'],
        tool: 't',
        agent: 'a',
        run: 'y',
        time: '2026-11-21T00:00:00.000Z',
      }),
      envelope({ kind: 'decision', decision: 'allow', tool: 'u', time: '2026-11-20T23:00:00.000Z' }),
      envelope({ kind: 'heartbeat', beat: 7, time: '1969-12-31T23:00:00.000Z' }),
      envelope({ kind: 'heartbeat', time: '2026-99-99T00:00:00.000Z' }),
    ]);
    const stats = await ledgerStats(database, { top: 3 });
    expect(stats).toMatchObject({
      entries: 6,
      opaque: 1,
      runs: 2,
      byKind: [
        { name: 'decision', count: 3 },
        { name: 'heartbeat', count: 2 },
      ],
      byDecision: [
        { name: 'deny', count: 2 },
        { name: 'allow', count: 1 },
      ],
      byTool: [
        { name: 't', count: 2 },
        { name: 'u', count: 1 },
      ],
      byAgent: [{ name: 'a', count: 2 }],
      byDay: [
        { name: '2026-11-21', count: 1 },
        { name: '2026-11-20', count: 2 },
        { name: '1969-12-31', count: 1 },
      ],
      topDenials: [
        { name: 'r1', tool: 't', agent: 'a', count: 2 },
        { name: 'r2', tool: 't', agent: 'a', count: 1 },
      ],
      lastHeartbeat: { index: 5, at: undefined, beat: undefined },
      firstAt: -3_600_000,
      lastAt: Date.parse('2026-11-21T00:00:00Z'),
    });
    expect(stats.indexBytes).toBeGreaterThan(8192);
    const range = { since: Date.parse('2026-11-21T00:00:00Z'), until: Date.parse('2026-11-22T00:00:00Z'), top: 3 };
    expect(await ledgerStats(database, range)).toMatchObject({ entries: 1, byDecision: [{ name: 'deny', count: 1 }] });
  });

  it('of nothing are nothing', async () => {
    expect(await ledgerStats(await indexed([]), { top: 3 })).toMatchObject({
      entries: 0,
      byDay: [],
      firstAt: undefined,
    });
  });
});
