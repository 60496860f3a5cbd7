import { isExpired } from '../../../catalogue/queries.ts';
import {
  type AuditHolding,
  type AuditLog,
  type AuditSubject,
  auditSubjects,
  type Service,
} from '../../../model/catalogue.ts';
import type { Observations, SourceFacts, Tally } from './observe.ts';
import type { AuditState, LogState, ServiceAudit, SubjectState } from './report-model.ts';

/** A log of the catalogue with what the ledger has of it. */
interface SeenLog {
  readonly log: AuditLog;
  readonly parts: readonly SourceFacts[];
}

/**
 * What each service in use could record against what its events show.
 *
 * @param named ids of services known to be in use, whether or not events of them are there
 * @param today ISO date, for statements past their expiry
 */
export function serviceAudits(
  services: readonly Service[],
  named: ReadonlySet<string>,
  seen: Observations,
  today: string,
): ServiceAudit[] {
  return services.flatMap((service) => {
    const logs = service.audits.map((log) => ({ log, parts: partsOf(log, seen) }));
    const hasEvents = logs.some(({ parts }) => parts.length > 0);
    if (!hasEvents && !named.has(service.id)) return [];
    return [
      {
        service: service.id,
        name: service.name,
        because: hasEvents ? 'events' : 'named',
        logs: logs.map((seenLog) => logState(seenLog, today)),
        subjects: auditSubjects.map((subject) => subjectState(subject, logs)),
      } satisfies ServiceAudit,
    ];
  });
}

/** Events of a log: of its importer, and of its provider where it names one (held to be unique by the catalogue's test). */
function partsOf(log: AuditLog, seen: Observations): SourceFacts[] {
  const source = `import:${log.importer ?? ''}`;
  return [...seen.parts.values()].filter(
    (part) => part.source === source && (log.provider === undefined || part.provider === log.provider),
  );
}

function logState({ log, parts }: SeenLog, today: string): LogState {
  const { id, name, importer, switch: turnOn, retention, retentionDays, delay, limits: lacks, source } = log;
  const first = Math.min(...parts.map((part) => part.first));
  const last = Math.max(...parts.map((part) => part.last));
  return {
    id,
    name,
    importer,
    default: log.default,
    switch: turnOn,
    retention,
    retentionDays,
    delay,
    limits: lacks,
    url: source.url,
    read: source.read,
    confidence: source.confidence,
    isStale: isExpired(source, today),
    events: parts.reduce((sum, part) => sum + part.events, 0),
    first: Number.isFinite(first) ? new Date(first).toISOString() : undefined,
    last: Number.isFinite(last) ? new Date(last).toISOString() : undefined,
  };
}

function subjectState(subject: AuditSubject, logs: readonly SeenLog[]): SubjectState {
  const total: Tally = { present: 0, absent: 0, mentioned: 0 };
  for (const { parts } of logs) {
    for (const part of parts) {
      const tally = part.subjects.get(subject);
      total.present += tally?.present ?? 0;
      total.absent += tally?.absent ?? 0;
      total.mentioned += tally?.mentioned ?? 0;
    }
  }
  const state = observed(subject, total) ?? stated(subject, logs);
  return {
    subject,
    state,
    present: total.present,
    absent: total.absent + Math.max(0, total.mentioned - total.present),
    remedy: state === 'recorded' || state === 'claimed' ? undefined : remedyFor(subject, logs),
  };
}

/** What the events show; undefined when none is about the subject. */
function observed(subject: AuditSubject, { present, absent, mentioned }: Tally): AuditState | undefined {
  // What is only mentioned more often than it is there was left out, even where no event says so.
  if (present > 0) return absent > 0 || mentioned > present ? 'partly' : 'recorded';
  // A missing person or agent leaves nothing behind that would say so.
  if (subject === 'person' || subject === 'agent') return undefined;
  return absent + mentioned > 0 ? 'metadata' : undefined;
}

/** What the catalogue says where no event shows anything. */
function stated(subject: AuditSubject, logs: readonly SeenLog[]): AuditState {
  const holdings = logs.map(({ log }) => holdingOf(log, subject));
  const possible = holdings.filter((held) => held !== undefined && held.detail !== 'nothing');
  if (subject === 'integrity' && possible.length > 0)
    return possible.some((held) => held?.switch === undefined) ? 'claimed' : 'not-known';
  if (possible.length > 0) return 'missing';
  return holdings.length > 0 && holdings.every((held) => held?.detail === 'nothing') ? 'never' : 'not-known';
}

function holdingOf(log: AuditLog, subject: AuditSubject): AuditHolding | undefined {
  return log.holdings.find((held) => held.subject === subject);
}

/** The log that can hold most of a subject, its switch where no event of it is there, and the subject's own switch. */
function remedyFor(subject: AuditSubject, logs: readonly SeenLog[]): SubjectState['remedy'] {
  const able = (detail: AuditHolding['detail']): SeenLog | undefined =>
    logs.find(({ log }) => holdingOf(log, subject)?.detail === detail);
  const best = able('content') ?? able('metadata');
  if (best === undefined) return undefined;
  const own = holdingOf(best.log, subject)?.switch;
  const switches = [...(best.parts.length === 0 ? [best.log.switch] : []), ...(own === undefined ? [] : [own])];
  return switches.length === 0 ? undefined : { log: best.log.name, switches, url: best.log.source.url };
}
