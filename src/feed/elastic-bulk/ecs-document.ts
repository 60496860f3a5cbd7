import type { EventKind } from '../../model/event.ts';
import { factsOf, type FeedEvent, type FeedRecord } from '../record.ts';
import { genAiAttributes } from '../gen-ai-attributes.ts';
import { parseTraceparent } from '../traceparent.ts';

/** Elastic Common Schema (elastic.co/docs/reference/ecs, 9.x, read 2026-11-20): `event.category` and `event.type`. */
const categories: Readonly<Record<EventKind, readonly [readonly string[], readonly string[]]>> = {
  'run.start': [['session'], ['start']],
  'run.end': [['session'], ['end']],
  'model.request': [['api'], ['access']],
  'model.response': [['api'], ['info']],
  'tool.call': [['api'], ['access']],
  'tool.result': [['api'], ['info']],
  'data.query': [['database'], ['access']],
  decision: [['iam'], ['info']],
  approval: [['iam'], ['info']],
  'credential.issued': [['iam'], ['creation']],
  'credential.revoked': [['iam'], ['deletion']],
  'sandbox.start': [['process'], ['start']],
  'sandbox.exit': [['process'], ['end']],
  'config.change': [['configuration'], ['change']],
  finding: [['configuration'], ['info']],
  'training.completed': [['iam'], ['info']],
  erasure: [['configuration'], ['deletion']],
  alert: [['intrusion_detection'], ['info']],
  heartbeat: [['process'], ['info']],
  custom: [['process'], ['info']],
};
const severities = { info: 1, low: 21, medium: 47, high: 73, critical: 99 } as const;

/** An event as an ECS document; `gen_ai.*` as in OpenTelemetry, the rest of the facts and the ledger under `demarc.*`. */
export function toEcs({ log, event, payload }: FeedRecord): object {
  const [category, type] = categories[event.kind];
  const trace = parseTraceparent(event.trace);
  return {
    '@timestamp': event.time,
    ecs: { version: '9.0.0' },
    event: {
      id: event.id,
      kind: event.kind === 'alert' ? 'alert' : 'event',
      category,
      type: [...type, ...decisionType(event)],
      action: event.kind,
      module: 'demarc',
      dataset: 'demarc.ledger',
      provider: event.source,
      sequence: log.index,
      outcome: event.outcome === undefined ? 'unknown' : event.outcome === 'ok' ? 'success' : 'failure',
      ...optional({
        duration: event.durationMs === undefined ? undefined : Math.round(event.durationMs * 1e6),
        reason: event.reasons?.join(', '),
        severity: event.severity === undefined ? undefined : severities[event.severity],
      }),
    },
    ...optional({
      user: event.subject === undefined ? undefined : { id: event.subject },
      rule: event.rule === undefined ? undefined : { id: event.rule },
      error: event.error === undefined ? undefined : { code: event.error, type: event.error },
      destination: event.destination === undefined ? undefined : { address: event.destination },
      process: event.exitCode === undefined ? undefined : { exit_code: event.exitCode },
      trace: trace === undefined ? undefined : { id: trace.traceId },
      span: trace === undefined ? undefined : { id: trace.spanId },
    }),
    ...nested(genAiAttributes(event)),
    demarc: {
      log,
      event: factsOf(event),
      // Payloads have any shape: as text they cannot break the mapping of an index.
      payload: payload.state === 'included' ? { ...payload, value: JSON.stringify(payload.value) } : payload,
    },
  };
}

function decisionType({ decision }: FeedEvent): readonly string[] {
  if (decision === undefined) return [];
  return decision === 'deny' ? ['denied'] : decision === 'ask' ? [] : ['allowed'];
}

/** `{ 'a.b.c': 1 }` as `{ a: { b: { c: 1 } } }`. */
function nested(attributes: Readonly<Record<string, unknown>>): object {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let at = root;
    for (const part of path) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}

function optional(properties: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
