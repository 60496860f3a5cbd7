import { factsOf, type FeedEvent, type FeedRecord } from '../record.ts';
import { genAiAttributes } from '../gen-ai-attributes.ts';
import { parseTraceparent } from '../traceparent.ts';
import { toAnyValue, toKeyValues } from './any-value.ts';

/** `SeverityNumber` and its text (opentelemetry-proto, logs.proto). */
const severities = {
  info: [9, 'INFO'],
  low: [10, 'INFO2'],
  medium: [13, 'WARN'],
  high: [17, 'ERROR'],
  critical: [21, 'FATAL'],
} as const;

/** Facts the GenAI conventions or general attributes have names for. */
const named: ReadonlySet<string> = new Set([
  'kind',
  'run',
  'call',
  'trace',
  'agent',
  'tool',
  'dataSource',
  'destination',
  'provider',
  'model',
  'inputTokens',
  'outputTokens',
  'error',
  'subject',
]);

/** An event as `LogRecord` in the JSON mapping of OTLP. */
export function toLogRecord({ log, event, payload }: FeedRecord): object {
  const [severityNumber, severityText] = severityOf(event);
  const trace = parseTraceparent(event.trace);
  const others = Object.entries(factsOf(event)).filter(([name]) => !named.has(name));
  return {
    timeUnixNano: nanoseconds(event.time),
    severityNumber,
    severityText,
    eventName: `demarc.${event.kind}`,
    ...(payload.state === 'included' ? { body: toAnyValue(payload.value) } : {}),
    attributes: toKeyValues({
      ...genAiAttributes(event),
      'error.type': errorOf(event),
      'server.address': event.destination,
      'enduser.pseudo.id': event.subject,
      ...(event.tool === undefined ? { 'demarc.call': event.call } : {}),
      ...Object.fromEntries(others.map(([name, value]) => [`demarc.${snake(name)}`, value])),
      'demarc.event.id': event.id,
      'demarc.source': event.source,
      'demarc.payload': payload.state,
      'demarc.log.origin': log.origin,
      'demarc.log.index': log.index,
      'demarc.log.leaf': log.leaf,
    }),
    ...(trace === undefined ? {} : { traceId: trace.traceId, spanId: trace.spanId, flags: trace.flags }),
  };
}

function severityOf(event: FeedEvent): readonly [number, string] {
  if (event.severity !== undefined) return severities[event.severity];
  if (event.outcome === 'error' || event.outcome === 'timeout') return severities.high;
  return event.decision === 'deny' || event.outcome === 'denied' ? severities.medium : severities.info;
}

/** `error.type` is set if and only if the operation failed. */
function errorOf({ error, outcome }: FeedEvent): string | undefined {
  return error ?? (outcome === undefined || outcome === 'ok' ? undefined : outcome);
}

function nanoseconds(time: string): string {
  return `${BigInt(Date.parse(time)) * 1_000_000n}`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
