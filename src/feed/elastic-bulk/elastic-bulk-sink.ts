import type { HttpResponse } from '../../base/ports.ts';
import { sha256 } from '../../ledger/hash.ts';
import type { FeedRecord } from '../record.ts';
import { codeOf, type HttpSink, jsonBody, judgeStatus, packedRequests, type Rejection, type Verdict } from '../sink.ts';
import { toEcs } from './ecs-document.ts';

/** Bytes of one request: Elastic advises 5 to 15 MB and takes 100 MB (`http.max_content_length`). */
const requestBytesMax = 5 * 1024 * 1024;

export interface ElasticSettings {
  /** Scheme, host and port of the cluster. */
  readonly url: string;
  /** A data stream or an index. */
  readonly index: string;
  /** Value of the `Authorization` header. */
  readonly authorization?: string | undefined;
}

/**
 * Elasticsearch bulk API, action `create` with an id made of the log and the index: an event that was sent twice is there
 * once (elastic.co, "Bulk API", 9.x, read 2026-11-20).
 */
export function elasticBulk(settings: ElasticSettings): HttpSink {
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(settings.authorization === undefined ? {} : { authorization: settings.authorization }),
  };
  return {
    transport: 'http',
    toRequests: (records) =>
      packedRequests(
        records,
        (record) => `${JSON.stringify({ create: { _id: documentId(record) } })}\n${JSON.stringify(toEcs(record))}\n`,
        {
          url: `${settings.url}/${encodeURIComponent(settings.index)}/_bulk?filter_path=errors,items.*.status,items.*.error.type`,
          headers,
        },
        (pieces) => pieces.join(''),
        { bytesMax: requestBytesMax, around: 0, between: 0 },
      ),
    judge: judgeBulk,
  };
}

function documentId({ log }: FeedRecord): string {
  return `${Buffer.from(sha256(Buffer.from(log.origin)))
    .toString('hex')
    .slice(0, 16)}-${log.index}`;
}

/** Answers are 200 even where items failed: each item has its status. */
function judgeBulk(answer: HttpResponse, records: readonly FeedRecord[], nowMs: number): Verdict {
  if (answer.status !== 200) return judgeStatus(answer, nowMs);
  const { errors, items } = jsonBody(answer);
  if (errors === false) return { state: 'taken' };
  if (!Array.isArray(items) || items.length !== records.length)
    return { state: 'later', reason: "an answer that is not the bulk API's" };
  const rejected: Rejection[] = [];
  const again: FeedRecord[] = [];
  for (const [at, record] of records.entries()) {
    const { status, error } = itemOf(items[at]);
    // 409: a document of this id is there, so an earlier attempt delivered it.
    if ((status >= 200 && status < 300) || status === 409) continue;
    if (status === 429 || status >= 500 || status === 0) again.push(record);
    // The index or the right to write to it is missing: nothing about the event.
    else if (status === 401 || status === 403 || status === 404) again.push(record);
    else rejected.push({ item: record, reason: `${codeOf(error, 'rejected')} (status ${status})` });
  }
  return { state: 'taken', rejected, again };
}

function itemOf(item: unknown): { readonly status: number; readonly error: unknown } {
  const result = (item as { create?: { status?: unknown; error?: { type?: unknown } } } | undefined)?.create;
  return { status: typeof result?.status === 'number' ? result.status : 0, error: result?.error?.type };
}
