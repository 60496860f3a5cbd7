import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { decisions, eventKinds } from '../../model/event.ts';
import type { PayloadState } from '../../ledger/read.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import { colourStyle, plainStyle } from '../terminal/style.ts';
import { eventLine } from './event-line.ts';
import { entryOf, sampleRun } from './fixtures/sample-run.ts';
import { renderTimelineHtml } from './html.ts';
import { layLanes } from './lanes.ts';
import { renderTimeline } from './terminal.ts';
import { readTimeline, type Timeline, type TimelineEntry } from './timeline.ts';
import { durationWords } from './words.ts';

const html = renderTimelineHtml(sampleRun);
const terminal = renderTimeline(sampleRun, plainStyle);

const hostile = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    '</style></title></textarea>',
    '<!--',
    '\x1b[2J\x1b]0;gone\x07',
    '\x9b31m',
    '\r\nError: all is well',
    '\u202egnp.exe',
    '\u200b',
    'javascript:alert(1)',
    '`${7*7}`',
    '\ud800',
    'a'.repeat(300),
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const payload: fc.Arbitrary<PayloadState> = fc.oneof(
  fc.constant({ state: 'none' } as const),
  fc.constant({ state: 'erased' } as const),
  fc.constant({ state: 'no-keys' } as const),
  hostile.map((why) => ({ state: 'tampered', why }) as const),
  fc
    .oneof(hostile, fc.jsonValue(), fc.dictionary(hostile, hostile))
    .map((value) => ({ state: 'clear', value }) as const),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const hostileEntry: fc.Arbitrary<TimelineEntry> = fc
  .tuple(
    fc.nat(1e6),
    fc.nat(1e9),
    fc.record({
      kind: fc.constantFrom(...eventKinds),
      id: hostile,
      source: hostile,
      run: hostile,
      call: maybe(hostile),
      agent: hostile,
      tool: maybe(hostile),
      server: maybe(hostile),
      dataSource: maybe(hostile),
      model: maybe(hostile),
      destination: maybe(hostile),
      error: maybe(hostile),
      subject: maybe(hostile),
      decision: maybe(fc.constantFrom(...decisions)),
      reasons: maybe(fc.array(hostile, { maxLength: 3 })),
      rule: maybe(hostile),
    }),
    payload,
    fc.option(hostile, { nil: undefined }),
    fc.boolean(),
  )
  .map(([index, after, facts, opened, proof, isForeign]) => {
    const entry = entryOf(index, after, JSON.parse(JSON.stringify(facts)) as Partial<RecordedEvent>, opened);
    return { ...entry, proof, ...(isForeign && index % 7 === 0 ? { event: undefined } : {}) } as TimelineEntry;
  });
const hostileTimeline: fc.Arbitrary<Timeline> = fc.record({
  demarc: fc.constant('0.1.0'),
  truncated: fc.boolean(),
  agrees: fc.boolean(),
  log: fc.record({ origin: hostile, size: fc.nat(), root: fc.constant(new Uint8Array(32)) }),
  people: fc.dictionary(hostile, hostile).map((names) => new Map(Object.entries(names))),
  runs: fc.array(fc.record({ run: hostile, agent: hostile, subject: maybe(hostile), outcome: hostile }), {
    minLength: 1,
    maxLength: 3,
  }),
  entries: fc.uniqueArray(hostileEntry, { maxLength: 12, selector: ({ index }) => index }),
});

/** Names of elements and attributes a page consists of. */
function skeleton(page: string): { readonly elements: readonly string[]; readonly attributes: readonly string[] } {
  const tags = [...page.matchAll(/<([a-z][a-z0-9]*|![a-z]+|\/[a-z0-9]+)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  return {
    elements: tags.map((tag) => (tag[1] ?? '').toLowerCase()),
    attributes: tags.flatMap((tag) =>
      [...(tag[2] ?? '').replace(/"[^"]*"/g, '""').matchAll(/\s([a-zA-Z-]+)(?:=|\s|$)/g)].map((found) =>
        (found[1] ?? '').toLowerCase(),
      ),
    ),
  };
}

describe('the HTML timeline', () => {
  it('asks for nothing from outside and runs only its own script', () => {
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((found) => found[1] ?? '');
    expect(scripts).toHaveLength(1);
    expect(html).toContain(
      `script-src 'sha256-${createHash('sha256')
        .update(scripts[0] ?? '')
        .digest('base64')}'`,
    );
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/\s(?:src|srcset|action|formaction|poster|on[a-z]+)=/i);
    expect([...html.matchAll(/href="([^"]*)"/g)].filter((found) => !/^#[\w-]+$/.test(found[1] ?? ''))).toEqual([]);
    expect(html).not.toMatch(/url\(|@import/);
  });

  it('links lead to what is there', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((found) => found[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('shows every event with its payload, as far as it could be opened, and its proof', () => {
    for (const { index, leaf, proof = '' } of sampleRun.entries) {
      const from = html.indexOf(`id="e-${index}"`);
      const event = html.slice(from, html.indexOf('</details>', from));
      expect(event).toContain(leaf);
      expect(event).toContain(proof.split('\n')[2]);
      expect(event).toContain(`event-${index}.tlog-proof`);
    }
    expect(html).toContain('payload erased: its keys were destroyed');
    expect(html).toContain('payload sealed: the keys given do not open it');
    expect(html).toContain('payload does not verify: its commitment is another');
    expect(html).toContain('Ada Byron <code>s_00000000000000a1</code>');
    expect(html).toContain('demarc ledger check event-811.tlog-proof --vkey');
  });

  it('says a decision in words and with a sign wherever it colours one', () => {
    const marks = [...html.matchAll(/<(span|a) class="mark d-(\w+)"[^>]*>([^<]*)</g)];
    expect(marks.length).toBeGreaterThan(4);
    for (const [, , decision, text] of marks) expect(text).toMatch(new RegExp(`^. ${decision}$`, 'u'));
  });

  it('warns when the log does not verify and when events are left out', () => {
    expect(html).not.toContain('class="warning"');
    expect(renderTimelineHtml({ ...sampleRun, agrees: false })).toContain('do not lead to the root that was signed');
    expect(renderTimelineHtml({ ...sampleRun, truncated: true })).toContain('More events belong to this run');
  });

  it.each([
    [0, false],
    [1, true],
  ])('shows a payload up to the limit and says that it cut (n + %i)', (more, isCut) => {
    const text = 'y'.repeat(limits.timelinePayloadLengthMax + more);
    const page = renderTimelineHtml({ ...sampleRun, entries: [entryOf(1, 0, {}, { state: 'clear', value: text })] });
    expect(page).toContain('y'.repeat(limits.timelinePayloadLengthMax));
    expect(page).not.toContain('y'.repeat(limits.timelinePayloadLengthMax + 1));
    expect(page.includes('Cut after 20,000 of 20,001 characters')).toBe(isCut);
  });

  it('has no element, attribute or character that an event brought', () => {
    const known = skeleton(renderTimelineHtml({ ...sampleRun, agrees: false, truncated: true }));
    const long = skeleton(
      renderTimelineHtml({ ...sampleRun, entries: sampleRun.entries.map((entry) => ({ ...entry, proof: undefined })) }),
    );
    const elements = new Set([...known.elements, ...long.elements]);
    const attributes = new Set([...known.attributes, ...long.attributes]);
    fc.assert(
      fc.property(hostileTimeline, (timeline) => {
        const page = renderTimelineHtml(timeline);
        const found = skeleton(page);
        expect(found.elements.filter((name) => !elements.has(name))).toEqual([]);
        expect(found.attributes.filter((name) => !attributes.has(name))).toEqual([]);
        expect(page.match(/<script/g)).toHaveLength(1);
        expect(page).not.toMatch(/(?![\t\n])[\p{Cc}\p{Cs}\u202e\u200b]/u);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the terminal timeline', () => {
  it('tells the run in 80 columns', () => {
    expect(terminal.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(terminal).toContain(
      'Run support-7f3a\nsupport-agent for Ada Byron (s_00000000000000a1), 2026-11-20 10:00:00.120 UTC,\n15 min 07 s, ended ok\n23 events, 5 calls, 1 denied; child runs: refund-91c0',
    );
    expect(terminal).toContain(
      '      +2.16 s #815    policy decides orders-db/lookup\n                      ✓ allow: role.support.reads-orders',
    );
    expect(terminal).toContain(
      'ok in 2.51 s · untrusted · 48,211 bytes\n                      payload sealed: the keys given do not open it',
    );
    expect(terminal).toContain('to attacker@evil.example · send');
    expect(terminal).toContain('#831    an entry of another format');
  });

  it('counts a denied call once, wherever the denial stands, and knows an end without an outcome', () => {
    const entries = [
      entryOf(1, 0, { kind: 'tool.call', call: 'a', tool: 'x', decision: 'deny' }),
      entryOf(2, 1, { kind: 'decision', call: 'a', tool: 'x', decision: 'deny' }),
      entryOf(3, 2, { kind: 'tool.call', call: 'b', tool: 'x', decision: 'allow' }),
      entryOf(4, 3, { kind: 'decision', tool: 'x', decision: 'deny' }),
      entryOf(5, 4, { kind: 'run.end' }),
    ];
    const run: Timeline = { ...sampleRun, runs: [{ run: 'support-7f3a' }], entries };
    expect(renderTimeline(run, plainStyle)).toMatch(/ended without a stated\s+outcome\n5 events, \d calls, 2 denied\n/);
    const open = { ...run, entries: entries.slice(0, 4) };
    expect(renderTimeline(open, plainStyle)).toMatch(/its end is not recorded/);
  });

  it('has no character that an event could steer the terminal with, and no line beyond 80 columns', () => {
    fc.assert(
      fc.property(hostileTimeline, (timeline) => {
        const lines = [
          renderTimeline(timeline, plainStyle),
          ...timeline.entries.map((entry) => eventLine(entry, plainStyle)),
        ];
        for (const text of lines) expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202e\u200b]/u);
        for (const entry of timeline.entries) expect(eventLine(entry, plainStyle)).not.toContain('\n');
        for (const line of renderTimeline(timeline, plainStyle).split('\n'))
          expect(Array.from(line).length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 100 },
    );
  });

  it('says the same with colours', () => {
    const sgr = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(renderTimeline(sampleRun, colourStyle).replace(sgr, '')).toBe(terminal);
    expect(renderTimeline(sampleRun, colourStyle)).toContain('\x1b[31m✕ deny\x1b[0m');
  });

  it('says why the gateway ended a call', () => {
    const cut = { kind: 'tool.result', outcome: 'cancelled', reasons: ['kill.run'] } as const;
    const ended = renderTimeline({ ...sampleRun, entries: [entryOf(1, 0, cut, { state: 'none' })] }, plainStyle);
    expect(ended).toContain('cancelled (kill.run)');
  });

  it('warns when the log does not verify and when events are left out', () => {
    const text = renderTimeline({ ...sampleRun, agrees: false, truncated: true }, plainStyle);
    expect(text).toContain('The entries do not lead to the root that was signed: run `demarc ledger verify`.');
    expect(text).toContain('More events belong to this run than are shown');
  });
});

describe('times', () => {
  it('never run backwards, and count from the first event that has one', () => {
    const read = readTimeline({
      ...sampleRun,
      entries: [
        entryOf(1, 0, { time: 'soon' }),
        entryOf(2, 1000, {}),
        entryOf(3, 5000, {}),
        entryOf(4, 2000, {}),
        entryOf(5, 6000, {}),
      ],
    });
    expect([...read.offsets]).toEqual([
      [2, 0],
      [3, 4000],
      [4, 4000],
      [5, 5000],
    ]);
  });

  it.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1000, '1.00 s'],
    [59_994, '59.99 s'],
    [59_999, '1 min 00 s'],
    [3_599_000, '59 min 59 s'],
    [3_600_000, '1 h 00 min'],
    [86_400_000, '1 d 00 h'],
  ])('%d ms is %s', (ms, words) => expect(durationWords(ms)).toBe(words));
});

describe('the lanes', () => {
  it('hold every event once in its own lane, in cells that never run back, however many there are', () => {
    fc.assert(
      fc.property(fc.array(hostileEntry, { maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (entries, cells) => {
        const numbered = entries.map((entry, index) => ({ ...entry, index }));
        const read = readTimeline({ ...sampleRun, entries: numbered });
        const { lanes } = layLanes(read, cells);
        const drawn = lanes.flatMap(({ marks }) => marks.flatMap((mark) => mark.entries.map(({ index }) => index)));
        const answers = new Set(
          read.calls.flatMap(({ asked, answered }) => (asked === undefined ? [] : [answered?.index])),
        );
        expect(new Set(drawn)).toEqual(
          new Set(
            numbered.flatMap(({ index, event }) => (answers.has(index) && event?.kind !== 'data.query' ? [] : [index])),
          ),
        );
        for (const { marks } of lanes)
          for (const [at, { cell, until }] of marks.entries()) {
            expect(cell).toBeGreaterThan(marks[at - 1]?.cell ?? -1);
            expect(until).toBeGreaterThanOrEqual(cell);
            expect(until).toBeLessThan(cells);
          }
        expect(lanes.length).toBeLessThanOrEqual(20);
      }),
    );
  });
});
