import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { eventKinds } from '../model/event.ts';
import { factTypes, kindFacts } from '../model/event-facts.ts';
import { parseEventInput } from './event-input.ts';

const nowMs = Date.parse('2026-08-01T10:00:00Z');
const parse = (value: unknown): ReturnType<typeof parseEventInput> => parseEventInput(value, nowMs);
const call = { kind: 'tool.call', run: 'r1', tool: 'send_mail', subject: 'erika@example.com' };

describe('an event that fits', () => {
  it('is that event, with its payload as it was given', () => {
    const given = {
      ...call,
      time: '2026-08-01T10:00:00.000Z',
      effect: 'send',
      rows: 3,
      reasons: ['a.b'],
      payload: [1],
    };
    expect(parse(given)).toEqual({ input: given, problems: [] });
  });

  it('is read the same whether or not there is something to do', () => {
    const text = fc.constantFrom(
      'a',
      'r-1',
      'ann@x.example',
      '',
      'two words',
      'https://x.example/y',
      `dmk_${'0'.repeat(60)}`,
    );
    const value = fc.oneof(text, fc.constantFrom(0, -1, 1.5, NaN, 'read', 'allow', 'ok', null, true), fc.array(text));
    const event = fc.dictionary(
      fc.constantFrom(...Object.keys(factTypes), 'source', 'subject', 'alsoAbout', 'more'),
      value,
    );
    fc.assert(
      fc.property(event, fc.constantFrom(...eventKinds), fc.boolean(), (facts, kind, isWhole) => {
        const given = { kind, ...(isWhole ? facts : {}), run: 'r', call: 'c', tool: 't', ...(isWhole ? {} : facts) };
        // What is undefined is dropped, so the event has to be made anew.
        expect(parse(given)).toEqual(parse({ ...given, gone: undefined }));
      }),
      { numRuns: 2000 },
    );
  });

  it('needs no more than its kind says; null and nothing are absent', () => {
    expect(parse({ ...call, agent: null, model: '', rows: undefined, reasons: [] })).toEqual({
      input: call,
      problems: [],
    });
  });

  it('keeps other fields in its payload', () => {
    expect(parse({ ...call, arguments: { to: 'x' }, nothing: null }).input.payload).toEqual({
      arguments: { to: 'x' },
      nothing: null,
    });
    expect(parse({ ...call, payload: { a: 1 }, b: 2 }).input.payload).toEqual({ a: 1, b: 2 });
    expect(parse({ ...call, payload: { a: 1 }, a: 2 }).input.payload).toEqual({ a: 2, payload: { a: 1 } });
    expect(parse({ ...call, payload: 'text', a: 2 }).input.payload).toEqual({ a: 2, payload: 'text' });
  });

  it('keeps a fact of other kinds in its payload, and says so', () => {
    expect(parse({ ...call, exitCode: 1 })).toEqual({
      input: { ...call, payload: { exitCode: 1 } },
      problems: ['`exitCode` is no fact of `tool.call`: sealed'],
    });
  });

  it('has its times in UTC, and what that loses in its payload', () => {
    expect(parse({ ...call, time: '2026-08-01T12:00:00.123456+02:00' })).toEqual({
      input: { ...call, time: '2026-08-01T10:00:00.123Z', payload: { time: '2026-08-01T12:00:00.123456+02:00' } },
      problems: [],
    });
    expect(parse({ kind: 'approval', call: 'c', expires: '2026-08-02T00:00:00Z' }).input.expires).toBe(
      '2026-08-02T00:00:00.000Z',
    );
  });

  it('may claim a time far from the clock, which is a problem', () => {
    const at = (ms: number): readonly string[] => parse({ ...call, time: new Date(ms).toISOString() }).problems;
    expect(at(nowMs + limits.eventAheadMsMax)).toEqual([]);
    expect(at(nowMs + limits.eventAheadMsMax + 1)).toEqual(['`time` is more than a day ahead of the clock']);
    expect(at(nowMs - limits.eventAgeMsMax)).toEqual([]);
    expect(at(nowMs - (limits.eventAgeMsMax + 1))).toEqual(['`time` is more than ten years ago']);
  });

  it('has only scheme, host and port of an address in clear', () => {
    const { input, problems } = parse({
      ...call,
      server: 'https://u:pw@MCP.example:8443/sk-1/x?q=secret#a',
      destination: 's3://bucket/key',
    });
    expect(input).toMatchObject({ server: 'https://mcp.example:8443', destination: 's3://bucket' });
    expect(input.payload).toEqual({
      server: 'https://u:pw@MCP.example:8443/sk-1/x?q=secret#a',
      destination: 's3://bucket/key',
    });
    expect(problems).toEqual([]);
  });
});

describe('a fact in clear', () => {
  const openAiKey = `sk-${'proj'}-${'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'.repeat(2)}`;
  it.each<[string, string]>([
    ['prose', 'please send it'],
    ['another script', '発送してください'],
    ['control characters', 'a\u0000b'],
    ['JSON', '{"name":"Erika"}'],
    ['an e-mail address', 'erika@example.com'],
    ['an account number', 'DE89370400440532013000'],
    ['a credential', openAiKey],
    ['a credential in Base64', Buffer.from(`key ${openAiKey}`).toString('base64')],
    ['an assigned password', 'password=Wint3r-Sale-9'],
    ['a path with a person in it', '/home/erika/mail'],
  ])('that holds %s is sealed', (_what, text) => {
    for (const name of ['tool', 'run', 'agent', 'error', 'server', 'source']) {
      const { input, problems } = parse({ ...call, [name]: text });
      expect(input).toMatchObject({ [name]: '[sealed]', payload: { [name]: text } });
      expect(problems).toHaveLength(1);
      expect(problems.join()).not.toContain(text);
    }
    const { input } = parse({ ...call, reasons: ['fine', text] });
    expect(input).toMatchObject({ reasons: ['[sealed]'], payload: { reasons: ['fine', text] } });
  });

  it('is bounded in length and number', () => {
    const tool = (length: number): unknown => parse({ ...call, tool: 'a'.repeat(length) }).input.tool;
    expect(tool(limits.identifierLengthMax)).toBe('a'.repeat(limits.identifierLengthMax));
    expect(tool(limits.identifierLengthMax + 1)).toBe('[sealed]');
    const reasons = (length: number): unknown =>
      parse({ ...call, reasons: Array.from({ length }, (_, at) => `r${at}`) }).input.reasons;
    expect(reasons(limits.reasonsMax)).toHaveLength(limits.reasonsMax);
    expect(reasons(limits.reasonsMax + 1)).toEqual(['[sealed]']);
  });
});

describe('anything else', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['of no kind', { run: 'r1' }, 'no `kind`'],
    ['of an unknown kind', { kind: 'coffee', run: 'r1' }, 'the `kind` is not a known one'],
    [
      'of a kind the ledger keeps for itself',
      { kind: 'heartbeat', run: 'r1', beat: 9 },
      '`heartbeat` is recorded by the ledger itself only',
    ],
    ['without what its kind needs', { kind: 'tool.call', run: 'r1' }, '`tool.call` has no `tool`'],
    ['with a fact of another type', { ...call, durationMs: '12' }, '`durationMs` is not a number from 0 on'],
    ['with half a row', { ...call, rows: 0.5 }, '`rows` is not a whole number from 0 on'],
    ['with an unknown choice', { ...call, effect: 'delete' }, '`effect` is none of read, write, destructive, send'],
    ['with a number for a name', { ...call, agent: 7 }, '`agent` is not a text'],
    ['with a text for a list', { ...call, reasons: 'a' }, '`reasons` is not a list of texts'],
    ['with a time that is none', { ...call, time: 'yesterday' }, '`time` is not a time with offset (RFC 3339)'],
  ])('%s is recorded as a custom event with all of it as payload', (_what, given, problem) => {
    const { input, problems } = parse(given);
    expect(input).toMatchObject({ kind: 'custom', run: 'r1' });
    expect(input.payload).toEqual(given);
    expect(problems).toEqual([problem]);
  });

  it('stays about its person', () => {
    expect(parse({ ...call, effect: 'delete' }).input.subject).toBe('erika@example.com');
    const { input, problems } = parse({ ...call, subject: { mail: 'erika@example.com' } });
    expect([input.kind, input.subject, problems.length]).toEqual(['custom', undefined, 1]);
  });

  it.each([null, 'a line of text', 7, [call]])('that is no object is recorded whole: %j', (value) => {
    expect(parse(value)).toEqual({ input: { kind: 'custom', payload: value }, problems: ['not a JSON object'] });
  });

  it('names only so many people, each of so many characters', () => {
    const people = (length: number): string[] => Array.from({ length }, (_, at) => `p${at}`);
    const about = { ...call, alsoAbout: people(limits.subjectsPerEventMax), payload: 1 };
    expect(parse(about)).toEqual({ input: about, problems: [] });
    expect(parse({ ...call, alsoAbout: ['Bert'] }).input.payload).toEqual({ alsoAbout: ['Bert'] });
    const more = parse({ ...call, alsoAbout: people(limits.subjectsPerEventMax + 1) });
    expect([more.input.kind, more.input.alsoAbout, more.problems.length]).toEqual(['custom', about.alsoAbout, 1]);
    const named = (length: number): string => parse({ ...call, subject: 'n'.repeat(length) }).input.kind;
    expect([named(limits.subjectLengthMax), named(limits.subjectLengthMax + 1)]).toEqual([call.kind, 'custom']);
  });
});

describe('nothing is lost', () => {
  it('a key like __proto__ is a field like any other', () => {
    const given = JSON.parse('{"kind":"run.start","run":"r","__proto__":{"tool":"x"},"constructor":1}') as unknown;
    const { input } = parse(given);
    expect(JSON.stringify(input.payload)).toBe('{"__proto__":{"tool":"x"},"constructor":1}');
    expect(input.tool).toBeUndefined();
  });

  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('ok', 'read', 'a b', '2026-08-01T10:00:00+01:00'),
    fc.integer(),
    fc.jsonValue(),
  );
  const name = fc.oneof(
    fc.constantFrom(...Object.keys(factTypes), 'time', 'source', 'subject', 'alsoAbout', 'payload', 'x'),
    fc.string(),
  );
  const event = fc
    .tuple(fc.oneof(fc.constantFrom(...eventKinds), fc.string()), fc.array(fc.tuple(name, value), { maxLength: 12 }))
    .map(([kind, fields]) => Object.fromEntries([['kind', kind], ...fields]) as Record<string, unknown>);

  it('every value that was given is in clear or in the payload, and again when parsed again', () => {
    fc.assert(
      fc.property(event, (given) => {
        const { input } = parse(given);
        const found = (key: string, wanted: unknown): boolean =>
          [input, input.payload, (input.payload as { payload?: unknown } | undefined)?.payload].some(
            (place) =>
              typeof place === 'object' &&
              place !== null &&
              JSON.stringify((place as Record<string, unknown>)[key]) === JSON.stringify(wanted),
          );
        for (const [key, wanted] of Object.entries(given)) {
          const absent = wanted === null || wanted === '' || (Array.isArray(wanted) && wanted.length === 0);
          const known = key in factTypes || ['time', 'source', 'subject', 'alsoAbout'].includes(key);
          if (key === 'payload') expect(holds(input.payload, wanted)).toBe(true);
          else if (!(absent && known))
            expect(found(key, wanted) || key === 'kind' || isTime(wanted, input, key), key).toBe(true);
        }
        expect(parse(input).input).toEqual(input);
        expect(parse(input).problems.filter((problem) => problem.includes('sealed'))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  /** The payload, or an object it was joined with fields in, or put beside them. */
  const holds = (payload: unknown, wanted: unknown): boolean => {
    if (JSON.stringify(payload) === JSON.stringify(wanted)) return true;
    if (typeof payload !== 'object' || payload === null) return false;
    const { payload: beside, ...fields } = payload as Record<string, unknown>;
    if (JSON.stringify(beside) === JSON.stringify(wanted)) return true;
    const all: Record<string, unknown> = { ...fields, payload: beside };
    return (
      typeof wanted === 'object' &&
      wanted !== null &&
      Object.entries(wanted).every(([key, value]) => JSON.stringify(all[key]) === JSON.stringify(value))
    );
  };

  const isTime = (wanted: unknown, input: object, key: string): boolean =>
    typeof wanted === 'string' && Date.parse(wanted) === Date.parse(String((input as Record<string, unknown>)[key]));
});

describe('the table of facts', () => {
  it('has every kind, and only facts that exist', () => {
    expect(Object.keys(kindFacts).sort()).toEqual([...eventKinds].sort());
    for (const { requires, may } of Object.values(kindFacts))
      for (const fact of [...requires.flat(), ...may]) expect(Object.keys(factTypes)).toContain(fact);
  });

  it.each(eventKinds.filter((kind) => kindFacts[kind].reserved !== true))(
    '%s is recorded with what it needs',
    (kind) => {
      const needed = kindFacts[kind].requires.map(([fact = 'run']) => [
        fact,
        factTypes[fact].type === 'choice' ? 'allow' : 'x',
      ]);
      expect(parse({ kind, ...Object.fromEntries(needed) })).toMatchObject({ input: { kind }, problems: [] });
    },
  );
});
