import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AuditLog, AuditSubject, Service } from '../../../model/catalogue.ts';
import { auditSubjects } from '../../../model/catalogue.ts';
import type { Envelope, EventInput } from '../../../model/event.ts';
import { EventIds } from '../../../store/event-id.ts';
import { logFormats } from '../formats.ts';
import { readLog } from '../read-log.ts';
import { auditGaps, type AuditGapOptions, isClean } from './audit-gaps.ts';
import { modelKey } from './compare.ts';
import type { AuditGapReport } from './report-model.ts';

const start = Date.parse('2026-10-05T09:00:00.000Z');

/** An event as the ledger would hold it: the person a pseudonym, the payload sealed away. */
function envelope(event: EventInput, seconds?: number): Envelope {
  const { subject, payload: _payload, alsoAbout: _also, time, source = 'gateway', ...facts } = event;
  const at = seconds === undefined ? (time ?? '') : new Date(start + seconds * 1_000).toISOString();
  const atMs = Date.parse(at);
  return {
    ...facts,
    v: 1,
    id: new EventIds().next(Number.isNaN(atMs) ? 0 : atMs, randomBytes(10)),
    time: at,
    source,
    acknowledged: { mode: 'durable' },
    ...(subject === undefined
      ? {}
      : { subject: `s_${createHash('sha256').update(subject).digest('hex').slice(0, 16)}` }),
  };
}

const source = {
  method: 'document',
  url: 'https://docs.example/audit',
  read: '2026-10-01',
  confidence: 'high',
  expires: '2027-10-01',
  conflicts: [],
} as const;

function log(
  id: string,
  importer: string,
  holds: Partial<Record<AuditSubject, AuditLog['holdings'][number]['detail']>>,
): AuditLog {
  return {
    id,
    name: id,
    importer,
    provider: undefined,
    default: 'off',
    switch: `switch on ${id}`,
    retention: 'yours',
    retentionDays: undefined,
    delay: 'unknown',
    limits: [],
    holdings: Object.entries(holds).map(([subject, detail]) => ({
      subject: subject as AuditSubject,
      detail,
      switch: undefined,
    })),
    source,
  };
}

function service(id: string, audits: readonly AuditLog[]): Service {
  return {
    id,
    name: id,
    vendor: 'v',
    category: 'managed-ai',
    chain: [],
    responsibilities: [],
    facts: [],
    audits,
    recommendations: [],
  };
}

const all = Object.fromEntries(auditSubjects.map((subject) => [subject, 'content'])) as Record<AuditSubject, 'content'>;
const options: AuditGapOptions = {
  today: '2026-11-28',
  named: new Set(),
  open: [],
  toleranceMs: 5_000,
  silentMs: 3_600_000,
};

const report = (events: readonly Envelope[], services: readonly Service[] = [], more: Partial<AuditGapOptions> = {}) =>
  auditGaps(events, services, { ...options, ...more });

const cases = (found: AuditGapReport): Record<string, readonly (string | undefined)[]> =>
  Object.fromEntries(
    found.contradictions.map(({ code, examples }) => [code, examples.map(({ call, run }) => call ?? run)]),
  );

/** One task as the gateway, the agent and the provider have it, nothing missing. */
function wholeTask(at: number, id: string): Envelope[] {
  const who = { agent: 'claude-code', subject: 'ada@example.com', run: `run-${id}` };
  const otel = { ...who, source: 'import:claude-code-otel' };
  const bedrock = {
    ...who,
    source: 'import:bedrock-invocation',
    provider: 'aws.bedrock',
    model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  };
  return [
    envelope({ ...otel, kind: 'custom', reasons: ['has-prompt'], reference: `s/${id}a#${at === 0 ? 0 : 3}` }, at),
    envelope(
      { ...who, kind: 'model.request', call: `req-${id}`, provider: 'aws.bedrock', model: 'claude-sonnet-4-5' },
      at + 1,
    ),
    envelope({ ...bedrock, kind: 'model.request', call: `req-${id}`, reasons: ['has-prompt'] }, at + 2),
    envelope({ ...bedrock, kind: 'model.response', call: `req-${id}`, reasons: ['has-response'] }, at + 2),
    envelope(
      { ...bedrock, kind: 'tool.call', call: `tool-${id}`, tool: 'Bash', reasons: ['requested-by-model'] },
      at + 2,
    ),
    envelope(
      { ...who, kind: 'model.response', call: `req-${id}`, provider: 'aws.bedrock', model: 'claude-sonnet-4-5' },
      at + 3,
    ),
    envelope(
      {
        ...otel,
        kind: 'decision',
        call: `tool-${id}`,
        tool: 'Bash',
        decision: 'allow',
        reference: `s/${id}b#${at === 0 ? 1 : 4}`,
      },
      at + 4,
    ),
    envelope(
      {
        ...otel,
        kind: 'tool.result',
        call: `tool-${id}`,
        tool: 'Bash',
        outcome: 'ok',
        reasons: ['has-arguments', 'has-result'],
        reference: `s/${id}c#${at === 0 ? 2 : 5}`,
      },
      at + 5,
    ),
    envelope(
      { ...otel, kind: 'model.response', call: `req-${id}`, model: 'claude-sonnet-4-5', reasons: ['has-response'] },
      at + 5,
    ),
    envelope({ kind: 'heartbeat', beat: at === 0 ? 1 : 2 }, at + 6),
  ];
}

const wholeCatalogue = [
  service('anthropic.claude-code', [log('otel', 'claude-code-otel', all)]),
  service('aws.bedrock', [
    log('invocations', 'bedrock-invocation', { ...all, 'tool-results': 'nothing', decisions: 'nothing' }),
  ]),
];

describe('the audit-gap report', () => {
  it('has nothing to say where everything is there', async () => {
    const [claude] = wholeCatalogue;
    const found = await report([...wholeTask(0, 'a'), ...wholeTask(1_200, 'b')], claude === undefined ? [] : [claude]);
    expect(found.contradictions).toEqual([]);
    expect(found.silences).toEqual([]);
    expect(found.unreconstructable).toEqual([]);
    expect(isClean(found)).toBe(true);
    expect(found.matching).toMatchObject({ byCall: 2, byTrace: 0, byTime: 0, toleranceMs: 5_000 });
    expect(found.services[0]?.subjects.map(({ state }) => state)).toEqual([
      ...Array.from({ length: 7 }, () => 'recorded'),
      'claimed',
    ]);
  });

  it('knows of each subject whether it is there, could be, cannot be, or is not known', async () => {
    const otel = log('otel', 'claude-code-otel', {
      prompts: 'content',
      responses: 'content',
      'tool-calls': 'content',
      person: 'metadata',
      decisions: 'nothing',
    });
    const holdings = otel.holdings.map((held) =>
      held.subject === 'prompts' ? { ...held, switch: 'PROMPTS=1' } : held,
    );
    const events = [
      envelope({ kind: 'custom', source: 'import:claude-code-otel', agent: 'claude-code', reasons: ['no-prompt'] }, 0),
      envelope(
        {
          kind: 'tool.result',
          source: 'import:claude-code-otel',
          agent: 'claude-code',
          reasons: ['has-arguments', 'no-result'],
        },
        1,
      ),
      envelope(
        {
          kind: 'tool.result',
          source: 'import:claude-code-otel',
          agent: 'claude-code',
          reasons: ['no-arguments', 'no-result', 'truncated'],
        },
        2,
      ),
    ];
    const found = await report(events, [
      service('anthropic.claude-code', [{ ...otel, holdings, retentionDays: 30, limits: ['Content is cut at 60 KB'] }]),
    ]);
    const subjects = found.services[0]?.subjects ?? [];
    expect(Object.fromEntries(subjects.map(({ subject, state }) => [subject, state]))).toEqual({
      prompts: 'metadata',
      responses: 'missing',
      'tool-calls': 'partly',
      'tool-results': 'metadata',
      person: 'missing',
      agent: 'recorded',
      decisions: 'never',
      integrity: 'not-known',
    });
    expect(subjects[0]?.remedy).toEqual({ log: 'otel', switches: ['PROMPTS=1'], url: 'https://docs.example/audit' });
    expect(found.unreconstructable.map(({ code, text }) => `${code}: ${text}`)).toEqual([
      'subject: what was asked: only that it was, not what',
      'subject: what the model answered: not recorded',
      'subject: what tools were called with: in 1 of 2 events only',
      'subject: what tools gave back: only that it was, not what',
      'subject: on whose behalf it was: not recorded',
      'subject: who allowed or denied it, and why: no log of this service holds it',
      'subject: whether the log was changed before it was imported: not known',
      'log-limit: otel: Content is cut at 60 KB',
      'retention: otel: gone at the source after 30 days unless it was fetched',
      'truncated: content of 1 event was cut off by the source',
    ]);
  });

  it('what is mentioned more often than it is there is there in part', async () => {
    const otel = { source: 'import:claude-code-otel', agent: 'claude-code', kind: 'model.response' } as const;
    const [claude] = wholeCatalogue;
    const events = [envelope({ ...otel, reasons: ['has-response'] }, 0), envelope(otel, 1), envelope(otel, 2)];
    const found = await report(events, claude === undefined ? [] : [claude]);
    expect(found.services[0]?.subjects[1]).toMatchObject({
      subject: 'responses',
      state: 'partly',
      present: 1,
      absent: 1,
    });
    const fewer = await report(events.slice(0, 2), claude === undefined ? [] : [claude]);
    expect(fewer.services[0]?.subjects[1]).toMatchObject({ state: 'recorded' });
  });

  it('a service in use of which there is no event has nothing, and one without a known log is not known', async () => {
    const named = new Set(['aws.bedrock', 'mistral.api']);
    const found = await report([], [...wholeCatalogue, service('mistral.api', [])], { named });
    const [bedrock, mistral] = found.services;
    expect(bedrock).toMatchObject({ service: 'aws.bedrock', because: 'named' });
    expect(bedrock?.subjects.find(({ subject }) => subject === 'prompts')).toMatchObject({
      state: 'missing',
      remedy: { switches: ['switch on invocations'] },
    });
    expect(mistral?.subjects.every(({ state }) => state === 'not-known')).toBe(true);
    expect(found.unreconstructable.at(-1)).toMatchObject({ code: 'no-audit-known', about: 'mistral.api' });
  });

  it('says when a statement of the catalogue is stale', async () => {
    const found = await report([], wholeCatalogue, { named: new Set(['aws.bedrock']), today: '2027-10-01' });
    expect(found.services[0]?.logs[0]?.isStale).toBe(true);
  });
});

describe('contradictions', () => {
  const bedrock = {
    source: 'import:bedrock-invocation',
    provider: 'aws.bedrock',
    model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  };
  const trail = {
    source: 'import:cloudtrail',
    provider: 'aws.bedrock',
    model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  };
  const otel = { source: 'import:claude-code-otel' };
  const world = [...wholeTask(0, 'a'), ...wholeTask(3_000, 'b')];

  it('a model call that no agent log explains, and one its provider lacks', async () => {
    const found = await report([
      ...world,
      envelope({ ...bedrock, kind: 'model.request', call: 'stray' }, 100),
      envelope({ kind: 'model.response', provider: 'aws.bedrock', model: 'claude-sonnet-4-5', call: 'unserved' }, 200),
    ]);
    expect(cases(found)).toEqual({ 'call-not-in-agent-log': ['stray'], 'call-not-in-provider-log': ['unserved'] });
    expect(found.contradictions[0]?.examples[0]).toMatchObject({
      source: 'import:bedrock-invocation',
      time: '2026-10-05T09:01:40.000Z',
    });
  });

  it('matches by trace, then by model and time within the tolerance and not beyond it', async () => {
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const other = '00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01';
    const found = await report([
      ...world,
      envelope({ ...bedrock, kind: 'model.request', call: 'p1', trace }, 100),
      envelope({ kind: 'model.response', model: 'claude-sonnet-4-5', call: 'a1', trace: other }, 160),
      envelope({ ...bedrock, kind: 'model.request', call: 'p2' }, 300),
      envelope({ kind: 'model.response', model: 'claude-sonnet-4-5', call: 'a2' }, 305),
      envelope({ ...bedrock, kind: 'model.request', call: 'p3' }, 500),
      envelope({ kind: 'model.response', model: 'claude-sonnet-4-5', call: 'a3' }, 506),
      envelope({ ...bedrock, kind: 'model.request', call: 'p4' }, 700),
      envelope({ kind: 'model.response', model: 'claude-haiku-4-5', call: 'a4' }, 700),
      envelope({ ...bedrock, kind: 'model.request', call: 'p5' }, 900),
      envelope({ kind: 'model.response', model: 'claude-sonnet-4-5', provider: 'gcp.vertex_ai', call: 'a5' }, 900),
    ]);
    expect(found.matching).toMatchObject({ byCall: 2, byTrace: 1, byTime: 1 });
    expect(cases(found)).toEqual({ 'call-not-in-agent-log': ['p3', 'p4', 'p5'] });
  });

  it('one call explains one call only', async () => {
    const found = await report([
      ...world,
      envelope({ ...bedrock, kind: 'model.request', call: 'p1' }, 100),
      envelope({ ...bedrock, kind: 'model.request', call: 'p2' }, 101),
      envelope({ kind: 'model.response', model: 'claude-sonnet-4-5', call: 'a1' }, 101),
    ]);
    expect(cases(found)['call-not-in-agent-log']).toHaveLength(1);
  });

  it('says nothing of times that only one side covers', async () => {
    const found = await report([...world, envelope({ ...bedrock, kind: 'model.request', call: 'later' }, 90_000)]);
    expect(cases(found)).toEqual({});
    expect(found.silences.map(({ code }) => code)).toContain('ends-early');
  });

  it('two logs of one provider must have the same requests', async () => {
    const found = await report([
      ...world,
      envelope({ ...trail, kind: 'model.request', call: 'req-a' }, 2),
      envelope({ ...trail, kind: 'model.request', call: 'only-trail' }, 1_000),
      envelope(
        { kind: 'model.response', provider: 'aws.bedrock', call: 'only-trail', model: 'claude-sonnet-4-5' },
        1_000,
      ),
      envelope({ ...trail, kind: 'model.request', call: 'req-b' }, 3_002),
    ]);
    expect(
      found.contradictions.map(({ code, examples }) => [
        code,
        examples.map(({ call, missingIn }) => [call, missingIn]),
      ]),
    ).toEqual([
      [
        'call-not-in-provider-log',
        [
          ['only-trail', 'import:bedrock-invocation'],
          ['only-trail', 'import:bedrock-invocation'],
        ],
      ],
    ]);
  });

  it('decisions, calls and results that do not fit', async () => {
    const found = await report([
      ...world,
      envelope({ ...otel, kind: 'tool.result', call: 'undecided', tool: 'Bash', outcome: 'ok' }, 100),
      envelope({ ...otel, kind: 'decision', call: 'unfinished', tool: 'Bash', decision: 'allow' }, 110),
      envelope({ ...otel, kind: 'decision', call: 'forbidden', tool: 'Bash', decision: 'deny' }, 120),
      envelope({ ...otel, kind: 'tool.result', call: 'forbidden', tool: 'Bash', outcome: 'ok' }, 121),
      envelope({ ...otel, kind: 'decision', call: 'refused', tool: 'Bash', decision: 'deny' }, 130),
      envelope({ ...otel, kind: 'tool.result', call: 'refused', tool: 'Bash', outcome: 'denied' }, 131),
      envelope({ ...bedrock, kind: 'tool.call', call: 'hidden', tool: 'Bash', reasons: ['requested-by-model'] }, 140),
      envelope({ kind: 'tool.call', call: 'hanging', tool: 'search' }, 150),
      envelope({ kind: 'tool.call', call: 'answered', tool: 'search' }, 160),
      envelope({ kind: 'tool.result', call: 'answered', tool: 'search', outcome: 'ok' }, 161),
      envelope({ kind: 'model.request', call: 'asked', model: 'x' }, 170),
      envelope({ ...otel, kind: 'decision', call: 'just-now', tool: 'Bash', decision: 'allow' }, 3_004),
    ]);
    expect(cases(found)).toEqual({
      'result-without-decision': ['undecided'],
      'allowed-without-result': ['unfinished'],
      'denied-but-executed': ['forbidden'],
      'requested-not-seen': ['hidden'],
      'call-without-result': ['hanging'],
      'request-without-response': ['asked'],
    });
  });

  it('parts of a run that are missing', async () => {
    const found = await report([
      ...world,
      envelope({ ...otel, kind: 'tool.result', run: 'lead', call: 't1', tool: 'Task', outcome: 'ok' }, 100),
      envelope({ ...otel, kind: 'decision', run: 'lead', call: 't1', tool: 'Task', decision: 'allow' }, 99),
      envelope({ ...otel, kind: 'run.end', run: 'ghost', parentRun: 'run-a' }, 110),
      envelope({ ...otel, kind: 'custom', run: 'orphan', parentRun: 'nobody' }, 120),
      envelope({ ...otel, kind: 'custom', operation: 'subagent-completed', parentRun: 'run-b' }, 130),
    ]);
    expect(cases(found)).toEqual({
      'subagent-without-end': ['lead'],
      'subagent-without-events': ['ghost'],
      'parent-run-not-seen': ['orphan'],
    });
    expect(found.unreconstructable).toEqual([
      expect.objectContaining({ code: 'no-subagent-id', text: expect.stringContaining('1 sub-agents') as string }),
    ]);
  });

  it('counts all of a kind and shows ten; compares as many calls as the limit and says how many not', async () => {
    const stray = Array.from({ length: 25 }, (_, at) =>
      envelope({ ...bedrock, kind: 'model.request', call: `s${at}` }, 100 + at),
    );
    const found = await report([...world, ...stray]);
    expect(found.contradictions).toEqual([expect.objectContaining({ code: 'call-not-in-agent-log', total: 25 })]);
    expect(found.contradictions[0]?.examples).toHaveLength(10);
    const callsInWorld = 8;
    expect((await report(world, [], { callsMax: callsInWorld })).unreconstructable).toEqual([]);
    expect((await report(world, [], { callsMax: callsInWorld - 1 })).unreconstructable[0]).toMatchObject({
      code: 'not-compared',
    });
  });
});

describe('silence', () => {
  const step = (session: string, number: number, at: number): Envelope =>
    envelope(
      { kind: 'custom', source: 'import:claude-code-otel', run: session, reference: `${session}/t${at}#${number}` },
      at,
    );

  it('holes in a count, not where a process began anew or another session took the numbers', async () => {
    const found = await report([
      step('holed', 0, 0),
      step('holed', 1, 1),
      step('holed', 5, 2),
      step('late', 4, 10),
      step('resumed', 0, 20),
      step('resumed', 1, 21),
      step('resumed', 0, 500),
      step('resumed', 1, 501),
    ]);
    expect(found.silences.map(({ code, run, count: missing }) => [code, run, missing])).toEqual([
      ['sequence-hole', 'holed', 3],
      ['sequence-hole', 'late', 2],
    ]);
    const shared = await report([
      step('one', 0, 0),
      step('one', 1, 1),
      step('two', 2, 2),
      step('two', 3, 3),
      step('one', 4, 4),
    ]);
    expect(shared.silences).toEqual([]);
  });

  it('heartbeats that are missing', async () => {
    const beats = [1, 2, 5].map((beat) => envelope({ kind: 'heartbeat', beat }, beat * 60));
    expect((await report(beats)).silences).toEqual([
      expect.objectContaining({
        code: 'heartbeat-hole',
        source: 'gateway',
        count: 2,
        from: '2026-10-05T09:02:00.000Z',
      }),
    ]);
  });

  it('a time without any entry, longer than heartbeats allow', async () => {
    const beats = [60, 120, 180, 240, 600].map((at, number) =>
      envelope({ kind: 'heartbeat', source: 'ledger', beat: number }, at),
    );
    expect((await report(beats)).silences).toEqual([
      expect.objectContaining({
        code: 'no-heartbeat',
        from: '2026-10-05T09:04:00.000Z',
        to: '2026-10-05T09:10:00.000Z',
        count: 6,
      }),
    ]);
  });

  it('a source that says nothing while others do, at the threshold and below it', async () => {
    const events = (gap: number): Envelope[] => [
      envelope({ kind: 'custom', source: 'import:cloudtrail' }, 0),
      envelope({ kind: 'custom', source: 'import:cloudtrail' }, gap),
      ...Array.from({ length: gap / 600 + 1 }, (_, at) => envelope({ kind: 'custom', source: 'gateway' }, at * 600)),
    ];
    expect((await report(events(4_200))).silences).toEqual([
      {
        code: 'silent',
        source: 'import:cloudtrail',
        run: undefined,
        from: '2026-10-05T09:10:00.000Z',
        to: '2026-10-05T10:10:00.000Z',
        count: 6,
      },
    ]);
    expect((await report(events(3_600))).silences).toEqual([]);
  });
});

describe('models', () => {
  it.each([
    ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['gpt-4o-2024-08-06', 'gpt-4o'],
    ['gemini-2.5-flash', 'gemini-2.5-flash'],
    ['gpt-4.1', 'gpt-4.1'],
    [undefined, undefined],
  ])('%s is %s', (model, key) => {
    expect(modelKey(model)).toBe(key);
  });
});

describe('imported samples', () => {
  it('of all sources give a report in which nothing unknown counts as there', async () => {
    const { buildCatalogue } = await import('../../../catalogue/build.ts');
    const { readdirSync } = await import('node:fs');
    const { parse } = await import('yaml');
    const root = new URL('../../../../catalogue/', import.meta.url).pathname;
    const documents = ['controls', 'services'].flatMap((folder) =>
      readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => ({
          path: `catalogue/${folder}/${name}`,
          value: parse(readFileSync(`${root}${folder}/${name}`, 'utf8')) as unknown,
        })),
    );
    const envelopes: Envelope[] = [];
    for (const format of logFormats) {
      const folder = new URL(`../${format.id}/fixtures/`, import.meta.url).pathname;
      for (const name of readdirSync(folder).filter((entry) => !entry.includes('.expected.'))) {
        const chunks = (async function* () {
          yield readFileSync(folder + name);
        })();
        for await (const item of readLog({ name, chunks }, { formats: [format], raw: 'keep' }))
          if (item.type === 'event') envelopes.push(envelope(item.event));
      }
    }
    const found = await report(envelopes, buildCatalogue(documents).services);
    expect(found.services.map(({ service: id }) => id).sort()).toEqual([
      'anthropic.claude-code',
      'anthropic.claude-enterprise',
      'aws.bedrock',
      'aws.bedrock-agentcore',
      'azure.openai',
      'github.copilot-business',
      'google.vertex-ai',
      'microsoft.m365-copilot',
      'openai.api',
      'openai.chatgpt-enterprise',
      'openai.codex',
    ]);
    for (const { subjects } of found.services)
      for (const { state, present } of subjects) if (state === 'recorded') expect(present).toBeGreaterThan(0);
    const copilot = found.services.find(({ service: id }) => id === 'microsoft.m365-copilot');
    expect(copilot?.subjects.slice(0, 2).map(({ state }) => state)).toEqual(['metadata', 'metadata']);
  });
});
