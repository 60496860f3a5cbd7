/** Limits of what detection keeps in memory: an alert that could not be raised is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runLedgerDetect } from '../../../src/app/commands/ledger/detect-run.ts';
import { keepingContext, realLedger } from '../../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { Detector, defaultDetectorSettings } from '../../../src/detect/detector.ts';
import { readSigmaDocument, type SigmaDocument } from '../../../src/detect/sigma/sigma-rule.ts';
import type { Envelope, EventInput } from '../../../src/model/event.ts';
import { parseEventInput } from '../../../src/store/event-input.ts';
import type { Row } from './row.ts';

const startMs = Date.UTC(2026, 0, 1);

/** A detector over events of one agent, a second apart. */
class Stream {
  readonly detector: Detector;
  #count = 0;

  constructor(rules: readonly SigmaDocument[] = [], falseAlarmRate = 0.01) {
    const baseline = { ...defaultDetectorSettings.baseline, learningMs: 0, falseAlarmRate };
    this.detector = new Detector(rules, { ...defaultDetectorSettings, baseline });
  }

  feed(facts: Partial<Envelope>): EventInput[] {
    const at = this.#count++;
    const time = new Date(startMs + at * 1_000).toISOString();
    const acknowledged = { mode: 'durable' } as const;
    const event = { v: 1, id: `e${at}`, time, source: 'test', acknowledged, kind: 'tool.call', ...facts } as const;
    return this.detector.feed(event, undefined, at);
  }

  run(run: string, calls: readonly Partial<Envelope>[]): EventInput[] {
    return [...calls, { kind: 'run.end' } as const].flatMap((facts) => this.feed({ agent: 'bot', run, ...facts }));
  }
}

const each = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

function correlation(condition: object, type = 'event_count'): SigmaDocument[] {
  const parts = { logsource: { product: 'demarc' }, detection: { s: { tool: 'send' }, condition: 's' } };
  const together = { type, rules: ['send'], 'group-by': ['agent'], timespan: '30d', condition };
  return [
    { title: 'Send', id: 'send', ...parts },
    { title: 'Many', id: 'many', correlation: together },
  ].flatMap((document) => readSigmaDocument(document) ?? []);
}

/** Alerts of a correlation of `size` events, or why there can be none. */
function counted(size: number): readonly EventInput[] {
  const stream = new Stream(correlation({ gte: size }));
  return each(size, () => stream.feed({ agent: 'bot', tool: 'send' })).flat();
}

/** What `demarc ledger detect` says when it goes on at entry `size`: correlations look back over what is before. */
async function goingOn(size: number): Promise<readonly string[]> {
  const ledger = await realLedger();
  const { directory, recorder } = ledger;
  const scratch = mkdtempSync(join(tmpdir(), 'demarc-limits-'));
  writeFileSync(
    join(scratch, 'many.yaml'),
    `title: Send\nid: send\nlogsource: {product: demarc}\ndetection: {s: {tool: send}, condition: s}\n---\ntitle: Many\nid: many\ncorrelation: {type: event_count, rules: [send], timespan: 1d, condition: {gte: 3}}\n`,
  );
  const detect = async (): Promise<readonly string[]> => {
    const context = keepingContext();
    const flags = {
      builtIn: false,
      rules: scratch,
      falseAlarmRate: 0.01,
      learningDays: 7,
      record: false,
      fresh: false,
    };
    await runLedgerDetect(context, { ...flags, failOn: 'never', format: 'json' }, directory);
    return context.err;
  };
  const event = { kind: 'custom', reference: 'x' } as const;
  try {
    await Promise.all(each(size - 1, () => recorder.record(parseEventInput(event, startMs).input)));
    await ledger.record(event);
    await detect();
    await ledger.record(event);
    return await detect();
  } finally {
    await ledger.close();
    rmSync(scratch, { recursive: true });
    rmSync(dirname(directory), { recursive: true });
  }
}

export const detectionRows: readonly Row[] = [
  {
    limit: 'correlationGroupsMax',
    where: 'groups of a correlation',
    told: (size) => {
      const stream = new Stream(correlation({ gte: 2 }));
      for (let at = 0; at < size; at++) stream.feed({ agent: `a${at}`, tool: 'send' });
      return stream.detector.forgotten.lines();
    },
    past: /^1 groups of correlations dropped$/,
  },
  {
    limit: 'correlationEventsMax',
    where: 'the count of a correlation',
    told: (size) => {
      try {
        return counted(size).length > 0 ? [] : ['a count that was reached raised no alert: never reached'];
      } catch (thrown) {
        return [String(thrown)];
      }
    },
    past: /never reached/,
  },
  {
    limit: 'correlationEventsMax',
    where: 'events that fit a correlation and do not make it true',
    told: (size) => {
      const stream = new Stream(correlation({ field: 'server', gte: 2 }, 'value_count'));
      for (let at = 0; at < size; at++) stream.feed({ agent: 'bot', tool: 'send', server: 'one' });
      return stream.detector.forgotten.lines();
    },
    past: /^1 events of correlations dropped$/,
  },
  {
    limit: 'alertEventsMax',
    where: 'events an alert rests on',
    told: (size) =>
      counted(size).map(({ payload }) => {
        const { events, eventCount } = payload as { events: readonly unknown[]; eventCount: number };
        return events.length === eventCount ? 'all of them' : `${events.length} of ${eventCount}`;
      }),
    past: /^20 of 21$/,
  },
  {
    limit: 'profileValuesMax',
    where: 'tools of an agent',
    told: (size) => {
      const stream = new Stream();
      stream.run(
        'first',
        each(size, (at) => ({ tool: `t${at}` })),
      );
      stream.run('next', [{ tool: 'new' }]);
      return stream.detector.forgotten.lines();
    },
    past: /^1 values not compared, for their profile is full$/,
  },
  {
    limit: 'profileSamplesMax',
    where: 'runs a run is compared with',
    // One of them was as large: as long as it is remembered, two of `size + 1` are no alert.
    told: (size) => {
      const stream = new Stream([], 1.5 / (size + 1));
      const large = each(9, () => ({ tool: 'search' }));
      stream.run('large', large);
      for (let at = 1; at < size; at++) stream.run(`r${at}`, [{ tool: 'search' }]);
      return stream.run('as large', large).map(({ rule }) => rule ?? '');
    },
    past: /^baseline\.calls$/,
  },
  {
    limit: 'profilesMax',
    where: 'agents',
    told: (size) => {
      const stream = new Stream();
      for (let at = 0; at < size; at++) stream.feed({ agent: `a${at}`, run: `r${at}` });
      return stream.detector.forgotten.lines();
    },
    past: /^1 profiles dropped$/,
  },
  {
    limit: 'openRunsMax',
    where: 'runs of an agent that have not ended',
    told: (size) => {
      const stream = new Stream();
      // All at one time: a run that is idle for an hour has ended.
      const time = new Date(startMs).toISOString();
      for (let at = 0; at < size; at++) stream.feed({ agent: 'bot', run: `r${at}`, time, kind: 'run.start' });
      return stream.detector.forgotten.lines();
    },
    past: /^1 runs dropped before they ended$/,
  },
  {
    limit: 'detectionWarmEntriesMax',
    where: 'entries before the first new one',
    told: goingOn,
    past: /correlations look back 10000 entries only/,
  },
];
