import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope, EventInput } from '../../model/event.ts';
import { Baseline, defaultBaselineSettings } from './baseline.ts';
import { unseenProbability, upperTail } from './conformal.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);

/** Feeds runs to a baseline; each run is a list of calls, all at one time. */
class Stream {
  readonly baseline: Baseline;
  #index = 0;
  #run = 0;

  constructor(settings: Partial<typeof defaultBaselineSettings> = {}) {
    this.baseline = new Baseline({ ...defaultBaselineSettings, learningMs: 0, ...settings });
  }

  run(calls: readonly Partial<Envelope>[], atMs: number, agent = 'bot'): string[] {
    return this.alerts(calls, atMs, agent).map(({ rule, tool }) => `${rule}${tool === undefined ? '' : ` ${tool}`}`);
  }

  alerts(calls: readonly Partial<Envelope>[], atMs: number, agent = 'bot'): EventInput[] {
    const run = `r${this.#run++}`;
    const events = [{ kind: 'run.start' }, ...calls, { kind: 'run.end' }] as readonly Partial<Envelope>[];
    return events.flatMap((facts) =>
      this.baseline
        .feed(
          {
            v: 1,
            id: `e${this.#index}`,
            time: new Date(atMs).toISOString(),
            source: 'test',
            acknowledged: { mode: 'durable' },
            kind: 'tool.call',
            run,
            agent,
            ...facts,
          },
          this.#index++,
        )
        .map(({ input }) => input),
    );
  }
}

/** 200 clean runs with the same few tools. */
function trained(settings: Partial<typeof defaultBaselineSettings> = {}): Stream {
  const stream = new Stream(settings);
  for (let n = 0; n < 200; n++) stream.run([{ tool: 'search' }, { tool: 'read' }], start + n * 3_600_000);
  return stream;
}

const later = start + 200 * 3_600_000;

describe('conformal p-values', () => {
  it('a share p of exchangeable numbers is unusual at p, no more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 60 }), (numbers) => {
        // Each number against all others: exactly what exchangeability averages over.
        const unusual = numbers.filter((value, at) => upperTail(numbers.toSpliced(at, 1), value) <= 0.1);
        expect(unusual.length).toBeLessThanOrEqual(Math.floor(numbers.length * 0.1));
      }),
    );
  });

  it('nothing is unusual before there is enough to compare with', () => {
    expect(upperTail([], 10 ** 9)).toBe(1);
    expect(
      upperTail(
        Array.from({ length: 98 }, () => 0),
        1,
      ),
    ).toBeGreaterThan(0.01);
    expect(
      upperTail(
        Array.from({ length: 99 }, () => 0),
        1,
      ),
    ).toBe(0.01);
  });

  it('a principal that always does something new is expected to', () => {
    expect(unseenProbability([])).toBe(1);
    expect(unseenProbability([1, 1, 1])).toBe(1);
    expect(unseenProbability([50, 50, 1])).toBeCloseTo(1 / 101);
    expect(unseenProbability([50, 50])).toBeCloseTo(1 / 101);
  });
});

describe('first seen', () => {
  it('a new tool of an agent that knows its tools is told once in a run', () => {
    const alerts = trained().run([{ tool: 'send' }, { tool: 'send' }], later);
    expect(alerts.filter((alert) => alert.startsWith('baseline.new'))).toEqual(['baseline.new-tool send']);
    expect(alerts).toContain('baseline.new-tool send');
  });

  it('what no run can teach is told once in a learning time, not with each run', () => {
    const stream = trained({ learningMs: 7 * day });
    const fetching = [{ tool: 'fetch', origin: 'untrusted' }, { tool: 'search' }] as const;
    const runs = Array.from({ length: 8 * 24 }, (_, hour) => stream.run(fetching, later + hour * 3_600_000));
    const told = runs.flatMap((alerts, hour) => (alerts.includes('baseline.new-tool fetch') ? [hour] : []));
    expect(told).toEqual([0, 7 * 24]);
  });

  it('says why in the payload', () => {
    const { baseline } = trained();
    const [alert] = baseline.feed(
      {
        v: 1,
        id: 'x',
        time: new Date(later).toISOString(),
        source: 't',
        acknowledged: { mode: 'durable' },
        kind: 'tool.call',
        run: 'n',
        agent: 'bot',
        destination: 'a.example',
      },
      7,
    );
    expect(alert).toBeUndefined(); // no destination was ever seen: a first one cannot be called unusual
    const stream = trained();
    for (let n = 0; n < 120; n++) stream.run([{ tool: 'search', destination: 'crm.example' }], later + n * 60_000);
    const found = stream.baseline.feed(
      {
        v: 1,
        id: 'y',
        time: new Date(later + day).toISOString(),
        source: 't',
        acknowledged: { mode: 'durable' },
        kind: 'tool.call',
        run: 'n',
        agent: 'bot',
        destination: 'paste.example',
      },
      9,
    );
    expect(found).toMatchObject([
      {
        index: 9,
        input: {
          kind: 'alert',
          rule: 'baseline.new-destination',
          severity: 'medium',
          destination: 'paste.example',
          reference: 'y',
          payload: { principal: 'agent bot', against: '1 known in 120 uses over 320 runs, 0 of them seen once' },
        },
      },
    ]);
  });

  it('an agent that keeps using new tools raises none', () => {
    const stream = new Stream();
    const alerts = Array.from({ length: 200 }, (_, n) =>
      stream.run([{ tool: `tool-${n}` }], start + n * 3_600_000),
    ).flat();
    expect(alerts.filter((alert) => alert.startsWith('baseline.new-tool'))).toEqual([]);
  });

  it('is not learned by itself, only by a person', () => {
    const stream = trained();
    for (let n = 0; n < 5; n++)
      expect(stream.run([{ tool: 'send' }], later + n * 60_000)).toContain('baseline.new-tool send');
    expect(stream.baseline.accept('agent bot', 'tool', 'send', later)).toBe(true);
    expect(stream.run([{ tool: 'send' }], later + day)).not.toContain('baseline.new-tool send');
    expect(stream.baseline.accept('agent nobody', 'tool', 'send', later)).toBe(false);
  });

  it('what was not seen for the window is new again', () => {
    const stream = trained({ windowMs: 30 * day });
    expect(stream.run([{ tool: 'search' }, { tool: 'read' }], later)).toEqual([]);
    expect(stream.run([{ tool: 'search' }, { tool: 'read' }], later + 31 * day)).toContain('baseline.new-tool read');
  });
});

describe('the poisoning guard', () => {
  it.each<[string, Partial<Envelope>]>([
    ['untrusted data', { tool: 'search', origin: 'untrusted' }],
    ['a question to a person', { tool: 'search', decision: 'ask' }],
    ['an approval', { kind: 'approval' }],
  ])('a run with %s teaches nothing', (_what, facts) => {
    const stream = trained();
    for (let n = 0; n < 300; n++)
      stream.run([facts, ...Array.from({ length: 50 }, () => ({ tool: 'search' }))], later + n * 3_600_000);
    // 50 calls are as unusual as they were.
    const alerts = stream.run(
      Array.from({ length: 50 }, () => ({ tool: 'search' })),
      later + 400 * 3_600_000,
    );
    expect(alerts).toContain('baseline.calls');
    expect(alerts).toContain('baseline.hourly-calls');
  });
});

describe('numbers of a run', () => {
  it.each<[string, readonly Partial<Envelope>[]]>([
    ['calls', Array.from({ length: 30 }, () => ({ tool: 'search' }))],
    ['effects', [{ tool: 'search', effect: 'send' }]],
    ['errors', [{ kind: 'tool.result', tool: 'search', outcome: 'error' }]],
    ['denials', [{ kind: 'decision', decision: 'deny' }]],
    ['bytes', [{ kind: 'tool.result', bytes: 10_000_000 }]],
    ['rows', [{ kind: 'data.query', rows: 50_000 }]],
    ['tokens', [{ kind: 'model.response', outputTokens: 100_000 }]],
  ])('an unusual number of %s', (measure, calls) => {
    expect(trained().run(calls, later)).toContain(`baseline.${measure}`);
  });

  it('is a reason to look at most, for usual runs raise some', () => {
    const denied = trained().alerts([{ kind: 'decision', decision: 'deny' }], later);
    expect(denied.map(({ rule, severity }) => [rule, severity])).toContainEqual(['baseline.denials', 'low']);
  });

  it('a usual run raises nothing', () => {
    expect(trained().run([{ tool: 'search' }, { tool: 'read' }], later)).toEqual([]);
  });

  it('an order of steps never seen is surprising', () => {
    expect(
      trained().run([{ tool: 'read' }, { tool: 'read' }, { tool: 'search' }, { tool: 'search' }], later),
    ).toContain('baseline.surprise');
  });

  it('an hour of the day in which the agent never worked', () => {
    const stream = new Stream();
    for (let n = 0; n < 150; n++) stream.run([{ tool: 'search' }], start + n * day + 10 * 3_600_000);
    expect(stream.run([{ tool: 'search' }], start + 150 * day + 10 * 3_600_000)).toEqual([]);
    expect(stream.run([{ tool: 'search' }], start + 151 * day + 3 * 3_600_000)).toEqual(['baseline.hour']);
  });
});

describe('learning', () => {
  it('a principal is not judged before the learning time is over', () => {
    const stream = trained({ learningMs: 400 * 3_600_000 });
    expect(stream.run([{ tool: 'send' }], later)).toEqual([]);
    const judged = trained({ learningMs: 100 * 3_600_000 });
    expect(judged.run([{ tool: 'send' }], later)).toContain('baseline.new-tool send');
  });

  it('the rate of false alarms is the setting', () => {
    let seed = 42;
    const random = (): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    for (const rate of [0.02, 0.1]) {
      const stream = new Stream({ falseAlarmRate: rate });
      let alarms = 0;
      const runs = 3_000;
      for (let n = 0; n < runs; n++) {
        const calls = Array.from({ length: 1 + Math.floor(random() * 40) }, () => ({ tool: 'search' }));
        if (stream.run(calls, start + n * 3_600_000).includes('baseline.calls')) alarms++;
      }
      expect(alarms / runs).toBeLessThanOrEqual(rate * 1.3);
      expect(alarms).toBeGreaterThan(0);
    }
  });

  it('state goes from one process to the next', () => {
    const first = trained();
    const second = new Stream();
    expect(second.baseline.restore(first.baseline.state())).toBe(true);
    expect(second.baseline.state()).toBe(first.baseline.state());
    expect(second.run([{ tool: 'send' }], later)).toContain('baseline.new-tool send');
    expect(new Baseline().restore('{"format":"other"}')).toBe(false);
    expect(new Baseline().restore('not json')).toBe(false);
  });

  it('names that are not what they seem do no harm', () => {
    const stream = trained();
    expect(stream.run([{ tool: '__proto__' }], later)).toContain('baseline.new-tool __proto__');
    expect(stream.run([{ tool: 'constructor' }], later)).toContain('baseline.new-tool constructor');
  });
});
