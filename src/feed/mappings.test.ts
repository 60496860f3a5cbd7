/** Every sink's mapping: valid where there is an official schema, provable in each row, and nothing more than may leave. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { confidentialities, decisions, effects, type Envelope, eventKinds, outcomes, origins } from '../model/event.ts';
import { formatEntry } from '../ledger/entry.ts';
import { leafHash } from '../ledger/hash.ts';
import { cefLines, escapeExtension, escapeHeader } from './cef/cef-sink.ts';
import { elasticBulk } from './elastic-bulk/elastic-bulk-sink.ts';
import { envelope, oneOfEach, sealed } from './fixtures/events.ts';
import { jsonLines } from './json-lines/json-lines-sink.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { toOcsf } from './ocsf/ocsf-event.ts';
import { ocsfHttp, ocsfLines } from './ocsf/ocsf-sink.ts';
import { otlp } from './otlp/otlp-sink.ts';
import { type FeedRecord, type OpenedPayload, type PayloadSetting, toRecord } from './record.ts';
import { sentinel } from './sentinel/sentinel-sink.ts';
import type { Sink } from './sink.ts';
import { splunkHec } from './splunk-hec/splunk-hec-sink.ts';

const origin = 'ledger.example/acme';
const productVersion = '0.1.0';
const bareId = '01939d0e-0000-7000-8000-000000000000';

async function recordOf(
  event: Envelope,
  index = 0,
  setting: PayloadSetting = 'withhold',
  opened: OpenedPayload = { state: 'erased' },
): Promise<FeedRecord> {
  const record = await toRecord(origin, { index, entry: formatEntry(event) }, setting, { open: async () => opened });
  if (typeof record === 'string') throw new TypeError(record);
  return record;
}

const sinks: Readonly<Record<string, Sink>> = {
  'ocsf 1.8.0': ocsfLines({ ocsfVersion: '1.8.0', productVersion }),
  'ocsf 1.9.0-dev': ocsfLines({ ocsfVersion: '1.9.0-dev', productVersion }),
  'ocsf over HTTP': ocsfHttp({ ocsfVersion: '1.8.0', productVersion, url: 'https://c.example', headers: {} }),
  otlp: otlp({ url: 'https://c.example/v1/logs', headers: {}, productVersion }),
  'json-lines': jsonLines,
  cef: cefLines(productVersion),
  'splunk-hec': splunkHec({ url: 'https://s.example', token: 't', sourcetype: 'demarc:ledger' }),
  'elastic-bulk': elasticBulk({ url: 'https://e.example', index: 'logs-demarc.ledger-default' }),
  sentinel: sentinel(
    {
      url: 'https://a.example',
      rule: 'dcr-1',
      stream: 'Custom-Demarc',
      credentials: { authority: 'https://login.example', tenant: 't', clientId: 'c', clientSecret: 's', scope: 'x' },
    },
    () => 0,
  ),
};

/** Every byte a sink would send for records. */
function bytesOf(sink: Sink, records: readonly FeedRecord[]): string {
  if (sink.transport === 'lines') return records.map((record) => `${sink.line(record)}\n`).join('');
  const { requests, rejected } = sink.toRequests(records);
  expect(rejected).toEqual([]);
  return requests
    .map(
      ({ request }) =>
        `${request.url}\n${JSON.stringify(request.headers)}\n${Buffer.from(request.body ?? '').toString()}`,
    )
    .join('\n');
}

describe('OCSF 1.8.0', () => {
  const digest = JSON.parse(
    readFileSync(new URL('../../test/vectors/ocsf/events-1.8.0.schema.json', import.meta.url), 'utf8'),
  ) as { classes: Record<string, object>; $defs: object };
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  const validators = new Map<number, ValidateFunction>(
    Object.entries(digest.classes).map(([uid, schema]) => [
      Number(uid),
      ajv.compile({ ...schema, $defs: digest.$defs }),
    ]),
  );
  const validate = (event: Readonly<Record<string, unknown>>): string => {
    const check = validators.get(event['class_uid'] as number);
    if (check === undefined) return `no class ${String(event['class_uid'])}`;
    return check(event) ? 'valid' : JSON.stringify(check.errors?.slice(0, 3));
  };
  const version = { version: productVersion };

  it.each(eventKinds)('%s is a valid event of its class', async (kind) => {
    expect(validate(toOcsf(await recordOf(envelope(kind)), version, '1.8.0'))).toBe('valid');
    const bare = {
      v: 1,
      id: bareId,
      time: '2026-11-20T10:00:00.000Z',
      source: 'cli',
      kind,
      acknowledged: { mode: 'durable' },
    };
    expect(validate(toOcsf(await recordOf(bare as Envelope), version, '1.8.0'))).toBe('valid');
  });

  it('the validation refuses what is not in the schema', async () => {
    const event = toOcsf(await recordOf(envelope('tool.call')), version, '1.8.0');
    expect(validate({ ...event, ai_agent: { uid: 'a' } })).not.toBe('valid');
    expect(validate({ ...event, activity_id: 42 })).not.toBe('valid');
    const { api: _api, ...without } = event;
    expect(validate(without)).not.toBe('valid');
  });

  it('any facts make a valid event', async () => {
    const text = fc.string({ minLength: 1, maxLength: 20 });
    const arbitrary = fc.record(
      {
        kind: fc.constantFrom(...eventKinds),
        run: text,
        call: text,
        trace: text,
        agent: text,
        tool: text,
        server: text,
        dataSource: text,
        operation: text,
        destination: text,
        provider: text,
        model: text,
        effect: fc.constantFrom(...effects),
        confidentiality: fc.constantFrom(...confidentialities),
        origin: fc.constantFrom(...origins),
        decision: fc.constantFrom(...decisions),
        reasons: fc.array(text, { maxLength: 3 }),
        policy: text,
        outcome: fc.constantFrom(...outcomes),
        error: text,
        durationMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
        inputTokens: fc.nat(),
        outputTokens: fc.nat(),
        reference: text,
        expires: text,
        rule: text,
        before: text,
        after: text,
        exitCode: fc.integer({ min: 0, max: 255 }),
        severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
      },
      { requiredKeys: ['kind'] },
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(arbitrary, async (facts) => {
        const { kind, ...rest } = facts as Partial<Envelope> & { kind: Envelope['kind'] };
        const event = {
          v: 1,
          id: bareId,
          time: '2026-11-20T10:00:00.000Z',
          source: 'cli',
          acknowledged: { mode: 'durable' },
          kind,
          ...rest,
        };
        expect(
          validate(
            JSON.parse(JSON.stringify(toOcsf(await recordOf(event as Envelope), version, '1.8.0'))) as Record<
              string,
              unknown
            >,
          ),
        ).toBe('valid');
      }),
      { numRuns: 500 },
    );
  });

  it('says what was decided, by which model, for whom', async () => {
    expect(toOcsf(await recordOf(envelope('decision')), version, '1.8.0')).toMatchObject({
      class_uid: 6003,
      activity_id: 4,
      type_uid: 600304,
      action_id: 2,
      disposition_id: 2,
      policy: { uid: 'sha256:ab12' },
      status_id: 2,
      trace: { uid: '4bf92f3577b34da6a3ce929d0e0e4736' },
      actor: { app_uid: 'support-agent', user: { uid: 's_0123456789abcdef' }, session: { uid: 'run-1' } },
      unmapped: { ai_agent: { uid: 'support-agent', instance_uid: 'run-1' } },
    });
    expect(toOcsf(await recordOf(envelope('model.response')), version, '1.8.0')).toMatchObject({
      ai_model: { name: 'claude-sonnet-5', ai_provider: 'anthropic' },
      message_context: { prompt_tokens: 1200, completion_tokens: 88, total_tokens: 1288, ai_role_id: 2 },
    });
  });

  it('has the fields of 1.9 in their places, and a fingerprint of the event, behind the switch', async () => {
    const event = toOcsf(await recordOf(envelope('tool.call'), 5), version, '1.9.0-dev');
    const { attestation, ...rest } = event as { attestation: { fingerprint: { value: string } } };
    const { fingerprint, ...signed } = attestation;
    expect(event).toMatchObject({
      ai_agent: { uid: 'support-agent' },
      metadata: { version: '1.9.0-dev' },
      attestation: { chain_uid: origin },
    });
    expect(event['unmapped'] as object).not.toHaveProperty('ai_agent');
    const { createHash } = await import('node:crypto');
    expect(
      createHash('sha256')
        .update(canonicalJson({ ...rest, attestation: signed }))
        .digest('hex'),
    ).toBe(fingerprint.value);
  });

  it('orders keys as RFC 8785 does', () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: 'é' }], '\u20ac': 1e21, A: true })).toBe(
      '{"A":true,"a":[{"c":"é","d":null}],"b":1,"€":1e+21}',
    );
  });
});

describe.each(Object.entries(sinks))('%s', (_name, sink) => {
  it('names the log, the index and the leaf hash of each event', async () => {
    const records = await Promise.all(oneOfEach.map((event, at) => recordOf(event, 1000 + at)));
    const bytes = bytesOf(sink, records);
    expect(bytes).toContain(origin);
    for (const [at, event] of oneOfEach.entries()) {
      expect(bytes).toContain(String(1000 + at));
      const leaf = Buffer.from(leafHash(formatEntry(event))).toString('base64');
      expect(bytes).toContain(sink === sinks['cef'] ? escapeExtension(leaf) : leaf);
      expect(bytes).toContain(event.id);
    }
  });

  it('lets no payload, no sealed byte and no unknown field out unless told to', async () => {
    const event = { ...envelope('tool.call', { payload: sealed(40) }), patient: 'Erika Mustermann' };
    for (const setting of ['withhold', 'include'] as const) {
      const bytes = bytesOf(sink, [await recordOf(event, 0, setting, { state: 'erased' })]);
      for (const planted of ['Mustermann', 'c2VhbGVkLWJ5dGVz', 'd3JhcHBlZC1rZXk', 'Y29tbWl0bWVudA'])
        expect(bytes).not.toContain(planted);
    }
    const opened = { state: 'open', value: { to: 'erika@example.org' } } as const;
    expect(bytesOf(sink, [await recordOf(event, 0, 'withhold', opened)])).not.toContain('erika');
  });

  it('lets a payload out where told to, its credentials masked', async () => {
    const key = `sk-ant-${'api03'}-${'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'.repeat(3)}AA`;
    const value = {
      to: 'erika@example.org',
      note: `use ${key} please`,
      password: 'Wint3r-Sale',
      deep: [{ token: 'a-b-c-d-e-f' }],
    };
    const bytes = bytesOf(sink, [
      await recordOf(envelope('tool.call', { payload: sealed(40) }), 0, 'include', { state: 'open', value }),
    ]);
    for (const planted of [key, 'Wint3r-Sale', 'a-b-c-d-e-f']) expect(bytes).not.toContain(planted);
    // CEF is a summary: it takes no payload.
    expect(bytes.includes('erika@example.org')).toBe(sink !== sinks['cef']);
  });
});

describe('CEF', () => {
  it('escapes as the format says', () => {
    expect(escapeHeader('a|b\\c=d\ne')).toBe('a\\|b\\\\c=d e');
    expect(escapeExtension('a|b\\c=d\r\ne')).toBe('a|b\\\\c\\=d\\r\\ne');
  });

  it('survives a reader: any text comes back from the extension, one line an event', async () => {
    const sink = cefLines(productVersion);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), async (tool) => {
        const line = sink.line(await recordOf(envelope('tool.call', { tool, reasons: [tool] })));
        expect(line.split(/[\r\n]/)).toHaveLength(1);
        const header = line.split(/(?<!\\)(?:\\\\)*\|/);
        expect(header.length).toBeGreaterThanOrEqual(8);
        const value = / dproc=(.*?) out=| dproc=(.*?) cs1Label=/.exec(line);
        const read = (value?.[1] ?? value?.[2] ?? '').replace(/\\([\\=nr])/g, (_all, sign: string) =>
          sign === 'n' ? '\n' : sign === 'r' ? '\r' : sign,
        );
        expect(read).toBe(tool.replace(/[\u2028\u2029\u0085]/g, '\n'));
      }),
    );
  });

  it('rates what was denied, and numbers what is counted', async () => {
    const line = cefLines(productVersion).line(await recordOf(envelope('decision'), 7));
    expect(line.startsWith('CEF:0|Demarc|Demarc|0.1.0|decision|decision delete_repo|5|rt=')).toBe(true);
    expect(line).toContain('reason=untrusted_origin, no|pipe\\=or\\\\slash ');
    expect(line).toContain('cn1Label=ledgerIndex cn1=7');
  });
});

describe('requests', () => {
  const sizes = {
    'ocsf over HTTP': 1024 * 1024,
    otlp: 4 * 1024 * 1024,
    'splunk-hec': 1_000_000,
    'elastic-bulk': 5 * 1024 * 1024,
    sentinel: 1_000_000,
  };
  it.each(Object.entries(sizes))(
    '%s keeps within the size a request may have, and loses nothing',
    async (name, bytesMax) => {
      const sink = sinks[name];
      if (sink?.transport !== 'http') throw new TypeError(name);
      const records = await Promise.all(
        Array.from({ length: 3000 }, (_, at) =>
          recordOf(envelope('tool.call', { reference: 'x'.repeat(2500) }, at), at),
        ),
      );
      const { requests, rejected } = sink.toRequests(records);
      expect(requests.length).toBeGreaterThan(1);
      expect(rejected).toEqual([]);
      for (const { request } of requests) expect(request.body?.length).toBeLessThanOrEqual(bytesMax);
      expect(requests.flatMap(({ records: carried }) => carried.map(({ log }) => log.index))).toEqual(
        records.map(({ log }) => log.index),
      );
      const huge = await recordOf(envelope('tool.call', { reference: 'x'.repeat(bytesMax) }));
      expect(sink.toRequests([huge, ...records.slice(0, 1)])).toMatchObject({
        rejected: [{ item: huge }],
        requests: [{}],
      });
    },
  );

  it('to Elastic carry an id that is the same each time and differs from log to log', async () => {
    const sink = sinks['elastic-bulk'];
    const record = await recordOf(envelope('tool.call'), 3);
    const other = { ...record, log: { ...record.log, origin: 'ledger.example/other' } };
    const ids = [record, record, other].map((one) => /"_id":"([^"]+)"/.exec(bytesOf(sink!, [one]))?.[1]);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}-3$/);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('to Sentinel leave a payload out that would be cut there', async () => {
    const big = { state: 'open', value: 'x'.repeat(64_000) } as const;
    const bytes = bytesOf(sinks['sentinel']!, [
      await recordOf(envelope('tool.call', { payload: sealed(64_000) }), 0, 'include', big),
    ]);
    expect(bytes).toContain('"payload":{"state":"too-large","bytes":64000}');
  });

  it('over OTLP have trace context and the attributes of the conventions', async () => {
    const body = bytesOf(sinks['otlp']!, [await recordOf(envelope('tool.result'))]).split('\n')[2] ?? '';
    const [resource] = (
      JSON.parse(body) as {
        resourceLogs: { scopeLogs: { logRecords: { attributes: { key: string; value: object }[] }[] }[] }[];
      }
    ).resourceLogs;
    const [record] = resource!.scopeLogs[0]!.logRecords;
    expect(record).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: '00f067aa0ba902b7',
      flags: 1,
      severityNumber: 17,
    });
    const attributes = Object.fromEntries(record!.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'send_mail',
      'gen_ai.tool.call.id': 'c2',
      'gen_ai.agent.id': 'support-agent',
      'gen_ai.conversation.id': 'run-1',
      'mcp.method.name': 'tools/call',
      'error.type': 'tool_error',
      'enduser.pseudo.id': 's_0123456789abcdef',
    });
  });
});
