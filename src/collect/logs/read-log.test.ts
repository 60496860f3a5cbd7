import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { EventInput } from '../../model/event.ts';
import { logFormats } from './formats.ts';
import { type LogItem, readLog, type ReadLogOptions } from './read-log.ts';

async function read(data: Uint8Array | string, options: Partial<ReadLogOptions> = {}, chunk = 997): Promise<LogItem[]> {
  const bytes = Buffer.from(data);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  })();
  const found: LogItem[] = [];
  for await (const item of readLog({ name: 'x.log', chunks }, { formats: logFormats, raw: 'keep', ...options }))
    found.push(item);
  return found;
}

const events = (items: readonly LogItem[]): EventInput[] =>
  items.flatMap((item) => (item.type === 'event' ? [item.event] : []));
const gaps = (items: readonly LogItem[]): (readonly [string, number])[] =>
  items.flatMap((item) => (item.type === 'gap' ? [[item.gap.reason, item.gap.location.line] as const] : []));
const only = (id: string): Partial<ReadLogOptions> => ({ formats: logFormats.filter((format) => format.id === id) });
const fixture = (path: string): Buffer => readFileSync(new URL(path, import.meta.url));

/** An event without the line it was found on, which moves when lines before it break. */
function identity(event: EventInput): string {
  return JSON.stringify({ ...event, payload: { ...(event.payload as object), from: undefined } });
}

const lineLogs = [
  ['azure-openai-diagnostics', 'hour.jsonl'],
  ['bedrock-invocation', 'log.jsonl'],
  ['claude-code-otel', 'otlp.jsonl'],
  ['github-copilot-audit', 'audit.jsonl'],
  ['openai-compliance', 'logs.jsonl'],
  ['vertex-request-response', 'rows.jsonl'],
] as const;

const damage = fc.oneof(
  fc.record({ at: fc.nat(), remove: fc.integer({ min: 1, max: 40 }), insert: fc.constant('') }),
  fc.record({
    at: fc.nat(),
    remove: fc.constant(1),
    insert: fc.constantFrom('"', '{', '}', '[', ']', '\\', 'x', '\0', '\xff', '\n'),
  }),
  fc.record({
    at: fc.nat(),
    remove: fc.constant(0),
    insert: fc.constantFrom('"', '{', '}}}', '[', ',', '\n', '{"', 'garbage {x} '),
  }),
);

describe('a damaged log', () => {
  it.each(lineLogs)('%s loses no event of a line that was not touched', async (id, name) => {
    const whole = fixture(`${id}/fixtures/${name}`);
    const intact = await read(whole, only(id));
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, remove, insert }) => {
        const start = at % whole.length;
        const end = Math.min(whole.length, start + remove);
        const damaged = Buffer.concat([whole.subarray(0, start), Buffer.from(insert, 'latin1'), whole.subarray(end)]);
        const firstLine = whole.subarray(0, start).toString('latin1').split('\n').length;
        const lastLine = whole.subarray(0, end).toString('latin1').split('\n').length;
        const found = await read(damaged, only(id));
        const kept = new Set(events(found).map(identity));
        const untouched = intact.flatMap((item) =>
          item.type === 'event' && (item.location.line < firstLine || item.location.line > lastLine)
            ? [item.event]
            : [],
        );
        for (const event of untouched) expect(kept).toContain(identity(event));
      }),
      { numRuns: 150 },
    );
  });

  it('with a line that breaks off after its first brace keeps the others', async () => {
    const whole = fixture('vertex-request-response/fixtures/rows.jsonl').toString();
    const found = await read(whole.replace('{"endpoint', '{\ndpoint'), only('vertex-request-response'));
    expect(events(found)).toHaveLength(events(await read(whole)).length - 3);
    expect(gaps(found)).toHaveLength(1);
  });

  it('a record found inside a broken piece is the same event as in the log that is whole', async () => {
    const whole = fixture('azure-openai-diagnostics/fixtures/hour.jsonl').toString();
    const [first = '', second = '', third = ''] = whole.split('\n');
    const id = only('azure-openai-diagnostics');
    // A line that breaks off after its first brace takes the next ones into its piece; this record names no id of its own.
    const damaged = `${first}\n{\n${second.slice(2)}\n${third.replace('"Audit"', '"Audit", "n": 12345678901234567890')}\n`;
    const intact = `${first}\n${second}\n${third.replace('"Audit"', '"Audit", "n": 12345678901234567890')}\n`;
    const found = events(await read(damaged, id)).map(identity);
    expect(found).toContain(identity(events(await read(intact, id)).at(-1) as EventInput));
    expect(found.at(-1)).toContain('12345678901234567890');
  });

  it('cut off anywhere keeps every record before the cut, and says so', async () => {
    const whole = fixture('cloudtrail/fixtures/records.json');
    const ids = events(await read(whole)).map((event) => event.reference ?? '');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1_200, max: whole.length - 3 }), async (cut) => {
        const part = whole.subarray(0, cut);
        const found = await read(part, only('cloudtrail'));
        // The record that names an event ends before the next one begins.
        const ends = ids.filter((_, at) => part.includes(ids[at + 1] ?? '\0none'));
        const kept = events(found).map((event) => event.reference);
        for (const id of ends) expect(kept).toContain(id);
        expect(gaps(found).length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('with one damaged record in a document of one line keeps the others', async () => {
    const whole = fixture('cloudtrail/fixtures/records.json').toString();
    const damaged = whole.replace('"eventName": "InvokeGateway"', '"eventName: "InvokeGateway"');
    const found = await read(damaged, only('cloudtrail'));
    const before = events(await read(whole)).map((event) => event.reference);
    expect(events(found).map((event) => event.reference)).toEqual(before.filter((id) => !id?.endsWith('05')));
    expect(gaps(found)).toEqual([['a record is cut off or is not JSON', 1]]);
  });

  it('with a batch cut off keeps the log records that are whole in it', async () => {
    const [, batch = ''] = fixture('claude-code-otel/fixtures/otlp.jsonl').toString().split('\n');
    const found = await read(batch.slice(0, batch.indexOf('api_error')));
    expect(events(found).map((event) => event.operation)).toEqual(['tool-decision', 'tool-result', 'tool-decision']);
    expect(gaps(found)).toEqual([['a record is cut off or is not JSON', 1]]);
  });

  it('never throws, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...logFormats), async (bytes, format) => {
        await read(bytes, { formats: [format] });
        await read(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('never throws for records of the right kind with anything in their fields', async () => {
    const anything = fc.anything({ withNullPrototype: false, withBigInt: false });
    const marked: Readonly<Record<string, object>> = {
      'azure-openai-diagnostics': {
        category: 'RequestResponse',
        resourceId: '/providers/microsoft.cognitiveservices/accounts/a',
      },
      'bedrock-invocation': { schemaType: 'ModelInvocationLog' },
      'claude-code-otel': { body: 'claude_code.tool_result', timestamp: 1, attributes: {} },
      'claude-compliance': { id: 'activity_1', type: 'x', created_at: 1 },
      cloudtrail: { eventSource: 'bedrock.amazonaws.com', eventName: 'InvokeGateway', eventID: 'e', eventTime: 't' },
      'github-copilot-audit': { action: 'copilot.x', actor: 'a', '@timestamp': 1 },
      'm365-copilot': { CopilotEventData: {} },
      'openai-compliance': { event_type: 'CODEX_LOG' },
      'vertex-request-response': { logging_time: 1, request_id: 1, api_method: 'x' },
    };
    const names = [
      'timestamp',
      'time',
      'identity',
      'input',
      'output',
      'properties',
      'attributes',
      'actor',
      'userIdentity',
      'requestParameters',
      'responseElements',
      'additionalEventData',
      'resources',
      'body',
      'user',
      'CopilotEventData',
      'payload',
      'message',
      'full_request',
      'full_response',
      'request_payload',
      'response_payload',
      'model',
      'CreationTime',
      'resource',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...logFormats),
        fc.dictionary(fc.constantFrom(...names), anything),
        async (format, extra) => {
          const found = await read(JSON.stringify({ ...extra, ...marked[format.id] }), { formats: [format] });
          for (const event of events(found)) {
            for (const [name, value] of Object.entries(event))
              if (/Tokens|bytes|durationMs/.test(name)) expect(Number.isFinite(value)).toBe(true);
            if (event.time !== undefined) expect(event.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('forms of a log', () => {
  const sample = fixture('bedrock-invocation/fixtures/log.jsonl');

  it('UTF-16, as PowerShell redirects, and a byte order mark', async () => {
    const plain = events(await read(sample)).map(identity);
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sample.toString(), 'utf16le')]);
    expect(events(await read(wide)).map(identity)).toEqual(plain);
    expect(events(await read(Buffer.concat([Buffer.from('\ufeff'), sample]))).map(identity)).toEqual(plain);
  });

  it('events of CloudWatch Logs, and lines with a time in front', async () => {
    const [line = ''] = sample.toString().split('\n');
    const wrapped = JSON.stringify({ events: [{ timestamp: 1, message: line }], nextForwardToken: 'f' }, null, 2);
    const prefixed = `2026-10-05T11:00:02.000Z ${line}\n`;
    expect(events(await read(wrapped)).map((event) => event.reference)).toEqual(
      events(await read(line)).map((event) => event.reference),
    );
    expect(await read(prefixed)).toEqual(await read(line));
  });

  it('a gzip that is cut off gives what it holds, and a gap', async () => {
    const packed = gzipSync(Buffer.concat([sample, sample, Buffer.from('x'.repeat(200))]));
    const found = await read(packed.subarray(0, packed.length - 12));
    expect(events(found).length).toBeGreaterThan(0);
    expect(gaps(found).some(([reason]) => reason.startsWith('is not whole as gzip'))).toBe(true);
  });

  it('a gzip bomb is stopped at the limit', async () => {
    const bounds = { ...limits, logUnpackedBytesMax: 3_000 };
    const line =
      '{"eventSource":"s3.amazonaws.com","eventName":"x","eventID":"e","eventTime":"2026-10-05T11:00:02Z"}\n';
    const at = gzipSync(line.repeat(Math.floor(3_000 / line.length)).padEnd(3_000, '\n'));
    expect(gaps(await read(at, { bounds }))).toEqual([]);
    const over = gzipSync(line.repeat(Math.floor(3_000 / line.length)).padEnd(3_001, '\n'));
    expect(gaps(await read(over, { bounds })).at(-1)?.[0]).toBe('unpacks to more than the limit for compressed logs');
    const ratio = { ...limits, logUnpackedRatioMax: 20, logUnpackedRatioFreeBytes: 1_000 };
    expect(gaps(await read(gzipSync(line.repeat(5_000)), { bounds: ratio }))[0]?.[0]).toMatch(/^unpacks to more/);
  });

  it('lists as many gaps as the limit and counts the rest', async () => {
    const bounds = { ...limits, gapsPerLogMax: 3 };
    const bad = (count: number): string => `${sample.toString()}${'{"broken\n'.repeat(count)}`;
    const listed = gaps(await read(bad(2), { bounds }));
    expect(listed).toHaveLength(3);
    const more = gaps(await read(bad(4), { bounds }));
    expect(more.at(-1)?.[0]).toBe('2 more gaps in this log');
  });

  it('a record over the limit is a gap, its neighbours are not', async () => {
    const [first = '', second = ''] = sample.toString().split('\n');
    const big = first.replace('Refund order 7', 'x'.repeat(2_000));
    const bounds = { ...limits, logRecordBytesMax: 1_500 };
    const found = await read(`${first}\n${big}\n${second}\n`, { ...only('bedrock-invocation'), bounds });
    expect(new Set(events(found).map((event) => event.reference?.split('-').at(-1)))).toEqual(
      new Set(['000000000001', '000000000001#tooluse_abc', '000000000002', '000000000002#toolu_bdrk_01']),
    );
    expect(gaps(found)[0]).toEqual(['a record is larger than the limit for one record', 2]);
  });

  it('an unknown file asks for --source, an empty one is nothing', async () => {
    expect(gaps(await read('{"hello":1}\n'))).toEqual([
      ['no known audit log, or more than one kind: name it with --source', 1],
    ]);
    expect(await read('')).toEqual([]);
  });

  it('keeps numbers that a double cannot hold as text', async () => {
    const [line = ''] = fixture('azure-openai-diagnostics/fixtures/hour.jsonl').toString().split('\n');
    const [event] = events(await read(line));
    expect(JSON.stringify(event?.payload)).toContain('638515262815394150');
  });

  it('with --raw hash keeps the SHA-256 of the record and nothing of it', async () => {
    const [line = ''] = sample.toString().split('\n');
    const { createHash } = await import('node:crypto');
    for (const event of events(await read(line, { raw: 'hash' })))
      expect(event.payload).toEqual({
        from: { file: 'x.log', line: 1 },
        sha256: createHash('sha256').update(line).digest('hex'),
      });
  });
});
