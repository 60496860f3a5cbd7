import type { HttpResponse } from '../../base/ports.ts';
import type { FeedRecord } from '../record.ts';
import { type HttpSink, jsonBody, judgeStatus, packedRequests, retryAfterMs, type Verdict } from '../sink.ts';
import { toKeyValues } from './any-value.ts';
import { toLogRecord } from './log-record.ts';

/** Bytes of one request; the specification advises servers to take 20 MiB, gateways in front of them take less. */
const requestBytesMax = 4 * 1024 * 1024;

export interface OtlpSettings {
  /** The whole URL, usually `…:4318/v1/logs`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly productVersion: string;
}

/**
 * OpenTelemetry logs over OTLP/HTTP in JSON (github.com/open-telemetry/opentelemetry-proto, docs/specification.md 1.9, "OTLP/HTTP";
 * read 2026-11-20).
 */
export function otlp(settings: OtlpSettings): HttpSink {
  return {
    transport: 'http',
    toRequests: (records) =>
      packedRequests(
        records,
        (record) => JSON.stringify(toLogRecord(record)),
        { url: settings.url, headers: { 'content-type': 'application/json', ...settings.headers } },
        (pieces, items) => around(items, settings.productVersion).join(pieces.join(',')),
        { bytesMax: requestBytesMax, around: 1024, between: 1 },
      ),
    judge: judgeOtlp,
  };
}

/** What stands before and behind the log records: one resource, one scope. */
function around([first]: readonly FeedRecord[], version: string): readonly [string, string] {
  const resource = toKeyValues({
    'service.name': 'demarc',
    'service.version': version,
    'demarc.log.origin': first?.log.origin,
  });
  const scope = { name: 'demarc.ledger', version };
  return [
    `{"resourceLogs":[{"resource":${JSON.stringify({ attributes: resource })},"scopeLogs":[{"scope":${JSON.stringify(scope)},"logRecords":[`,
    ']}]}]}',
  ];
}

/** "Retryable Response Codes": these and no others are tried again; content that is refused is not sent again as it is. */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function judgeOtlp(answer: HttpResponse, records: readonly FeedRecord[], nowMs: number): Verdict {
  const { status, headers } = answer;
  if (retryable.has(status))
    return { state: 'later', reason: `status ${status}`, afterMs: retryAfterMs(headers['retry-after'], nowMs) };
  if (status >= 500) return { state: 'refused', reason: `status ${status}` };
  if (status !== 200) return judgeStatus(answer, nowMs);
  const partial = jsonBody(answer)['partialSuccess'] as { rejectedLogRecords?: unknown } | null | undefined;
  const rejected = Number(partial?.rejectedLogRecords ?? 0);
  // "The client MUST NOT retry the request when it receives a partial success response".
  if (!(rejected > 0)) return { state: 'taken' };
  return rejected >= records.length
    ? { state: 'taken', rejected: records.map((item) => ({ item, reason: 'partial success: all rejected' })) }
    : { state: 'taken', unnamed: rejected };
}
