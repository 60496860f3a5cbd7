import { asObject, type Json, listAt, objectAt, textAt, valueAt } from '../fields.ts';

/** A log record with its attributes as one object, whatever exporter wrote it. */
export interface OtelRecord {
  readonly attributes: Json;
  readonly resource: Json;
  readonly scope: string | undefined;
  readonly body: string | undefined;
  readonly eventName: string | undefined;
  /** As written: nanoseconds in a text (OTLP), microseconds or `[seconds, nanoseconds]` (console). */
  readonly time: unknown;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** What goes into the payload. */
  readonly raw: unknown;
}

/** Records of one batch: a batch is the text of somebody else. */
const recordsMax = 100_000;

/**
 * The log records in a value: an OTLP request or export line (`resourceLogs`), one of its parts, one `logRecords` entry, or
 * what the JavaScript SDK's console exporter prints (`instrumentationScope`, attributes as an object).
 *
 * OTLP/JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding and
 * https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/; console: `ConsoleLogRecordExporter` of
 * @opentelemetry/sdk-logs; read 2026-11-28.
 */
export function otelRecords(value: Json): OtelRecord[] {
  const found: OtelRecord[] = [];
  const resources = Array.isArray(value['resourceLogs']) ? value['resourceLogs'] : [value];
  for (const entry of resources) {
    const resource = attributesOf(valueAt(entry, 'resource', 'attributes'));
    const scopes = listAt(entry, 'scopeLogs').length > 0 ? listAt(entry, 'scopeLogs') : [entry];
    for (const group of scopes) {
      const scope = textAt(group, 'scope', 'name');
      const records = Array.isArray(valueAt(group, 'logRecords')) ? listAt(group, 'logRecords') : [group];
      for (const record of records) {
        const item = asObject(record);
        if (item !== undefined && found.length < recordsMax && isLogRecord(item))
          found.push(
            recordOf(
              item,
              resource,
              scope,
              record === value
                ? value
                : { resource: valueAt(entry, 'resource'), scope: valueAt(group, 'scope'), record },
            ),
          );
      }
    }
  }
  return found;
}

/** Whether a value is one log record: it has attributes and a time or a body. */
export function isLogRecord(value: Json): boolean {
  const attributes = value['attributes'];
  if (typeof attributes !== 'object' || attributes === null) return false;
  return 'timeUnixNano' in value || 'observedTimeUnixNano' in value || 'body' in value || 'timestamp' in value;
}

function recordOf(record: Json, resource: Json, scope: string | undefined, raw: unknown): OtelRecord {
  const body = record['body'];
  const context = objectAt(record, 'spanContext');
  return {
    attributes: attributesOf(record['attributes']),
    resource,
    scope: scope ?? textAt(record, 'instrumentationScope', 'name') ?? textAt(record, 'scope', 'name'),
    body: typeof body === 'string' ? body : textAt(body, 'stringValue'),
    eventName: textAt(record, 'eventName'),
    time: record['timeUnixNano'] ?? record['timestamp'] ?? record['hrTime'] ?? record['observedTimeUnixNano'],
    traceId: textAt(record, 'traceId') ?? textAt(context, 'traceId'),
    spanId: textAt(record, 'spanId') ?? textAt(context, 'spanId'),
    raw,
  };
}

/** Attributes as an object: OTLP's list of typed values, or an object as it is. The first of a name counts. */
export function attributesOf(attributes: unknown): Json {
  if (!Array.isArray(attributes)) return asObject(attributes) ?? {};
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const entry of attributes) {
    const key = textAt(entry, 'key');
    if (key !== undefined && !(key in result)) result[key] = anyValue(valueAt(entry, 'value'), 0);
  }
  return result;
}

const nestingMax = 16;

/** OTLP `AnyValue`: 64-bit integers are texts in JSON. */
function anyValue(value: unknown, depth: number): unknown {
  const typed = asObject(value);
  if (typed === undefined || depth > nestingMax) return value;
  if ('stringValue' in typed) return typed['stringValue'];
  if ('boolValue' in typed) return typed['boolValue'];
  if ('doubleValue' in typed) return typed['doubleValue'];
  if ('intValue' in typed) {
    const number = Number(typed['intValue']);
    return Number.isSafeInteger(number) ? number : typed['intValue'];
  }
  if ('arrayValue' in typed) return listAt(typed, 'arrayValue', 'values').map((inner) => anyValue(inner, depth + 1));
  if ('kvlistValue' in typed) return attributesOf(valueAt(typed, 'kvlistValue', 'values'));
  return typed['bytesValue'];
}
