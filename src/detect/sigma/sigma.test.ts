import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Envelope } from '../../model/event.ts';
import { SigmaEngine } from './engine.ts';
import { EventView } from './event-view.ts';
import { readSigmaDocument, type SigmaDocument } from './sigma-rule.ts';

const logsource = 'logsource: {product: demarc}';

function documents(yaml: string): SigmaDocument[] {
  return parseAllDocuments(yaml).flatMap((document) => readSigmaDocument(document.toJS()) ?? []);
}

function event(facts: Partial<Envelope>, payload?: unknown, second = 0): EventView {
  const time = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const acknowledged = { mode: 'durable' } as const;
  return new EventView(
    { v: 1, id: `e${second}`, time, source: 'test', acknowledged, kind: 'tool.call', ...facts },
    payload,
  );
}

/** Whether a detection (YAML of selections and condition) fits one event. */
function fits(detection: string, facts: Partial<Envelope>, payload?: unknown): boolean {
  const engine = new SigmaEngine(documents(`title: t\nid: r\n${logsource}\ndetection:\n${detection}`));
  return engine.feed(event(facts, payload), 0).length > 0;
}

describe('selections', () => {
  it.each<[string, string, Partial<Envelope>, boolean]>([
    ['a text, without regard to case', 'tool: Send_Mail', { tool: 'send_mail' }, true],
    ['a text, whole', 'tool: mail', { tool: 'send_mail' }, false],
    ['cased', 'tool|cased: Send_Mail', { tool: 'send_mail' }, false],
    ['any of a list', 'tool: [a, b]', { tool: 'b' }, true],
    ['a wildcard', "tool: 'se*_m?il'", { tool: 'send_mail' }, true],
    ['a wildcard that does not fit', "tool: 'se*_m?il'", { tool: 'send_mails' }, false],
    ['an escaped wildcard', "tool: 'a\\*'", { tool: 'a*' }, true],
    ['an escaped wildcard is no wildcard', "tool: 'a\\*'", { tool: 'ab' }, false],
    ['a backslash before a wildcard', "tool: 'a\\\\*'", { tool: 'a\\bc' }, true],
    ['contains', 'destination|contains: evil', { destination: 'www.evil.example' }, true],
    ['startswith', 'tool|startswith: fs/', { tool: 'fs/read' }, true],
    ['startswith elsewhere', 'tool|startswith: fs/', { tool: 'x/fs/read' }, false],
    ['endswith', 'destination|endswith: .example', { destination: 'a.example' }, true],
    ['contains all', 'tool|contains|all: [a, b]', { tool: 'xbxa' }, true],
    ['contains all but one', 'tool|contains|all: [a, b]', { tool: 'xax' }, false],
    ['all of two fields', 'tool: a\n    effect: send', { tool: 'a', effect: 'read' }, false],
    ['a number', 'rows: 5', { rows: 5 }, true],
    ['gte', 'rows|gte: 5', { rows: 5 }, true],
    ['gt', 'rows|gt: 5', { rows: 5 }, false],
    ['lt', 'rows|lt: 5', { rows: 4 }, true],
    ['lt of nothing', 'rows|lt: 5', {}, false],
    ['null is absent', 'tool: null', {}, true],
    ['null is not there where there is one', 'tool: null', { tool: 'a' }, false],
    ['exists', 'tool|exists: true', { tool: 'a' }, true],
    ['exists not', 'tool|exists: false', { tool: 'a' }, false],
    ['a member of a list', 'reasons: policy.deny', { reasons: ['x', 'policy.deny'] }, true],
    ['neq', 'tool|neq: a', { tool: 'b' }, true],
    ['neq of the same', 'tool|neq: a', { tool: 'a' }, false],
    ['a regular expression', "tool|re: '^a+b$'", { tool: 'aaab' }, true],
    ['a regular expression, insensitive', "tool|re|i: '^A+B$'", { tool: 'aaab' }, true],
    ['an IPv4 network', 'destination|cidr: 169.254.0.0/16', { destination: '169.254.169.254' }, true],
    ['another IPv4 network', 'destination|cidr: 169.254.0.0/16', { destination: '169.253.1.1' }, false],
    ['an IPv6 network', "destination|cidr: 'fd00::/8'", { destination: 'fd12::1' }, true],
    ['a name in no network', 'destination|cidr: 169.254.0.0/16', { destination: 'a.example' }, false],
    ['a field reference', 'tool|fieldref: server', { tool: 'x', server: 'x' }, true],
    ['a field reference that differs', 'tool|fieldref: server', { tool: 'x', server: 'y' }, false],
  ])('%s', (_what, selection, facts, expected) => {
    expect(fits(`  s:\n    ${selection}\n  condition: s`, facts)).toBe(expected);
  });

  it('reads what of the payload could be opened, lists included', () => {
    const payload = { arguments: { paths: ['/a', '/home/x/.ssh/id_rsa'] } };
    const detection = "  s:\n    payload.arguments.paths|contains: '.ssh/'\n  condition: s";
    expect(fits(detection, {}, payload)).toBe(true);
    expect(fits(detection, {})).toBe(false);
    expect(fits(detection, {}, { arguments: { paths: { constructor: 1 } } })).toBe(false);
  });

  it('finds Base64 at each of the three offsets', () => {
    const detection = '  s:\n    payload.text|base64offset|contains: secret-word\n  condition: s';
    for (const before of ['', 'a', 'ab', 'abc'])
      expect(fits(detection, {}, { text: Buffer.from(`${before}secret-word and more`).toString('base64') })).toBe(true);
    expect(fits(detection, {}, { text: Buffer.from('another text').toString('base64') })).toBe(false);
  });

  it('keywords fit anywhere', () => {
    expect(fits('  k: [needle, pin]\n  condition: k', {}, { deep: [{ er: 'a NEEDLE here' }] })).toBe(true);
    expect(fits('  k: [needle, pin]\n  condition: k', {}, { deep: 'hay' })).toBe(false);
  });

  it('a regular expression takes time linear in the text', () => {
    expect(fits("  s:\n    payload|re: '^(a+)+$'\n  condition: s", {}, { x: 'a'.repeat(50_000) })).toBe(false);
  });

  it('a wildcard pattern agrees with the regular expression that means the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A'), maxLength: 10 });
    fc.assert(
      fc.property(letters, text, (pattern, value) => {
        const meaning = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
        expect(fits(`  s: {tool: '${pattern}'}\n  condition: s`, { tool: value })).toBe(meaning.test(value));
      }),
    );
  });
});

describe('conditions', () => {
  const selections = '  a1: {tool: x}\n  a2: {effect: send}\n  b: {server: y}\n  _c: {agent: z}\n';
  it.each<[string, Partial<Envelope>, boolean]>([
    ['a1 and a2', { tool: 'x', effect: 'send' }, true],
    ['a1 and a2', { tool: 'x' }, false],
    ['a1 or b', { server: 'y' }, true],
    ['not a1', { tool: 'y' }, true],
    ['not a1 and not a2', { tool: 'x' }, false],
    ['a1 or a2 and b', { tool: 'x' }, true],
    ['(a1 or a2) and b', { tool: 'x' }, false],
    ['1 of a*', { effect: 'send' }, true],
    ['all of a*', { effect: 'send' }, false],
    ['all of them', { tool: 'x', effect: 'send', server: 'y' }, true],
    ['1 of them', { agent: 'z' }, false],
    ['any of them and not _c', { tool: 'x', agent: 'z' }, false],
    ['not 1 of a* and b', { server: 'y' }, true],
  ])('%s with %j is %s', (condition, facts, expected) => {
    expect(fits(`${selections}  condition: ${condition}`, facts)).toBe(expected);
  });

  it.each([
    ['a1 and', 'ends too early'],
    ['(a1', 'not closed'],
    ['a1 a2', 'does not end'],
    ['nothing', 'does not have'],
    ['1 of z*', 'no selection fits'],
    [`${'not '.repeat(100)}a1`, 'nested too deep'],
  ])('%s is refused', (condition, message) => {
    expect(() => fits(`${selections}  condition: ${condition}`, {})).toThrow(message);
  });
});

describe('what is not supported is refused, never guessed', () => {
  it.each([
    ['s: {tool|utf7: a}', 'utf7'],
    ['s: {tool|contains|endswith: a}', 'two ways'],
    ["s: {tool|re: '(?=a)'}", 'regular expression'],
    ['s: {tool|cidr: a.example}', 'network'],
    ['s: {rows|gt: many}', 'number'],
    ['s: {tool: {a: b}}', 'text, numbers'],
    ['s: []', 'empty'],
    ['timeframe: 5m\n  s: {tool: a}', 'timeframe'],
  ])('%s', (selection, message) => {
    expect(() => fits(`  ${selection}\n  condition: s`, {})).toThrow(message);
  });

  it("another product's rule is no rule here", () => {
    expect(documents('title: t\nid: x\nlogsource: {product: windows}\ndetection: {s: {a: b}, condition: s}')).toEqual(
      [],
    );
  });
});

const read = `title: read\nname: read\n${logsource}\ndetection: {s: {origin: untrusted}, condition: s}`;
const send = `title: send\nname: send\n${logsource}\ndetection: {s: {effect: send}, condition: s}`;
const denied = `title: denied\nname: denied\n${logsource}\ndetection: {s: {decision: deny}, condition: s}`;

function correlate(body: string, ...rules: string[]): SigmaEngine {
  return new SigmaEngine(documents([...rules, `title: c\nid: c\ncorrelation:\n${body}`].join('\n---\n')));
}

function spoken(engine: SigmaEngine, events: readonly EventView[]): number[] {
  return events.flatMap((view, index) => (engine.feed(view, index).length > 0 ? [index] : []));
}

describe('correlations', () => {
  it('event_count counts inside the timespan, by group, and begins anew', () => {
    const engine = (): SigmaEngine =>
      correlate(
        '  type: event_count\n  rules: [denied]\n  group-by: [agent]\n  timespan: 10s\n  condition: {gte: 3}',
        denied,
      );
    const deny = (agent: string, second: number): EventView => event({ agent, decision: 'deny' }, undefined, second);
    expect(spoken(engine(), [deny('a', 0), deny('a', 5), deny('a', 10)])).toEqual([2]);
    expect(spoken(engine(), [deny('a', 0), deny('a', 5), deny('a', 11)])).toEqual([]);
    expect(spoken(engine(), [deny('a', 0), deny('b', 1), deny('a', 2), deny('b', 3)])).toEqual([]);
    expect(
      spoken(
        engine(),
        [0, 1, 2, 3, 4, 5].map((second) => deny('a', second)),
      ),
    ).toEqual([2, 5]);
    expect(
      spoken(
        engine(),
        [0, 1, 2].map((second) => event({ decision: 'deny' }, undefined, second)),
      ),
    ).toEqual([]);
  });

  it('value_count counts different values', () => {
    const body =
      '  type: value_count\n  rules: [denied]\n  group-by: [agent]\n  timespan: 1m\n  condition: {field: tool, gt: 2}';
    const deny = (tool: string, second: number): EventView =>
      event({ agent: 'a', tool, decision: 'deny' }, undefined, second);
    expect(spoken(correlate(body, denied), [deny('x', 0), deny('x', 1), deny('x', 2), deny('x', 3)])).toEqual([]);
    expect(spoken(correlate(body, denied), [deny('x', 0), deny('y', 1), deny('z', 2)])).toEqual([2]);
  });

  it('temporal takes any order, temporal_ordered only the given one', () => {
    const body = (type: string): string => `  type: ${type}\n  rules: [read, send]\n  group-by: [run]\n  timespan: 1m`;
    const reading = event({ run: 'r', origin: 'untrusted' }, undefined, 0);
    const sending = event({ run: 'r', effect: 'send' }, undefined, 10);
    expect(spoken(correlate(body('temporal'), read, send), [reading, sending])).toEqual([1]);
    expect(spoken(correlate(body('temporal'), read, send), [sending, reading])).toEqual([1]);
    expect(spoken(correlate(body('temporal_ordered'), read, send), [reading, sending])).toEqual([1]);
    expect(spoken(correlate(body('temporal_ordered'), read, send), [sending, reading])).toEqual([]);
    const both = event({ run: 'r', origin: 'untrusted', effect: 'send' });
    expect(spoken(correlate(body('temporal_ordered'), read, send), [both])).toEqual([]);
    const other = event({ run: 's', effect: 'send' }, undefined, 10);
    expect(spoken(correlate(body('temporal'), read, send), [reading, other])).toEqual([]);
    const late = event({ run: 'r', effect: 'send' }, undefined, 59 + 2);
    expect(spoken(correlate(body('temporal'), read, send), [reading, late])).toEqual([]);
  });

  it('aliases join fields of different names; the parts report on their own only when asked', () => {
    const body =
      '  type: temporal\n  rules: [read, send]\n  group-by: [host]\n  timespan: 1m\n  aliases: {host: {read: server, send: destination}}';
    const events = [
      event({ server: 'h', origin: 'untrusted' }),
      event({ destination: 'h', effect: 'send' }, undefined, 1),
    ];
    expect(spoken(correlate(body, read, send), events)).toEqual([1]);
    expect(spoken(correlate(`${body}\n  generate: true`, read, send), events)).toEqual([0, 1]);
  });

  it('correlations chain, and cycles and unknown or double names are refused', () => {
    const burst =
      'title: burst\nname: burst\ncorrelation: {type: event_count, rules: [denied], group-by: [agent], timespan: 1m, condition: {gte: 2}}';
    const engine = correlate(
      '  type: temporal_ordered\n  rules: [burst, send]\n  group-by: [agent]\n  timespan: 1h',
      denied,
      send,
      burst,
    );
    const deny = (second: number): EventView => event({ agent: 'a', decision: 'deny' }, undefined, second);
    expect(spoken(engine, [deny(0), deny(1), event({ agent: 'a', effect: 'send' }, undefined, 2)])).toEqual([2]);
    const cycle = (name: string, on: string): string =>
      `title: x\nname: ${name}\ncorrelation: {type: temporal, rules: [${on}], group-by: [run], timespan: 1m}`;
    expect(() => new SigmaEngine(documents(`${cycle('p', 'q')}\n---\n${cycle('q', 'p')}`))).toThrow('looks at itself');
    expect(() => new SigmaEngine(documents(cycle('p', 'q')))).toThrow('does not exist');
    expect(() => new SigmaEngine(documents(`${read}\n---\n${read}`))).toThrow('two rules');
  });

  it('a count needs a lower bound, a timespan a unit', () => {
    const body = (condition: string, timespan = '1m'): string =>
      `  type: event_count\n  rules: [denied]\n  group-by: [agent]\n  timespan: ${timespan}\n  condition: ${condition}`;
    expect(() => correlate(body('{lt: 3}'), denied)).toThrow('needs `gt`');
    expect(() => correlate(body('{gte: 3}', '1h30'), denied)).toThrow('no timespan');
  });
});
