import type { Service } from '../../../model/catalogue.ts';
import type { Envelope } from '../../../model/event.ts';
import { compare } from './compare.ts';
import { type Observations, observe, type SourceFacts } from './observe.ts';
import type { AuditGapReport, ServiceAudit, SourceSummary, Unreconstructable } from './report-model.ts';
import { serviceAudits } from './service-audit.ts';
import { silences } from './silence.ts';

export interface AuditGapOptions {
  /** ISO date of the report, for statements past their expiry. */
  readonly today: string;
  /** Services known to be in use, beside those events come from. */
  readonly named: ReadonlySet<string>;
  /** Controls of logging that an assessment found open. */
  readonly open: readonly { readonly workload: string; readonly control: string; readonly reason: string }[];
  /** How far apart two sources may say one call was, in milliseconds. */
  readonly toleranceMs: number;
  /** From how long on a source counts as silent, in milliseconds. */
  readonly silentMs: number;
  readonly callsMax?: number;
}

/**
 * What the ledger's events do not show: compared with what each service could record, with each other, and with time. Pure
 * but for reading the envelopes once; opens no payload.
 */
export async function auditGaps(
  envelopes: AsyncIterable<Envelope> | Iterable<Envelope>,
  services: readonly Service[],
  options: AuditGapOptions,
): Promise<AuditGapReport> {
  const seen = await observe(envelopes, options.callsMax);
  const audits = serviceAudits(services, options.named, seen, options.today);
  const sources = [...seen.sources.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
  const { contradictions, matching } = compare(seen, options.toleranceMs);
  return {
    events: seen.events,
    first: isoOf(Math.min(...sources.map(({ first }) => first))),
    last: isoOf(Math.max(...sources.map(({ last }) => last))),
    sources: sources.map(summaryOf),
    services: audits,
    matching,
    contradictions,
    silences: silences(seen, options.silentMs),
    unreconstructable: [
      ...options.open.map(ofAssessment),
      ...audits.flatMap(ofService),
      ...sources.flatMap(ofSource),
      ...ofLedger(seen),
    ],
  };
}

/** Whether a report has nothing to say. */
export function isClean(report: AuditGapReport): boolean {
  return report.contradictions.length === 0 && report.silences.length === 0 && report.unreconstructable.length === 0;
}

function isoOf(time: number): string | undefined {
  return Number.isFinite(time) ? new Date(time).toISOString() : undefined;
}

function summaryOf({ source, events, kinds, first, last }: SourceFacts): SourceSummary {
  return {
    source,
    events,
    kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    first: isoOf(first),
    last: isoOf(last),
  };
}

const subjectNames = {
  prompts: 'what was asked',
  responses: 'what the model answered',
  'tool-calls': 'what tools were called with',
  'tool-results': 'what tools gave back',
  person: 'on whose behalf it was',
  agent: 'which agent or workload acted',
  decisions: 'who allowed or denied it, and why',
  integrity: 'whether the log was changed before it was imported',
} as const;

function ofAssessment({ workload, control, reason }: AuditGapOptions['open'][number]): Unreconstructable {
  return {
    code: 'configuration',
    about: workload,
    text: `${control} is open: ${reason}`,
    remedy: `demarc explain ${control}`,
    url: undefined,
  };
}

function ofService(audit: ServiceAudit): Unreconstructable[] {
  if (audit.logs.length === 0)
    return [
      {
        code: 'no-audit-known',
        about: audit.service,
        text: 'not known: the catalogue has no audit log of this service',
        remedy: undefined,
        url: undefined,
      },
    ];
  const subjects = audit.subjects.flatMap(({ subject, state, present, absent, remedy }): Unreconstructable[] => {
    const name = subjectNames[subject];
    const text = {
      recorded: undefined,
      claimed: undefined,
      partly: `${name}: in ${present} of ${present + absent} events only`,
      metadata: `${name}: only that it was, not what`,
      missing: `${name}: not recorded`,
      never: `${name}: no log of this service holds it`,
      'not-known': `${name}: not known`,
    }[state];
    if (text === undefined) return [];
    return [{ code: 'subject', about: audit.service, text, remedy: remedy?.switches.join('; '), url: remedy?.url }];
  });
  const logs = audit.logs.flatMap((log): Unreconstructable[] => [
    ...log.limits.map(
      (limit) =>
        ({
          code: 'log-limit',
          about: audit.service,
          text: `${log.name}: ${limit}`,
          remedy: undefined,
          url: log.url,
        }) as const,
    ),
    ...(log.retentionDays === undefined
      ? []
      : [
          {
            code: 'retention',
            about: audit.service,
            text: `${log.name}: gone at the source after ${log.retentionDays} days unless it was fetched`,
            remedy: `import it at least every ${log.retentionDays} days`,
            url: log.url,
          } as const,
        ]),
  ]);
  return [...subjects, ...logs];
}

function ofSource(facts: SourceFacts): Unreconstructable[] {
  const about = facts.source;
  const counted = (code: 'truncated' | 'redacted', count: number, what: string): Unreconstructable[] =>
    count === 0
      ? []
      : [
          {
            code,
            about,
            text: `content of ${count} ${count === 1 ? 'event' : 'events'} was ${what} by the source`,
            remedy: undefined,
            url: undefined,
          },
        ];
  return [
    ...counted('truncated', facts.truncated, 'cut off'),
    ...counted('redacted', facts.redacted, 'replaced by a mark'),
  ];
}

function ofLedger({ nameless, notCompared, silence }: Observations): Unreconstructable[] {
  const found: Unreconstructable[] = [];
  if (nameless > 0) {
    const text = `what ${nameless} sub-agents did: they ended without an id that their events share`;
    found.push({
      code: 'no-subagent-id',
      about: 'runs',
      text,
      remedy: 'export traces, or put a gateway in front of the tools',
      url: undefined,
    });
  }
  if (notCompared > 0) {
    const text = `${notCompared} events of further calls were not compared: more calls than the limit`;
    found.push({ code: 'not-compared', about: 'ledger', text, remedy: 'report on a shorter time', url: undefined });
  }
  const { silences: listed, silencesOmitted } = silence.report();
  if (silencesOmitted) {
    const text = `more times without any entry than the ${listed.length} longest that are listed`;
    found.push({ code: 'not-compared', about: 'ledger', text, remedy: 'report on a shorter time', url: undefined });
  }
  return found;
}
